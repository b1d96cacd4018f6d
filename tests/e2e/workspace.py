"""A copy of the program in a folder of its own, so that tests run at the same time and leave the checkout alone."""

from __future__ import annotations

import json
import os
import shutil
import socket
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[2]
PROGRAM = ("__main__.py", "Pulumi.yaml", "*.py", "components", "compose", "platforms", ".venv")


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """The program's folder, its one stack, and the environment of its commands."""

    directory: Path
    stack: str
    environment: dict[str, str]

    def run(self, *arguments: str, check: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run ``pulumi``; the result's ``stdout`` has both of its streams."""
        result = subprocess.run(
            ["pulumi", *arguments, "--non-interactive", "--color", "never"],
            cwd=self.directory,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )
        assert not check or result.returncode == 0, f"pulumi {' '.join(arguments)}:\n{result.stdout}"
        return result

    def up(self) -> dict[str, Any]:
        """Deploy; the stack's outputs."""
        self.run("up", "--yes", "--skip-preview")
        return json.loads(self.run("stack", "output", "--json").stdout)

    def changes(self) -> dict[str, str]:
        """What a preview would do, without what stays the same: ``TYPE NAME`` -> operation."""
        printed = self.run("preview", "--json").stdout
        steps = json.loads(printed[printed.index("{") :])["steps"]
        return {_short(step["urn"]): step["op"] for step in steps if step["op"] != "same"}


def _short(urn: str) -> str:
    """``ComposeService compose-api`` of ``urn:pulumi:…$berth:components:ComposeService::compose-api``."""
    *_, types, name = urn.split("::")
    return f"{types.rpartition(':')[2]} {name}"


def make_workspace(directory: Path, settings: dict[str, Any], variables: dict[str, str]) -> Workspace:
    """The program by links, its state beside it, and one stack with ``settings`` (names without ``berth:``)."""
    for pattern in PROGRAM:
        for path in ROOT.glob(pattern):
            if not (directory / path.name).exists():
                (directory / path.name).symlink_to(path)
    (directory / "state").mkdir()
    stack = "local"
    configuration = {"config": {f"berth:{name}": value for name, value in settings.items()}}
    (directory / f"Pulumi.{stack}.yaml").write_text(yaml.safe_dump(configuration))
    environment = {
        **os.environ,
        **variables,
        "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PULUMI_BACKEND_URL": f"file://{directory / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "for this test",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
    }
    workspace = Workspace(directory=directory, stack=stack, environment=environment)
    workspace.run("stack", "init", stack)
    return workspace


def copy_shop(directory: Path) -> Path:
    """A copy of the sample that a test may change; its Compose file."""
    shutil.copytree(ROOT / "examples" / "shop", directory / "shop")
    return directory / "shop" / "compose.yaml"


def free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("", 0))
        return listener.getsockname()[1]


def docker(*arguments: str) -> str:
    """Standard output of a Docker command that must succeed."""
    return subprocess.run(["docker", *arguments], capture_output=True, text=True, check=True).stdout.strip()


def containers(project: str) -> dict[str, str]:
    """Service -> container id, of a Compose project."""
    lines = docker(
        *("ps", "--all", "--no-trunc", "--filter", f"label=com.docker.compose.project={project}"),
        *("--format", '{{.Label "com.docker.compose.service"}} {{.ID}}'),
    )
    return dict(line.split() for line in lines.splitlines())


def volumes(project: str) -> list[str]:
    return docker("volume", "ls", "--quiet", "--filter", f"label=com.docker.compose.project={project}").split()
