"""Compose's written units as numbers."""

from __future__ import annotations

import re

_DURATION = re.compile(r"(\d+(?:\.\d+)?)(us|ms|s|m|h)")
_SECONDS = {"us": 1e-6, "ms": 1e-3, "s": 1, "m": 60, "h": 3600}
_SIZE = re.compile(r"(\d+(?:\.\d+)?)\s*([kmgtp]?)i?b?", re.IGNORECASE)
_POWER = {"": 0, "k": 1, "m": 2, "g": 3, "t": 4, "p": 5}


def seconds(duration: str) -> float:
    """``1m30s`` as 90: https://docs.docker.com/reference/compose-file/extension/#specifying-durations"""
    return sum(float(amount) * _SECONDS[unit] for amount, unit in _DURATION.findall(duration))


def size_in_bytes(size: str | int) -> int:
    """``64m`` as 67108864; a plain number is bytes already."""
    match = _SIZE.fullmatch(str(size))
    if match is None:
        raise ValueError(f"not a size: {size!r}")
    return int(float(match[1]) * 1024 ** _POWER[match[2].lower()])


def is_size(text: str) -> bool:
    """Whether ``size_in_bytes`` takes it."""
    return _SIZE.fullmatch(text) is not None
