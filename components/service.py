"""An ECS service with its Service Connect names and load balancer targets, up once this component is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from berth.components.aws_access import AwsAccess
from berth.components.cluster import CapacityShare
from berth.components.placement import PlacementConstraint
from berth.components.rollout import Rollout, RolloutArgs


@dataclass(frozen=True, slots=True, kw_only=True)
class Endpoint:
    """A port of the service and the names that others reach it by: ``port_name`` is the port mapping's."""

    port_name: str
    dns_names: Sequence[str]
    port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceConnect:
    """Without endpoints the service only uses others' names."""

    namespace_arn: pulumi.Input[str]
    endpoints: Sequence[Endpoint] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BlueGreen:
    """The second target group of a ``Target``, the rule of the load balancer that sends requests to either, and the
    role by which ECS changes that rule.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_AdvancedConfiguration.html
    """

    alternate_target_group_arn: pulumi.Input[str]
    rule_arn: pulumi.Input[str]
    role_arn: pulumi.Input[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    target_group_arn: pulumi.Input[str]
    container_name: str
    container_port: int
    blue_green: BlueGreen | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class DeploymentAlarms:
    """CloudWatch alarms by name: one that goes off during a deployment fails it.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-alarm-failure.html
    """

    names: Sequence[pulumi.Input[str]]
    rollback: bool = True


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where the tasks' network interfaces lie (awsvpc); at most five security groups."""

    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_ids: Sequence[pulumi.Input[str]]
    assign_public_ip: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceArgs:
    """The percentages are of ``desired_count``, which is only the first one where the service is ``scaled``.
    ``timeout`` and ``health_check_grace_period`` are seconds; the latter has a meaning with ``targets`` only.
    ``placement`` None is the bridge mode; ``placement_constraints`` choose among instances, and Fargate has none.
    ``capacity`` empty is the launch type Fargate.
    ``bake_time`` is minutes, and makes each deployment a blue/green one; they are added to its ``timeout``. None is a
    rolling one. ``mixed_capacity`` lets the shares of ``capacity`` change in place.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html

    Raises:
        ValueError: a blue/green deployment with a target that has no second group.
    """

    access: AwsAccess
    cluster_arn: pulumi.Input[str]
    task_definition_arn: pulumi.Input[str]
    capacity: Sequence[CapacityShare]
    mixed_capacity: bool = False
    desired_count: int = 1
    scaled: bool = False
    placement: Placement | None = None
    placement_constraints: Sequence[PlacementConstraint] = ()
    service_connect: ServiceConnect | None = None
    targets: Sequence[Target] = ()
    minimum_healthy_percent: int = 100
    maximum_percent: int = 200
    circuit_breaker: bool = True
    rollback: bool = True
    bake_time: int | None = None
    alarms: DeploymentAlarms | None = None
    health_check_grace_period: int = 60
    enable_exec: bool = False
    timeout: int = 900
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        if self.bake_time is not None and not all(target.blue_green for target in self.targets):
            raise ValueError("bake_time: a blue/green deployment needs a second group for each target")


class _EcsService(aws.ecs.Service):
    """The provider's service, whose Service Connect is read back untyped: some versions of the plugin give the one
    alias of an entry as an object where the SDK wants a list, and nothing here reads it."""

    @property
    @pulumi.getter(name="serviceConnectConfiguration")
    def service_connect_configuration(self) -> pulumi.Output[Any]:
        return pulumi.get(self, "service_connect_configuration")  # pyright: ignore[reportUnknownMemberType] untyped there


class Service(pulumi.ComponentResource):
    """``rollout`` exists once the tasks run; who needs only that the service was asked for takes the component."""

    arn: pulumi.Output[str]
    name: pulumi.Output[str]
    service: pulumi.Resource
    rollout: Rollout

    def __init__(self, name: str, args: ServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:Service", name, None, opts)
        child = pulumi.ResourceOptions(parent=self, ignore_changes=["desiredCount"] if args.scaled else None)
        blue_green = args.bake_time is not None
        breaks = args.circuit_breaker and not blue_green  # ECS has a circuit breaker for rolling deployments alone
        service = _EcsService(
            name,
            cluster=args.cluster_arn,
            task_definition=args.task_definition_arn,
            desired_count=args.desired_count,
            launch_type=None if args.capacity else "FARGATE",
            capacity_provider_strategies=[
                aws.ecs.ServiceCapacityProviderStrategyArgs(
                    capacity_provider=share.capacity_provider, weight=share.weight, base=share.base
                )
                for share in args.capacity
            ],
            deployment_minimum_healthy_percent=args.minimum_healthy_percent,
            deployment_maximum_percent=args.maximum_percent,
            deployment_circuit_breaker=aws.ecs.ServiceDeploymentCircuitBreakerArgs(
                enable=breaks, rollback=breaks and args.rollback
            ),
            deployment_configuration=_strategy(args.bake_time),
            alarms=_alarms(args.alarms),
            # Else other shares make the provider replace the service.
            force_new_deployment=True if args.mixed_capacity else None,
            network_configuration=_network(args.placement),
            placement_constraints=[
                aws.ecs.ServicePlacementConstraintArgs(type=item.type, expression=item.expression)
                for item in args.placement_constraints
            ]
            or None,
            service_connect_configuration=_service_connect(args.service_connect),
            load_balancers=[
                aws.ecs.ServiceLoadBalancerArgs(
                    target_group_arn=target.target_group_arn,
                    container_name=target.container_name,
                    container_port=target.container_port,
                    advanced_configuration=_advanced(target.blue_green),
                )
                for target in args.targets
            ],
            health_check_grace_period_seconds=args.health_check_grace_period if args.targets else None,
            enable_execute_command=args.enable_exec,
            enable_ecs_managed_tags=True,
            propagate_tags="SERVICE",
            wait_for_steady_state=False,  # the rollout waits, and says why in vain
            tags=dict(args.tags),
            opts=child,
        )
        self.arn = service.arn
        self.name = service.name
        self.service = service
        self.rollout = Rollout(
            name,
            RolloutArgs(
                access=args.access,
                cluster=args.cluster_arn,
                service=service.name,
                task_definition=args.task_definition_arn,
                desired_count=None if args.scaled else args.desired_count,
                blue_green=blue_green,
                timeout=args.timeout + 60 * (args.bake_time or 0),
            ),
            pulumi.ResourceOptions(parent=self, depends_on=[service]),
        )
        self.register_outputs({"arn": self.arn, "name": self.name})


def _strategy(bake_time: int | None) -> aws.ecs.ServiceDeploymentConfigurationArgs | None:
    """Rolling is what a service has that says nothing."""
    if bake_time is None:
        return None
    return aws.ecs.ServiceDeploymentConfigurationArgs(strategy="BLUE_GREEN", bake_time_in_minutes=str(bake_time))


def _alarms(alarms: DeploymentAlarms | None) -> aws.ecs.ServiceAlarmsArgs | None:
    if alarms is None:
        return None
    return aws.ecs.ServiceAlarmsArgs(alarm_names=list(alarms.names), enable=True, rollback=alarms.rollback)


def _advanced(second: BlueGreen | None) -> aws.ecs.ServiceLoadBalancerAdvancedConfigurationArgs | None:
    if second is None:
        return None
    return aws.ecs.ServiceLoadBalancerAdvancedConfigurationArgs(
        alternate_target_group_arn=second.alternate_target_group_arn,
        production_listener_rule=second.rule_arn,
        role_arn=second.role_arn,
    )


def _network(placement: Placement | None) -> aws.ecs.ServiceNetworkConfigurationArgs | None:
    if placement is None:
        return None
    return aws.ecs.ServiceNetworkConfigurationArgs(
        subnets=list(placement.subnet_ids),
        security_groups=list(placement.security_group_ids),
        assign_public_ip=placement.assign_public_ip,
    )


def _service_connect(connect: ServiceConnect | None) -> aws.ecs.ServiceServiceConnectConfigurationArgs | None:
    """ECS takes one alias an entry, so that each further name of a port is an entry of its own.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectService.html
    """
    if connect is None:
        return None
    return aws.ecs.ServiceServiceConnectConfigurationArgs(
        enabled=True,
        namespace=connect.namespace_arn,
        services=[
            aws.ecs.ServiceServiceConnectConfigurationServiceArgs(
                port_name=endpoint.port_name,
                discovery_name=discovery_name(dns_name, endpoint.port),
                client_alias=[
                    aws.ecs.ServiceServiceConnectConfigurationServiceClientAliasArgs(
                        dns_name=dns_name, port=endpoint.port
                    )
                ],
            )
            for endpoint in connect.endpoints
            for dns_name in endpoint.dns_names
        ],
    )


def discovery_name(dns_name: str, port: int) -> str:
    """The Cloud Map name of one DNS name's port: lowercase letters, digits, ``_`` and ``-``; 64 at most."""
    return f"{re.sub(r'[^a-z0-9_-]', '-', dns_name.lower()).lstrip('-')[:58]}-{port}"
