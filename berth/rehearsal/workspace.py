"""The program in a folder of its own, with its own state: what runs there leaves the checkout and its stacks alone."""

from __future__ import annotations

import json
import os
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from berth.policies import with_policies
from berth.untyped import mapping

ROOT = Path(__file__).resolve().parents[2]
STATE = {".git", ".pulumi", ".berth"}
"""What of the checkout is not the program."""

Settings = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Workspace:
    """The program's folder, its one stack, and the environment of its commands."""

    directory: Path
    stack: str
    environment: Mapping[str, str]

    def run(self, *arguments: str, check: bool = True, **environment: str) -> subprocess.CompletedProcess[str]:
        """Run ``pulumi``; the result's ``stdout`` has both of its streams.

        Raises:
            RuntimeError: with ``check``, another exit code than 0; with all that the command printed.
        """
        result = subprocess.run(
            ["pulumi", *arguments, "--non-interactive", "--color", "never"],
            cwd=self.directory,
            env={**self.environment, **environment},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=1800,
            check=False,
        )
        if check and result.returncode:
            raise RuntimeError(f"pulumi {' '.join(arguments)}:\n{result.stdout}")
        return result

    def up(self) -> dict[str, Any]:
        """Deploy; the stack's outputs."""
        self.run("up", "--yes", "--skip-preview")
        return self.outputs()

    def outputs(self) -> dict[str, Any]:
        return dict(json.loads(self.run("stack", "output", "--json").stdout))

    def changes(self) -> dict[str, str]:
        """What a preview would do, without what stays the same: ``TYPE NAME`` -> operation.

        The whole plan stays in ``plan.json``, for ``python -m berth scan``.
        """
        printed = self.run("preview", "--json", "--show-sames").stdout
        plan = printed[printed.index("{") :]
        (self.directory / "plan.json").write_text(plan)
        steps = json.loads(plan)["steps"]
        return {_short(step["urn"]): step["op"] for step in steps if step["op"] not in ("same", "read")}

    def configure(self, settings: Settings) -> None:
        """Write the stack's settings (names without ``berth:``) anew; the state's passphrase stays."""
        file = self.directory / f"Pulumi.{self.stack}.yaml"
        kept: Mapping[str, Any] = mapping(yaml.safe_load(file.read_text())) if file.exists() else {}
        config = {f"berth:{name}": value for name, value in settings.items()}
        file.write_text(yaml.safe_dump({**kept, "config": config}))


def _short(urn: str) -> str:
    """``ComposeService compose-api`` of ``urn:pulumi:…$berth:components:ComposeService::compose-api``."""
    *_, types, name = urn.split("::")
    return f"{types.rpartition(':')[2]} {name}"


def make_workspace(
    directory: Path, settings: Settings, variables: Mapping[str, str], *, stack: str = "local"
) -> Workspace:
    """Link the program into ``directory``, its state beside it, and make one stack with ``settings``."""
    for path in ROOT.iterdir():
        own = path.name in STATE or (path.name.startswith("Pulumi.") and path.name != "Pulumi.yaml")
        if not own and not (directory / path.name).exists():
            (directory / path.name).symlink_to(path)
    (directory / "state").mkdir()
    environment = {
        **with_policies(os.environ, platform=str(settings.get("platform", "compose"))),
        **variables,
        "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "PULUMI_BACKEND_URL": f"file://{directory / 'state'}",
        "PULUMI_CONFIG_PASSPHRASE": "of this folder alone",
        "PULUMI_SKIP_UPDATE_CHECK": "1",
    }
    environment.pop("PULUMI_CONFIG_PASSPHRASE_FILE", None)
    workspace = Workspace(directory=directory, stack=stack, environment=environment)
    workspace.configure(settings)
    workspace.run("stack", "init", stack)
    return workspace
