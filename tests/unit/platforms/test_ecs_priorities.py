"""Rules of several stacks on one listener: none takes another's place, and none moves."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError

from berth.components.load_balancer import load_balancer_name
from berth.components.route import path_patterns
from berth.compose.extension import Ingress, ServiceExtension
from berth.compose.model import Application
from berth.diagnostics import Severity, ToolError
from berth.platforms.ecs.ingress import plan_routes
from berth.platforms.ecs.priorities import ListenerRule, check_listener, read_rules, settle_priorities
from berth.settings import Settings
from tests.unit.applications import application, service

SHARED = Settings(
    platform="ecs-fargate",
    vpc_id="vpc-1",
    public_subnet_ids=("subnet-1",),
    listener_arn="arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/shared/1/2",
)
OWN = Settings(platform="ecs-fargate")


def web(*ways: dict[str, Any], strategy: str = "rolling") -> Application:
    extension = ServiceExtension(ingress=tuple(Ingress(**way) for way in ways), deployment={"strategy": strategy})
    return application(service("web", expose=[80], extension=extension))


def deployed(app: Application, prefix: str, rules: tuple[ListenerRule, ...] = ()) -> tuple[ListenerRule, ...]:
    """``rules``, and those of the stack as AWS has them afterwards, each once."""
    kept = [rule for rule in rules if not any(group.startswith(f"{prefix}-web") for group in rule.groups)]
    for route in settle_priorities(app, SHARED, rules, prefix):
        name = f"{prefix}-web-shared{route.label}"
        kept.append(
            ListenerRule(
                priority=route.priority,
                hosts=frozenset([route.host] if route.host else ()),
                paths=frozenset(path_patterns(route.path)),
                groups=frozenset([f"{load_balancer_name(name)}-0a1b2c3"]),
            )
        )
    assert len({rule.priority for rule in kept}) == len(kept)
    return tuple(sorted(kept, key=lambda rule: rule.priority))


def at(rules: tuple[ListenerRule, ...], host: str) -> int:
    return next(rule.priority for rule in rules if host in rule.hosts)


def found(app: Application, rules: tuple[ListenerRule, ...], prefix: str = "s-b") -> list[str]:
    return [f"{item.severity.value} {item.key}: {item.message}" for item in check_listener(app, SHARED, rules, prefix)]


def test_a_rule_takes_the_next_free_place_and_keeps_it_when_its_neighbour_goes() -> None:
    app = web({"host": "b.example.com"})
    (first,) = plan_routes(app, SHARED)
    neighbour = ListenerRule(
        priority=first.priority,
        hosts=frozenset(["a.example.com"]),
        paths=frozenset(["/*"]),
        groups=frozenset(["other-1234567"]),
    )
    rules = deployed(app, "s-b", (neighbour,))
    assert at(rules, "b.example.com") == first.priority + 1
    alone = tuple(rule for rule in rules if rule != neighbour)
    assert deployed(app, "s-b", alone) == alone


def test_as_many_stacks_as_a_load_balancer_has_rules_for_never_meet_nor_move() -> None:
    rules: tuple[ListenerRule, ...] = ()
    for number in range(1, 100):
        rules = deployed(web({"host": f"pr-{number}.example.com"}), f"s-pr-{number}", rules)
    for gone in (7, 50, 99):
        rules = tuple(rule for rule in rules if f"pr-{gone}.example.com" not in rule.hosts)
    for number in (1, 8, 98):
        assert deployed(web({"host": f"pr-{number}.example.com"}), f"s-pr-{number}", rules) == rules


def test_the_owner_s_own_rules_have_other_numbers() -> None:
    ways = [{"host": f"{n}.com", "path": path} for n in range(40) for path in ("/", "/a", "/a/b", "/a/b/c/d/e/f/g")]
    others = {route.priority for way in ways for route in plan_routes(web(way), SHARED)}
    paths = [{"path": "/" + "/".join("abcdefgh"[:depth])} for depth in range(1, 8)]
    others |= {route.priority for way in paths for route in plan_routes(web(way), SHARED)}
    owners = {
        route.priority
        for strategy in ("rolling", "blue_green")
        for way in [*ways, *paths, {}]
        for route in plan_routes(web(way, strategy=strategy), OWN)
    }
    hosts = {priority for priority in others if priority < 24_001}
    everything = [route.priority for route in plan_routes(web({}), OWN)]
    assert not others & owners
    assert max(hosts) < 23_400, "before the owner's rules by host alone"
    assert all(priority < everything[0] for priority in others), "before the rule for everything"


def test_a_change_to_blue_green_stands_before_the_rule_that_it_replaces() -> None:
    rules = deployed(web({"host": "b.example.com"}), "s-b")
    (route,) = settle_priorities(web({"host": "b.example.com"}, strategy="blue_green"), SHARED, rules, "s-b")
    assert route.priority == at(rules, "b.example.com") - 1


def test_requests_that_another_stack_takes_already() -> None:
    app = web({"host": "b.example.com"})
    rules = deployed(app, "s-a")
    (line,) = found(app, rules)
    assert line.startswith("error x-berth.ingress: another stack's rule on the listener takes the same requests")
    assert found(app, rules, "s-a") == []


def test_a_chosen_priority_that_is_taken() -> None:
    rules = deployed(web({"host": "a.example.com", "priority": 7}), "s-a")
    app = web({"host": "b.example.com", "priority": 7})
    (line,) = found(app, rules)
    assert line.startswith(
        "error x-berth.ingress.priority: 7 is taken on the listener, by a rule that sends to s-a-web"
    )
    assert found(web({"host": "a.example.com", "priority": 7}), rules, "s-a") == []


def test_a_rule_that_comes_first_is_warned_of() -> None:
    wild = ListenerRule(
        priority=3, hosts=frozenset(["*.example.com"]), paths=frozenset(), groups=frozenset(["x-1234567"])
    )
    (finding,) = check_listener(web({"host": "b.example.com"}), SHARED, (wild,), "s-b")
    assert finding.severity is Severity.WARNING
    assert "priority 3, takes these requests first: host *.example.com" in finding.message
    partly = ListenerRule(
        priority=3, hosts=wild.hosts, paths=frozenset(["/api", "/api/*"]), groups=frozenset(["x-1234567"])
    )
    assert found(web({"host": "b.example.com"}), (partly,)) == []


class Elb:
    """Two pages of rules, in the forms that AWS has."""

    def __init__(self, pages: list[dict[str, Any]] | None) -> None:
        self.pages = pages

    def client(self, service: str) -> Elb:
        assert service == "elbv2"
        return self

    def get_paginator(self, operation: str) -> Elb:
        assert operation == "describe_rules"
        return self

    def paginate(self, **arguments: str) -> list[dict[str, Any]]:
        assert arguments == {"ListenerArn": "arn:listener"}
        if self.pages is None:
            raise ClientError({"Error": {"Code": "ListenerNotFound", "Message": "no such"}}, "DescribeRules")
        return self.pages


def test_rules_are_read_as_aws_has_them() -> None:
    group = "arn:aws:elasticloadbalancing:us-east-1:123456789012:targetgroup/{}/73e2d6bc24d8a067"
    both = [{"TargetGroupArn": group.format(name), "Weight": 1} for name in ("a-1", "b-2")]
    pages = [
        {
            "Rules": [
                {
                    "Priority": "20",
                    "Conditions": [
                        {"Field": "host-header", "HostHeaderConfig": {"Values": ["a.com"]}},
                        {"Field": "path-pattern", "Values": ["/x"], "PathPatternConfig": {"Values": ["/x"]}},
                    ],
                    "Actions": [{"Type": "forward", "ForwardConfig": {"TargetGroups": both}}],
                }
            ]
        },
        {
            "Rules": [
                {
                    "Priority": "3",
                    "Conditions": [{"Field": "path-pattern", "Values": ["/y"]}],
                    "Actions": [{"Type": "forward", "TargetGroupArn": group.format("c-3")}],
                },
                {"Priority": "default", "Conditions": [], "Actions": []},
            ]
        },
    ]
    first, second = read_rules(Elb(pages), "arn:listener")  # type: ignore[arg-type]
    assert (first.priority, first.hosts, first.paths, first.groups) == (3, frozenset(), {"/y"}, {"c-3"})
    assert (second.priority, second.hosts, second.paths, second.groups) == (20, {"a.com"}, {"/x"}, {"a-1", "b-2"})


def test_a_listener_that_is_not_there_is_one_clear_error() -> None:
    with pytest.raises(ToolError, match="arn:listener cannot be asked for its rules: no such"):
        read_rules(Elb(None), "arn:listener")  # type: ignore[arg-type]
