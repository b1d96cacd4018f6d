"""What a service becomes on RDS or ElastiCache, as plain data, or every reason why it can't."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from berth.compose.extension import Managed
from berth.compose.model import Application, Service
from berth.diagnostics import Diagnostic, Severity
from berth.platforms.ecs.managed.credentials import (
    Credentials,
    credentials,
    known_variables,
    password_problem,
    password_variable,
    user_problem,
)
from berth.platforms.ecs.managed.engines import Product, product
from berth.platforms.ecs.managed.parameters import Parameters, parameter_of, read_parameters
from berth.platforms.values import Values

LIMITED = 12
"""Names that stand in a message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedPlan:
    """``credentials`` are a database's alone. ``port`` is the one that others use."""

    service: Service
    product: Product
    port: int
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    credentials: Credentials | None = None

    @property
    def own_port(self) -> int | None:
        """The port, where it is not the engine's own."""
        return None if self.port == self.product.port else self.port


def plan_managed(application: Application, service: Service) -> ManagedPlan:
    """What is made; ``check_plan`` has said what can't be."""
    managed = _managed(service)
    found = product(service, managed)
    assert isinstance(found, Product), "the rules refuse what is not known"
    return ManagedPlan(
        service=service,
        product=found,
        port=_port(application, service, found),
        parameters={**read_parameters(found.engine, service.command).values, **managed.parameters},
        credentials=credentials(service, found.engine) if managed.by == "rds" else None,
    )


def check_plan(application: Application, service: Service, values: Values) -> Iterator[Diagnostic]:
    """Every finding about engine, port, parameters and credentials."""
    managed = _managed(service)
    found = product(service, managed)
    if isinstance(found, str):
        yield _error(
            application,
            service,
            "x-berth.managed",
            found,
            f'Write managed: {{by: {managed.by}, engine: …, version: "…"}}, or name an image with such a tag.',
        )
        return
    if managed.by == "rds":
        yield from _credentials(application, service, found, values)
    else:
        for key, variables in _variables(service).items():
            if variables:
                yield _warning(application, service, key, f"{found} reads no variables")
    read = read_parameters(found.engine, service.command)
    yield from _parameters(application, service, found, read)
    listening = [port for port in application.listening_ports(service.name) if port != found.port]
    if len(listening) > (0 if found.port in application.listening_ports(service.name) else 1):
        yield _error(
            application,
            service,
            "expose",
            f"{found} has one port, and the file names {', '.join(map(str, listening))} as well",
            "Name one.",
        )


def _managed(service: Service) -> Managed:
    managed = service.extension.managed_by
    assert managed is not None
    return managed


def _port(application: Application, service: Service, found: Product) -> int:
    """The file's own, where it names one: the engine is told to listen there."""
    named = application.listening_ports(service.name)
    return found.port if found.port in named or not named else named[0]


def _credentials(application: Application, service: Service, found: Product, values: Values) -> Iterator[Diagnostic]:
    engine, given = found.engine, credentials(service, found.engine)
    problem = user_problem(given.user, engine)
    if problem:
        key = "environment"
        yield _error(application, service, key, f"the database's user: {problem}", "Name another in its variable.")
    if given.password is None:
        yield _error(
            application,
            service,
            "environment",
            f"{found} needs the user's password, and the file has none",
            f"Grant a secret and set {password_variable(engine)}_FILE to /run/secrets/ and its name, or name it in "
            "x-berth.secret_environment.",
        )
    else:
        value = _known(service, given, values)
        problem = password_problem(value, engine) if value is not None else None
        if problem:
            key = f"secrets.{given.password.secret}" if given.password.secret else "environment"
            yield _error(application, service, key, f"the database's password: {problem}", "Set another one.")
    if given.lost:
        yield _warning(
            application,
            service,
            "environment",
            f"the user {given.user} rules over {found}; there is no root, whose password {given.lost[0]} is",
        )
    for key, variables in _variables(service).items():
        others = sorted(variables.keys() - known_variables(engine))
        if others:
            yield _warning(
                application,
                service,
                key,
                f"{found} reads user, database and password of its variables, not {', '.join(others[:LIMITED])}",
            )


def _variables(service: Service) -> dict[str, Mapping[str, object]]:
    return {"environment": service.environment, "x-berth.secret_environment": service.extension.secret_environment}


def _known(service: Service, given: Credentials, values: Values) -> str | None:
    """The password's value; None: it is outside of the stack."""
    password = given.password
    assert password is not None
    if password.variable:
        return service.environment[password.variable].value
    value = values.secrets.get(password.secret or "")
    return None if value is None else value.rstrip("\r\n")


def _parameters(application: Application, service: Service, found: Product, read: Parameters) -> Iterator[Diagnostic]:
    said = _managed(service).parameters
    for word in (word for word in read.refused if parameter_of(word) not in said):
        yield _error(
            application,
            service,
            "command",
            f"{word!r} can't be told to {found}",
            "Write it in AWS's words and units: managed: {by: …, parameters: {name: value}}.",
        )
    if read.password:
        yield _error(
            application,
            service,
            "command",
            f"{found} takes a password over TLS alone, which redis:// is not",
            "Leave --requirepass out, as only its networks reach it, or set berth:managedServices to false.",
        )
    if read.lost:
        yield _warning(
            application,
            service,
            "command",
            f"{found} decides {', '.join(read.lost)} itself: it keeps data in memory, and with protectData in a "
            "snapshot a day",
        )


def _error(application: Application, service: Service, key: str, message: str, advice: str) -> Diagnostic:
    return Diagnostic(file=application.file, service=service.name, key=key, message=message, advice=advice)


def _warning(application: Application, service: Service, key: str, message: str) -> Diagnostic:
    return Diagnostic(severity=Severity.WARNING, file=application.file, service=service.name, key=key, message=message)
