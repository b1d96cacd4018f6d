"""Alarms on metric math, of which the emulator forgets the metrics and shows a period and a statistic instead.

https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_PutMetricAlarm.html
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from ministack.services import cloudwatch

OF_ONE_METRIC = ("MetricName", "Namespace", "Statistic", "ExtendedStatistic", "Period", "Dimensions", "Unit")


def install() -> None:
    """Make PutMetricAlarm keep ``Metrics``, in whose place nothing else stands."""
    cloudwatch._put_metric_alarm = _with_metrics(cloudwatch._put_metric_alarm)


def _with_metrics(put: Callable[..., Any]) -> Callable[..., Any]:
    def handle(params: Any, data: Mapping[str, Any], is_cbor: bool, is_json: bool = False) -> Any:
        response = put(params, data, is_cbor, is_json)
        alarm = cloudwatch._alarms.get(data.get("AlarmName")) if data and data.get("Metrics") else None
        if alarm is not None:
            for field in OF_ONE_METRIC:
                alarm.pop(field, None)
            alarm["Metrics"] = data["Metrics"]
        return response

    return handle
