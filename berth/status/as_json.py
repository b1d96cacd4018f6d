"""A stack's status for programs.

An object: ``stack``, ``ok``, and ``services``, a list by name with the attributes of ``ServiceStatus``; times are
ISO 8601 in UTC. Fields are not renamed or removed; new ones may be added.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime

from berth.status.model import ServiceStatus


def as_json(stack: str, statuses: Sequence[ServiceStatus]) -> str:
    """The whole document."""
    ok = not any(status.problem for status in statuses)
    services = [asdict(status) for status in statuses]
    return json.dumps({"stack": stack, "ok": ok, "services": services}, default=_text, indent=2)


def _text(value: object) -> str:
    assert isinstance(value, datetime), value
    return value.isoformat()
