"""What the program around an application gives it: in the application's place for it, and what has none."""

from __future__ import annotations

import difflib
from collections.abc import Collection, Iterator, Mapping

from berth.compose.model import Application, FileObject, Service, Variable
from berth.diagnostics import Diagnostic
from berth.platforms.surroundings import Surroundings
from berth.settings import Settings


def with_given(application: Application, around: Surroundings) -> Application:
    """The application with the program's secrets and variables in place of the file's.

    A value that only an update knows is empty here, and sensitive: whether an output is secret is known when its value
    is, and no resource may depend on that. So it goes where a secret may go.
    """
    services = {name: _with_variables(item, around.environment.get(name, {})) for name, item in _items(application)}
    secrets = {
        name: FileObject(name=name, given=True, labels=item.labels) if name in around.secrets else item
        for name, item in application.secrets.items()
    }
    return application.model_copy(update={"services": services, "secrets": secrets})


def _items(application: Application) -> Iterator[tuple[str, Service]]:
    yield from application.services.items()


def _with_variables(service: Service, given: Mapping[str, object]) -> Service:
    if not given:
        return service
    variables = {
        name: Variable(value=value) if isinstance(value, str) else Variable(value="", sensitive=True)
        for name, value in given.items()
    }
    return service.model_copy(update={"environment": {**service.environment, **variables}})


def check_given(application: Application, settings: Settings, around: Surroundings) -> Iterator[Diagnostic]:
    """A finding for each value that nothing of the application takes."""
    # Docker Compose's own rules tell of the settings' secrets.
    secrets = {*around.secrets, *(settings.secrets if around.name and settings.platform != "compose" else ())}
    for name in sorted(secrets - application.secrets.keys()):
        yield _unknown(around, f"secrets.{name}", "no service has such a secret", name, application.secrets, "Secrets")
    for name, variables in sorted(around.environment.items()):
        service = application.services.get(name)
        if service is None:
            yield _unknown(around, f"environment.{name}", "no such service", name, application.services, "Services")
            continue
        if service.extension.managed_by and settings.managed_services and settings.platform != "compose":
            yield Diagnostic(
                file=around.name,
                key=f"environment.{name}",
                message="AWS runs this service (x-berth.managed): there is no container that would read variables",
                advice="Leave it out; a password may come by `secrets`.",
            )
        for variable in sorted(variables.keys() & service.extension.secret_environment.keys()):
            yield Diagnostic(
                file=around.name,
                key=f"environment.{name}.{variable}",
                message="x-berth.secret_environment in the Compose file gives the service this variable",
                advice="Leave one of the two out.",
            )


def _unknown(around: Surroundings, key: str, message: str, name: str, known: Collection[str], title: str) -> Diagnostic:
    close = difflib.get_close_matches(name, known, n=1)
    hint = f"Did you mean {close[0]!r}? " if close else ""
    return Diagnostic(
        file=around.name, key=key, message=message, advice=f"{hint}{title}: {', '.join(sorted(known)) or 'none'}."
    )
