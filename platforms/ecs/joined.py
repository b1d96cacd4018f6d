"""Target groups that exist already and that a service's tasks join, beside those which the stack makes.

So a load balancer that was there before goes on to reach the service while names move to the stack's own.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/register-multiple-targetgroups.html
"""

from __future__ import annotations

import difflib
from collections.abc import Iterator
from dataclasses import dataclass

from berth.compose.model import Application
from berth.diagnostics import Diagnostic
from berth.platforms.ecs.rollouts import two_groups
from berth.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class JoinedGroup:
    """Tasks of ``service`` are in ``arn`` by their TCP port ``port``."""

    service: str
    port: int
    arn: str

    @property
    def name(self) -> str:
        """As a rule's target: ``arn:…:targetgroup/NAME/ID``."""
        return self.arn.split("/")[1]


def joined_groups(application: Application, settings: Settings) -> tuple[JoinedGroup, ...]:
    """Every group of the setting; ``check_joined`` has said which of its keys name no service or no port."""
    groups: list[JoinedGroup] = []
    for key, arns in sorted(settings.target_groups.items()):
        name, port = _parts(application, key)
        if port is not None and application.takes_requests(name):
            groups += [JoinedGroup(service=name, port=port, arn=arn) for arn in arns]
    return tuple(groups)


def check_joined(application: Application, settings: Settings, stack: str) -> Iterator[Diagnostic]:
    """Keys that name no service, or no port of one, and deployments that AWS cannot do with such a group."""
    for key in sorted(settings.target_groups):
        name, port = _parts(application, key)
        if name not in application.services:
            close = difflib.get_close_matches(name, application.services, n=1)
            message = f"there is no service {name!r}"
            advice = f"Did you mean {close[0]!r}?" if close else f"It has {', '.join(sorted(application.services))}."
        elif ends := application.ends(name):
            message, advice = f"{name} runs {ends}, and takes no requests", "Leave it out."
        elif port is None or port not in application.listening_ports(name):
            message = f"{name} listens on no TCP port {key.partition(':')[2]}".rstrip()
            advice = "Write `expose` in the Compose file, and the port after a colon here: `web:8000`."
        elif two_groups(application.services[name], settings):
            message = f"{name} is deployed by two target groups of its own, and each of its groups would need a second"
            advice = "Take `x-berth.deployment.strategy: rolling` until this is left out."
        else:
            continue
        yield Diagnostic(file=f"Pulumi.{stack}.yaml", key=f"berth:targetGroups.{key}", message=message, advice=advice)


def _parts(application: Application, key: str) -> tuple[str, int | None]:
    """``web:8000``; of ``web`` alone the first port on which it listens."""
    name, _, port = key.partition(":")
    if port:
        return name, int(port) if port.isdecimal() else None
    if name not in application.services:
        return name, None
    return name, next(iter(application.listening_ports(name)), None)
