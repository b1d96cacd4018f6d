"""The Network Load Balancer, and its ports with the target groups behind them."""

from __future__ import annotations

from typing import Any

import pytest

from berth.components.network_load_balancer import NetworkLoadBalancer, NetworkLoadBalancerArgs
from berth.components.network_route import NetworkRoute, NetworkRouteArgs
from tests.unit.components.build import Built, build
from tests.unit.recorder import Recorder

BALANCER = "aws:lb/loadBalancer:LoadBalancer"
LISTENER = "aws:lb/listener:Listener"
GROUP = "aws:lb/targetGroup:TargetGroup"


def balancer(**args: Any) -> Built:
    def make(opts):
        made = NetworkLoadBalancer(
            "shop",
            NetworkLoadBalancerArgs(**{"subnet_ids": ["subnet-1"], "security_group_id": "sg-1", **args}),
            opts,
        )
        return {"arn": made.arn, "dns_name": made.dns_name, "zone_id": made.zone_id}

    return build(make, Recorder(outputs={BALANCER: {"dnsName": "nlb.example.com", "zoneId": "Z1"}}))


def route(name: str = "db-5432", **args: Any) -> Built:
    def make(opts):
        given = {"load_balancer_arn": "arn:lb", "vpc_id": "vpc-1", "protocol": "TCP", "port": 5433}
        made = NetworkRoute(name, NetworkRouteArgs(**{**given, "container_port": 5432, **args}), opts)
        return {"group": made.target_group_arn, "listener": made.listener.id}

    return build(make)


def test_the_balancer_has_a_security_group_from_the_start_and_every_zone_reaches_every_task():
    built = balancer(tags={"team": "a"})
    assert built.inputs(BALANCER, "shop") == {
        "loadBalancerType": "network",
        "internal": False,
        "subnets": ["subnet-1"],
        "securityGroups": ["sg-1"],
        "enableCrossZoneLoadBalancing": True,
        "enableDeletionProtection": False,
        "tags": {"team": "a"},
    }
    assert built.values["dns_name"] == "nlb.example.com"
    assert balancer(dual_stack=True).inputs(BALANCER)["ipAddressType"] == "dualstack"


def test_tcp_keeps_the_client_s_address_and_is_healthy_where_it_takes_connections():
    built = route(tags={"team": "a"})
    group = built.inputs(GROUP, "db-5432")
    assert (group["protocol"], group["port"], group["targetType"]) == ("TCP", 5432, "ip")
    assert group["preserveClientIp"] == "true"
    assert group["connectionTermination"] is False
    assert group["healthCheck"] == {
        "protocol": "TCP",
        "port": "traffic-port",
        "interval": 10,
        "timeout": 5,
        "healthyThreshold": 2,
        "unhealthyThreshold": 3,
    }
    assert built.inputs(LISTENER, "db-5432") == {
        "loadBalancerArn": "arn:lb",
        "port": 5433,
        "protocol": "TCP",
        "defaultActions": [{"type": "forward", "targetGroupArn": built.values["group"]}],
        "tags": {"team": "a"},
    }


def test_udp_is_asked_for_its_health_elsewhere_and_its_flows_end_with_the_task():
    group = route(protocol="UDP", health_port=8080).inputs(GROUP)
    assert group["protocol"] == "UDP"
    assert group["healthCheck"]["port"] == "8080"
    assert group["connectionTermination"] is True
    assert "preserveClientIp" not in group


def test_tls_ends_at_the_balancer():
    built = route(protocol="TLS", certificate_arn="arn:cert")
    listener = built.inputs(LISTENER)
    assert (listener["protocol"], listener["certificateArn"]) == ("TLS", "arn:cert")
    assert listener["sslPolicy"] == "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
    assert built.inputs(GROUP)["protocol"] == "TCP"
    assert "sslPolicy" not in route().inputs(LISTENER)


@pytest.mark.parametrize(
    ("args", "message"), [({"protocol": "TLS"}, "certificate_arn"), ({"protocol": "UDP"}, "health_port")]
)
def test_what_aws_would_refuse(args: dict[str, Any], message: str):
    with pytest.raises(ValueError, match=message):
        route(**args)
