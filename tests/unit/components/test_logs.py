from __future__ import annotations

import pulumi
import pytest

from berth.components.logs import RETENTION_DAYS, LogGroup, LogGroupArgs
from tests.unit.recorder import Recorder, start


def test_group_has_stack_retention_and_tags():
    recorder = start(Recorder())

    @pulumi.runtime.test
    def program() -> None:
        LogGroup("web", LogGroupArgs(retention_days=14, tags={"a": "b"}))

    program()
    assert recorder.one("aws:cloudwatch/logGroup:LogGroup", "web").inputs == {
        "namePrefix": "/ecs/berth/test/web-",
        "retentionInDays": 14,
        "tags": {"a": "b"},
    }


@pytest.mark.parametrize("days", [0, 2, 31, 366, 100_000])
def test_retention_that_cloudwatch_does_not_have_is_refused(days: int):
    with pytest.raises(ValueError, match=rf"one of 1, 3, 5.*\(got {days}\)"):
        LogGroupArgs(retention_days=days)


def test_every_retention_that_cloudwatch_has_is_taken():
    assert [LogGroupArgs(retention_days=days).retention_days for days in RETENTION_DAYS] == list(RETENTION_DAYS)
    assert tuple(sorted(set(RETENTION_DAYS))) == RETENTION_DAYS
