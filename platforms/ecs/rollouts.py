"""How a new version of a service takes the place of the old one, and the times of a task's start and end."""

from __future__ import annotations

import math

from berth.compose.model import Service
from berth.settings import Settings

MINIMUM_GRACE = 60
DEFAULT_STOP_TIMEOUT = 30
"""Seconds that ECS gives a container to stop where the file says nothing:
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html"""
MAXIMUM_DRAINING = 3600
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/application/edit-target-group-attributes.html"""
SPOT_NOTICE = 120
"""Seconds from the notice of a Spot interruption to the end:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-capacity-providers.html"""
DEFAULT_BAKE_TIME = 5


def two_groups(service: Service, settings: Settings) -> bool:
    """Whether requests to the service can move between two target groups: AWS wants tasks with an address of their own.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html
    """
    return settings.platform == "ecs-fargate" and service.extension.deployment.strategy != "rolling"


def bake_time(service: Service, settings: Settings) -> int | None:
    """Minutes that a blue/green deployment keeps the old tasks; None deploys by and by."""
    deployment = service.extension.deployment
    if settings.platform != "ecs-fargate" or deployment.strategy != "blue_green":
        return None
    return DEFAULT_BAKE_TIME if deployment.bake_time is None else deployment.bake_time


def grace_period(service: Service) -> int:
    """Seconds after a task's start in which failed checks of the load balancer, and of the container, do not count.

    A container is given ``start_period`` without a failure that counts, and is unhealthy after ``retries`` failures,
    each ``interval`` after the other. ECS would stop a task earlier, by the load balancer's own checks, which know
    nothing of the program's start; so these wait until the container's check has had its say. Without a check 60 s.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-definition-parameters.html
    """
    check = service.healthcheck
    if check is None:
        return MINIMUM_GRACE
    return max(MINIMUM_GRACE, math.ceil(check.start_period + check.retries * check.interval))


def draining(service: Service, settings: Settings) -> int:
    """Seconds that a target which is to stop may finish its requests: the load balancer's deregistration delay.

    ECS takes a task out of its target groups, waits for this delay, then sends SIGTERM, and SIGKILL after the stop
    timeout. ``stop_grace_period`` says how long the program's work may take; a request is such work, and has the same
    time. AWS's default of 300 s makes each deployment wait so long for one open connection. On Spot both have to fit
    into the two minutes' notice.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/load-balancer-connection-draining.html
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-lifecycle-explanation.html
    """
    stop = service.stop_grace_period
    seconds = DEFAULT_STOP_TIMEOUT if stop is None else math.ceil(stop)
    most = max(0, SPOT_NOTICE - min(seconds, SPOT_NOTICE)) if settings.spot else MAXIMUM_DRAINING
    return min(seconds, most)
