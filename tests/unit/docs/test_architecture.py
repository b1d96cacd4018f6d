"""docs/architecture.md counts what the sample's stacks make on AWS: as it is planned, no more and no less."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pytest

from berth.compose.loader import load_application
from berth.platforms.ecs.deploy import EcsApplication
from berth.stackfile import read_stack
from tests.unit.components.build import build
from tests.unit.docs.pages import ROOT
from tests.unit.hooks import accept_hooks
from tests.unit.recorder import MADE_BY_AWS, Recorder

ROW = re.compile(r"^\| `([\w.]+)` \| (\d+) \| (\d+) \|", re.MULTILINE)


@pytest.mark.parametrize("stack", ["dev", "prod"])
def test_the_table_is_what_is_made(stack: str) -> None:
    column = ["dev", "prod"].index(stack)
    table = {row[0]: int(row[column + 1]) for row in ROW.findall((ROOT / "docs" / "architecture.md").read_text())}
    assert {kind: count for kind, count in table.items() if count} == made(stack)


def made(stack: str) -> Counter[str]:
    """``ecs.Service`` -> how many the stack's own settings make of the sample."""
    settings = read_stack(stack)
    shop = load_application(
        files=settings.compose_files,
        directory=ROOT,
        profiles=(),
        project_name=None,
        variables={"SESSION_KEY": "session"},
        secret_names=[],
        strict_variables=True,
    )
    recorder = Recorder(
        calls={
            "aws:ecr/getAuthorizationToken:getAuthorizationToken": {"userName": "AWS", "password": "login"},
            "aws:index/getAvailabilityZones:getAvailabilityZones": {"names": ["us-east-1a", "us-east-1b"]},
        },
        outputs=dict(MADE_BY_AWS),
    )

    def make(opts: Any) -> dict[str, Any]:
        accept_hooks()
        EcsApplication(f"shop-{stack}", shop, settings, opts)
        return {}

    types = [resource.type.split(":") for resource in build(make, recorder).recorder.resources]
    return Counter(f"{module.split('/')[0]}.{name}" for package, module, name in types if package == "aws")
