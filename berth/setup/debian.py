"""Packages of Debian and Ubuntu, for root. Nothing but the standard library."""

from __future__ import annotations

import os
import shutil
import subprocess
import threading
from collections.abc import Callable, Mapping, Sequence

from berth.diagnostics import Diagnostic, ToolError
from berth.setup.explain import explain

TIMEOUT = 900
"""Seconds that apt-get may take."""

LOCK_TIMEOUT = 120
"""Seconds to wait for another apt-get, such as the one that a new machine starts by itself."""

_lock = threading.Lock()


def need(commands: Mapping[str, str], what: str, say: Callable[[str], object]) -> None:
    """Install the packages (command -> package) of those commands that are missing.

    Raises:
        ToolError: that cannot be done here; ``what`` needs them.
    """
    with _lock:  # steps that run beside each other need the same packages
        missing = {command: package for command, package in commands.items() if shutil.which(command) is None}
        if not missing:
            return
        problem = install(list(missing.values()), say)
    if problem:
        raise ToolError(
            Diagnostic(
                message=f"{what} takes {' and '.join(missing)}, which is not here",
                advice=f"{problem} Install {' '.join(missing.values())} and run this again.",
            )
        )


def install(packages: Sequence[str], say: Callable[[str], object]) -> str:
    """Install packages and say so; why that cannot be, or an empty text where they are there now."""
    if shutil.which("apt-get") is None:
        return "This system has no apt-get."
    if os.geteuid() != 0:
        return "Installing it takes root."
    say(f"apt-get install {' '.join(packages)}")
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    output = ""
    for arguments in (["update", "-qq"], ["install", "-y", "-qq", "--no-install-recommends", *packages]):
        try:
            result = subprocess.run(
                ["apt-get", "-o", f"DPkg::Lock::Timeout={LOCK_TIMEOUT}", *arguments],
                env=environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                text=True,
                timeout=TIMEOUT,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return f"apt-get {arguments[0]} took longer than {TIMEOUT} s."
        output += result.stdout  # an update without a network only warns, and its warnings tell why the rest fails
    if result.returncode == 0:
        return ""
    reason = explain(output)
    last = reason.message if reason else (output.strip().splitlines() or ["it said nothing"])[-1]
    return f"apt-get failed: {last}."
