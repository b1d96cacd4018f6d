"""What a user sees when something is wrong: one clear message, an exit code, and a next run that goes on."""

from __future__ import annotations

import signal
import subprocess
import time
from collections.abc import Callable

import pytest

from berth.rehearsal.leftovers import resources
from tests.engine.conftest import Stack

pytestmark = pytest.mark.engine

ONE = """
name: one
services:
  web:
    image: ${BUSYBOX_IMAGE:-busybox:1.37}
    command: [sh, -c, "echo told you so; exit 3"]
    stop_grace_period: 1s
"""


def refused(stack: Stack, verb: str = "preview", **environment: str) -> str:
    """What a command says that must fail, without a traceback."""
    result = stack.workspace.run(verb, *([] if verb == "preview" else ["--yes"]), check=False, **environment)
    assert result.returncode != 0
    assert "Traceback" not in result.stdout
    return result.stdout


def test_a_service_that_does_not_stay_up_fails_with_its_reason_and_the_next_run_goes_on(
    stack: Callable[..., Stack],
) -> None:
    made = stack(platform="ecs-ec2", text=ONE)
    before = resources(made.aws.client)
    said = refused(made, "up")
    for part in ("does not run one-test-web", "circuit breaker", "container web: exit code 3", "told you so"):
        assert part in said
    made.replace("compose.yaml", "exit 3", "exec sleep 1000")
    made.workspace.up()
    assert made.workspace.changes() == {}
    made.workspace.run("destroy", "--yes", "--skip-preview")
    assert sorted(resources(made.aws.client) - before) == []


def test_an_interrupted_run_is_taken_up_by_the_next(stack: Callable[..., Stack]) -> None:
    made = stack(platform="ecs-ec2", text=ONE.replace("exit 3", "exec sleep 1000"))
    before = resources(made.aws.client)
    process = subprocess.Popen(
        ["pulumi", "up", "--yes", "--skip-preview", "--non-interactive"],
        cwd=made.workspace.directory,
        env=dict(made.workspace.environment),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    while not made.aws.client("ec2").describe_launch_templates()["LaunchTemplates"]:
        assert process.poll() is None, process.communicate()[0].decode()
        time.sleep(0.1)
    process.send_signal(signal.SIGINT)
    assert process.wait(timeout=120) != 0
    made.workspace.up()
    assert made.workspace.changes() == {}
    made.workspace.run("destroy", "--yes", "--skip-preview")
    assert sorted(resources(made.aws.client) - before) == []


def test_aws_out_of_reach_is_one_clear_error_in_the_preview(stack: Callable[..., Stack]) -> None:
    said = refused(stack(platform="ecs-fargate", text=ONE, awsEndpoint="http://127.0.0.1:9"))
    assert "AWS does not answer" in said
    assert "Pulumi.test.yaml: berth:awsEndpoint" in said


@pytest.mark.parametrize(
    ("settings", "text", "parts"),
    [
        ({"instanceTyp": "t3.micro"}, ONE, ("Pulumi.test.yaml", "berth:instanceTyp", "instanceType")),
        ({"zones": "many"}, ONE, ("zones", "integer")),  # the CLI's own check
        ({}, ONE.replace("command:", "comand:"), ("compose.yaml", "'web'", "comand", "'command'")),
        ({}, ONE.replace("told you so", "${WORDS:?say what}"), ("compose.yaml", "WORDS", "say what")),
        (
            {},
            ONE + "    deploy: {resources: {limits: {memory: 4G}}}\n",
            ("compose.yaml", "'web'", "deploy.resources", "4160 MiB", "64 of them", "t3.micro has 918"),
        ),
        (
            {"platform": "ecs-fargate", "cpuArchitecture": "arm64"},
            ONE,
            ("compose.yaml", "'web'", "image", "is for linux/amd64", "the stack runs linux/arm64"),
        ),
        (
            {},
            ONE + "    secrets: [key]\nsecrets: {key: {environment: NOT_SET}}\n",
            ("compose.yaml", "secrets.key", "NOT_SET", "berth:secrets.key"),
        ),
        (
            {},
            ONE + '    ports: ["22:22"]\n',
            ("[mandatory]", "no-wide-openings", "port 22 (SSH) is open to the world", "Session Manager"),
        ),
    ],
    ids=[
        "setting",
        "value",
        "key",
        "variable",
        "instance-memory",
        "image",
        "secret",
        "policy",
    ],
)
def test_bad_input_is_one_clear_error_in_the_preview(
    stack: Callable[..., Stack], settings: dict[str, object], text: str, parts: tuple[str, ...]
) -> None:
    said = refused(stack(text=text, **{"platform": "ecs-ec2", **settings}))
    for part in parts:
        assert part in said, said
