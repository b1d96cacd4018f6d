"""Stand-ins for boto3 clients, so that a test plays what ECS answers, one look after another."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

import pytest

from berth.components.aws_access import AwsAccess


class NotFound(Exception):
    pass


class Paginator:
    def __init__(self, page: Callable[..., Mapping[str, Any]]) -> None:
        self.page = page

    def paginate(self, **arguments: Any) -> list[Mapping[str, Any]]:
        return [self.page(**arguments)]


class FakeLogs:
    class exceptions:
        ResourceNotFoundException = NotFound

    def __init__(self, streams: Mapping[str, list[str]] | None = None) -> None:
        self.streams = streams or {}

    def get_log_events(self, *, logGroupName: str, logStreamName: str, limit: int, startFromHead: bool) -> Any:
        assert startFromHead is False
        try:
            lines = self.streams[f"{logGroupName}:{logStreamName}"]
        except KeyError:
            raise NotFound from None
        return {"events": [{"message": f"{line}\n"} for line in lines[-limit:]]}


class FakeEcs:
    """``services`` is what each look at a service shows, the last one from then on; ``tasks`` what there is."""

    class exceptions:
        ClusterNotFoundException = NotFound

    def __init__(
        self, services: list[Mapping[str, Any]] | None = None, tasks: list[Mapping[str, Any]] | None = None
    ) -> None:
        self.looks = list(services or [])
        self.tasks = tasks or []
        self.existing: list[str] = []
        self.calls: list[tuple[str, dict[str, Any]]] = []

    def called(self, name: str) -> list[dict[str, Any]]:
        return [arguments for call, arguments in self.calls if call == name]

    def describe_services(self, *, cluster: str, services: list[str]) -> Any:
        self.calls.append(("describe_services", {}))
        if not self.looks:
            return {"services": [{"serviceName": services[0], "status": "INACTIVE"}]}
        return {"services": [self.looks.pop(0) if len(self.looks) > 1 else self.looks[0]]}

    def update_service(self, **arguments: Any) -> None:
        self.calls.append(("update_service", arguments))

    def create_service(self, **arguments: Any) -> None:
        self.calls.append(("create_service", arguments))

    def delete_service(self, **arguments: Any) -> None:
        self.calls.append(("delete_service", arguments))

    def list_tasks(self, *, cluster: str, serviceName: str, desiredStatus: str) -> Any:
        return {"taskArns": [task["taskArn"] for task in self.tasks if task["desiredStatus"] == desiredStatus]}

    def describe_tasks(self, *, cluster: str, tasks: list[str]) -> Any:
        return {"tasks": [task for task in self.tasks if task["taskArn"] in tasks]}

    def describe_task_definition(self, *, taskDefinition: str) -> Any:
        options = {"awslogs-group": "group", "awslogs-stream-prefix": "prefix"}
        containers = [{"name": name, "logConfiguration": {"options": options}} for name in ("web", "migrate")]
        return {"taskDefinition": {"containerDefinitions": [*containers, {"name": "silent"}]}}

    def get_paginator(self, name: str) -> Paginator:
        assert name == "list_services"
        arns = [f"arn:aws:ecs:eu-west-1:1:service/cluster/{name}" for name in self.existing]
        return Paginator(lambda cluster: {"serviceArns": arns})


class FakeBlueGreenEcs(FakeEcs):
    """An ECS that deploys blue/green: each deployment takes ``looks`` looks and moves all weight to the other group.

    With ``fails`` an alarm ends it, and the weights stay. ``after_look`` is called once, after the next look.
    """

    def __init__(self, looks: int = 2) -> None:
        super().__init__([{"status": "ACTIVE", "desiredCount": 2, "runningCount": 2, "deployments": []}])
        self.looks_left, self.takes, self.fails = 0, looks, False
        self.weights = {"blue": 100, "green": 0}
        self.attempts: list[dict[str, Any]] = []
        self.revisions: dict[str, str] = {}
        self.after_look: Callable[[], None] | None = None

    def ask(self, definition: str) -> None:
        number = len(self.attempts)
        self.revisions[f"arn:revision/{number}"] = definition
        self.attempts.append(
            {
                "serviceDeploymentArn": f"arn:deployment/{number}",
                "targetServiceRevisionArn": f"arn:revision/{number}",
                "createdAt": number,
                "status": "PENDING",
            }
        )
        self.looks_left = self.takes

    def update_service(self, **arguments: Any) -> None:
        super().update_service(**arguments)
        if "taskDefinition" in arguments:
            self.ask(arguments["taskDefinition"])

    def list_service_deployments(self, *, cluster: str, service: str) -> Any:
        last = self.attempts[-1] if self.attempts else None
        if last and last["status"] in ("PENDING", "IN_PROGRESS"):
            self.looks_left -= 1
            last["status"] = "IN_PROGRESS"
            if self.looks_left <= 0:
                self._end(last)
        listed = [dict(item) for item in self.attempts]
        if self.after_look:
            self.after_look, act = None, self.after_look
            act()
        return {"serviceDeployments": listed}

    def _end(self, attempt: dict[str, Any]) -> None:
        if self.fails:
            attempt.update(status="ROLLBACK_SUCCESSFUL", statusReason="alarm web-errors went off")
            return
        attempt["status"] = "SUCCESSFUL"
        if any(item is not attempt and item["status"] == "SUCCESSFUL" for item in self.attempts):
            self.weights = {"blue": self.weights["green"], "green": self.weights["blue"]}

    def describe_service_revisions(self, *, serviceRevisionArns: list[str]) -> Any:
        return {"serviceRevisions": [{"taskDefinition": self.revisions[arn]} for arn in serviceRevisionArns]}

    def stop_service_deployment(self, **arguments: Any) -> None:
        self.calls.append(("stop_service_deployment", arguments))


def use(monkeypatch: pytest.MonkeyPatch, ecs: FakeEcs, logs: FakeLogs | None = None) -> None:
    """Give these clients to whatever asks AWS, and let no time pass."""
    clients = {"ecs": ecs, "logs": logs or FakeLogs()}
    monkeypatch.setattr(AwsAccess, "client", lambda _, service: clients[service])


def task(
    name: str = "t1", *, status: str = "STOPPED", definition: str = "arn:td/web:2", **fields: Any
) -> dict[str, Any]:
    return {
        "taskArn": f"arn:task/cluster/{name}",
        "desiredStatus": status,
        "lastStatus": status,
        "taskDefinitionArn": definition,
        "containers": [],
        **fields,
    }
