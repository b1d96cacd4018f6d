"""The checks of the corpus itself can fail: each limit of ECS is broken once, and each kind of fact."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import pytest

from tests.conformance.facts import ABSENT, Tagged, look_up, wrong
from tests.conformance.limits import violations

CONTAINER: Mapping[str, Any] = {
    "name": "web",
    "image": "nginx:1.29",
    "cpu": 0,
    "essential": True,
    "memoryReservation": 128,
    "environment": [{"name": "A", "value": "b"}],
    "mountPoints": [{"sourceVolume": "data", "containerPath": "/data", "readOnly": False}],
    "portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "tcp", "name": "web-80"}],
    "systemControls": [],
    "logConfiguration": {"logDriver": "awslogs", "options": {}},
}
TASK: Mapping[str, Any] = {
    "family": "case-web",
    "cpu": "256",
    "memory": "512",
    "networkMode": "awsvpc",
    "requiresCompatibilities": ["FARGATE"],
    "volumes": [{"name": "data"}],
}


def found(container: Mapping[str, Any], task: Mapping[str, Any] | None = None, *others: Mapping[str, Any]) -> list[str]:
    containers = [{**CONTAINER, **container}, *({**CONTAINER, **other} for other in others)]
    inputs = {**TASK, **(task or {}), "containerDefinitions": json.dumps(containers)}
    return violations(inputs, "ecs-fargate")


def test_a_task_within_its_limits_has_no_violations() -> None:
    assert found({}) == []


@pytest.mark.parametrize(
    "container",
    [
        {"name": "a.b"},
        {"image": ""},
        {"essential": False},
        {"hostname": "own"},
        {"memoryReservation": 5},
        {"memory": 256, "memoryReservation": 300},
        {"memoryReservation": 600},
        {"stopTimeout": 121},
        {"environment": [{"name": "", "value": "b"}]},
        {"environment": [{"name": "A", "value": 1}]},
        {"secrets": [{"name": "A", "valueFrom": "arn:a"}]},
        {"secrets": [{"name": "B", "valueFrom": "name"}]},
        {"portMappings": [{"containerPort": 0, "protocol": "tcp"}]},
        {"portMappings": [{"containerPort": 80, "hostPort": 8080, "protocol": "tcp"}]},
        {"portMappings": [{"containerPort": 80, "protocol": "tcp", "name": "Web-80"}]},
        {"portMappings": [{"containerPort": 80, "hostPort": 80, "protocol": "tcp"}] * 2},
        {"mountPoints": [{"sourceVolume": "other", "containerPath": "/data"}]},
        {"mountPoints": [{"sourceVolume": "data", "containerPath": "/data"}] * 2},
        {"linuxParameters": {"tmpfs": [{"containerPath": "/data/", "size": 1}]}},
        {"linuxParameters": {"tmpfs": [{"containerPath": "/t", "size": 0}]}},
        {"linuxParameters": {"sharedMemorySize": 64}},
        {"linuxParameters": {"capabilities": {"add": ["NET_ADMIN"]}}},
        {"linuxParameters": {"capabilities": {"drop": ["BPF"]}}},
        {"privileged": True},
        {"ulimits": [{"name": "nproc", "softLimit": 1, "hardLimit": 1}]},
        {"ulimits": [{"name": "nofile", "softLimit": 2, "hardLimit": 1}]},
        {"systemControls": [{"namespace": "vm.max_map_count", "value": "1"}]},
        {"logConfiguration": {"logDriver": "gelf"}},
        {"healthCheck": {"command": ["curl", "x"]}},
        {"healthCheck": {"command": ["CMD", "x"], "interval": 4}},
        {"healthCheck": {"command": ["CMD", "x"], "timeout": 61}},
        {"dependsOn": [{"containerName": "nobody", "condition": "START"}]},
        {"dependsOn": [{"containerName": "web", "condition": "START"}]},
        {"command": ["x" * 66_000]},
    ],
)
def test_a_container_beyond_a_limit_is_found(container: Mapping[str, Any]) -> None:
    assert len(found(container)) == 1


@pytest.mark.parametrize(
    "task",
    [
        {"family": "a b"},
        {"memory": "768"},
        {"cpu": "300"},
        {"networkMode": "bridge"},
        {"volumes": [{"name": "data"}, {"name": "a.b"}]},
        {"volumes": [{"name": "data"}, {"name": "data"}]},
    ],
)
def test_a_task_beyond_a_limit_is_found(task: Mapping[str, Any]) -> None:
    assert len(found({}, task)) == 1


def test_containers_together_have_limits() -> None:
    assert any("containers with one name" in line for line in found({}, None, {}))
    many = [{"name": f"c{index}", "memoryReservation": 6, "portMappings": []} for index in range(10)]
    assert found({}, None, *many) == ["11 containers"]
    waits = {"dependsOn": [{"containerName": "other", "condition": "SUCCESS"}]}
    other = {"name": "other", "portMappings": []}
    assert found(waits, None, other) == ["web: SUCCESS of an essential container"]
    assert found(waits, None, {**other, "essential": False}) == []


def test_a_path_finds_what_it_names() -> None:
    value = {"a": [{"name": "x", "b": 1}, {"containerPort": 80, "b": 2}], "c": {"d.e": 3}, "none": None}
    assert look_up(value, "a[x].b") == 1
    assert look_up(value, "a[80].b") == 2
    assert look_up(value, "a[#1].b") == 2
    assert look_up(value, "c[d.e]") == 3
    assert all(look_up(value, path) is ABSENT for path in ("a[y]", "a[#2]", "c.x", "none", "c[d.e].f"))


@pytest.mark.parametrize(
    ("holds", "fails", "expected"),
    [
        (1, 2, 1),
        ("1", 1, "1"),
        (ABSENT, "a", Tagged("absent")),
        ("abc", "ab", Tagged("has", "c")),
        (["a", "b"], ["a"], Tagged("has", ["a", "b"])),
        (["a"], ["b"], Tagged("lacks", "b")),
        ([1, 2], [1], Tagged("count", 2)),
        ("abc", ABSENT, Tagged("has", "c")),
    ],
)
def test_a_fact_holds_or_fails(holds: object, fails: object, expected: object) -> None:
    assert wrong(holds, expected) is None
    assert wrong(fails, expected)
