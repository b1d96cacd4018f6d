"""A listener rule, the paths it takes and the target group behind it."""

from __future__ import annotations

from typing import Any

import pytest

from berth.components.route import Route, RouteArgs, path_patterns
from tests.unit.components.build import Built, build

GROUP = "aws:lb/targetGroup:TargetGroup"
RULE = "aws:lb/listenerRule:ListenerRule"


def route(name: str = "web-80", **args: Any) -> Built:
    def make(opts):
        made = Route(
            name,
            RouteArgs(**{"listener_arn": "arn:l", "vpc_id": "vpc-1", "container_port": 8080, "priority": 7, **args}),
            opts,
        )
        return {"group": made.target_group_arn, "rule": made.rule.id, "rule_type": type(made.rule).__name__}

    return build(make)


def test_target_group_of_tasks_with_their_own_address():
    built = route(tags={"team": "a"})
    assert built.inputs(GROUP, "web-80") == {
        "targetType": "ip",
        "vpcId": "vpc-1",
        "protocol": "HTTP",
        "port": 8080,
        "deregistrationDelay": 30,
        "healthCheck": {
            "path": "/",
            "protocol": "HTTP",
            "port": "traffic-port",
            "matcher": "200-399",
            "interval": 10,
            "timeout": 5,
            "healthyThreshold": 2,
            "unhealthyThreshold": 3,
        },
        "tags": {"team": "a"},
    }
    assert built.values["group"].endswith(":web-80")


def test_target_group_of_instances_and_a_health_path():
    inputs = route(target_type="instance", health_path="/healthz", deregistration_delay=5).inputs(GROUP)
    assert inputs["targetType"] == "instance"
    assert inputs["healthCheck"]["path"] == "/healthz"
    assert inputs["deregistrationDelay"] == 5


def test_rule_for_everything():
    built = route(tags={"team": "a"})
    rule = built.inputs(RULE, "web-80-rule")
    assert rule["listenerArn"] == "arn:l"
    assert rule["priority"] == 7
    assert rule["conditions"] == [{"pathPattern": {"values": ["/*"]}}]
    [action] = rule["actions"]
    assert (action["type"], action["targetGroupArn"]) == ("forward", built.values["group"])
    assert rule["tags"] == {"team": "a"}
    assert (built.values["rule_type"], built.values["rule"]) == ("ListenerRule", "web-80-rule-id")


def test_rule_for_a_host_and_a_path():
    assert route(host="shop.example.com", path="/api").inputs(RULE)["conditions"] == [
        {"pathPattern": {"values": ["/api", "/api/*"]}},
        {"hostHeader": {"values": ["shop.example.com"]}},
    ]


@pytest.mark.parametrize(
    ("path", "patterns"),
    [
        ("/", ["/*"]),
        ("/api", ["/api", "/api/*"]),
        ("/api/", ["/api", "/api/*"]),
        ("/a/b", ["/a/b", "/a/b/*"]),
        ("/img/*.png", ["/img/*.png"]),
        ("/v?/x", ["/v?/x"]),
    ],
)
def test_path_patterns(path: str, patterns: list[str]):
    assert path_patterns(path) == patterns


def test_a_path_does_not_take_its_namesakes():
    # "/api*" would also take /apiary.
    assert "/api*" not in path_patterns("/api")


def test_a_long_name_with_an_underscore_fits():
    [name] = route("my_shop-prod-web_front-8080").names(GROUP)
    assert len(name) <= 24
    assert "_" not in name


@pytest.mark.parametrize(
    ("args", "message"),
    [
        ({"priority": 0}, r"1 to 50000 \(got 0\)"),
        ({"priority": 50_001}, r"1 to 50000 \(got 50001\)"),
        ({"path": "api"}, r"path must begin with '/' \(got 'api'\)"),
        ({"health_path": "up"}, r"health_path must begin with '/' \(got 'up'\)"),
    ],
)
def test_what_aws_would_refuse_is_refused_here(args: dict[str, Any], message: str):
    with pytest.raises(ValueError, match=message):
        RouteArgs(**{"listener_arn": "l", "vpc_id": "v", "container_port": 80, "priority": 1, **args})
