"""Why a tool failed, in one sentence, from what it printed: a full disk or a network that does not reach.

Nothing but the standard library.
"""

from __future__ import annotations

import re
import shutil
from dataclasses import dataclass
from pathlib import Path

from berth.diagnostics import Diagnostic, ToolError


@dataclass(frozen=True)
class Reason:
    message: str
    advice: str


DISK_FULL = Reason("the disk is full", "Free some space and run this again; it goes on where it stopped.")
NETWORK = Reason(
    "the network does not reach it",
    "Check the connection, HTTPS_PROXY and PIP_INDEX_URL, and run this again; it goes on where it stopped.",
)
_SIGNS = (
    (DISK_FULL, r"No space left on device|Disk quota exceeded|disk full"),
    (
        NETWORK,
        r"Temporary failure (in name resolution|resolving)|Name or service not known|Could not resolve"
        r"|no such host|Network is unreachable|No route to host|Connection (refused|reset|timed out)|Read timed out"
        r"|i/o timeout|TLS handshake timeout|Max retries exceeded|ConnectTimeout|NewConnectionError|server misbehaving"
        r"|Could not connect|Cannot connect to proxy|TimeoutError|after connection broken by"
        r"|Failed to establish a new connection|Failed to fetch",
    ),
)


def explain(output: str) -> Reason | None:
    """The reason that ``output`` shows; None where it shows another."""
    for reason, signs in _SIGNS:
        if re.search(signs, output, re.IGNORECASE):
            return reason
    return None


def need_space(folder: Path, megabytes: int, what: str) -> None:
    """Look before a long step whether the disk of ``folder`` has room.

    Raises:
        ToolError: it has not; with both figures.
    """
    there = folder
    while not there.exists():
        there = there.parent
    free = shutil.disk_usage(there).free // 2**20
    if free < megabytes:
        raise ToolError(
            Diagnostic(
                message=f"the disk is full: {what} takes {megabytes} MB in {folder}, and {free} MB are free",
                advice="Free some space and run this again; it goes on where it stopped.",
            )
        )
