"""A Pulumi CLI: whether it is there, its version, and whether that fits. Nothing but the standard library."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

HOST = "pulumi-language-python"
"""The CLI's Python host, a program beside it."""


@dataclass(frozen=True)
class Found:
    """``lines`` of shell put the CLI on PATH; none where it is there. ``source`` is what a user reads."""

    version: str
    source: str
    lines: tuple[str, ...] = ()


def fits(version: str | None, wanted: str) -> bool:
    """As Pulumi's Automation API has it: the same major version, and not older than the SDK that speaks to it."""
    mine, theirs = numbers(version or ""), numbers(wanted)
    return mine is not None and theirs is not None and mine[0] == theirs[0] and mine >= theirs


def numbers(version: str) -> tuple[int, ...] | None:
    match = re.match(r"v?(\d+)\.(\d+)\.(\d+)", version)
    return tuple(map(int, match.groups())) if match else None


def on_path(wanted: str) -> tuple[Found | None, str]:
    """The CLI of PATH, or why it is not used."""
    command = shutil.which("pulumi")
    if command is None:
        return None, "no pulumi on PATH"
    version = version_of(command)
    if not fits(version, wanted):
        return None, f"{command} is {version or 'broken'}, and {wanted} or later is needed"
    if shutil.which(HOST) is None and not (Path(command).resolve().parent / HOST).exists():
        return None, f"{command} has no {HOST} beside it"
    return Found(str(version), command), ""


def in_folder(folder: Path) -> bool:
    return all((folder / "bin" / name).is_file() for name in ("pulumi", HOST))


def path_line(folder: Path) -> str:
    """The line of shell that puts a folder first on PATH."""
    return f'export PATH={shlex.quote(str(folder))}:"$PATH"'


def version_of(command: str) -> str | None:
    """What ``pulumi version`` prints, without the v; None where it does not work."""
    try:
        result = subprocess.run(
            [command, "version"],
            env={**os.environ, "PULUMI_SKIP_UPDATE_CHECK": "true"},
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return result.stdout.strip().removeprefix("v") or None if result.returncode == 0 else None


def version_after(lines: tuple[str, ...]) -> str | None:
    """The version of the CLI that a shell finds after these lines."""
    command = command_after(lines)
    return version_of(str(command)) if command else None


def command_after(lines: tuple[str, ...]) -> Path | None:
    """The CLI that a shell finds after these lines."""
    script = "\n".join([*lines, "command -v pulumi"])
    try:
        result = subprocess.run(["bash", "-euc", script], capture_output=True, text=True, timeout=300, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    command = result.stdout.strip().splitlines()[-1:]
    return Path(command[0]) if result.returncode == 0 and command else None
