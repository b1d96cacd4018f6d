"""A command in a running task, by ECS Exec: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-exec.html"""

from __future__ import annotations

import json
import shlex
import shutil
import signal
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from berth.components.aws_access import AwsAccess
from berth.diagnostics import Diagnostic, ToolError

PLUGIN = "session-manager-plugin"
INSTALL = (
    "https://docs.aws.amazon.com/systems-manager/latest/userguide/session-manager-working-with-install-plugin.html"
)


def exec_in_task(
    access: AwsAccess, tasks: Mapping[str, Any], service: str, command: Sequence[str], *, stack: str
) -> int:
    """The plugin's exit code: ECS Exec does not tell the command's own.

    Raises:
        ToolError: the plugin is missing, no task runs, it has no ECS Exec, or AWS refuses.
    """
    if shutil.which(PLUGIN) is None:
        raise _problem(service, f"ECS Exec needs AWS's {PLUGIN}, which is not on PATH", f"Install it: {INSTALL}")
    from botocore.exceptions import ClientError  # slow to load

    client = access.client("ecs")
    task = find_task(client, tasks, service, stack)
    try:
        answer = client.execute_command(
            cluster=tasks["cluster"],
            task=task["taskArn"],
            container=service,
            interactive=True,
            command=shlex.join(command),
        )
    except ClientError as error:
        raise _problem(
            service, str(error), "A task that started seconds ago may have no agent yet: try again."
        ) from error
    runtime = next(item["runtimeId"] for item in task["containers"] if item["name"] == service)
    target = f"ecs:{tasks['cluster'].rpartition('/')[2]}_{task['taskArn'].rpartition('/')[2]}_{runtime}"
    return _session(answer["session"], access.region, target)


def find_task(client: Any, tasks: Mapping[str, Any], service: str, stack: str) -> Mapping[str, Any]:
    """A running task of the service that takes commands.

    Raises:
        ToolError: there is none.
    """
    family = tasks["services"][service]["taskDefinition"].rpartition("/")[2].rpartition(":")[0]
    arns = client.list_tasks(cluster=tasks["cluster"], family=family, desiredStatus="RUNNING")["taskArns"]
    described = client.describe_tasks(cluster=tasks["cluster"], tasks=arns)["tasks"] if arns else ()
    running = [task for task in described if task["lastStatus"] == "RUNNING"]
    if not running:
        advice = f"`python -m berth run -s {stack} {service} …` runs a command in a task of its own."
        raise _problem(service, "no task of it runs", advice)
    found = next((task for task in running if task.get("enableExecuteCommand")), None)
    if found is None:
        advice = f"Run `pulumi config set -s {stack} enableExec true`, then `make up STACK={stack}`."
        raise _problem(service, "its tasks were started without ECS Exec", advice)
    return found


def _session(session: Mapping[str, str], region: str, target: str) -> int:
    """Hand over to the plugin, with the arguments that the AWS CLI gives it."""
    endpoint = f"https://ssm.{region}.amazonaws.com"
    command = [PLUGIN, json.dumps(session), region, "StartSession", "", json.dumps({"Target": target}), endpoint]
    before = signal.signal(signal.SIGINT, _let_be)  # for the command at the other end
    try:
        return subprocess.run(command, check=False).returncode
    finally:
        signal.signal(signal.SIGINT, before)


def _problem(service: str, message: str, advice: str) -> ToolError:
    return ToolError(Diagnostic(service=service, message=message, advice=advice))


def _let_be(*_: object) -> None:
    """Ctrl-C is for the command, which gets it too."""
