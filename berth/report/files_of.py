"""What a stack's files tell a report: its services, the containers that it would register, findings and parity.

Nothing is asked over a network, so that it can be worked out while Pulumi's preview runs.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from berth.check.findings import check
from berth.compose.model import Application, Service
from berth.diagnostics import BerthError
from berth.parity.compare import Comparison, Difference, compare
from berth.parity.ecs import EcsStack, definitions
from berth.parity.managed import plan_services
from berth.parity.stacks import Reader, Stack, usual_order
from berth.platforms.builds import plan_builds
from berth.platforms.ecs.ingress import plan_routes
from berth.platforms.ecs.managed.choice import containers_only
from berth.platforms.ecs.network_ingress import plan_network_routes
from berth.platforms.values import read_values
from berth.report.make import Files
from berth.report.model import Finding
from berth.report.picture import Known

MOST_DIFFERENCES = 12
HOW = {"service_healthy": "healthy", "service_completed_successfully": "completed"}


def files_of(name: str, root: Path) -> Files:
    """What can be told; where the files are wrong, that is among the findings."""
    support = tuple(
        Finding(severity=str(found.diagnostic.severity), text=str(found.diagnostic))
        for found in check(root, stacks=[name]).findings
    )
    reader = Reader(root)
    try:
        (stack,) = reader.stacks([name])
    except BerthError:
        return Files(support=support)
    application = reader.application(stack.settings)
    return Files(
        application="" if stack.settings.platform == "compose" else f"{application.name}-{name}",
        region=stack.settings.region,
        services=tuple(_known(application, stack)),
        definitions=_definitions(application, stack),
        support=support,
        parity=tuple(_parity(reader, name, root)),
        hidden=stack.hidden,
    )


def _known(application: Application, stack: Stack) -> Iterator[Known]:
    for name, service in sorted(application.services.items()):
        plan = stack.plans.get(name)
        kind = "managed" if name in stack.managed else "scheduled" if service.schedule else "service"
        once = any(_awaits_end(other, name) for other in application.services.values())
        yield Known(
            name=name,
            kind="job" if once or (plan and plan.run_once) else kind,
            depends_on={other: HOW.get(item.condition, "") for other, item in service.depends_on.items()},
            entry=bool(service.ports or service.extension.ingress),
        )


def _awaits_end(service: Service, name: str) -> bool:
    return name in service.depends_on and service.depends_on[name].condition == "service_completed_successfully"


def _definitions(application: Application, stack: Stack) -> dict[str, dict[str, Any]]:
    """Service -> container -> definition; a name of our own stands for what AWS gives out as it creates."""
    settings = stack.settings
    if settings.platform == "compose":
        return {}
    containers = containers_only(application, settings)
    planned = EcsStack(
        application=containers,
        settings=settings,
        values=read_values(application, settings),
        builds=plan_builds(application, settings),
        plans=stack.plans,
        routes=plan_routes(containers, settings),
        managed=plan_services(application, settings),
        network_routes=plan_network_routes(containers, settings),
    )
    return {service: dict(definitions(planned, service)) for service in stack.plans}


def _parity(reader: Reader, name: str, root: Path) -> Iterator[str]:
    """A line for each difference from another stack that no rule of a platform explains."""
    others = [other for other in usual_order(root) if other != name]
    for other in others:
        try:
            found = compare(reader.stacks([other, name]), reader.file_facts)
        except BerthError:
            yield f"{other} cannot be compared: `python -m berth check -s {other}` says why"
            continue
        yield from _lines(found, other, name)


def _lines(found: Comparison, other: str, name: str) -> Iterator[str]:
    told = [item for item in found.differences if item.kind != "by platform"]
    unexplained = [item for item in told if item.kind == "unexplained"]
    ordered: Sequence[Difference] = [*unexplained, *(item for item in told if item.kind != "unexplained")]
    for item in ordered[:MOST_DIFFERENCES]:
        values = " | ".join(f"{stack} {value or 'none'}" for stack, value in item.values.items())
        why = ", ".join(
            dict.fromkeys(cause.setting or cause.kind for cause in item.causes if cause.kind != "by platform")
        )
        what = " ".join(filter(None, [item.service, item.aspect, item.item]))
        yield f"{what}: {values} ({why})"
    if len(ordered) > MOST_DIFFERENCES:
        yield f"and {len(ordered) - MOST_DIFFERENCES} more: `python -m berth parity {other} {name}`"
