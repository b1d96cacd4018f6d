"""Scaling, Spot instances and load balancers, computed by hand from AWS's prices of us-east-1."""

from __future__ import annotations

from typing import Any

import pytest

from berth.cost.estimate import estimate
from berth.cost.model import Assumptions, Estimate, Item
from berth.settings import Settings
from tests.unit.applications import application, service
from tests.unit.berth.cost.test_estimate import LIMITED, SMALL, costs, prod


def dev(**settings: Any) -> Settings:
    return Settings(**{"platform": "ecs-ec2", **settings})


def item(found: Estimate, what: str) -> Item:
    return next(entry for entry in found.items if entry.what == what)


def test_a_service_that_scales_is_counted_as_it_begins_and_says_its_range() -> None:
    scaled = service("web", deploy=LIMITED, extension={"scaling": {"min": 2, "max": 10, "cpu": 60}})
    found = item(estimate(application(scaled), prod()), "2 x 0.5 vCPU")
    assert found.monthly == pytest.approx(2 * 730 * 0.5 * 0.04048)
    assert found.note == "2 to 10 tasks, counted at 2"
    nightly = {"min": 2, "max": 10, "cpu": 60, "schedule": [{"when": "cron(0 20 * * ? *)", "min": 0, "max": 12}]}
    found = item(
        estimate(application(service("web", deploy=LIMITED, extension={"scaling": nightly})), prod()), found.what
    )
    assert found.note == "0 to 12 tasks, counted at 2"


def test_the_second_tasks_of_a_deployment_are_said_and_not_counted() -> None:
    moved = service("web", deploy=LIMITED, extension={"deployment": {"strategy": "blue_green"}})
    found = item(estimate(application(moved), prod()), "0.5 vCPU")
    assert found.monthly == pytest.approx(730 * 0.5 * 0.04048)
    assert found.note == "twice as many while it is deployed, not counted"


def test_instances_are_counted_at_the_fewest() -> None:
    found = estimate(SMALL, dev(instance_count=2, instance_maximum=5))
    hours = item(found, "2 x t3.micro, for all services")
    assert hours.monthly == pytest.approx(2 * 730 * 0.0104)
    assert hours.note == "2 to 5 as tasks need them, counted at 2"
    assert costs(found)["shared: public IPv4 of instances"] == 7.30


def test_a_first_spot_instance_is_counted_where_a_second_task_runs() -> None:
    spot = dev(instance_spot=50, instance_maximum=4)
    assert not [name for name in costs(estimate(SMALL, spot)) if "Spot" in name]
    two = application(service("web", deploy=LIMITED.model_copy(update={"replicas": 2})))
    found = estimate(two, spot, Assumptions(spot=0.3))
    assert item(found, "1 x t3.micro on Spot").monthly == pytest.approx(730 * 0.0104 * 0.3)
    assert costs(found)["shared: 2 x 30 GB disk"] == 4.80
    assert costs(found)["shared: public IPv4 of instances"] == 7.30


def test_a_network_load_balancer_has_its_own_hours_units_and_addresses() -> None:
    tcp = service("mqtt", deploy=LIMITED, ports=[{"target": 1883, "published": 1883}])
    tcp = tcp.model_copy(update={"extension": type(tcp.extension)(ingress={"protocol": "tcp", "port": 1883})})
    found = estimate(application(tcp), prod(), Assumptions(nlcu=0.5))
    assert costs(found)["shared: Network Load Balancer"] == 16.43  # 730 x 0.0225
    assert costs(found)["shared: Network Load Balancer's use"] == 2.19  # 0.5 x 730 x 0.006
    assert costs(found)["shared: public IPv4 of the Network Load Balancer"] == 7.30
    assert "shared: load balancer" not in costs(found)
    assert item(found, "Network Load Balancer").free == 0


def test_an_existing_listener_has_no_load_balancer_of_the_stacks() -> None:
    listener = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/shared/1/2"
    network = {"vpc_id": "vpc-1", "public_subnet_ids": ("a", "b"), "private_subnet_ids": ("c", "d")}
    web = service("web", deploy=LIMITED, ports=[{"target": 80}], extension={"ingress": {"port": 80}})
    assert "shared: load balancer" in costs(estimate(application(web), prod(**network)))
    assert not [
        name for name in costs(estimate(application(web), prod(**network, listener_arn=listener))) if "load" in name
    ]


def test_no_load_balancer_without_requests_from_outside() -> None:
    found = estimate(application(service("worker", deploy=LIMITED)), prod())
    assert not [name for name in costs(found) if "load balancer" in name]


def test_egress_only_gateways_of_ipv6_cost_nothing() -> None:
    assert estimate(SMALL, prod(ipv6=True)).monthly == estimate(SMALL, prod()).monthly
