"""Which of AWS's services a stack's tasks call, so that each has an endpoint where there is no NAT gateway."""

from __future__ import annotations

from collections.abc import Iterator

from berth.compose.model import Application
from berth.platforms.ecs.arns import is_parameter
from berth.platforms.ecs.logs import secret_options
from berth.settings import Settings

ALWAYS = ("ecr.api", "ecr.dkr", "logs")
"""To pull images, whose layers come from S3, and to write logs.

A task on Fargate asks ECS itself, and Service Connect's control plane, by no interface of the VPC, and mounts EFS
within it: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/vpc-endpoints.html
"""


def interface_endpoints(application: Application, settings: Settings) -> tuple[str, ...]:
    """Services with an interface endpoint: those that starting the tasks takes, and the setting's own."""
    if settings.platform != "ecs-fargate" or settings.endpoints != "interface":
        return ()
    needed = {*ALWAYS, *_stores(application), *settings.extra_endpoints}
    if settings.enable_exec:
        needed.add("ssmmessages")  # https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html
    return tuple(sorted(needed))


def _stores(application: Application) -> Iterator[str]:
    """Where secrets and external configs lie: Secrets Manager, or parameters of SSM."""
    for service in application.services.values():
        if secret_options(service) or any(item.sensitive for item in service.environment.values()):
            yield "secretsmanager"
        names = {grant.source for grant in service.secrets} | set(service.extension.secret_environment.values())
        for name in sorted(names):
            declared = application.secrets.get(name)
            external = (declared.external_name or "") if declared and declared.external else ""
            yield "ssm" if is_parameter(external) else "secretsmanager"
        for grant in service.configs:
            config = application.configs[grant.source]
            if config.external:
                yield "ssm" if is_parameter(config.external_name or "") else "secretsmanager"
