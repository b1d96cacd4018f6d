"""An ECS cluster and the capacity that its services run on: Fargate, or EC2 instances."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, fields
from typing import Literal, TypeVar

import pulumi
import pulumi_aws as aws

from berth.components.instances import Instances, InstancesArgs, InstancesSpec

Provider = TypeVar("Provider")

__all__ = ["CapacityShare", "Cluster", "ClusterArgs", "InstancesSpec", "weights"]


FARGATE = ("FARGATE", "FARGATE_SPOT")


@dataclass(frozen=True, slots=True, kw_only=True)
class CapacityShare:
    """How many of a service's tasks go to one capacity provider: ``base`` first, then by ``weight``.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html
    """

    capacity_provider: pulumi.Input[str]
    weight: int
    base: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterArgs:
    """``instances`` None is Fargate. ``spot`` is the percentage of tasks on FARGATE_SPOT, or Spot instances, which
    AWS may stop with two minutes' notice. ``container_insights`` other than "disabled" costs money; "enhanced"
    measures each task and container:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cloudwatch-container-insights.html

    With ``existing_arn`` nothing is created: tasks run there on ``capacity``, capacity providers of the cluster; or on
    Fargate, and for a share of Spot the cluster has both of Fargate's.

    Raises:
        ValueError: ``spot`` out of range, or without Spot instances; instances on a cluster that exists, or
            ``capacity`` of one that does not.
    """

    existing_arn: str | None = None
    capacity: Sequence[CapacityShare] = ()
    instances: InstancesSpec | None = None
    spot: int = 0
    container_insights: Literal["disabled", "enabled", "enhanced"] = "disabled"
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        if not 0 <= self.spot <= 100:
            raise ValueError(f"spot must be 0 to 100 (got {self.spot})")
        if self.instances is not None and self.spot and not self.instances.spot_maximum:
            raise ValueError("spot needs instances that have a spot_maximum")
        if self.instances is not None and self.existing_arn is not None:
            raise ValueError("instances join a cluster of their own, not existing_arn")
        if self.capacity and self.existing_arn is None:
            raise ValueError("capacity is that of a cluster that exists: needs existing_arn")


class Cluster(pulumi.ComponentResource):
    """A service uses ``capacity``, or where it is empty the launch type Fargate, and depends on ``ready``, the
    cluster's association with its capacity providers.

    So the end of a stack goes service, association, capacity provider, Auto Scaling group, cluster, the only order
    that AWS takes: https://github.com/hashicorp/terraform-provider-aws/issues/11409
    """

    arn: pulumi.Output[str]
    name: pulumi.Output[str]
    capacity: Sequence[CapacityShare]
    public_ip: pulumi.Output[str] | None
    ready: Sequence[pulumi.Resource]

    def __init__(self, name: str, args: ClusterArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:Cluster", name, None, opts)
        if args.existing_arn is not None:
            self._take(args.existing_arn, args.spot, args.capacity)
            return
        child = pulumi.ResourceOptions(parent=self)
        cluster = aws.ecs.Cluster(
            name,
            settings=[aws.ecs.ClusterSettingArgs(name="containerInsights", value=args.container_insights)],
            tags=dict(args.tags),
            opts=child,
        )
        self.arn = cluster.arn
        self.name = cluster.name
        self.public_ip = None
        if args.instances is None:
            # Both always: a provider that a running task still uses can't be taken away.
            providers: list[pulumi.Input[str]] = [*FARGATE]
            self.capacity = [_share(*item) for item in weights(FARGATE, args.spot)]
        else:
            spec = {item.name: getattr(args.instances, item.name) for item in fields(args.instances)}
            instances = Instances(name, InstancesArgs(cluster_name=cluster.name, **spec), child)
            providers = [instances.capacity_provider_name]
            self.capacity = [CapacityShare(capacity_provider=instances.capacity_provider_name, weight=100)]
            if instances.spot_provider_name is not None:
                providers.append(instances.spot_provider_name)
                self.capacity = [
                    CapacityShare(capacity_provider=provider, weight=weight, base=base)
                    for provider, weight, base in weights(tuple(providers), args.spot)
                ]
            self.public_ip = instances.public_ip
        association = aws.ecs.ClusterCapacityProviders(
            name,
            cluster_name=cluster.name,
            capacity_providers=providers,
            default_capacity_provider_strategies=[
                aws.ecs.ClusterCapacityProvidersDefaultCapacityProviderStrategyArgs(
                    capacity_provider=share.capacity_provider, weight=share.weight, base=share.base
                )
                for share in self.capacity
            ],
            opts=child,
        )
        self.ready = [association]
        self.register_outputs({"arn": self.arn, "name": self.name, "public_ip": self.public_ip})

    def _take(self, arn: str, spot: int, capacity: Sequence[CapacityShare]) -> None:
        """The cluster that exists. Fargate alone needs no capacity provider, which it may not have."""
        name = arn.rpartition("/")[2]
        found = aws.ecs.get_cluster(cluster_name=name, opts=pulumi.InvokeOptions(parent=self))  # fails where it is not
        self.arn = pulumi.Output.from_input(found.arn)
        self.name = pulumi.Output.from_input(name)
        self.public_ip = None
        self.capacity = capacity or ([_share(*item) for item in weights(FARGATE, spot)] if spot else [])
        self.ready = []
        self.register_outputs({"arn": self.arn, "name": self.name, "public_ip": self.public_ip})


def _share(provider: str, weight: int, base: int) -> CapacityShare:
    return CapacityShare(capacity_provider=pulumi.Output.from_input(provider), weight=weight, base=base)


def weights(providers: Sequence[Provider], spot: int) -> list[tuple[Provider, int, int]]:
    """Provider, weight and base of two, of which the second is Spot and takes ``spot`` percent; of a mix the first task
    is never on Spot."""
    lasting, interruptible = providers
    shares = [(lasting, 100 - spot, 1 if 0 < spot < 100 else 0), (interruptible, spot, 0)]
    return [share for share in shares if share[1]]
