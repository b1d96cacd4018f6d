"""What a service that runs by a schedule cannot have on ECS, found before anything is created."""

from __future__ import annotations

import re
from collections.abc import Iterator

from berth.compose.model import Application, Service
from berth.diagnostics import Diagnostic, Severity

MAXIMUM_TASKS = 10
"""Of one start: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html"""


def check_scheduled(application: Application) -> Iterator[Diagnostic]:
    """Every finding about services with a schedule: names that they would not know, what they do not wait for, and too
    many tasks."""
    for name, service in sorted(application.services.items()):
        if service.schedule is None:
            continue
        if not 1 <= service.deploy.replicas <= MAXIMUM_TASKS:
            yield Diagnostic(
                file=application.file,
                service=name,
                key="deploy.replicas",
                message=f"a schedule starts 1 to {MAXIMUM_TASKS} tasks at a time (got {service.deploy.replicas})",
                advice="To let it rest, set `enabled: false` in x-berth.schedule.",
            )
        used_names = dict(_used_names(application, service))
        for other in sorted(service.depends_on):
            if f"depends_on.{other}" not in used_names:
                yield Diagnostic(
                    severity=Severity.WARNING,
                    file=application.file,
                    service=name,
                    key=f"depends_on.{other}",
                    message=f"a start by schedule waits for nothing: {other} is waited for at a deployment alone",
                )
        for key, used in used_names.items():
            yield Diagnostic(
                severity=Severity.WARNING,
                file=application.file,
                service=name,
                key=key,
                message=f"reaches no service called {used}: Service Connect gives names to services' tasks alone, and "
                "a schedule starts others",
                advice="Give it an address that DNS knows, such as a managed database's; `python -m berth run` "
                "starts it with the names.",
            )


def _used_names(application: Application, service: Service) -> Iterator[tuple[str, str]]:
    """Where the file shows that it means another service by its name: in a dependency, a variable or the command."""
    others = {
        alias: other.name
        for other in application.services.values()
        if other.name != service.name and application.takes_requests(other.name)
        for alias in other.names
        if application.listening_ports(other.name)
    }
    for other in sorted(service.depends_on):
        if other in others:
            yield f"depends_on.{other}", other
    texts = [(f"environment.{key}", item.value) for key, item in sorted(service.environment.items())]
    texts.append(("command", " ".join(service.command or ())))
    for key, text in texts:
        found = next((alias for alias in sorted(others) if _is_host(alias, text)), None)
        if found:
            yield key, found


def _is_host(alias: str, text: str) -> bool:
    """Whether a text is the name, or has it where a URL or ``host:port`` has a host."""
    return text == alias or bool(re.search(rf"(//|@){re.escape(alias)}([:/]|$)|(^|\s){re.escape(alias)}:\d", text))
