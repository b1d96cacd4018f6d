"""One planned service as AWS resources: task definition, routes, and an ECS service or a run-once job."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.job import Job, JobArgs
from components.route import Route, RouteArgs
from components.service import Endpoint, Service, ServiceArgs, ServiceConnect, Target
from components.task import TaskDefinition
from platforms.ecs.containers import port_name
from platforms.ecs.deployment import Deployment
from platforms.ecs.ingress import PlannedRoute
from platforms.ecs.interfaces import place
from platforms.ecs.logs import own_group
from platforms.ecs.placement import placement_constraints
from platforms.ecs.plan import ServicePlan
from platforms.ecs.scheduled import create_schedule
from platforms.ecs.tasks import define_task


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """``started`` exists once the service was asked for; ``done`` once it runs, or a job has completed.

    ``task_definition`` None: there is no task that ``berth run`` could start beside it.
    """

    started: pulumi.Resource
    done: pulumi.Resource
    log_group: pulumi.Output[str]
    task_definition: pulumi.Output[str] | None = None


def deploy_service(deployment: Deployment, plan: ServicePlan, earlier: Mapping[str, Deployed]) -> Deployed:
    """Create one service. ``earlier`` holds the services that it may depend on."""
    name = f"{deployment.prefix}-{plan.service.name}"
    task = define_task(deployment, plan, name)
    waits = _waits(plan, earlier)
    if plan.scheduled:
        schedule = create_schedule(deployment, plan, name, task, waits)
        return Deployed(started=schedule, done=schedule, log_group=_log_group(plan, task), task_definition=task.arn)
    if plan.run_once:
        return _job(deployment, plan, name, task, waits)
    routes = [
        (route, _route(deployment, name, route)) for route in deployment.routes if route.service == plan.service.name
    ]
    foundation, settings = deployment.foundation, deployment.settings
    mounts = deployment.storage.file_system.mount_targets if deployment.storage.file_system and plan.volumes else []
    service = Service(
        name,
        ServiceArgs(
            access=foundation.access,
            cluster_arn=foundation.cluster.arn,
            task_definition_arn=task.arn,
            capacity=foundation.cluster.capacity,
            desired_count=plan.replicas,
            placement=place(deployment, plan, name, [route for route, _ in routes]),
            placement_constraints=placement_constraints(plan.service, settings),
            service_connect=ServiceConnect(
                namespace_arn=foundation.namespace.arn,
                endpoints=[
                    Endpoint(port_name=port_name(plan, port), dns_names=plan.dns_names, port=port)
                    for port in plan.ports
                ],
            ),
            targets=[
                Target(
                    target_group_arn=created.target_group_arn,
                    container_name=plan.service.name,
                    container_port=route.container_port,
                )
                for route, created in routes
            ],
            minimum_healthy_percent=plan.rollout.minimum_healthy,
            maximum_percent=plan.rollout.maximum,
            rollback=plan.rollout.rollback,
            health_check_grace_period=_grace_period(plan),
            enable_exec=settings.enable_exec,
            timeout=settings.deploy_timeout,
            tags=settings.tags,
        ),
        pulumi.ResourceOptions.merge(
            deployment.opts,
            pulumi.ResourceOptions(
                depends_on=[*waits, *foundation.cluster.ready, *mounts, *(created.rule for _, created in routes)]
            ),
        ),
    )
    return Deployed(
        started=service.service, done=service.rollout, log_group=_log_group(plan, task), task_definition=task.arn
    )


def _grace_period(plan: ServicePlan) -> int:
    """Seconds until the load balancer's checks count: as long as the file gives the service to start."""
    check = plan.service.healthcheck
    return max(60, math.ceil(check.start_period)) if check else 60


def _waits(plan: ServicePlan, earlier: Mapping[str, Deployed]) -> list[pulumi.Resource]:
    """What must have happened before: ``service_started`` needs the service alone, the others its success."""
    return [
        earlier[name].started if awaited == "started" else earlier[name].done
        for name, awaited in plan.awaits.items()
        if name in earlier
    ]


def _job(
    deployment: Deployment, plan: ServicePlan, name: str, task: TaskDefinition, waits: list[pulumi.Resource]
) -> Deployed:
    foundation = deployment.foundation
    job = Job(
        name,
        JobArgs(
            access=foundation.access,
            cluster_arn=foundation.cluster.arn,
            task_definition_arn=task.arn,
            container=plan.service.name,
            capacity=foundation.cluster.capacity,
            placement=place(deployment, plan, name, []),
            placement_constraints=placement_constraints(plan.service, deployment.settings),
            service_connect=ServiceConnect(namespace_arn=foundation.namespace.arn),
            timeout=deployment.settings.deploy_timeout,
            tags=deployment.settings.tags,
        ),
        pulumi.ResourceOptions.merge(
            deployment.opts, pulumi.ResourceOptions(depends_on=[*waits, *foundation.cluster.ready])
        ),
    )
    return Deployed(started=job.run, done=job.run, log_group=_log_group(plan, task), task_definition=task.arn)


def _log_group(plan: ServicePlan, task: TaskDefinition) -> pulumi.Output[str]:
    own = own_group(plan.service)
    return pulumi.Output.from_input(own) if own else task.log_group_name


def _route(deployment: Deployment, name: str, route: PlannedRoute) -> Route:
    balancer = deployment.foundation.load_balancer
    assert balancer is not None, "routes are planned for load-balanced stacks only"
    fargate = deployment.settings.platform == "ecs-fargate"
    return Route(
        f"{name}-{route.port}",
        RouteArgs(
            listener_arn=balancer.listener_arns[route.port],
            vpc_id=deployment.foundation.network.vpc_id,
            container_port=route.container_port,
            target_type="ip" if fargate else "instance",
            priority=route.priority,
            host=route.host,
            path=route.path,
            health_path=route.health_path,
            tags=deployment.settings.tags,
        ),
        deployment.opts,
    )
