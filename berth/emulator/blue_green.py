"""What a blue/green deployment asks for and the emulator lacks: a rule with two target groups, and service deployments.

Not emulated: that ECS deploys so. A rehearsal's tasks are replaced by and by, all in the first group, and the weights
stay as they were made.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ministack.core.responses import json_response
from ministack.services import alb, ecs

from berth.untyped import mapping

Action = dict[str, Any]
Deployment = Mapping[str, Any]

STATUS = {"COMPLETED": "SUCCESSFUL", "FAILED": "ROLLBACK_SUCCESSFUL", "IN_PROGRESS": "IN_PROGRESS"}
"""A rollout's state -> that of its service deployment:
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceDeployment.html"""

REVISION = "arn:aws:ecs:us-east-1:000000000000:service-revision/"
DEPLOYMENT = "arn:aws:ecs:us-east-1:000000000000:service-deployment/"


def install() -> None:
    """Give the load balancer weighted groups, and ECS lists of its deployments."""
    alb._parse_actions = _with_groups(alb._parse_actions)
    alb._action_xml = _with_groups_shown(alb._action_xml)
    alb._execute_actions = _to_the_heaviest(alb._execute_actions)
    ecs._ACTION_MAP.update(
        ListServiceDeployments=list_service_deployments, DescribeServiceRevisions=describe_service_revisions
    )


def list_service_deployments(data: Mapping[str, Any]) -> Any:
    name = str(data["service"]).rpartition("/")[2]
    service = mapping(ecs._services.get(f"{ecs._resolve_cluster_name(data.get('cluster', 'default'))}/{name}"))
    return json_response({"serviceDeployments": [_shown(item) for item in service.get("deployments", ())]})


def describe_service_revisions(data: Mapping[str, Any]) -> Any:
    definitions = {
        REVISION + str(item["id"]): item["taskDefinition"]
        for service in ecs._services.values()
        for item in service.get("deployments", ())
    }
    found = [arn for arn in data["serviceRevisionArns"] if arn in definitions]
    return json_response(
        {"serviceRevisions": [{"serviceRevisionArn": arn, "taskDefinition": definitions[arn]} for arn in found]}
    )


def _shown(deployment: Deployment) -> dict[str, Any]:
    return {
        "serviceDeploymentArn": DEPLOYMENT + str(deployment["id"]),
        "targetServiceRevisionArn": REVISION + str(deployment["id"]),
        "createdAt": deployment["createdAt"],
        "status": STATUS[deployment["rolloutState"]],
        "statusReason": deployment.get("rolloutStateReason", ""),
    }


def _with_groups(parse: Callable[..., list[Action]]) -> Callable[..., list[Action]]:
    def actions(params: Mapping[str, Any], prefix: str = "DefaultActions") -> list[Action]:
        found = parse(params, prefix)
        for number, action in enumerate(found, 1):
            start = f"{prefix}.member.{number}.ForwardConfig.TargetGroups.member."
            groups: list[dict[str, Any]] = []
            while arn := alb._p(params, f"{start}{len(groups) + 1}.TargetGroupArn"):
                weight = alb._p(params, f"{start}{len(groups) + 1}.Weight", "1")
                groups.append({"TargetGroupArn": arn, "Weight": int(weight)})
            if len(groups) > 1:
                action["Groups"] = groups
        return found

    return actions


def _with_groups_shown(render: Callable[[Action], str]) -> Callable[[Action], str]:
    def action_xml(action: Action) -> str:
        text = render(action)
        if "Groups" not in action:
            return text
        groups = "".join(
            f"<member><TargetGroupArn>{group['TargetGroupArn']}</TargetGroupArn><Weight>{group['Weight']}</Weight></member>"
            for group in action["Groups"]
        )
        end = text.rindex("</member>")
        return f"{text[:end]}<ForwardConfig><TargetGroups>{groups}</TargetGroups></ForwardConfig>{text[end:]}"

    return action_xml


def _to_the_heaviest(execute: Callable[..., Any]) -> Callable[..., Any]:
    async def actions(given: list[Action], *arguments: Any, **named: Any) -> Any:
        chosen = [
            {**action, "TargetGroupArn": max(action["Groups"], key=lambda group: group["Weight"])["TargetGroupArn"]}
            if "Groups" in action
            else action
            for action in given
        ]
        return await execute(chosen, *arguments, **named)

    return actions
