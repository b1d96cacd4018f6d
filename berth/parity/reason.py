"""Why something runs otherwise than the file says."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reason:
    """``setting`` is the one that decides (``berth:volumeStorage``); empty where the platform does."""

    text: str
    setting: str = ""
