"""Docker, BuildKit and the examples' base images."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

from berth.components.builders import own_builders
from berth.diagnostics import Diagnostic, ToolError
from berth.setup import debian, goproxy
from berth.setup.cli import Found, path_line
from berth.setup.explain import need_space
from berth.setup.places import OWN, ROOT, VENV, cache
from berth.setup.steps import Steps

BUILDKIT_IMAGE = "moby/buildkit:buildx-stable-1"
"""What Docker boots a builder from: https://docs.docker.com/build/builders/drivers/docker-container/"""

START = ROOT / "tools" / "start-docker"
IMAGES = ROOT / "tools" / "base-images"
LOOKUP_TIMEOUT = 10
TO_MAKE_IMAGES = {"debootstrap": "debootstrap", "busybox": "busybox-static", "xz": "xz-utils"}
"""Command -> Debian package."""


def docker(steps: Steps) -> None:
    """Raises ToolError where Docker does not answer and cannot be started from here."""
    problem = _docker_problem()
    if not problem:
        steps.found("Docker", _version())
        return
    if os.environ.get("DOCKER_HOST"):
        raise ToolError(
            Diagnostic(
                message=f"no Docker answers at DOCKER_HOST={os.environ['DOCKER_HOST']}: {problem}",
                advice="Start it there, or unset DOCKER_HOST to use this machine's.",
            )
        )
    if os.geteuid() != 0 or shutil.which("apt-get") is None:
        raise ToolError(
            Diagnostic(
                message=f"Docker does not answer: {problem}",
                advice="Start it (Docker Desktop, or: systemctl start docker), or install it: "
                "https://docs.docker.com/engine/install/. On Debian or Ubuntu, root's `make setup` does both.",
            )
        )
    steps.say("Docker", "it does not answer; starting it, from Debian's package docker.io where it is missing")
    need_space(Path("/var"), 1000, "Docker")
    with steps.step("Docker", "up to a minute") as step:
        step.run(START, "docker", timeout=900)
        step.done(_version())


def buildkit(steps: Steps, found: Found) -> tuple[str, ...]:
    """Lines of shell that go with a builder of our own. Without any, only cloud stacks with a `build` fail."""
    silent = {builder.name: builder.silent() for builder in own_builders()}
    answer = [name for name, endpoint in silent.items() if endpoint is None]
    if answer:
        steps.found("BuildKit", f"builder {', '.join(answer)}")
        return ()
    if not silent and _can_boot():
        steps.found("BuildKit", f"Docker boots it from {BUILDKIT_IMAGE}")
        return ()
    if os.geteuid() != 0:
        steps.say("BuildKit", "no builder answers, and starting one takes root; cloud stacks cannot build images")
        return ()
    lines = found.lines
    if not _has("buildkitd", lines):
        goproxy.build(steps, ["buildkitd"])
        lines = (*lines, path_line(goproxy.folder() / "bin"))
    with steps.step("BuildKit") as step:
        step.run("bash", "-euc", "\n".join([*lines, f"'{START}' buildkit"]), timeout=120)
        step.done("a buildkitd of its own, as Docker cannot pull the image to boot one from")
    return lines[len(found.lines) :]


def base_images(steps: Steps) -> None:
    """The examples' base images, from Debian packages where the public ones cannot be pulled.

    Raises:
        ToolError: they can be neither pulled nor made here.
    """
    names = OWN / "base-images.env"
    if names.exists() and _up_to_date(names) and _all_there(names.read_text()):
        steps.found("base images", " ".join(names.read_text().split()) or "the public ones")
        return
    with steps.step("base images", "up to 2 minutes") as step:
        if not _public_images():
            debian.need(TO_MAKE_IMAGES, "making base images, as none can be pulled,", step.show)
        need_space(cache(), 1000, "making base images")
        # pip is the virtual environment's: Debian's Python has none by itself.
        path = f"{VENV / 'bin'}:{os.environ['PATH']}"
        script = f"'{IMAGES}' --if-offline > '{names}.new'"
        made = step.run("bash", "-c", script, environment={**os.environ, "PATH": path}, timeout=1800)
        steps.log(made)
        Path(f"{names}.new").replace(names)
        step.done(" ".join(names.read_text().split()) or "the public ones")


def _up_to_date(names: Path) -> bool:
    """Whether it was written since the script was changed, which may make more images now."""
    return names.stat().st_mtime >= IMAGES.stat().st_mtime


def _all_there(variables: str) -> bool:
    """Docker may have been emptied since."""
    images = [line.partition("=")[2] for line in variables.split()]
    return not images or _ok("docker", "image", "inspect", *images)


def _public_images() -> bool:
    return _ok(str(IMAGES), "--are-public", timeout=60)


def _can_boot() -> bool:
    """Whether Docker has the builder's image, or its registry answers in time."""
    return _ok("docker", "image", "inspect", BUILDKIT_IMAGE) or _ok("docker", "manifest", "inspect", BUILDKIT_IMAGE)


def _has(command: str, lines: tuple[str, ...]) -> bool:
    return _ok("bash", "-euc", "\n".join([*lines, f"command -v {command}"]))


def _ok(*command: str, timeout: float = LOOKUP_TIMEOUT) -> bool:
    try:
        return subprocess.run(command, capture_output=True, timeout=timeout, check=False).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False


def _docker_problem() -> str:
    """Why Docker does not answer; empty where it does."""
    try:
        result = subprocess.run(
            ["docker", "info", "--format", "{{.ServerVersion}}"],
            capture_output=True,
            text=True,
            timeout=LOOKUP_TIMEOUT,
            check=False,
        )
    except FileNotFoundError:
        return "there is no `docker` command"
    except (OSError, subprocess.TimeoutExpired) as error:
        return str(error)
    return "" if result.returncode == 0 else (result.stderr.strip().splitlines() or ["it said nothing"])[-1]


def _version() -> str:
    return subprocess.run(
        ["docker", "info", "--format", "{{.ServerVersion}}"], capture_output=True, text=True, check=False
    ).stdout.strip()
