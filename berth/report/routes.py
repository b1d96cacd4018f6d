"""Where requests for a service come in, as a listener's rule has it."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from berth.report.events import Step
from berth.report.owners import Owners
from berth.report.values import entries, within
from berth.untyped import is_list


def where(step: Step, side: Mapping[str, Any] | None, owners: Owners) -> str:
    """``shop.example.com/api``, or ``port 9000, any host, /``: host, path, and a port that is the rule's own."""
    hosts, path = "", ""
    for item in entries(within(side, "conditions")):
        if is_list(values := within(item, "hostHeader", "values")):
            hosts = ", ".join(map(str, values))
        if is_list(values := within(item, "pathPattern", "values")) and values:
            path = str(values[0]).removesuffix("*")
    service = owners.owner(step.urn)
    port = re.match(rf"{re.escape(service)}-(\d+)\b", owners.short(step.name))
    place = f"{hosts}{path or '/'}" if hosts else f"any host, {path or '/'}"
    return f"port {port[1]}, {place}" if port and port[1] not in ("80", "443") else place
