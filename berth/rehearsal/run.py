"""``python -m berth rehearse``: one stack up, unchanged, answering and gone again, with a report."""

from __future__ import annotations

import shutil
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console

from berth.answer import ask
from berth.emulator.instance import places
from berth.emulator.process import Emulator, emulator
from berth.rehearsal.images import base_images, seed, used
from berth.rehearsal.leftovers import resources
from berth.rehearsal.plan import RehearsalPlan, plan_rehearsal, registry
from berth.rehearsal.workspace import ROOT, Workspace, make_workspace

ANSWER_TIMEOUT = 60
"""Seconds that a published URL may take to answer."""


class StepFailed(Exception):
    pass


def rehearse(stack: str, console: Console) -> int:
    """Rehearse ``Pulumi.STACK.yaml``; 0 when every step passed. Logs stay in ``.berth/rehearsal/STACK``."""
    file = ROOT / f"Pulumi.{stack}.yaml"
    settings = plan_rehearsal(file, endpoint="", images={}).settings  # its errors come before the emulator's start
    files = [ROOT / name for name in settings.get("composeFiles", ["compose.yaml"])]
    directory = ROOT / ".berth" / "rehearsal" / stack
    shutil.rmtree(directory, ignore_errors=True)
    (directory / "program").mkdir(parents=True)
    try:
        with emulator(directory) as aws:
            with _step(console, "base images in the emulator's registry"):
                images = seed(used(base_images(), files), aws.client("ecr"), registry(aws.endpoint))
            plan = plan_rehearsal(file, endpoint=aws.endpoint, images=images)
            for note in plan.notes:
                console.print(f"  {note}", style="dim", highlight=False, soft_wrap=True)
            _run(make_workspace(directory / "program", plan.settings, {}, stack=stack), plan, aws, console)
    except StepFailed as error:
        console.print(
            f"{error}\n\nThe emulator's log: {directory}", style="red", markup=False, highlight=False, soft_wrap=True
        )
        return 1
    console.print(f"[bold green]{stack} is fine[/]: up, unchanged, answering, gone")
    return 0


def _run(workspace: Workspace, plan: RehearsalPlan, aws: Emulator, console: Console) -> None:
    before = resources(aws.client)
    with _step(console, "pulumi up"):
        outputs = workspace.up()
    with _step(console, "a second preview is empty"):
        if changes := workspace.changes():
            raise StepFailed("it would change " + ", ".join(f"{name} ({kind})" for name, kind in changes.items()))
    for service, url in outputs.get("urls", {}).items():
        if not url.startswith("http"):
            note = f"  {service} at {url}: not asked, as the emulator opens no port of a Network Load Balancer"
            console.print(note, style="dim", highlight=False, soft_wrap=True)
            continue
        with _step(console, f"{service} at {url}") as say:
            answer = ask(plan.address(url, places(aws.port)), ANSWER_TIMEOUT)
            if not answer.ok:
                raise StepFailed(answer.text)
            say(answer.text)
    with _step(console, "pulumi destroy") as say:
        workspace.run("destroy", "--yes", "--skip-preview")
    with _step(console, "nothing is left") as say:
        if left := sorted(resources(aws.client) - before):
            raise StepFailed("left over: " + ", ".join(left))
        say(f"{len(before)} resources of the account, as before")


@contextmanager
def _step(console: Console, title: str) -> Generator[Callable[[str], None]]:
    """Print how a step went and how long it took."""
    start = time.monotonic()
    said: list[str] = []
    try:
        with console.status(title):
            yield said.append
    except (RuntimeError, OSError, StepFailed) as error:
        console.print(f"[red]failed[/]  {title}  {time.monotonic() - start:.1f} s", highlight=False, soft_wrap=True)
        raise StepFailed(str(error)) from error
    detail = f"  {said[0]}" if said else ""
    console.print(
        f"[green]passed[/]  {title}  {time.monotonic() - start:.1f} s{detail}", highlight=False, soft_wrap=True
    )
