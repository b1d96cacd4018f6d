"""A target group as AWS describes it: a check by TCP has neither a path nor a status to match, and a load balancer
uses a group by any of its rules.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_TargetGroup.html
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from ministack.services import alb

OF_HTTP = re.compile(r"<HealthCheckPath>.*?</HealthCheckPath>|<Matcher>.*?</Matcher>")


def install() -> None:
    """The emulator describes every check as HTTP's, which the provider refuses to have of TCP, and knows of load
    balancers by default actions alone."""
    described = alb._tg_xml

    def describe(group: Mapping[str, Any]) -> str:
        text: str = described({**group, "LoadBalancerArns": _users(group)})
        return OF_HTTP.sub("", text) if group["HealthCheckProtocol"] == "TCP" else text

    alb._tg_xml = describe


def _users(group: Mapping[str, Any]) -> list[str]:
    """The load balancers that send to the group, each once."""
    arn = group["TargetGroupArn"]
    found = dict.fromkeys(group.get("LoadBalancerArns") or ())
    for rule in alb._rules.values():
        listener = alb._listeners.get(rule["ListenerArn"])
        if listener and any(arn in _targets(action) for action in rule["Actions"]):
            found[listener["LoadBalancerArn"]] = None
    return list(found)


def _targets(action: Mapping[str, Any]) -> set[Any]:
    return {item.get("TargetGroupArn") for item in (action, *(action.get("Groups") or ()))}
