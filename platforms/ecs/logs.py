"""Where a service's log goes: its own group of CloudWatch Logs, one that the file names, Splunk, or a router.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_firelens.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING

from berth.components.container import Container, LogConfiguration
from berth.compose.model import Application, Service
from berth.platforms.ecs.plan import ServicePlan
from berth.platforms.ecs.sizes import LOG_ROUTER_MEMORY
from berth.settings import Settings

if TYPE_CHECKING:  # else what only plans would load the SDK
    import pulumi

WITH_SECRETS = ("splunk", "awsfirelens")
SECRET = re.compile(r"token|passw|secret|credential|api_?key|(license|shared)_key", re.IGNORECASE)
"""Names of options that may stand in no task definition; one that is no secret works as one just as well."""

UNOFFERED = {"splunk"}
"""Drivers that an instance's agent does not offer of itself."""


def secret_options(service: Service) -> dict[str, str]:
    """The options whose values are secrets, by their key in the service's own secret."""
    logging = service.logging
    if logging is None or logging.driver not in WITH_SECRETS:
        return {}
    return {_key(name): value for name, value in logging.options.items() if SECRET.search(name)}


def log_configuration(service: Service, secrets: Mapping[str, pulumi.Input[str]]) -> LogConfiguration | None:
    """What the file says of the log; None where it goes to the task's own group. ``secrets`` has ``secret_options``'
    keys."""
    logging = service.logging
    if logging is None or logging.driver not in ("awslogs", "splunk", "awsfirelens"):
        return None
    hidden = {name: secrets[_key(name)] for name in logging.options if _key(name) in secrets}
    return LogConfiguration(
        driver=logging.driver,
        options={name: value for name, value in logging.options.items() if name not in hidden},
        secret_options=hidden,
    )


def _key(option: str) -> str:
    return f"logging-{option}"


def own_group(service: Service) -> str | None:
    """The log group that the file names."""
    logging = service.logging
    return logging.options.get("awslogs-group") if logging and logging.driver == "awslogs" else None


def own_group_arn(service: Service, settings: Settings) -> str | None:
    """Of an account that only AWS knows, as a role reaches no other's groups."""
    group = own_group(service)
    if group is None or service.logging is None:
        return None
    return f"arn:aws:logs:{service.logging.options.get('awslogs-region', settings.region)}:*:log-group:{group}"


def creates_group(service: Service) -> bool:
    logging = service.logging
    return bool(logging and own_group(service) and logging.options.get("awslogs-create-group") == "true")


def log_drivers(application: Application) -> list[str]:
    """Those in use that the agent must be told to offer."""
    used = {service.logging.driver for service in application.services.values() if service.logging}
    return sorted(used & UNOFFERED)


def router_name(plan: ServicePlan) -> str:
    return f"{plan.service.name}-log"


def log_router(plan: ServicePlan, settings: Settings) -> Container:
    """Fluent Bit, which takes the log of the task's other container to where its options say."""
    return Container(
        name=router_name(plan),
        image=settings.log_router_image,
        user="0",  # AWS's own images want it
        log_router="fluentbit",
        memory_reservation=LOG_ROUTER_MEMORY if settings.platform == "ecs-ec2" else None,
    )
