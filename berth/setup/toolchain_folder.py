"""A folder that someone has put Pulumi into, for a network that its download hosts do not reach."""

from __future__ import annotations

import os
import shlex
from pathlib import Path

from berth.diagnostics import Diagnostic, ToolError
from berth.setup import debian
from berth.setup.cli import Found, fits, path_line, version_after
from berth.setup.explain import need_space
from berth.setup.places import ROOT, cache
from berth.setup.steps import Steps

VARIABLE = "PULUMI_TOOLCHAIN"
BESIDE = ROOT.parent / "shared" / "toolchain"
MEGABYTES = 800
"""What a folder that unpacks itself takes, with the plugins."""


def find(steps: Steps, wanted: str) -> Found | None:
    """The CLI in the folder that PULUMI_TOOLCHAIN names, or in ../shared/toolchain; None where there is neither.

    Raises:
        ToolError: PULUMI_TOOLCHAIN names a folder without a CLI that fits.
    """
    named = os.environ.get(VARIABLE)
    if named:
        found, why = look(steps, Path(named).absolute(), wanted)
        if found is None:
            raise ToolError(
                Diagnostic(
                    message=f"{VARIABLE} is {named}, which {why}",
                    advice=f"Name a folder with Pulumi {wanted} or later, as `env` to be sourced or as bin/pulumi, or "
                    f"unset {VARIABLE}.",
                )
            )
        return found
    found, why = look(steps, BESIDE, wanted)
    if found is None:
        steps.log(f"{BESIDE} {why}")
    return found


def look(steps: Steps, folder: Path, wanted: str) -> tuple[Found | None, str]:
    """What a folder has, or why it is not used."""
    lines = shell_lines(folder)
    if not lines:
        return None, "has neither `env` nor bin/pulumi"
    if unpacks_itself(folder) and not mark(folder).exists():
        _unpack(steps, folder, lines)
    version = version_after(lines)
    if version is None:
        return None, "has a Pulumi that does not start"
    if not fits(version, wanted):
        return None, f"has Pulumi {version}"
    return Found(version, f"toolchain folder {folder}", lines), ""


def shell_lines(folder: Path) -> tuple[str, ...]:
    """What puts a folder's programs on PATH; nothing where it has none."""
    if unpacks_itself(folder):
        # To such a file the variable may say where to unpack to.
        return (f"unset {VARIABLE}", f". {shlex.quote(str(folder / 'env'))}")
    if (folder / "bin" / "pulumi").is_file():
        return (path_line(folder / "bin"),)
    return ()


def unpacks_itself(folder: Path) -> bool:
    return (folder / "env").is_file()


def mark(folder: Path) -> Path:
    """There once a folder was unpacked by setup; the folder's own file looks what of it is still there."""
    return cache() / "toolchains" / str(folder).strip("/").replace("/", "_")


def _unpack(steps: Steps, folder: Path, lines: tuple[str, ...]) -> None:
    if any((folder / "packed").glob("*.xz")):
        debian.need({"xz": "xz-utils"}, f"unpacking {folder}", lambda line: steps.say("Pulumi", line))
    need_space(Path.home(), MEGABYTES, "unpacking Pulumi and its plugins")
    with steps.step("Pulumi", "half a minute") as step:
        step.run("bash", "-euc", "\n".join(lines))
        step.done(f"unpacked from {folder}; its plugins are in Pulumi's own folder")
    mark(folder).parent.mkdir(parents=True, exist_ok=True)
    mark(folder).touch()
