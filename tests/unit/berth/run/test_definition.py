"""A one-off task is the service's own in all but its command, its ports and how it ends."""

from __future__ import annotations

from typing import Any

from berth.run.definition import one_off
from berth.run.lines import Lines, log_place

WEB: dict[str, Any] = {
    "name": "web",
    "image": "web@sha256:1",
    "essential": True,
    "command": ["serve"],
    "portMappings": [{"containerPort": 80, "hostPort": 8080}],
    "secrets": [{"name": "KEY", "valueFrom": "arn"}],
    "dependsOn": [{"containerName": "web-files", "condition": "SUCCESS"}],
    "healthCheck": {"command": ["CMD", "true"]},
    "logConfiguration": {
        "logDriver": "awslogs",
        "options": {"awslogs-group": "/shop/web", "awslogs-stream-prefix": "shop-web"},
    },
}
DEFINITION: dict[str, Any] = {
    "taskDefinitionArn": "arn:td/shop-web:3",
    "revision": 3,
    "status": "ACTIVE",
    "requiresAttributes": [{"name": "x"}],
    "family": "shop-web",
    "containerDefinitions": [{"name": "web-files", "image": "busybox", "essential": False}, WEB],
    "volumes": [{"name": "files-0"}],
    "taskRoleArn": "arn:task",
    "executionRoleArn": "arn:execution",
    "networkMode": "awsvpc",
    "requiresCompatibilities": ["FARGATE"],
    "cpu": "256",
    "memory": "512",
    "placementConstraints": [],
}


def test_the_command_is_replaced_and_all_else_is_kept() -> None:
    made = one_off(DEFINITION, "web", ["migrate", "--all"], image="busybox:1")
    files, web, keeper = made.pop("containerDefinitions")
    assert files == DEFINITION["containerDefinitions"][0]
    assert (web["command"], web["essential"], web["portMappings"]) == (["migrate", "--all"], False, [])
    assert "healthCheck" not in web
    assert (web["image"], web["secrets"], web["dependsOn"]) == (WEB["image"], WEB["secrets"], WEB["dependsOn"])
    assert (keeper["name"], keeper["image"], keeper["essential"]) == ("web-keeper", "busybox:1", True)
    assert made == {
        "family": "shop-web-run",
        "volumes": [{"name": "files-0"}],
        "taskRoleArn": "arn:task",
        "executionRoleArn": "arn:execution",
        "networkMode": "awsvpc",
        "requiresCompatibilities": ["FARGATE"],
        "cpu": "256",
        "memory": "512",
    }


def test_an_instance_keeps_memory_for_the_keeper_and_fargate_has_it_in_the_tasks() -> None:
    assert "memoryReservation" not in one_off(DEFINITION, "web", [], image="x")["containerDefinitions"][-1]
    on_instance = {key: value for key, value in DEFINITION.items() if key not in ("cpu", "memory")}
    assert one_off(on_instance, "web", [], image="x")["containerDefinitions"][-1]["memoryReservation"] > 0


def test_without_a_command_it_is_the_services_own() -> None:
    made = one_off(DEFINITION, "web", [], image="busybox:1")
    assert made["containerDefinitions"][1]["command"] == ["serve"]


def test_what_runs_once_anyway_has_its_keeper() -> None:
    keeper = {"name": "web-keeper", "image": "own", "essential": True}
    held = {**DEFINITION, "containerDefinitions": [keeper, WEB]}
    made = one_off(held, "web", [], image="busybox:1")
    assert [item["name"] for item in made["containerDefinitions"]] == ["web-keeper", "web"]


def test_the_log_is_where_the_definition_says() -> None:
    assert log_place(DEFINITION, "web") == ("/shop/web", "shop-web/web")
    elsewhere = {"containerDefinitions": [{"name": "web", "logConfiguration": {"logDriver": "splunk"}}]}
    assert log_place(elsewhere, "web") is None


class FakeLogs:
    """A stream of one line a page; before its first line there is no stream."""

    class exceptions:
        class ResourceNotFoundException(Exception):
            pass

    def __init__(self, *lines: str) -> None:
        self.lines = list(lines)

    def get_log_events(self, *, nextToken: str = "0", **where: Any) -> dict[str, Any]:
        assert where == {"logGroupName": "g", "logStreamName": "s", "startFromHead": True}
        if not self.lines:
            raise self.exceptions.ResourceNotFoundException
        at = int(nextToken)
        page = self.lines[at : at + 1]
        return {"events": [{"message": f"{line}\n"} for line in page], "nextForwardToken": str(at + len(page))}


def test_each_line_comes_once() -> None:
    client = FakeLogs()
    lines = Lines(client, "g", "s")
    assert list(lines.new()) == []
    client.lines += ["a", "b"]
    assert list(lines.new()) == ["a", "b"]
    assert list(lines.new()) == []
    client.lines.append("c")
    assert list(lines.new()) == ["c"]
