"""A command in a task of its own, with the image, roles, network, volumes, secrets and names of a deployed service."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from berth.components.aws_access import AwsAccess
from berth.components.one_task import Task, await_exit, one_task
from berth.diagnostics import Diagnostic, ToolError
from berth.run.definition import one_off
from berth.run.lines import Lines, log_place

START_TIMEOUT = 600
"""Seconds until the container must run: an image may be large, an instance full."""

QUIET_LOOKS = 3
"""Looks without a new line after which a container that has ended has said all: CloudWatch lags by some seconds."""

Say = Callable[[str], None]


def run_task(
    access: AwsAccess,
    tasks: Mapping[str, Any],
    service: str,
    command: Sequence[str],
    *,
    keeper_image: str,
    say: Say,
    tell: Say,
) -> int:
    """The command's exit code. ``tasks`` is the stack's output; ``say`` gets the command's lines, ``tell`` news of ECS.

    The service that holds the task, and its task definition, are gone afterwards, however it ended.

    Raises:
        ToolError: the task does not start, or AWS refuses a step.
    """
    from botocore.exceptions import ClientError

    client, cluster = access.client("ecs"), tasks["cluster"]
    described = client.describe_task_definition(taskDefinition=tasks["services"][service]["taskDefinition"])
    wanted = one_off(described["taskDefinition"], service, command, image=keeper_image)
    name = f"{described['taskDefinition']['family']}-cli-{uuid.uuid4().hex[:8]}"
    try:
        definition = client.register_task_definition(**wanted)["taskDefinition"]
        place = {"cluster": cluster, "service": name, "task_definition": definition["taskDefinitionArn"]}
        watch = _Watch(access, client, cluster, name, service, log_place(definition, service), say, tell)
        try:
            with one_task(access, client, **place, configuration=configuration(tasks, service)):
                code, _ = await_exit(access, client, **place, container=service, timeout=None, watch=watch.look)
                watch.rest()
        finally:
            client.deregister_task_definition(taskDefinition=definition["taskDefinitionArn"])
    except (RuntimeError, ClientError) as error:
        raise ToolError(Diagnostic(service=service, message=str(error))) from error
    return code


def configuration(tasks: Mapping[str, Any], service: str) -> dict[str, Any]:
    """What CreateService is asked: what all services share, with this one's security groups and constraints."""
    own, shared = tasks["services"][service], dict(tasks["configuration"])
    if "networkConfiguration" in shared:
        network = shared["networkConfiguration"]["awsvpcConfiguration"]
        shared["networkConfiguration"] = {"awsvpcConfiguration": {**network, "securityGroups": own["securityGroups"]}}
    return {**shared, **{key: own[key] for key in ("placementConstraints",) if key in own}}


@dataclass(slots=True)
class _Watch:
    """Tells what a run's tasks log, and what keeps them from starting."""

    access: AwsAccess
    client: Any
    cluster: str
    name: str
    container: str
    place: tuple[str, str] | None
    say: Say
    tell: Say
    started: float = field(default_factory=time.monotonic)
    streams: dict[str, Lines] = field(default_factory=dict[str, Lines])
    told: set[str] = field(default_factory=set[str])

    def look(self, found: Sequence[Task]) -> None:
        """
        Raises:
            RuntimeError: no task has started in time.
        """
        if self.place is None and "elsewhere" not in self.told:
            self.told.add("elsewhere")
            self.tell("its log driver takes the lines elsewhere")
        for task in found if self.place else ():
            identifier = task["taskArn"].rpartition("/")[2]
            group, stream = self.place or ("", "")
            self.streams.setdefault(identifier, Lines(self.access.client("logs"), group, f"{stream}/{identifier}"))
        self.lines()
        if not any(task["lastStatus"] in ("RUNNING", "STOPPED") for task in found):
            self._waiting()

    def lines(self) -> int:
        """Say what is new; how many lines that were."""
        count = 0
        for stream in self.streams.values():
            for line in stream.new():
                self.say(line)
                count += 1
        return count

    def rest(self) -> None:
        """Say what the container has logged at its end."""
        quiet = 0
        while self.streams and quiet < QUIET_LOOKS:
            time.sleep(self.access.poll / 2)
            quiet = 0 if self.lines() else quiet + 1

    def _waiting(self) -> None:
        services = self.client.describe_services(cluster=self.cluster, services=[self.name])["services"]
        for event in reversed([event for item in services for event in item.get("events") or ()]):
            text = event["message"]
            if "unable" in text and text not in self.told:
                self.told.add(text)
                self.tell(text)
        if time.monotonic() > self.started + START_TIMEOUT:
            raise RuntimeError(f"no task has started in {START_TIMEOUT} s")
