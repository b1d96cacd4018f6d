"""The Pulumi CLI with its Python host and plugins: the first of four places that has them in a version that fits."""

from __future__ import annotations

import json
import subprocess

from berth.diagnostics import ToolError
from berth.setup import goproxy, installer, toolchain_folder
from berth.setup.cli import Found, in_folder, on_path, path_line
from berth.setup.places import pinned
from berth.setup.steps import CommandFailed, Steps

PLUGINS = {"aws": "pulumi-aws", "docker-build": "pulumi-docker-build"}
"""Plugin -> the package that it goes with. That of pulumi-docker is wanted by one setting only, and comes then."""

NO_DOWNLOADS = "export PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true"
"""Where plugins cannot be had, each run would spend seconds on asking for them."""


def find(steps: Steps) -> Found:
    """The CLI that is used from now on: PATH, a toolchain folder, Pulumi's installer, a build from Go modules.

    Raises:
        ToolError: none of them has it.
    """
    wanted = pinned("pulumi")
    found, why = on_path(wanted)
    if found is None:
        steps.log(why)
        found = toolchain_folder.find(steps, wanted) or _in_cache(wanted)
    if found is None:
        if not installer.install(steps, wanted):
            goproxy.build(steps, ["python-host", "cli"])
        found = _in_cache(wanted)
        assert found is not None, "it was installed into the cache"
    steps.found("Pulumi", f"{found.version}, {found.source}")
    return found


def _in_cache(wanted: str) -> Found | None:
    """What a former run has installed or built."""
    for folder, source in (
        (installer.folder(wanted), "by Pulumi's installer"),
        (goproxy.folder(), "built from Go modules"),
    ):
        if in_folder(folder):
            return Found(wanted, f"{source}, {folder}", (path_line(folder / "bin"),))
    return None


def plugins(steps: Steps, found: Found) -> tuple[str, ...]:
    """Install the plugins that are not there; lines of shell that go with them.

    Raises:
        ToolError: one can neither be downloaded nor built.
    """
    there = installed(found)
    for name, package in PLUGINS.items():
        version = pinned(package)
        if f"{name} {version}" in there:
            steps.found(f"plugin {name}", version)
        elif _built() or not _download(steps, found, name, version):
            goproxy.build(steps, [name])
            _install(steps, found, name, version)
    return (NO_DOWNLOADS,) if _built() else ()


def installed(found: Found) -> set[str]:
    """``NAME VERSION`` of each plugin that Pulumi has in full. Where it keeps them, only Pulumi knows."""
    script = _script(found, "pulumi plugin ls --json")
    result = subprocess.run(["bash", "-euc", script], capture_output=True, text=True, timeout=60, check=False)
    if result.returncode != 0:
        return set()
    return {f"{item['name']} {item['version']}" for item in json.loads(result.stdout)}


def _built() -> bool:
    """Whether something had to be built, so that downloads do not work here."""
    return any(goproxy.program(part).exists() for part in ("cli", *PLUGINS))


def _download(steps: Steps, found: Found, name: str, version: str) -> bool:
    try:
        with steps.step(f"plugin {name}", "a minute") as step:
            step.run("bash", "-euc", _script(found, f"pulumi plugin install resource {name} {version}"), timeout=1200)
            step.done(f"{version}, downloaded by Pulumi into its own folder")
    except ToolError as error:
        if not isinstance(error.__cause__, CommandFailed):
            raise
        steps.say(f"plugin {name}", f"Pulumi cannot download it: {error.__cause__}")
        return False
    return True


def _install(steps: Steps, found: Found, name: str, version: str) -> None:
    with steps.step(f"plugin {name}") as step:
        command = f"pulumi plugin install resource {name} {version} --reinstall --file '{goproxy.program(name)}'"
        step.run("bash", "-euc", _script(found, command))
        step.done(f"{version}, into Pulumi's own folder")


def _script(found: Found, command: str) -> str:
    return "\n".join([*found.lines, command])
