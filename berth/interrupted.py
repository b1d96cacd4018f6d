"""What a run of Pulumi that was killed has left in a state on this machine, put right where that is safe.

A run that is interrupted once (Ctrl-C) finishes what is under way and leaves nothing of this. One that is killed leaves
its lock, its half-written files, and the resources that it was creating as "pending": AWS may have them or not.
Other backends than a folder keep their own locks; there Pulumi's own messages say what to do.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from diagnostics import Diagnostic, ToolError

PROJECT = "berth"
SCHEME = "file://"


@dataclass(frozen=True, slots=True, kw_only=True)
class Lock:
    """Who holds a stack: the file is https://github.com/pulumi/pulumi/blob/master/pkg/backend/diy/lock.go's."""

    pid: int
    host: str
    since: str

    @property
    def is_stale(self) -> bool:
        """Its process ran on this machine and is gone; of another machine's nothing can be known."""
        return self.host == socket.gethostname() and not _is_pulumi(self.pid)


@dataclass(frozen=True, slots=True, kw_only=True)
class Pending:
    """A resource whose creation was under way; ``physical`` is the name that AWS was asked for, if it takes one."""

    type: str
    name: str
    physical: str

    def __str__(self) -> str:
        return f"{self.type} {self.name}" + (f" ({self.physical})" if self.physical else "")


@dataclass(frozen=True, slots=True)
class StateFolder:
    """A stack's files in the folder of a ``file://`` backend."""

    root: Path
    stack: str

    @property
    def checkpoint(self) -> Path:
        return self.root / "stacks" / PROJECT / f"{self.stack}.json"

    def locks(self) -> list[Lock]:
        found = []
        for file in sorted((self.root / "locks" / "organization" / PROJECT / self.stack).glob("*.json")):
            data = _read(file)
            if data:  # an empty one is being written, or was when its process was killed
                found.append(Lock(pid=data["pid"], host=data["hostname"], since=data["timestamp"]))
        return found

    def drop_half_written(self) -> list[Path]:
        """Remove what a kill cut short: an empty ``.attrs`` beside the state, which Pulumi calls "EOF".

        It holds a checksum and times, and is written in place, unlike the state itself.
        https://github.com/google/go-cloud/blob/master/blob/fileblob/attrs.go
        """
        beside = self.checkpoint.with_name(f"{self.checkpoint.name}.attrs")
        broken = [file for file in (beside, beside.with_name(f"{self.stack}.json.bak.attrs")) if _is_broken(file)]
        for file in broken:
            file.unlink()
        return broken

    def pending(self) -> list[Pending]:
        """Resources whose creation was under way when the engine ended."""
        latest = (_read(self.checkpoint).get("checkpoint") or {}).get("latest") or {}
        operations = [item for item in latest.get("pending_operations") or () if item["type"] == "creating"]
        return [_pending(item["resource"]) for item in operations]


def state_folder(stack: str, environment: Mapping[str, str] = os.environ) -> StateFolder | None:
    """The stack's state on this machine; None where another backend has it."""
    url = environment.get("PULUMI_BACKEND_URL") or _logged_in(environment)
    if not url.startswith(SCHEME):
        return None
    path = url.removeprefix(SCHEME).partition("?")[0]
    return StateFolder(Path(path).expanduser() / ".pulumi", stack)


def take_up(stack: str, pulumi: Callable[..., int], say: Callable[[str], None]) -> None:
    """Before a run that changes ``stack``: give it a state without a dead process's lock and pending creations.

    ``pulumi`` runs the CLI and returns its exit code; ``say`` takes a line for the user.

    Raises:
        ToolError: another run holds the stack.
    """
    folder = state_folder(stack)
    if folder is None:
        return
    held = folder.locks()
    for lock in held:
        if not lock.is_stale:
            raise ToolError(_locked(stack, lock))
    for file in folder.drop_half_written():
        say(f"removed {file.name}, which an earlier run was writing when it was killed")
    if held:
        say(f"an earlier run of {stack} (process {held[0].pid}, since {held[0].since}) was killed: its lock is removed")
        pulumi("cancel", "--yes", "--stack", stack, "--non-interactive")
    pending = folder.pending()
    if pending:
        say("It was creating these; where AWS has one already, Pulumi does not know of it, and you should remove it:")
        for item in pending:
            say(f"    {item}")
        pulumi(
            *("refresh", "--yes", "--skip-preview", "--clear-pending-creates", "--stack", stack, "--non-interactive")
        )


def _locked(stack: str, lock: Lock) -> Diagnostic:
    if lock.host == socket.gethostname():
        return Diagnostic(
            message=f"the stack {stack!r} is being changed by another run: process {lock.pid}, since {lock.since}",
            advice="Wait until it ends, or interrupt it once (Ctrl-C), and run this again.",
        )
    return Diagnostic(
        message=f"the stack {stack!r} is locked by process {lock.pid} on {lock.host}, since {lock.since}",
        advice=f"Wait until that ends. If it has, run `tools/run pulumi cancel --stack {stack}`.",
    )


def _pending(resource: Mapping[str, Any]) -> Pending:
    urn = str(resource["urn"])
    inputs = resource.get("inputs") or {}
    physical = next((inputs[key] for key in ("name", "clusterIdentifier", "creationToken") if inputs.get(key)), "")
    return Pending(
        type=str(resource["type"]),
        name=urn.rpartition("::")[2],
        physical=physical if isinstance(physical, str) else "",
    )


def _is_broken(file: Path) -> bool:
    return file.exists() and not _read(file)


def _read(file: Path) -> dict[str, Any]:
    """A file's JSON object; empty where there is none."""
    try:
        data = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return data if isinstance(data, dict) else {}


def _logged_in(environment: Mapping[str, str]) -> str:
    """The backend of ``pulumi login``."""
    home = environment.get("PULUMI_HOME") or "~/.pulumi"
    folder = environment.get("PULUMI_CREDENTIALS_PATH") or home
    return str(_read(Path(folder).expanduser() / "credentials.json").get("current") or "")


def _is_pulumi(pid: int) -> bool:
    """Whether this process runs and is Pulumi; where ``ps`` can't say, whatever runs counts."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    try:
        found = subprocess.run(["ps", "-o", "comm=", "-p", str(pid)], capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return True
    return "pulumi" in found.stdout
