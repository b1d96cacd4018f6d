"""Notices of what ECS tells by events alone: tasks that ended by themselves, and deployments that failed.

No metric counts a task's restarts, Container Insights' ``RestartCount`` those of containers that a restart policy of
the task definition starts again. EventBridge gives each event to the topic, in words; nothing of the account's runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi
import pulumi_aws as aws

from berth.components.container_json import canonical
from berth.components.ecs_reasons import BY_ITSELF, UNHEALTHY
from berth.components.naming import autonamed

MAXIMUM_NAME = 64
"""https://docs.aws.amazon.com/eventbridge/latest/APIReference/API_PutRule.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskEventsArgs:
    """``about`` begins each notice. ``topic_arn``'s policy must let ``events.amazonaws.com`` publish."""

    cluster_arn: pulumi.Input[str]
    topic_arn: pulumi.Input[str]
    about: str
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


class TaskEvents(pulumi.ComponentResource):
    """A rule for tasks of the cluster's services, and one for their deployments."""

    def __init__(self, name: str, args: TaskEventsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:TaskEvents", name, None, opts)
        cluster = pulumi.Output.from_input(args.cluster_arn)
        self._notice(
            f"{name}-stopped",
            args,
            "Tasks that ended by themselves",
            cluster.apply(lambda arn: canonical(stopped_tasks(arn))),
            f"{args.about}: a task of <group> stopped: <reason>. Task <task>, <time>.",
            {
                "group": "$.detail.group",
                "reason": "$.detail.stoppedReason",
                "task": "$.detail.taskArn",
                "time": "$.time",
            },
        )
        self._notice(
            f"{name}-failed",
            args,
            "Deployments that failed",
            cluster.apply(lambda arn: canonical(failed_deployments(arn))),
            f"{args.about}: a deployment failed: <reason>. Service <service>, <time>.",
            {"reason": "$.detail.reason", "service": "$.resources[0]", "time": "$.time"},
        )
        self.register_outputs({})

    def _notice(
        self,
        name: str,
        args: TaskEventsArgs,
        description: str,
        pattern: pulumi.Output[str],
        text: str,
        paths: Mapping[str, str],
    ) -> None:
        """A rule whose events become a sentence.

        https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-transform-target-input.html
        """
        child = pulumi.ResourceOptions(parent=self)
        rule = aws.cloudwatch.EventRule(
            autonamed(name, MAXIMUM_NAME),
            description=description,
            event_pattern=pattern,
            tags=dict(args.tags),
            opts=child,
        )
        aws.cloudwatch.EventTarget(
            name,
            rule=rule.name,
            arn=args.topic_arn,
            target_id="topic",
            input_transformer=aws.cloudwatch.EventTargetInputTransformerArgs(
                input_paths=dict(paths), input_template=canonical(text)
            ),
            opts=child,
        )


def stopped_tasks(cluster_arn: str) -> dict[str, Any]:
    """Of services alone: a task that was run by itself has another group, and ends when its work is done.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_task_events.html
    """
    return {
        "source": ["aws.ecs"],
        "detail-type": ["ECS Task State Change"],
        "detail": {
            "clusterArn": [cluster_arn],
            "group": [{"prefix": "service:"}],
            "lastStatus": ["STOPPED"],
            "$or": [{"stopCode": list(BY_ITSELF)}, {"stoppedReason": [{"prefix": UNHEALTHY}]}],
        },
    }


def failed_deployments(cluster_arn: str) -> dict[str, Any]:
    """The event names no cluster but in the service's ARN, ``…:service/CLUSTER/SERVICE``.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs_service_deployment_events.html
    """
    services = f"{cluster_arn.replace(':cluster/', ':service/')}/"
    return {
        "source": ["aws.ecs"],
        "detail-type": ["ECS Deployment State Change"],
        "resources": [{"prefix": services}],
        "detail": {"eventName": ["SERVICE_DEPLOYMENT_FAILED"]},
    }
