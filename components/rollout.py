"""Waits until an ECS service runs what it was asked to run, and says why where it doesn't.

``wait_for_steady_state`` of the provider only times out, and takes a rolled-back deployment for a success:
https://github.com/hashicorp/terraform-provider-aws/issues/20858
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import pulumi
from pulumi.dynamic import CreateResult, DiffResult, ResourceProvider, UpdateResult

from berth.components.aws_access import AwsAccess
from berth.components.blue_green import follow_blue_green
from berth.components.dynamic_resource import DynamicResource
from berth.components.ecs_reasons import explain


@dataclass(frozen=True, slots=True, kw_only=True)
class RolloutArgs:
    """``timeout`` is seconds. A change of ``desired_count`` is a new wait; None where the count is not ours, but
    Application Auto Scaling's. ``blue_green`` says how ECS deploys the service.
    """

    access: AwsAccess
    cluster: pulumi.Input[str]
    service: pulumi.Input[str]
    task_definition: pulumi.Input[str]
    desired_count: pulumi.Input[int] | None = 1
    blue_green: bool = False
    timeout: int = 900


class Rollout(DynamicResource, module="berth", name="Rollout"):
    """Exists once the service's tasks are those of ``task_definition``, all of them running and healthy.

    Raises:
        RuntimeError: they are not; with the stopped tasks' reasons, exit codes and last log lines.
    """

    def __init__(self, name: str, args: RolloutArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        inputs = {
            "access": args.access.as_inputs(),
            "cluster": args.cluster,
            "service": args.service,
            "task_definition": args.task_definition,
            "desired_count": args.desired_count,
            "blue_green": args.blue_green or None,  # none of a rolling one's inputs: these are in every stack's state
            "timeout": args.timeout,
        }
        super().__init__(RolloutProvider(), name, inputs, opts)


class RolloutProvider(ResourceProvider):
    """Runs in Pulumi's plugin process.

    Every stack's state names this class by its module and name: a rename must keep the old ones importable.
    """

    serialize_as_secret_always = False  # it holds nothing

    def diff(self, _id: str, olds: dict[str, Any], news: dict[str, Any]) -> DiffResult:
        keys = {*olds, *news} - {"__provider"}
        return DiffResult(changes=any(olds.get(key) != news.get(key) for key in keys))

    def create(self, props: dict[str, Any]) -> CreateResult:
        wait(props)
        return CreateResult(f"{props['service']}", props)

    def update(self, _id: str, _olds: dict[str, Any], news: dict[str, Any]) -> UpdateResult:
        wait(news)
        return UpdateResult(news)


def wait(props: Mapping[str, Any]) -> None:
    """Return once the service's deployment of the wanted task definition has completed.

    Where an earlier run was rolled back or failed, the deployment is asked for again: the provider, whose state has
    the wanted definition already, would not. Nor would it know of a count that Application Auto Scaling left behind.
    """
    access = AwsAccess(**props["access"])
    client = access.client("ecs")
    cluster, service, wanted = props["cluster"], props["service"], props["task_definition"]
    deadline = time.monotonic() + props["timeout"]
    first = access.look(lambda: _describe(client, cluster, service), deadline)
    count = props.get("desired_count")
    if count is not None and first["desiredCount"] != count:
        client.update_service(cluster=cluster, service=service, desiredCount=int(count))
    if props.get("blue_green"):
        problem = follow_blue_green(client, access, props, deadline)
    else:
        problem = _follow_rolling(client, access, props, deadline, _primary(first))
    if problem:
        raise RuntimeError(_message(access, cluster, service, wanted, problem))


def _follow_rolling(
    client: Any, access: AwsAccess, props: Mapping[str, Any], deadline: float, first: Mapping[str, Any]
) -> str | None:
    """None once the deployment has completed, or why it has not."""
    cluster, service, wanted = props["cluster"], props["service"], props["task_definition"]
    if first["taskDefinition"] != wanted or first.get("rolloutState") == "FAILED":
        client.update_service(cluster=cluster, service=service, taskDefinition=wanted, forceNewDeployment=True)
    while True:
        state = access.look(lambda: _describe(client, cluster, service), deadline)
        problem = _failure(state, wanted)
        if problem or _complete(state, wanted, scaled=props.get("desired_count") is None):
            return problem
        if time.monotonic() > deadline:
            running, asked = state.get("runningCount", 0), state["desiredCount"]
            return f"not complete after {int(props['timeout'])} s: {running} of {asked} tasks run"
        time.sleep(access.poll)


def _describe(client: Any, cluster: str, service: str) -> Mapping[str, Any]:
    found = client.describe_services(cluster=cluster, services=[service])["services"]
    if not found or found[0]["status"] == "INACTIVE":
        raise RuntimeError(f"the service {_short(service)} is gone; run `pulumi refresh`, then `pulumi up`")
    return found[0]


def _primary(state: Mapping[str, Any]) -> Mapping[str, Any]:
    return next(item for item in state["deployments"] if item["status"] == "PRIMARY")


def _failure(state: Mapping[str, Any], wanted: str) -> str | None:
    """What says that the wanted deployment will never complete.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/deployment-circuit-breaker.html
    """
    own = [item for item in state["deployments"] if item["taskDefinition"] == wanted]
    for deployment in own[:1]:
        if deployment.get("rolloutState") == "FAILED":
            return deployment.get("rolloutStateReason") or "the deployment failed"
    primary = _primary(state)
    if primary["taskDefinition"] != wanted:
        return f"it was rolled back to {_short(primary['taskDefinition'])}"
    return None


def _complete(state: Mapping[str, Any], wanted: str, *, scaled: bool) -> bool:
    """Of a scaled service ECS's word is enough: what was added since is load, not the deployment."""
    primary = _primary(state)
    return (
        primary["taskDefinition"] == wanted
        and primary.get("rolloutState", "COMPLETED") == "COMPLETED"
        and (scaled or primary["runningCount"] == state["desiredCount"])
    )


def _message(access: AwsAccess, cluster: str, service: str, wanted: str, problem: str) -> str:
    title = f"the service {_short(service)} does not run {_short(wanted)}: {problem}"
    return "\n".join([title, *(f"    {line}" for line in explain(access, cluster, service, wanted))])


def _short(arn: str) -> str:
    return arn.rpartition("/")[2]
