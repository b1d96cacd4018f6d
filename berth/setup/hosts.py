"""What tests of programs in YAML and TypeScript take: their hosts, a Python host that starts plugins, and Node.js.

Pulumi's own installation has the hosts beside the CLI. Where that comes from Go modules, a few more are built here.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import sys
from pathlib import Path

from berth.setup import debian, goproxy
from berth.setup.cli import HOST, Found, command_after, path_line
from berth.setup.explain import need_space
from berth.setup.places import cache, pinned
from berth.setup.steps import Steps

HOSTS = ("pulumi-language-yaml", "pulumi-language-nodejs")
PARTS = ("python-host", "yaml-host", "nodejs-host")
"""The Python host that is there may be older than the two others, and start no plugins."""

MEGABYTES = 2000
NODE = {"node": "nodejs", "npm": "npm"}
"""Command -> Debian package."""


def install(steps: Steps, found: Found) -> tuple[str, ...]:
    """Lines of shell that put a CLI with all hosts beside it first on PATH; none where ``found`` is such a CLI.

    Raises:
        ToolError: the hosts cannot be built.
    """
    _node(steps)
    command = command_after(found.lines)
    assert command is not None, f"{found.source} has a CLI"
    beside = (command.parent, command.resolve().parent)
    if all(shutil.which(name) or any((folder / name).exists() for folder in beside) for name in HOSTS):
        steps.found("hosts for tests", f"with {command}")
        return ()
    folder = cache() / f"hosts-{_recipe()}"
    if _complete(folder):
        steps.found("hosts for tests", str(folder))
    else:
        _build(steps, folder, command)
    return (path_line(folder / "bin"),)


def _complete(folder: Path) -> bool:
    """The CLI comes last."""
    return all((folder / "bin" / name).exists() for name in (*HOSTS, HOST, "pulumi"))


def _build(steps: Steps, folder: Path, command: Path) -> None:
    go = goproxy.find_go(steps)
    need_space(cache(), MEGABYTES, "building the hosts for tests")
    with steps.step("hosts for tests", "1 to 2 minutes") as step:
        step.run(sys.executable, goproxy.RECIPE / "build.py", "--to", folder, "--go", go, *PARTS, timeout=3600)
        for name in ("go", "work"):
            shutil.rmtree(folder / name, ignore_errors=True)
        _beside(command, folder / "bin")
        step.done(f"built from Go modules, {folder}")


def _beside(command: Path, folder: Path) -> None:
    """A second name of the CLI in the hosts' folder: it warns of a host that does not lie beside it."""
    new = folder / "pulumi.new"
    new.unlink(missing_ok=True)
    try:
        os.link(command.resolve(), new)
    except OSError:  # another file system
        shutil.copy(command, new)
    new.replace(folder / "pulumi")


def _recipe() -> str:
    """Short, and another one once a version or a source of the hosts has changed."""
    files = [goproxy.RECIPE / "versions.toml", goproxy.RECIPE / "build.py"]
    files += [path for path in (goproxy.RECIPE / "hosts").rglob("*") if path.is_file()]
    digest = hashlib.sha256(pinned("pulumi").encode())
    for file in sorted(files):
        digest.update(file.read_bytes())
    return digest.hexdigest()[:12]


def _node(steps: Steps) -> None:
    """Without it only tests of programs in TypeScript fail, and say so; setup goes on."""
    if all(map(shutil.which, NODE)):
        steps.found("Node.js", str(shutil.which("node")))
        return
    problem = debian.install(list(NODE.values()), lambda line: steps.say("Node.js", f"{line}, up to 2 minutes"))
    if problem:
        steps.say("Node.js", f"none: {problem} Tests of programs in TypeScript will fail. Install Node.js and npm.")
