"""A planned service that runs by ``x-berth.schedule``: its schedule, in the stack's group of schedules."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi
import pulumi_aws as aws

from berth.components.naming import autonamed
from berth.components.schedule import MAXIMUM_NAME, Schedule, ScheduleArgs
from berth.components.task import TaskDefinition
from berth.compose.model import Application
from berth.platforms.ecs.deployment import Deployment
from berth.platforms.ecs.interfaces import place
from berth.platforms.ecs.placement import placement_constraints
from berth.platforms.ecs.plan import ServicePlan
from berth.settings import Settings


def create_schedule_group(
    prefix: str, application: Application, settings: Settings, opts: pulumi.ResourceOptions
) -> aws.scheduler.ScheduleGroup | None:
    """The group of the stack's schedules, which has the tags that these cannot have; None where there are none."""
    if all(service.schedule is None for service in application.services.values()):
        return None
    return aws.scheduler.ScheduleGroup(autonamed(prefix, MAXIMUM_NAME), tags=dict(settings.tags), opts=opts)


def create_schedule(
    deployment: Deployment, plan: ServicePlan, name: str, task: TaskDefinition, waits: Sequence[pulumi.Resource]
) -> aws.scheduler.Schedule:
    foundation, settings = deployment.foundation, deployment.settings
    schedule, group = plan.service.schedule, deployment.schedule_group
    assert schedule is not None and group is not None, "a scheduled service has both"
    created = Schedule(
        name,
        ScheduleArgs(
            group_name=group.name,
            group_arn=group.arn,
            cluster_arn=foundation.cluster.arn,
            task_definition_arn=task.arn,
            role_arns=[task.execution_role_arn, task.task_role_arn],
            capacity=foundation.cluster.capacity,
            expression=schedule.expression,
            timezone=schedule.timezone,
            enabled=schedule.enabled,
            count=plan.replicas,
            window=schedule.window,
            retries=schedule.retries,
            retry_for=schedule.retry_for,
            dead_letter_queue_arn=schedule.dead_letter_queue,
            placement=place(deployment, plan, name, []),
            placement_constraints=placement_constraints(plan.service, settings),
            enable_exec=settings.enable_exec,
            tags=settings.tags,
        ),
        pulumi.ResourceOptions.merge(
            deployment.opts, pulumi.ResourceOptions(depends_on=[*waits, *foundation.cluster.ready])
        ),
    )
    return created.schedule
