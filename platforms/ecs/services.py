"""One planned service as AWS resources: task definition, routes, and an ECS service or a run-once job."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace

import pulumi

from berth.components.job import Job, JobArgs
from berth.components.role import Role
from berth.components.service import Endpoint, Service, ServiceArgs, ServiceConnect, Target
from berth.components.task import TaskDefinition
from berth.platforms.ecs.containers import port_name
from berth.platforms.ecs.deployment import Deployment
from berth.platforms.ecs.interfaces import place
from berth.platforms.ecs.logs import own_group
from berth.platforms.ecs.operation import deployment_alarms, scale, second_group, traffic_role
from berth.platforms.ecs.placement import placement_constraints
from berth.platforms.ecs.plan import ServicePlan
from berth.platforms.ecs.rollouts import bake_time, grace_period
from berth.platforms.ecs.scheduled import create_schedule
from berth.platforms.ecs.tags import tags_of
from berth.platforms.ecs.targets import Way, allowed, create_ways
from berth.platforms.ecs.tasks import define_task


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """``started`` exists once the service was asked for; ``done`` once it runs, or a job has completed. What AWS runs
    has no log group and no task. ``service_name`` is the ECS service's, None of what ends by itself;
    ``target_group_arns`` are by the listener's port."""

    started: pulumi.Resource
    done: pulumi.Resource
    log_group: pulumi.Output[str] | None = None
    task: TaskDefinition | None = None
    service_name: pulumi.Output[str] | None = None
    service_arn: pulumi.Output[str] | None = None
    target_group_arns: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, pulumi.Input[str]])


def deploy_service(deployment: Deployment, plan: ServicePlan, earlier: Mapping[str, Deployed]) -> Deployed:
    """Create one service. ``earlier`` holds the services that it may depend on."""
    name = f"{deployment.prefix}-{plan.service.name}"
    task = define_task(deployment, plan, name)
    waits = _waits(plan, earlier)
    if plan.scheduled:
        schedule = create_schedule(deployment, plan, name, task, waits)
        return Deployed(started=schedule, done=schedule, log_group=_log_group(plan, task), task=task)
    if plan.run_once:
        return _job(deployment, plan, name, task, waits)
    ways = create_ways(deployment, plan, name)
    foundation, settings = deployment.foundation, deployment.settings
    created = [way.route for way in ways if way.route]
    role = traffic_role(deployment, plan, name, created)
    own = deployment.storage.file_system
    mounts: Sequence[pulumi.Resource] = own.mount_targets if own and plan.volumes else ()
    service = Service(
        name,
        ServiceArgs(
            access=foundation.access,
            cluster_arn=foundation.cluster.arn,
            task_definition_arn=task.arn,
            capacity=foundation.cluster.capacity,
            mixed_capacity=settings.spot,
            desired_count=plan.replicas,
            scaled=plan.service.extension.scaling is not None,
            placement=place(deployment, plan, name, allowed(deployment, plan)),
            placement_constraints=placement_constraints(plan.service, settings),
            service_connect=ServiceConnect(
                namespace_arn=foundation.namespace.arn,
                endpoints=[
                    Endpoint(port_name=port_name(plan, port), dns_names=plan.dns_names, port=port)
                    for port in plan.ports
                ],
            ),
            targets=[_target(way, role) for way in ways],
            minimum_healthy_percent=plan.rollout.minimum_healthy,
            maximum_percent=plan.rollout.maximum,
            rollback=plan.rollout.rollback,
            bake_time=bake_time(plan.service, settings),
            alarms=deployment_alarms(deployment, plan, name, created),
            health_check_grace_period=grace_period(plan.service),
            enable_exec=settings.enable_exec,
            timeout=settings.deploy_timeout,
            tags=tags_of(settings, plan.service.deploy.labels),
        ),
        pulumi.ResourceOptions.merge(
            deployment.opts,
            pulumi.ResourceOptions(
                depends_on=[
                    *waits,
                    *foundation.cluster.ready,
                    *mounts,
                    *(way.ready for way in ways),
                    *([role] if role else []),
                ]
            ),
        ),
    )
    scale(deployment, plan, name, service, created)
    return Deployed(
        started=service.service,
        done=service.rollout,
        log_group=_log_group(plan, task),
        task=task,
        service_name=service.name,
        service_arn=service.arn,
        target_group_arns={str(way.port): way.target.target_group_arn for way in ways if way.route},
    )


def _target(way: Way, role: Role | None) -> Target:
    return replace(way.target, blue_green=second_group(way.route, role)) if way.route else way.target


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
            tags=tags_of(deployment.settings, plan.service.deploy.labels),
        ),
        pulumi.ResourceOptions.merge(
            deployment.opts, pulumi.ResourceOptions(depends_on=[*waits, *foundation.cluster.ready])
        ),
    )
    return Deployed(started=job.run, done=job.run, log_group=_log_group(plan, task), task=task)


def _log_group(plan: ServicePlan, task: TaskDefinition) -> pulumi.Output[str]:
    own = own_group(plan.service)
    return pulumi.Output.from_input(own) if own else task.log_group_name
