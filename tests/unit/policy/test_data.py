"""Logs that end, and protected data."""

from __future__ import annotations

from typing import Any

import pytest

from guard.rule import UNKNOWN
from tests.unit.policy.resources import said

LOGS = "cloudwatch/logGroup:LogGroup"


def test_logs_end() -> None:
    assert "set retentionInDays" in said("log-retention", LOGS, {})[0]
    assert said("log-retention", LOGS, {"retentionInDays": 0})
    assert said("log-retention", LOGS, {"retentionInDays": 30}) == []
    assert said("log-retention", LOGS, {"retentionInDays": UNKNOWN}) == []


def test_a_team_may_want_logs_for_longer() -> None:
    (message,) = said("log-retention", LOGS, {"retentionInDays": 30}, days=365)
    assert "365 or more (is 30)" in message


@pytest.mark.parametrize(
    ("type_", "inputs", "part"),
    [
        ("rds/instance:Instance", {}, "deletionProtection"),
        ("rds/cluster:Cluster", {"deletionProtection": True, "skipFinalSnapshot": True}, "skipFinalSnapshot"),
        ("ecr/repository:Repository", {"forceDelete": True}, "forceDelete"),
        ("secretsmanager/secret:Secret", {"recoveryWindowInDays": 0}, "7 to 30"),
    ],
)
def test_what_pulumi_protects_aws_protects(type_: str, inputs: dict[str, Any], part: str) -> None:
    (message,) = said("deletion-protection", type_, inputs, protect=True)
    assert part in message
    assert said("deletion-protection", type_, inputs) == []


def test_protected_data_with_a_lock_passes() -> None:
    inputs = {"deletionProtection": True, "skipFinalSnapshot": False}
    assert said("deletion-protection", "rds/instance:Instance", inputs, protect=True) == []
