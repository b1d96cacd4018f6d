"""What stands beside a service on ECS: its scaling, and what its deployments are watched and moved by."""

from __future__ import annotations

from collections.abc import Sequence

import pulumi

from berth.components.error_alarm import ErrorAlarm, ErrorAlarmArgs
from berth.components.role import Role
from berth.components.route import Route
from berth.components.scaling import RequestSource, Scaling, ScalingArgs, ScheduledCapacity
from berth.components.service import BlueGreen, DeploymentAlarms, Service
from berth.components.traffic_role import traffic_role_args
from berth.platforms.ecs.deployment import Deployment
from berth.platforms.ecs.plan import ServicePlan
from berth.platforms.ecs.rollouts import two_groups


def scale(
    deployment: Deployment, plan: ServicePlan, name: str, service: Service, routes: Sequence[Route]
) -> Scaling | None:
    """The service's scaling; None where the file asks for none."""
    wanted, foundation = plan.service.extension.scaling, deployment.foundation
    if wanted is None:
        return None
    balancer = foundation.load_balancer
    sources = [
        RequestSource(name=str(index), load_balancer=balancer.arn_suffix, target_group=route.target_group_suffixes[0])
        for index, route in enumerate(routes)
        if balancer
    ]
    return Scaling(
        name,
        ScalingArgs(
            cluster_name=foundation.cluster.name,
            service_name=service.name,
            minimum=wanted.min,
            maximum=wanted.max,
            cpu=wanted.cpu,
            memory=wanted.memory,
            requests=wanted.requests if sources else None,
            sources=sources,
            scale_in_cooldown=wanted.scale_in_cooldown,
            scale_out_cooldown=wanted.scale_out_cooldown,
            disable_scale_in=wanted.disable_scale_in,
            schedule=[
                ScheduledCapacity(when=item.when, timezone=item.timezone, minimum=item.min, maximum=item.max)
                for item in wanted.schedule
            ],
            tags=deployment.settings.tags,
        ),
        deployment.opts,
    )


def deployment_alarms(
    deployment: Deployment, plan: ServicePlan, name: str, routes: Sequence[Route]
) -> DeploymentAlarms | None:
    """The stack's alarms, the service's, and one of its own on errors; None where there is none."""
    wanted, balancer = plan.service.extension.deployment, deployment.foundation.load_balancer
    names: list[pulumi.Input[str]] = list(dict.fromkeys((*deployment.settings.deployment_alarms, *wanted.alarms)))
    if wanted.error_percent is not None and routes and balancer:
        alarm = ErrorAlarm(
            f"{name}-deployment-errors",
            ErrorAlarmArgs(
                percent=wanted.error_percent,
                load_balancer=balancer.arn_suffix,
                target_groups=[suffix for route in routes for suffix in route.target_group_suffixes],
                tags=deployment.settings.tags,
            ),
            deployment.opts,
        )
        names.append(alarm.alarm_name)
    return DeploymentAlarms(names=names, rollback=plan.rollout.rollback) if names else None


def traffic_role(deployment: Deployment, plan: ServicePlan, name: str, routes: Sequence[Route]) -> Role | None:
    """The role by which ECS moves requests between two target groups; None where there are no two."""
    if not routes or not two_groups(plan.service, deployment.settings):
        return None
    groups = [arn for route in routes for arn in (route.target_group_arn, route.alternate_target_group_arn) if arn]
    return Role(
        f"{name}-traffic",
        traffic_role_args([route.rule_arn for route in routes], groups, deployment.settings.tags),
        deployment.opts,
    )


def second_group(route: Route, role: Role | None) -> BlueGreen | None:
    """What ECS is told of a route's second target group."""
    if role is None or route.alternate_target_group_arn is None:
        return None
    return BlueGreen(
        alternate_target_group_arn=route.alternate_target_group_arn, rule_arn=route.rule_arn, role_arn=role.arn
    )
