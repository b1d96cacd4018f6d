"""Attributes of a service on this machine, as a reviewer says them."""

from __future__ import annotations

from typing import Any

import pytest

from berth.report.composed import compose_lines
from berth.report.events import Step

URN = "urn:pulumi:local::berth::berth:components:ComposeService::compose-api"


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ({"replicas": 1}, {"replicas": 3}, "replicas 1 → 3"),
        (
            {"resources": {"limits": {"memory": str(96 * 2**20)}}},
            {"resources": {"limits": {"memory": str(112 * 2**20)}}},
            "memory limit 96 → 112 MiB",
        ),
        ({"resources": {"limits": {"cpus": 0.5}}}, {"resources": {"limits": {"cpus": 1}}}, "CPU limit 0.5 → 1"),
    ],
)
def test_what_deploy_has_nested(old: Any, new: Any, said: str) -> None:
    step = Step(urn=URN, operation="update", old={"deploy": old}, new={"deploy": new})
    assert list(compose_lines(step)) == [said]
