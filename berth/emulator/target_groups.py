"""A target group as AWS describes it: a check by TCP has neither a path nor a status to match.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroup.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ministack.services import alb

OF_HTTP = re.compile(r"<HealthCheckPath>.*?</HealthCheckPath>|<Matcher>.*?</Matcher>")


def install() -> None:
    """The emulator describes every check as HTTP's, which the provider refuses to have of TCP."""
    described = alb._tg_xml

    def describe(group: Mapping[str, Any]) -> str:
        text: str = described(group)
        return OF_HTTP.sub("", text) if group["HealthCheckProtocol"] == "TCP" else text

    alb._tg_xml = describe
