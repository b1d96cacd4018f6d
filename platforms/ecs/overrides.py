"""``x-berth.override`` against what AWS's own model of a container definition says, and against Fargate."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from berth.compose.model import Application
from berth.diagnostics import Diagnostic, WhereKey
from berth.settings import Settings
from berth.untyped import inside, mapping

FARGATE_REFUSES = (
    "disableNetworking",
    "dnsSearchDomains",
    "dnsServers",
    "dockerSecurityOptions",
    "extraHosts",
    "hostname",
    "links",
    "linuxParameters.devices",
    "linuxParameters.maxSwap",
    "linuxParameters.sharedMemorySize",
    "linuxParameters.swappiness",
    "privileged",
)
"""https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-task-defs
and for the awsvpc network mode
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html"""

CAPABILITIES, ULIMITS = {"SYS_PTRACE"}, {"nofile"}
"""What Fargate adds and changes."""


def check_overrides(application: Application, settings: Settings) -> Iterator[Diagnostic]:
    """Every finding about the overrides; the model is read only where there are some, as it takes its time."""
    for name, service in sorted(application.services.items()):
        override = service.extension.override
        if not override:
            continue
        where: WhereKey = {"file": application.file, "service": name, "key": "x-berth.override"}
        malformed = _against_the_model(override)
        for problem in malformed:
            advice = "See https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html."
            yield Diagnostic(**where, message=problem, advice=advice)
        if "name" in override:
            yield Diagnostic(
                **where, message="the container's name is how AWS finds the service", advice="Leave `name` out."
            )
        if settings.platform == "ecs-fargate" and not malformed:
            for problem in _against_fargate(override):
                yield Diagnostic(**where, message=problem, advice="Leave it out, or use ecs-ec2.")


def _against_the_model(override: Mapping[str, Any]) -> list[str]:
    """What the AWS SDK itself would say of it: unknown keys, and values of the wrong type."""
    from botocore.loaders import Loader
    from botocore.model import ServiceModel
    from botocore.validate import ParamValidator

    model = ServiceModel(Loader().load_service_model("ecs", "service-2"), service_name="ecs")
    report = ParamValidator().validate(override, model.shape_for("ContainerDefinition"))
    return report.generate_report().splitlines() if report.has_errors() else []


def _against_fargate(override: Mapping[str, Any]) -> Iterator[str]:
    for path in FARGATE_REFUSES:
        outer, _, inner = path.partition(".")
        value = override.get(outer)
        if inner:
            value = mapping(value).get(inner)
        if value not in (None, False, [], ""):
            yield f"Fargate takes no {path}"
    parameters = inside(override, "linuxParameters")
    added = set(inside(parameters, "capabilities").get("add") or ())
    if refused := sorted(added - CAPABILITIES):
        yield f"Fargate adds no capability but SYS_PTRACE (got {', '.join(refused)})"
    limits = {str(item.get("name")) for item in override.get("ulimits") or ()}
    if refused := sorted(limits - ULIMITS):
        yield f"Fargate changes no limit but nofile (got {', '.join(refused)})"
    if any(item.get("type") == "GPU" for item in override.get("resourceRequirements") or ()):
        yield "Fargate has no GPUs"
