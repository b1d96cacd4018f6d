"""One planned service as AWS resources: task definition, routes, and an ECS service or a run-once job."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi

from components.image import Image
from components.job import Job, JobArgs
from components.route import Route, RouteArgs
from components.security_group import Rule, SecurityGroup, SecurityGroupArgs
from components.service import Endpoint, Placement, Service, ServiceArgs, ServiceConnect, Target
from components.task import TaskDefinition, TaskDefinitionArgs, TaskVolume
from compose.model import Application
from platforms.ecs.containers import Late, build_containers, directory_volume, port_name
from platforms.ecs.data import SecretReference, create_environment_secret, existing_reference, is_parameter
from platforms.ecs.existing import security_groups
from platforms.ecs.foundation import Foundation
from platforms.ecs.ingress import PlannedRoute
from platforms.ecs.logs import creates_group, own_group, own_group_arn
from platforms.ecs.placement import placement_constraints
from platforms.ecs.plan import ServicePlan, network_mode
from platforms.ecs.storage import Storage, permissions, task_volumes
from platforms.values import Values
from settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployment:
    """What every service of one deployment is made from."""

    prefix: str
    application: Application
    settings: Settings
    foundation: Foundation
    values: Values
    secrets: Mapping[str, SecretReference]
    storage: Storage
    images: Mapping[str, Image]
    routes: tuple[PlannedRoute, ...]
    opts: pulumi.ResourceOptions


@dataclass(frozen=True, slots=True, kw_only=True)
class Deployed:
    """``started`` exists once the service was asked for; ``done`` once it runs, or a job has completed."""

    started: pulumi.Resource
    done: pulumi.Resource
    log_group: pulumi.Output[str]


def deploy_service(deployment: Deployment, plan: ServicePlan, earlier: Mapping[str, Deployed]) -> Deployed:
    """Create one service. ``earlier`` holds the services that it may depend on."""
    name = f"{deployment.prefix}-{plan.service.name}"
    task = _task_definition(deployment, plan, name)
    waits = _waits(plan, earlier)
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
            placement=_placement(deployment, plan, name, [route for route, _ in routes]),
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
    return Deployed(started=service.service, done=service.rollout, log_group=_log_group(plan, task))


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
            placement=_placement(deployment, plan, name, []),
            placement_constraints=placement_constraints(plan.service, deployment.settings),
            service_connect=ServiceConnect(namespace_arn=foundation.namespace.arn),
            timeout=deployment.settings.deploy_timeout,
            tags=deployment.settings.tags,
        ),
        pulumi.ResourceOptions.merge(
            deployment.opts, pulumi.ResourceOptions(depends_on=[*waits, *foundation.cluster.ready])
        ),
    )
    return Deployed(started=job.run, done=job.run, log_group=_log_group(plan, task))


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


def _task_definition(deployment: Deployment, plan: ServicePlan, name: str) -> TaskDefinition:
    settings, service, secrets = deployment.settings, plan.service, deployment.secrets
    environment_secret, environment = create_environment_secret(deployment.prefix, plan, settings, deployment.opts)
    used = {file.source for file in plan.files if file.kind == "secret"} | set(
        service.extension.secret_environment.values()
    )
    image = deployment.images.get(service.name)
    external_configs = {
        config: existing_reference(declared.external_name)
        for config, declared in deployment.application.configs.items()
        if declared.external and declared.external_name
    }
    late = Late(
        image=image.uri if image else str(service.image),
        secrets={name: reference.value_from for name, reference in secrets.items()},
        environment={key: value for key, value in environment.items() if key in service.environment},
        log_secrets=environment,
        configs=deployment.values.configs,
        config_references={config: reference.value_from for config, reference in external_configs.items()},
    )
    arns = [
        *(secrets[source].arn for source in sorted(used)),
        *([environment_secret.arn] if environment_secret else []),
        *(reference.arn for config, reference in external_configs.items() if _uses_config(plan, config)),
    ]
    fargate = settings.platform == "ecs-fargate"
    return TaskDefinition(
        name,
        TaskDefinitionArgs(
            containers=build_containers(plan, settings, late),
            region=settings.region,
            launch="FARGATE" if fargate else "EC2",
            network_mode=network_mode(settings),
            cpu=plan.size.cpu if plan.size else None,
            memory=plan.size.memory if plan.size else None,
            cpu_architecture=settings.cpu_architecture,
            volumes=_volumes(deployment, plan),
            repository_arns=[image.repository_arn] if image else [],
            **permissions(deployment.storage, plan, settings),
            secret_arns=[arn for arn in arns if not is_parameter(arn)],
            parameter_arns=[arn for arn in arns if is_parameter(arn)],
            log_group_arns=[arn] if (arn := own_group_arn(service, settings)) else [],
            creates_log_groups=creates_group(service),
            log_retention_days=settings.log_retention_days,
            enable_exec=settings.enable_exec,
            tags=settings.tags,
        ),
        deployment.opts,
    )


def _uses_config(plan: ServicePlan, config: str) -> bool:
    return any(file.kind == "config" and file.source == config for file in plan.files)


def _volumes(deployment: Deployment, plan: ServicePlan) -> list[TaskVolume]:
    """Empty volumes for the files, and the named ones."""
    files = [TaskVolume(name=directory_volume(index)) for index in range(len(plan.directories))]
    return [*files, *task_volumes(deployment.storage, plan)]


def _placement(deployment: Deployment, plan: ServicePlan, name: str, routes: list[PlannedRoute]) -> Placement | None:
    """Where a Fargate task's network interface lies, and which groups let it be reached; None in bridge mode."""
    settings, foundation = deployment.settings, deployment.foundation
    if settings.platform != "ecs-fargate":
        return None
    networks = [network for network in plan.service.networks if network in foundation.groups]
    groups = [foundation.groups[network].id for network in sorted(networks)]
    groups += security_groups(deployment.application, plan.service)
    if all(deployment.application.networks[network].internal for network in networks) and foundation.aws_only:
        groups.append(foundation.aws_only.id)
    if deployment.storage.client and plan.volumes:
        groups.append(deployment.storage.client.id)
    if routes and foundation.load_balancer_group:
        groups.append(_ingress_group(deployment, name, routes, foundation.load_balancer_group).id)
    public = not foundation.network.private_subnet_ids
    return Placement(
        subnet_ids=foundation.network.public_subnet_ids if public else foundation.network.private_subnet_ids,
        security_group_ids=groups,
        assign_public_ip=public,
    )


def _ingress_group(
    deployment: Deployment, name: str, routes: list[PlannedRoute], balancer: SecurityGroup
) -> SecurityGroup:
    ports = sorted({route.container_port for route in routes})
    return SecurityGroup(
        f"{name}-ingress",
        SecurityGroupArgs(
            vpc_id=deployment.foundation.network.vpc_id,
            description=f"From the load balancer to {name}",
            ingress=[
                Rule(from_port=port, security_group_id=balancer.id, description="From the load balancer")
                for port in ports
            ],
            tags=deployment.settings.tags,
        ),
        deployment.opts,
    )
