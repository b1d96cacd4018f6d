"""Runs one task to its end, with the names of a service, and takes its exit code as success or failure."""

from __future__ import annotations

import contextlib
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, ResourceProvider, UpdateResult

from berth.components.aws_access import AwsAccess
from berth.components.dynamic_resource import DynamicResource
from berth.components.ecs_reasons import explain_task
from berth.components.one_task import Place, await_exit, delete_service, one_task, with_lines

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
    configuration: Mapping[str, Any] = field(default_factory=dict[str, Any])
    timeout: int = 900


class RunOnce(DynamicResource, module="berth", name="RunOnce"):
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
    remove_leftovers(access, client, props["cluster"], props["service_prefix"])
    place: Place = {
        "cluster": props["cluster"],
        "service": f"{props['service_prefix']}-run-{uuid.uuid4().hex[:8]}",
        "task_definition": props["task_definition"],
    }
    with one_task(access, client, **place, configuration=props["configuration"]):
        name = props["container"]
        code, task = await_exit(access, client, **place, container=name, timeout=props["timeout"])
        if code:
            raise RuntimeError(with_lines(f"{name} ended with exit code {code}", explain_task(access, task)))


def remove_leftovers(access: AwsAccess, client: Any, cluster: str, prefix: str) -> None:
    """Delete the services of runs that were cut off."""
    own = re.compile(rf"{re.escape(prefix)}-run-[0-9a-f]{{8}}")
    for page in client.get_paginator("list_services").paginate(cluster=cluster):
        for name in (arn.rpartition("/")[2] for arn in page["serviceArns"]):
            if own.fullmatch(name):
                delete_service(access, client, cluster, name)
