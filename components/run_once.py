"""Runs one task to its end, with the names of a service, and takes its exit code as success or failure.

Only tasks that a *service* creates can use Service Connect names, so a service is made for it and deleted at the end:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts.html
"""

from __future__ import annotations

import contextlib
import re
import time
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, Resource, ResourceProvider, UpdateResult

from components.aws_access import AwsAccess
from components.ecs_reasons import explain, explain_task, find_tasks

START_TRIES = 3
"""Tasks that may stop before the container has run at all, for a passing cause; the next one is the last."""

GONE = 180
"""Seconds that a deleted service's task may take to stop."""

RUN_FOR = {"cluster", "task_definition", "container"}
"""Inputs whose change runs the task again."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RunOnceArgs:
    """``configuration`` is passed on to CreateService: capacityProviderStrategy, networkConfiguration, tags, ….

    ``container`` is the task's container whose end is awaited; another one, essential, must hold the task until then,
    or ECS would start it again. ``service_prefix`` names the service, with a random end. ``timeout`` is seconds.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_CreateService.html
    """

    access: AwsAccess
    cluster: pulumi.Input[str]
    service_prefix: str
    task_definition: pulumi.Input[str]
    container: str
    configuration: Mapping[str, Any] = field(default_factory=dict)
    timeout: int = 900


class RunOnce(Resource, module="berth", name="RunOnce"):
    """Exists once the container has ended with exit code 0.

    It runs again when its task definition changes, and after a failure at the next ``pulumi up``.

    Raises:
        RuntimeError: another exit code, no start, or no end in time; with the last log lines.
    """

    def __init__(self, name: str, args: RunOnceArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        inputs = {
            "access": args.access.as_inputs(),
            "cluster": args.cluster,
            "service_prefix": args.service_prefix,
            "task_definition": args.task_definition,
            "container": args.container,
            "configuration": args.configuration,
            "timeout": args.timeout,
        }
        super().__init__(RunOnceProvider(), name, inputs, opts)


class RunOnceProvider(ResourceProvider):
    """Runs in Pulumi's plugin process.

    Every stack's state names this class by its module and name: a rename must keep the old ones importable.
    """

    serialize_as_secret_always = False  # it holds nothing

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        return DiffResult(changes=any(olds.get(key) != value for key, value in news.items() if key != "__provider"))

    def create(self, props: dict[str, Any]) -> CreateResult:
        run(props)
        return CreateResult(props["service_prefix"], props)

    def update(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        if any(olds.get(key) != news.get(key) for key in RUN_FOR):
            run(news)
        return UpdateResult(news)

    def delete(self, _id: str, props: dict[str, Any]) -> None:
        access = AwsAccess(**props["access"])
        client = access.client("ecs")
        with contextlib.suppress(client.exceptions.ClusterNotFoundException):
            remove_leftovers(access, client, props["cluster"], props["service_prefix"])


def run(props: Mapping[str, Any]) -> None:
    """Run the task to its end. The service is gone afterwards, and before it those of interrupted runs."""
    access = AwsAccess(**props["access"])
    client = access.client("ecs")
    cluster = props["cluster"]
    remove_leftovers(access, client, cluster, props["service_prefix"])
    service = f"{props['service_prefix']}-run-{uuid.uuid4().hex[:8]}"
    client.create_service(
        cluster=cluster,
        serviceName=service,
        taskDefinition=props["task_definition"],
        desiredCount=1,
        deploymentConfiguration={"minimumHealthyPercent": 0, "maximumPercent": 100},
        **_whole_numbers(props["configuration"]),
    )
    try:
        _await_exit(access, client, props, service)
    finally:
        _delete(access, client, cluster, service)


def remove_leftovers(access: AwsAccess, client: Any, cluster: str, prefix: str) -> None:
    """Delete the services of runs that were cut off."""
    own = re.compile(rf"{re.escape(prefix)}-run-[0-9a-f]{{8}}")
    for page in client.get_paginator("list_services").paginate(cluster=cluster):
        for name in (arn.rpartition("/")[2] for arn in page["serviceArns"]):
            if own.fullmatch(name):
                _delete(access, client, cluster, name)


def _await_exit(access: AwsAccess, client: Any, props: Mapping[str, Any], service: str) -> None:
    cluster, name = props["cluster"], props["container"]
    deadline = time.monotonic() + props["timeout"]
    while True:
        running = access.look(lambda: find_tasks(client, cluster, service, "RUNNING"), deadline)
        stopped = access.look(lambda: find_tasks(client, cluster, service, "STOPPED"), deadline)
        for task in [*running, *stopped]:
            code = _exit_code(task, name)
            if code == 0:
                return
            if code is not None:
                raise RuntimeError(_text(f"{name} ended with exit code {code}", explain_task(access, task)))
        if len(stopped) > START_TRIES:
            raise RuntimeError(_text(f"{name} does not start", explain_task(access, stopped[0])))
        if time.monotonic() > deadline:
            lines = explain(access, cluster, service, props["task_definition"])
            raise RuntimeError(_text(f"{name} has not ended after {int(props['timeout'])} s", lines))
        time.sleep(access.poll)


def _exit_code(task: Mapping[str, Any], name: str) -> int | None:
    containers: Sequence[Mapping[str, Any]] = task.get("containers", ())
    return next((item.get("exitCode") for item in containers if item["name"] == name), None)


def _delete(access: AwsAccess, client: Any, cluster: str, service: str) -> None:
    """Delete a service and wait for its end, as its task holds memory that the next service may need."""
    client.delete_service(cluster=cluster, service=service, force=True)
    deadline = time.monotonic() + GONE
    while time.monotonic() < deadline:
        found = client.describe_services(cluster=cluster, services=[service])["services"]
        if not found or found[0]["status"] == "INACTIVE":
            return
        time.sleep(access.poll)


def _whole_numbers(value: Any) -> Any:
    """Pulumi hands every number over as a float, which boto3 refuses."""
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, Mapping):
        return {key: _whole_numbers(item) for key, item in value.items()}
    return [_whole_numbers(item) for item in value] if isinstance(value, list) else value


def _text(title: str, lines: Sequence[str]) -> str:
    return "\n".join([title, *(f"    {line}" for line in lines)])
