"""An ECS service with its Service Connect names and load balancer targets, up once this component is."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from components.aws_access import AwsAccess
from components.cluster import CapacityShare
from components.placement import PlacementConstraint
from components.rollout import Rollout, RolloutArgs


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
class Target:
    target_group_arn: pulumi.Input[str]
    container_name: str
    container_port: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Placement:
    """Where the tasks' network interfaces lie (awsvpc); at most five security groups."""

    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_ids: Sequence[pulumi.Input[str]]
    assign_public_ip: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceArgs:
    """``capacity`` empty is the launch type Fargate. The percentages are of ``desired_count``. ``timeout`` and
    ``health_check_grace_period`` are seconds; the latter has a meaning with ``targets`` only. ``placement`` None is the
    bridge mode; ``placement_constraints`` choose among instances, and Fargate has none.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
    """

    access: AwsAccess
    cluster_arn: pulumi.Input[str]
    task_definition_arn: pulumi.Input[str]
    capacity: Sequence[CapacityShare]
    desired_count: int = 1
    placement: Placement | None = None
    placement_constraints: Sequence[PlacementConstraint] = ()
    service_connect: ServiceConnect | None = None
    targets: Sequence[Target] = ()
    minimum_healthy_percent: int = 100
    maximum_percent: int = 200
    circuit_breaker: bool = True
    rollback: bool = True
    health_check_grace_period: int = 60
    enable_exec: bool = False
    timeout: int = 900
    tags: Mapping[str, str] = field(default_factory=dict)


class _EcsService(aws.ecs.Service):
    """The provider's service, whose Service Connect is read back untyped: some versions of the plugin give the one
    alias of an entry as an object where the SDK wants a list, and nothing here reads it."""

    @property
    @pulumi.getter(name="serviceConnectConfiguration")
    def service_connect_configuration(self) -> pulumi.Output[Any]:
        return pulumi.get(self, "service_connect_configuration")


class Service(pulumi.ComponentResource):
    """``rollout`` exists once the tasks run; who needs only that the service was asked for takes the component."""

    arn: pulumi.Output[str]
    name: pulumi.Output[str]
    service: pulumi.Resource
    rollout: Rollout

    def __init__(self, name: str, args: ServiceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:Service", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
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
                enable=args.circuit_breaker, rollback=args.circuit_breaker and args.rollback
            ),
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
                desired_count=args.desired_count,
                timeout=args.timeout,
            ),
            pulumi.ResourceOptions(parent=self, depends_on=[service]),
        )
        self.register_outputs({"arn": self.arn, "name": self.name})


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
