"""``up``, ``down`` and ``outputs`` of one stack: the Pulumi CLI, with the stack made where it is new.

Each is what a user would type to Pulumi; nothing here is needed to run ``pulumi up -s dev`` by hand.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from berth.answer import Address, ask
from berth.components.aws_access import AwsAccess
from berth.diagnostics import Diagnostic, ToolError
from berth.environments import is_environment, make_file
from berth.interrupted import take_up
from berth.options import BASE
from berth.policies import with_policies
from berth.stackfile import read_stack, secrets_provider
from berth.untyped import entries, inside

ROOT = Path(__file__).resolve().parent.parent
ANSWER_TIMEOUT = 60
"""Seconds that a published URL may take to answer after ``up``."""


def up(stack: str, console: Console, *, refresh: bool = False, base: str = BASE) -> int:
    """Deploy a stack, print its URLs and wait until they answer. ``refresh`` repairs what was changed by hand, too.
    A pull request's environment that has no settings file gets one from ``base``.

    On AWS its preview comes first: the policies that look at all of a stack are asked before anything is changed.
    """
    make_settings(stack, base, console)
    make_ready(stack, console)
    platform = read_stack(stack, ROOT).platform
    options = [*(["--skip-preview"] if platform == "compose" else []), *(["--refresh"] if refresh else [])]
    code = pulumi("up", "--stack", stack, "--yes", *options, platform=platform)
    if code:
        return code
    for service, url in urls(stack).items():
        answer = ask(Address(url=url), ANSWER_TIMEOUT)
        console.print(f"[bold]{service}[/bold]  {url}  {answer.text}", highlight=False)
    return 0


def down(stack: str, console: Console) -> int:
    """Remove all that a stack made; its settings stay, but a pull request's environment goes with file and state.

    Raises:
        ToolError: other stacks use it.
    """
    file = ROOT / f"Pulumi.{stack}.yaml"
    environment = is_environment(stack)
    if environment and not file.exists():
        if stack not in {item.name for item in list_stacks()}:
            console.print(f"{stack} is not there: nothing to remove", highlight=False)
            return 0
        file.write_text("config: {}\n")  # what is to be removed is in the state alone
    elif not environment and file.exists() and read_stack(stack, ROOT).platform != "compose":
        refuse_used(stack)
    make_ready(stack, console)
    kept = retained(json.loads(pulumi_text("stack", "export", "--stack", stack))) if _retains(stack) else []
    code = pulumi("destroy", "--stack", stack, "--yes", "--skip-preview")
    if kept and not code:
        console.print(f"left in AWS, as berth:retainVolumes says: {', '.join(kept)}", highlight=False)
    if environment and not code:
        code = pulumi("stack", "rm", stack, "--yes")
        file.unlink(missing_ok=True)
    return code


def _retains(stack: str) -> bool:
    settings = read_stack(stack, ROOT)
    return settings.platform != "compose" and settings.retain_volumes


def retained(export: Mapping[str, Any]) -> list[str]:
    """What ``pulumi stack export`` has that outlives the stack: type and id of each."""
    resources = entries(inside(export, "deployment").get("resources"))
    return [f"{item['type']} {item['id']}" for item in resources if item.get("retainOnDelete") and item.get("id")]


def outputs(stack: str) -> int:
    """Print a stack's outputs."""
    select(stack)
    return pulumi("stack", "output", "--stack", stack)


def make_settings(stack: str, base: str, console: Console) -> None:
    """The settings file of a pull request's environment, from those of ``base``, where there is none yet."""
    if is_environment(stack) and not (ROOT / f"Pulumi.{stack}.yaml").exists():
        for line in make_file(stack, base, ROOT, pulumi, select):
            console.print(line, markup=False, highlight=False, soft_wrap=True)


def make_ready(stack: str, console: Console) -> None:
    """The stack, with what a killed run has left in its state put right."""
    refuse_unknown(stack)
    take_up(stack, _Cli(stack), lambda line: console.print(line, markup=False, highlight=False, soft_wrap=True))
    select(stack)


@dataclass(frozen=True, slots=True)
class _Cli:
    """What ``take_up`` needs of this module, and of the one that reads what is deployed."""

    stack: str

    def run(self, *arguments: str) -> int:
        return pulumi(*arguments)

    def output(self, *arguments: str) -> str:
        return pulumi_text(*arguments)

    def access(self) -> AwsAccess:
        from berth.deployed import read_access  # which needs this module

        return read_access(self.stack)


def refuse_unknown(stack: str) -> None:
    """A name without a settings file is most often a slip."""
    if not (ROOT / f"Pulumi.{stack}.yaml").exists():
        known = ", ".join(sorted(path.name.split(".")[1] for path in ROOT.glob("Pulumi.*.yaml")))
        raise ToolError(
            Diagnostic(
                file=f"Pulumi.{stack}.yaml",
                message="no such environment",
                advice=f"Use one of {known}, or write this file with at least `config: {{berth:platform: …}}`.",
            )
        )


def select(stack: str) -> None:
    """Make the stack if there is none."""
    refuse_unknown(stack)
    provider = secrets_provider(ROOT / f"Pulumi.{stack}.yaml")
    options = ["--secrets-provider", provider] if provider else []
    if pulumi("stack", "select", "--create", "--stack", stack, "--non-interactive", *options):
        raise ToolError(
            Diagnostic(
                message=f"Pulumi could not select the stack {stack!r}; its message is above",
                advice="Check `pulumi whoami` and the passphrase. Where another checkout's passphrase made the "
                f"`encryptionsalt` in Pulumi.{stack}.yaml, and nothing there is encrypted, remove that line.",
            )
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Listed:
    """A stack that the backend has. ``changed`` is when it was last updated, None where it never was; ``resources`` is
    how many there are in its state, its own root with them."""

    name: str
    changed: datetime | None
    resources: int


def list_stacks() -> tuple[Listed, ...]:
    """The project's stacks, by name."""
    found = json.loads(pulumi_text("stack", "ls", "--json"))
    return tuple(
        Listed(
            name=item["name"].rpartition("/")[2],
            changed=datetime.fromisoformat(item["lastUpdate"]) if item.get("lastUpdate") else None,
            resources=item.get("resourceCount") or 0,
        )
        for item in sorted(found, key=lambda item: str(item["name"]))
    )


def refuse_used(stack: str) -> None:
    """Stop before what others use is taken from them: those whose state has a StackReference to ``stack``.

    Raises:
        ToolError: there are some.
    """
    others = [item.name for item in list_stacks() if item.name != stack and item.resources]
    users = [name for name in others if stack in references(pulumi_output("stack", "export", "--stack", name))]
    if users:
        raise ToolError(
            Diagnostic(
                message=f"{', '.join(users)} {'uses' if len(users) == 1 else 'use'} the network, cluster and load "
                f"balancer of {stack}",
                advice=f"Remove them first: {'; '.join(f'make down STACK={name}' for name in users)}.",
            )
        )


def references(exported: Mapping[str, Any]) -> frozenset[str]:
    """The stacks that an exported one refers to, by their names without organization and project."""
    resources = inside(exported, "deployment").get("resources") or ()
    kind = "pulumi:pulumi:StackReference"
    return frozenset(str(item["id"]).rpartition("/")[2] for item in resources if item["type"] == kind)


def urls(stack: str) -> dict[str, str]:
    """Each published service's URL by name, from the stack's outputs."""
    return dict(pulumi_output("stack", "output", "--stack", stack, "--json").get("urls", {}))


def pulumi_output(*arguments: str) -> dict[str, Any]:
    """What a command of the CLI prints as JSON.

    Raises:
        ToolError: the command failed; the message is the CLI's own.
    """
    return dict(json.loads(pulumi_text(*arguments)))


def pulumi_text(*arguments: str) -> str:
    """What a command of the CLI prints.

    Raises:
        ToolError: the command failed; the message is the CLI's own.
    """
    result = run_quietly(*arguments)
    if result.returncode:
        raise ToolError(Diagnostic(message=result.stderr.strip() or "Pulumi failed without a message"))
    return result.stdout


def pulumi(*arguments: str, platform: str = "compose", environment: Mapping[str, str] | None = None) -> int:
    """Run the CLI on Berth's program with this terminal; its exit code. The policies look at what is on AWS.
    ``environment`` goes over this process's.

    Ctrl-C reaches Pulumi by itself, which finishes what is under way and writes its state: that is waited for.
    ``subprocess.run`` would kill it after a quarter of a second.
    """
    variables = {**with_policies(os.environ, platform=platform), **(environment or {})}
    with subprocess.Popen([_pulumi(), *arguments], cwd=ROOT, env=variables) as process:
        while True:
            try:
                return process.wait()
            except KeyboardInterrupt:
                continue


def run_quietly(*arguments: str) -> subprocess.CompletedProcess[str]:
    """Run the CLI on Berth's program; what it printed."""
    return subprocess.run([_pulumi(), *arguments], cwd=ROOT, capture_output=True, text=True, check=False)


def _pulumi() -> str:
    found = shutil.which("pulumi")
    if found is None:
        raise ToolError(
            Diagnostic(
                message="the Pulumi CLI is not on PATH",
                advice="Install it from https://www.pulumi.com/docs/install/, or run `make setup`.",
            )
        )
    return found
