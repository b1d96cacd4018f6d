"""EventBridge Scheduler starts tasks of ECS, which the emulator's own one passes over.

https://docs.aws.amazon.com/scheduler/latest/APIReference/API_EcsParameters.html
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from ministack.services import ecs, eventbridge


def install() -> None:
    """Make a schedule whose target is a cluster run its task."""
    deliver = eventbridge._invoke_target

    def invoke(target: Mapping[str, Any], *arguments: Any) -> None:
        if "EcsParameters" in target:
            ecs._run_task(run_task(target))
        else:
            deliver(target, *arguments)

    eventbridge._invoke_target = invoke


def run_task(target: Mapping[str, Any]) -> dict[str, Any]:
    """A schedule's target as RunTask's request, as far as the emulator reads one."""
    given = target["EcsParameters"]
    request = {"cluster": target["Arn"], "taskDefinition": given["TaskDefinitionArn"]}
    words = {"TaskCount": "count", "LaunchType": "launchType", "CapacityProviderStrategy": "capacityProviderStrategy"}
    return {**request, **{word: given[name] for name, word in words.items() if given.get(name)}}
