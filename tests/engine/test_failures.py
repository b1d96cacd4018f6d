"""What a user sees when the input is wrong: one clear message in the preview, and an exit code."""

from __future__ import annotations

from collections.abc import Callable

import pytest

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
        (  # two findings at once: 4096 MiB, 64 for the proxy and 8 for what writes the secret
            {},
            ONE
            + "    deploy: {resources: {limits: {memory: 4G}}}\n"
            + "    secrets: [key]\nsecrets: {key: {environment: NOT_SET}}\n",
            (
                *("compose.yaml", "'web'", "deploy.resources", "4168 MiB", "64 of them", "t3.micro has 918"),
                *("secrets.key", "NOT_SET", "berth:secrets.key"),
            ),
        ),
        (
            {"platform": "ecs-fargate", "cpuArchitecture": "arm64"},
            ONE,
            ("compose.yaml", "'web'", "image", "is for linux/amd64", "the stack runs linux/arm64"),
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
        "instance-memory-and-secret",
        "image",
        "policy",
    ],
)
def test_bad_input_is_one_clear_error_in_the_preview(
    stack: Callable[..., Stack], settings: dict[str, object], text: str, parts: tuple[str, ...]
) -> None:
    said = refused(stack(text=text, **{"platform": "ecs-ec2", **settings}))
    for part in parts:
        assert part in said, said
