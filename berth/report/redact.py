"""A last look through a finished report for values that are known to be secret.

Pulumi has written ``[secret]`` in their place already; this is for what a message, a name or a command repeats.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Collection
from typing import Any, TypeVar, cast

from berth.report.values import HIDDEN
from berth.untyped import entries

LEAST = 4
"""Characters: a shorter value is in too many words that are not it."""

Anything = TypeVar("Anything")


def redacted(value: Anything, hidden: Collection[str]) -> Anything:
    """``value``, plain data, with ``[hidden]`` for each of these texts wherever it stands."""
    texts = sorted({text for text in hidden if len(text) >= LEAST}, key=len, reverse=True)
    if not texts:
        return value
    pattern = re.compile("|".join(re.escape(text) if len(text) > 5 else rf"\b{re.escape(text)}\b" for text in texts))
    return _redacted(value, pattern)


def _redacted(value: Any, pattern: re.Pattern[str]) -> Any:
    if isinstance(value, str) and type(value) is str:
        return pattern.sub(HIDDEN, value)
    if isinstance(value, tuple):
        return tuple(_redacted(item, pattern) for item in entries(cast("object", value)))
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        changed = {item.name: _redacted(getattr(value, item.name), pattern) for item in dataclasses.fields(value)}
        return dataclasses.replace(value, **changed)
    return value
