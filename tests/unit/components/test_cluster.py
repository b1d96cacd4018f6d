"""The cluster, its capacity providers, and what a service is placed by."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from berth.components.cluster import CapacityShare, Cluster, ClusterArgs, InstancesSpec, weights
from tests.unit.components.build import Built, build, waits_for
from tests.unit.recorder import Recorder

CLUSTER = "aws:ecs/cluster:Cluster"
ASSOCIATION = "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders"
PROVIDER = "aws:ecs/capacityProvider:CapacityProvider"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"


def cluster(**args: Any) -> Built:
    def make(opts):
        made = Cluster("shop", ClusterArgs(**args), opts)
        return {
            "arn": made.arn,
            "name": made.name,
            "public_ip": made.public_ip,
            "capacity": [
                {"provider": share.capacity_provider, "weight": share.weight, "base": share.base}
                for share in made.capacity
            ],
            "ready": [type(resource).__name__ for resource in made.ready],
            "ready_id": [resource.id for resource in made.ready],
            "provider_waits": waits_for(made.capacity[0].capacity_provider),
        }

    return build(make)


def shares(built: Built) -> list[tuple[str, int, int]]:
    return [(share["provider"], share["weight"], share["base"]) for share in built.values["capacity"]]


def test_a_fargate_cluster_has_both_providers_and_prefers_the_lasting_one():
    built = cluster(tags={"team": "a"})
    assert built.inputs(CLUSTER, "shop") == {
        "settings": [{"name": "containerInsights", "value": "disabled"}],
        "tags": {"team": "a"},
    }
    assert built.inputs(ASSOCIATION, "shop") == {
        "clusterName": "shop",
        "capacityProviders": ["FARGATE", "FARGATE_SPOT"],
        "defaultCapacityProviderStrategies": [{"capacityProvider": "FARGATE", "weight": 100, "base": 0}],
    }
    assert shares(built) == [("FARGATE", 100, 0)]
    assert built.values["public_ip"] is None
    assert built.types() == {CLUSTER, ASSOCIATION, "berth:components:Cluster"}


def test_a_share_of_spot_leaves_the_first_task_on_fargate():
    built = cluster(spot=30)
    assert shares(built) == [("FARGATE", 70, 1), ("FARGATE_SPOT", 30, 0)]
    strategies = built.inputs(ASSOCIATION)["defaultCapacityProviderStrategies"]
    assert [(s["capacityProvider"], s["weight"], s["base"]) for s in strategies] == shares(built)


@pytest.mark.parametrize("spot", [0, 1, 50, 99, 100])
def test_weights_are_percent_and_aws_takes_them(spot: int):
    found = weights(("FARGATE", "FARGATE_SPOT"), spot)
    assert sum(weight for _, weight, _ in found) == 100
    assert dict((provider, weight) for provider, weight, _ in found).get("FARGATE_SPOT", 0) == spot
    assert all(weight > 0 for _, weight, _ in found)
    # One provider at most may have a base: API_CapacityProviderStrategyItem.
    assert sum(1 for *_, base in found if base) == (1 if 0 < spot < 100 else 0)


@pytest.mark.parametrize("value", ["enabled", "enhanced"])  # API_ClusterSetting
def test_container_insights(value: str):
    built = cluster(container_insights=value)
    assert built.inputs(CLUSTER)["settings"] == [{"name": "containerInsights", "value": value}]


def test_instances_are_the_only_capacity_and_the_association_ends_before_them():
    spec = InstancesSpec(
        subnet_ids=["subnet-1"], security_group_ids=["sg-1"], instance_type="t3.small", tags={"k": "v"}
    )
    built = cluster(instances=spec)
    assert built.inputs(ASSOCIATION) == {
        "clusterName": "shop",
        "capacityProviders": ["capacity-shop"],
        "defaultCapacityProviderStrategies": [{"capacityProvider": "capacity-shop", "weight": 100, "base": 0}],
    }
    assert shares(built) == [("capacity-shop", 100, 0)]
    assert built.values["provider_waits"] == ["CapacityProvider capacity-shop"]
    assert built.values["ready"] == ["ClusterCapacityProviders"]
    assert built.values["ready_id"] == ["shop-id"]
    assert built.inputs(TEMPLATE)["instanceType"] == "t3.small"
    assert built.inputs(PROVIDER)["tags"] == {"k": "v"}


def test_the_elastic_ip_is_the_clusters_address():
    spec = InstancesSpec(subnet_ids=["subnet-1"], security_group_ids=["sg-1"])
    built = cluster(instances=spec)
    assert built.names("aws:ec2/eip:Eip") == ["shop-instance"]
    assert "public_ip" in built.values


@pytest.mark.parametrize("spot", [-1, 101])
def test_spot_out_of_range_is_refused(spot: int):
    with pytest.raises(ValueError, match=rf"0 to 100 \(got {spot}\)"):
        ClusterArgs(spot=spot)


def test_spot_needs_spot_instances():
    with pytest.raises(ValueError, match="spot_maximum"):
        ClusterArgs(spot=10, instances=InstancesSpec(subnet_ids=[], security_group_ids=[]))


def test_spot_instances_have_a_provider_of_their_own_and_the_association_has_both():
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CapacityProviderStrategyItem.html"""
    spec = InstancesSpec(
        subnet_ids=["subnet-1"], security_group_ids=["sg-1"], maximum=4, spot_maximum=4, elastic_ip=False
    )
    built = cluster(instances=spec, spot=60)
    assert shares(built) == [("capacity-shop", 40, 1), ("capacity-shop-spot", 60, 0)]
    association = built.inputs(ASSOCIATION)
    assert association["capacityProviders"] == ["capacity-shop", "capacity-shop-spot"]
    strategies = association["defaultCapacityProviderStrategies"]
    assert [(s["capacityProvider"], s["weight"], s["base"]) for s in strategies] == shares(built)


ARN = "arn:aws:ecs:us-east-1:123456789012:cluster/shared"


@pytest.mark.parametrize(("spot", "expected"), [(0, []), (40, [("FARGATE", 60, 1), ("FARGATE_SPOT", 40, 0)])])
def test_a_cluster_that_exists_is_used_and_nothing_is_created(spot: int, expected: list[tuple[str, int, int]]):
    recorder = Recorder(calls={"aws:ecs/getCluster:getCluster": {"arn": ARN, "clusterName": "shared"}})

    def make(opts):
        made = Cluster("shop", ClusterArgs(existing_arn=ARN, spot=spot), opts)
        shares_ = [{"provider": s.capacity_provider, "weight": s.weight, "base": s.base} for s in made.capacity]
        return {"arn": made.arn, "name": made.name, "capacity": shares_, "ready": list(made.ready)}

    built = build(make, recorder)
    assert (built.values["arn"], built.values["name"], built.values["ready"]) == (ARN, "shared", [])
    assert shares(built) == expected
    assert built.types() == {"berth:components:Cluster"}


def test_instances_join_no_cluster_that_exists():
    with pytest.raises(ValueError, match="existing_arn"):
        ClusterArgs(existing_arn=ARN, instances=InstancesSpec(subnet_ids=["subnet-1"], security_group_ids=["sg-1"]))


def test_a_cluster_that_exists_has_capacity_of_its_own() -> None:
    capacity = [CapacityShare(capacity_provider=pulumi.Output.from_input("capacity-dev"), weight=100)]

    def make(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        arn = "arn:aws:ecs:us-east-1:123456789012:cluster/dev"
        made = Cluster("shop", ClusterArgs(existing_arn=arn, capacity=capacity), opts)
        return {"capacity": [share.capacity_provider for share in made.capacity], "ready": list(made.ready)}

    calls = {"aws:ecs/getCluster:getCluster": {"arn": "arn:aws:ecs:us-east-1:123456789012:cluster/dev"}}
    built = build(make, Recorder(calls=calls))
    assert built.types() == {"berth:components:Cluster"}
    assert built.values == {"capacity": ["capacity-dev"], "ready": []}
    with pytest.raises(ValueError, match="needs existing_arn"):
        ClusterArgs(capacity=capacity)
