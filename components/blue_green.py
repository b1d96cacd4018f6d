"""Follows an ECS-native blue/green deployment to its end.

ECS starts the new tasks beside the old ones, moves the requests to them, waits for the bake time and then stops the old
ones. What a service shows of its tasks says nothing of this; its service deployments do.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/blue-green-deployment-how-it-works.html
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html
"""

from __future__ import annotations

import time
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from berth.components.aws_access import AwsAccess

SETTLE = 30
"""Seconds until a deployment that was just asked for is surely listed."""

SUCCESS = "SUCCESSFUL"
FAILURES = ("STOPPED", "ROLLBACK_SUCCESSFUL", "ROLLBACK_FAILED")
"""How a service deployment ends."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One service deployment: the task definition that it is to bring, its status and the reason of that."""

    arn: str
    task_definition: str
    status: str
    reason: str


def follow_blue_green(client: Any, access: AwsAccess, props: Mapping[str, Any], deadline: float) -> str | None:
    """None once the newest deployment has succeeded and brought the wanted definition, or why it has not.

    One that takes longer than its time is rolled back: no circuit breaker would end it.
    """
    cluster, service, wanted = props["cluster"], props["service"], props["task_definition"]
    passed = _ask_again(client, access, props)
    while True:
        attempt = access.look(lambda: newest(client, cluster, service), deadline)
        if attempt is not None and attempt.arn != passed:
            if attempt.task_definition != wanted:
                return f"another deployment came after it, of {attempt.task_definition.rpartition('/')[2]}"
            if attempt.status in FAILURES:
                return attempt.reason or f"the deployment ended as {attempt.status}"
            if attempt.status == SUCCESS and access.look(lambda: _all_run(client, props), deadline):
                return None
        if time.monotonic() > deadline:
            late = f"not complete after {int(props['timeout'])} s"
            if attempt is None or attempt.status in (SUCCESS, *FAILURES):
                return late
            client.stop_service_deployment(serviceDeploymentArn=attempt.arn, stopType="ROLLBACK")
            return f"{late} ({attempt.status}), and now rolled back"
        time.sleep(access.poll)


def newest(client: Any, cluster: str, service: str) -> Attempt | None:
    """The service's last deployment; None before there is any."""
    listed = client.list_service_deployments(cluster=cluster, service=service)["serviceDeployments"]
    if not listed:
        return None
    last = max(listed, key=lambda item: item["createdAt"])
    revisions = client.describe_service_revisions(serviceRevisionArns=[last["targetServiceRevisionArn"]])
    return Attempt(
        arn=last["serviceDeploymentArn"],
        task_definition=revisions["serviceRevisions"][0]["taskDefinition"],
        status=last["status"],
        reason=last.get("statusReason", ""),
    )


def _ask_again(client: Any, access: AwsAccess, props: Mapping[str, Any]) -> str | None:
    """Ask for the deployment anew where an earlier run's failed; the ARN of that one, which counts no more."""
    cluster, service, wanted = props["cluster"], props["service"], props["task_definition"]
    until = time.monotonic() + SETTLE
    attempt = newest(client, cluster, service)
    while (attempt is None or attempt.task_definition != wanted) and time.monotonic() < until:
        time.sleep(access.poll)
        attempt = newest(client, cluster, service)
    if attempt is not None and attempt.task_definition == wanted and attempt.status not in FAILURES:
        return None
    client.update_service(cluster=cluster, service=service, taskDefinition=wanted, forceNewDeployment=True)
    return attempt.arn if attempt else None


def _all_run(client: Any, props: Mapping[str, Any]) -> bool:
    """A new count alone is no deployment, and a scaled service's is not waited for."""
    if props.get("desired_count") is None:
        return True
    (state,) = client.describe_services(cluster=props["cluster"], services=[props["service"]])["services"]
    return bool(state["runningCount"] >= state["desiredCount"])
