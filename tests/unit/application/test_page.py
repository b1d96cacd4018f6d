"""docs/compose-application.md: its program runs, and it leaves out no argument and no output."""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path
from typing import Any

import pulumi
import pytest

from berth import ComposeApplication, ComposeApplicationArgs, ServiceOutputs
from tests.unit.application.conftest import Run
from tests.unit.docs.pages import ROOT, blocks

PAGE = "docs/compose-application.md"
EXAMPLE = ROOT / "examples" / "next-to-your-own"


def programs() -> list[str]:
    return [block.text for block in blocks("python") if block.place.startswith(PAGE)]


def test_its_program_gives_a_service_more(run: Run, tmp_path: Path) -> None:
    shutil.copytree(EXAMPLE, tmp_path, dirs_exist_ok=True)

    def program(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        names: dict[str, Any] = {}
        exec(programs()[0], names)
        return {"url": names["orders"].urls["api"]}

    built = run(program, berth_databasePassword="x")
    assert built.values["url"] == "http://lb.example.com/"
    more = built.inputs("aws:iam/rolePolicy:RolePolicy", "reports")
    assert more["role"] == "orders-test-api-task"
    assert '"Resource": "arn:aws:mock:us-east-1:123456789012:reports/*"' in more["policy"]


def test_its_transform_is_one(run: Run) -> None:
    def program(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        names: dict[str, Any] = {"pulumi": pulumi}
        exec(programs()[1], names)
        (transform,) = names["opts"].transforms
        given = {"type_": "aws:cloudwatch/logGroup:LogGroup", "name": "x", "props": {"a": 1}, "opts": None}
        found = transform(pulumi.ResourceTransformArgs(**given, custom=True))
        assert found.props == {"a": 1, "retentionInDays": 365}
        return {}

    run(program)


@pytest.mark.parametrize(
    "name", [field.name for made in (ComposeApplicationArgs, ServiceOutputs) for field in fields(made)]
)
def test_it_has_every_argument_and_output(name: str) -> None:
    assert f"`{name}`" in (ROOT / PAGE).read_text()


@pytest.mark.parametrize("name", list(ComposeApplication.__annotations__))
def test_it_has_every_attribute_of_the_component(name: str) -> None:
    text = (ROOT / PAGE).read_text()
    assert f"`{name}`" in text or f"orders.{name}" in text


def test_it_is_loaded_when_it_is_asked_for() -> None:
    code = "import sys, berth; early = 'pulumi' in sys.modules; berth.ComposeApplication; "
    code += "assert (early, 'pulumi' in sys.modules) == (False, True)"
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)
