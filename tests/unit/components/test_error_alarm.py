"""The alarm on errors of a service's own."""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from berth.components.error_alarm import ErrorAlarm, ErrorAlarmArgs
from tests.unit.components.build import build

ALARM = "aws:cloudwatch/metricAlarm:MetricAlarm"


def test_both_groups_count_together_and_no_request_is_no_alarm() -> None:
    """https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html"""

    def make(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        args = ErrorAlarmArgs(percent=5, load_balancer="app/lb/1", target_groups=["targetgroup/a/1", "targetgroup/b/2"])
        return {"name": ErrorAlarm("web-errors", args, opts).alarm_name}

    built = build(make)
    inputs = built.inputs(ALARM, "web-errors")
    assert built.values["name"] == "web-errors"
    assert (inputs["comparisonOperator"], inputs["threshold"]) == ("GreaterThanThreshold", 5)
    assert (inputs["evaluationPeriods"], inputs["treatMissingData"]) == (2, "notBreaching")
    rate, *metrics = inputs["metricQueries"]
    requests = "FILL(requests0, 0) + FILL(requests1, 0)"
    errors = "FILL(errors0, 0) + FILL(errors1, 0)"
    assert rate["expression"] == f"IF(({requests}) > 0, 100 * ({errors}) / ({requests}), 0)"
    assert rate["returnData"] is True
    assert {query["id"]: query["metric"]["metricName"] for query in metrics} == {
        "errors0": "HTTPCode_Target_5XX_Count",
        "requests0": "RequestCount",
        "errors1": "HTTPCode_Target_5XX_Count",
        "requests1": "RequestCount",
    }
    assert metrics[2]["metric"]["dimensions"] == {"LoadBalancer": "app/lb/1", "TargetGroup": "targetgroup/b/2"}
    assert {query["metric"]["stat"] for query in metrics} == {"Sum"}


@pytest.mark.parametrize(("percent", "groups"), [(0, ["a"]), (101, ["a"]), (5, [])])
def test_an_alarm_on_nothing_is_refused(percent: float, groups: list[str]) -> None:
    with pytest.raises(ValueError, match=r"percent|target_groups"):
        ErrorAlarmArgs(percent=percent, load_balancer="app/lb/1", target_groups=groups)
