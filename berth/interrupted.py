"""What a run of Pulumi that was killed has left in a state on this machine, put right where that is safe.

A run that is interrupted once (Ctrl-C) finishes what is under way and leaves nothing of this. One that is killed leaves
its lock, its half-written files, and the resources that it was creating as "pending": AWS may have them or not, and is
asked. Other backends than a folder keep their own locks; there Pulumi's own messages say what to do.
"""

from __future__ import annotations

import json
import os
import socket
import subprocess
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from berth.adoption.pending import creations
from berth.components.aws_access import AwsAccess
from berth.diagnostics import Diagnostic, ToolError
from berth.untyped import inside, mapping

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


class Cli(Protocol):
    """The Pulumi CLI, and what of AWS a run needs of its own."""

    def run(self, *arguments: str) -> int:
        """On the user's terminal; the exit code."""
        ...

    def output(self, *arguments: str) -> str:
        """What it prints.

        Raises:
            ToolError: it failed.
        """
        ...

    def access(self) -> AwsAccess:
        """The stack's account.

        Raises:
            ToolError: it does not answer.
        """
        ...


@dataclass(frozen=True, slots=True)
class StateFolder:
    """A stack's files in the folder of a ``file://`` backend."""

    root: Path
    stack: str

    @property
    def checkpoint(self) -> Path:
        return self.root / "stacks" / PROJECT / f"{self.stack}.json"

    def locks(self) -> list[Lock]:
        found: list[Lock] = []
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

    def pending(self) -> list[Mapping[str, Any]]:
        """The operations that were under way when the engine ended, each with its ``type`` and its ``resource``."""
        latest = inside(_read(self.checkpoint), "checkpoint", "latest")
        return list(latest.get("pending_operations") or ())


def state_folder(stack: str, environment: Mapping[str, str] = os.environ) -> StateFolder | None:
    """The stack's state on this machine; None where another backend has it."""
    url = environment.get("PULUMI_BACKEND_URL") or _logged_in(environment)
    if not url.startswith(SCHEME):
        return None
    path = url.removeprefix(SCHEME).partition("?")[0]
    return StateFolder(Path(path).expanduser() / ".pulumi", stack)


def take_up(stack: str, cli: Cli, say: Callable[[str], None]) -> None:
    """Before a run that changes ``stack``: give it a state without a dead process's lock and pending operations.

    ``say`` takes a line for the user.

    Raises:
        ToolError: another run holds the stack, or AWS can't be asked what it has made of the pending creations.
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
        cli.run("cancel", "--yes", "--stack", stack, "--non-interactive")
    if folder.pending():
        _adopt(stack, cli, say)


def _adopt(stack: str, cli: Cli, say: Callable[[str], None]) -> None:
    """Put what AWS has made of pending creations into the state; the others are forgotten, for the run that follows to
    create. What was being changed or deleted is read anew by that run."""
    from botocore.exceptions import BotoCoreError  # only after a kill

    from berth.adoption.search import search
    from berth.adoption.state import adopt

    exported = json.loads(cli.output("stack", "export", "--stack", stack))
    pending = creations(exported["deployment"].get("pending_operations") or ())
    access = cli.access() if any(item.type.startswith("aws:") for item in pending) else None
    client, pause = (access.client, access.poll) if access else (_no_client, 0)
    try:
        found = search(pending, exported["deployment"].get("resources") or (), client, pause)
    except BotoCoreError as error:
        raise ToolError(_unanswered(stack, error)) from error
    if found.made:
        say("It was creating these, which are there and now in Pulumi's state:")
    for item in found.made:
        say(f"    {item.pending.type} {item.pending.name}: {item.id}")
    if found.unsure:
        say("It was creating these; where AWS has one already, Pulumi does not know of it, and you should remove it:")
    for one in found.unsure:
        say(f"    {one}")
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:  # for this user's eyes alone
        json.dump(adopt(exported, found.made), file)
        file.flush()
        cli.output("stack", "import", "--stack", stack, "--file", file.name)


def _unanswered(stack: str, error: Exception) -> Diagnostic:
    return Diagnostic(
        message=f"AWS can't be asked what it made of {stack} before the run was killed: {error}",
        advice="Run this again once AWS answers; until then nothing of it is forgotten.",
    )


def _no_client(service: str) -> Any:
    raise AssertionError(f"nothing of {service} is pending")


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


def _is_broken(file: Path) -> bool:
    return file.exists() and not _read(file)


def _read(file: Path) -> Mapping[str, Any]:
    """A file's JSON object; empty where there is none."""
    try:
        data = json.loads(file.read_text())
    except (OSError, ValueError):
        return {}
    return mapping(data)


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
