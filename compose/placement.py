"""On which hosts a service may run: https://docs.docker.com/reference/compose-file/deploy/#placement"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from berth.compose.model import Constraint
from berth.untyped import inside

PATTERN = re.compile(r"\s*([\w.-]+)\s*(==|!=)\s*(.+?)\s*")


def parse_constraint(text: str) -> Constraint | None:
    """``node.labels.disk == ssd``; None for what is not of this form."""
    match = PATTERN.fullmatch(text)
    return Constraint(subject=match[1], equal=match[2] == "==", value=match[3]) if match else None


def parse_constraints(deploy: Mapping[str, Any]) -> tuple[Constraint, ...]:
    parsed = (parse_constraint(text) for text in inside(deploy, "placement").get("constraints") or ())
    return tuple(constraint for constraint in parsed if constraint)
