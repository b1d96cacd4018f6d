"""Every role of a stack within the boundary that its settings name, on both platforms."""

from __future__ import annotations

from pathlib import Path

import pytest

from berth.diagnostics import SettingsError
from berth.settings import parse_settings
from tests.unit.platforms.test_ecs_operation import FILE, deployed

BOUNDARY = "arn:aws:iam::123456789012:policy/github/berth-boundary-1"
ROLES = "aws:iam/role:Role"


@pytest.mark.parametrize("platform", ["ecs-ec2", "ecs-fargate"])
def test_every_role_has_the_boundary(tmp_path: Path, platform: str) -> None:
    text = FILE.replace("STRATEGY", "rolling")
    settings = {"platform": platform, "flow_logs": True}
    plain = deployed(tmp_path, text, **settings)
    bounded = deployed(tmp_path, text, **settings, permissions_boundary_arn=BOUNDARY)
    assert {item.inputs.get("permissionsBoundary") for item in plain.recorder.of(ROLES)} == {None}
    assert {item.inputs["permissionsBoundary"] for item in bounded.recorder.of(ROLES)} == {BOUNDARY}
    assert plain.names(ROLES) == bounded.names(ROLES)
    assert "shop-test-flow" in plain.names(ROLES)


def test_what_is_no_policy_is_refused() -> None:
    with pytest.raises(SettingsError, match="permissionsBoundaryArn"):
        parse_settings({"permissionsBoundaryArn": "berth-boundary"}, stack="dev")
