"""The command: previews, asks AWS, writes the state, and previews again; a state that would do otherwise is undone.

Nothing in AWS is changed: the next ``up`` does that.
"""

from __future__ import annotations

import json
import tempfile
from argparse import Namespace
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.console import Console

from berth import stacks
from berth.deployed import read_access
from berth.diagnostics import Diagnostic, ToolError
from berth.drift import reason
from berth.importing.entries import take_over
from berth.importing.leftovers import leftovers, made_new
from berth.importing.live import Live, read_live
from berth.importing.planned import Step, find_service, parse_steps
from berth.importing.refusals import refusals
from berth.settings import Settings
from berth.untyped import entries

IN_PLACE = ("update", "same")
BACKUPS = Path(".berth") / "states"


def run(options: Namespace, console: Console) -> int:
    """Make an ECS service that exists the stack's own; 0 once the next ``up`` would change it in place.

    Raises:
        BerthError: it cannot be taken over, or Pulumi or AWS does not answer. The state is as it was then.
    """

    def say(text: str = "") -> None:
        console.print(text, markup=False, highlight=False, soft_wrap=True)

    stack, service = options.stack, options.service
    stacks.refuse_unknown(stack)
    settings = stacks.read_stack(stack, stacks.ROOT)
    _refuse_platform(settings, stack)
    stacks.make_ready(stack, console)
    access = read_access(stack)
    live = read_live(access, options.existing)
    exported = json.loads(stacks.pulumi_text("stack", "export", "--stack", stack))
    steps = _preview(stack)
    planned = find_service(steps, service, stack)
    _refuse_known(exported, planned, live, service)
    joined = _joined(settings, service)
    found = list(
        refusals(live, planned, stack=stack, service=service, joined=joined, leave_groups=options.leave_target_groups)
    )
    if found:
        raise ToolError(*found)
    backup = _keep(exported, stack)
    try:
        _write(take_over(exported, steps, planned, live), stack)
        after = _preview(stack)
        changed = _in_place(after, planned, live)
    except BaseException:
        _write(exported, stack)
        say(f"{stack} has the state that it had before")
        raise
    say(f"{live.arn} is {service} of {stack} now; the state before is in {backup}")
    say(f"\nThe next `python -m berth up {stack}` changes it in place: {', '.join(changed) or 'nothing'}")
    say(f"and makes {', '.join(made_new(after, planned)) or 'nothing'}.")
    say(f"To take it back before that: pulumi state delete '{planned.urn}' --stack {stack}")
    say("\nWhat stays, and belongs to no stack of Berth's:")
    for line in leftovers(live, after, joined=joined):
        say(f"    {line}")
    return 0


def _refuse_platform(settings: Settings, stack: str) -> None:
    if settings.platform != "ecs-fargate":
        raise ToolError(
            Diagnostic(
                file=f"Pulumi.{stack}.yaml",
                key="berth:platform",
                message=f"a stack on {settings.platform} makes the cluster that its services run in, if any",
                advice="Services of an existing cluster are taken over by ecs-fargate, with berth:clusterArn.",
            )
        )


def _refuse_known(exported: Mapping[str, Any], planned: Step, live: Live, service: str) -> None:
    """Two resources of one service, or one of two, would fight."""
    for one in entries(exported["deployment"].get("resources")):
        if one["urn"] == planned.urn or one.get("id") == live.arn:
            raise ToolError(
                Diagnostic(
                    service=service,
                    message=f"the stack has {one.get('id')} already, as {one['urn'].rpartition('::')[2]}",
                    advice="Where that one may go: take the service out of the Compose file, and `up`, first.",
                )
            )


def _joined(settings: Settings, service: str) -> frozenset[str]:
    groups = settings.target_groups.items()
    return frozenset(arn for key, arns in groups if key.partition(":")[0] == service for arn in arns)


def _preview(stack: str) -> tuple[Step, ...]:
    """Its secrets are in clear, as the provider's own go into the state: nothing of it is printed.

    Raises:
        ToolError: it failed; the message is Pulumi's or the program's own.
    """
    options = ("--json", "--show-sames", "--show-secrets", "--non-interactive")
    result = stacks.run_quietly("preview", *options, "--stack", stack)
    if result.returncode:
        raise ToolError(Diagnostic(message=reason(result.stdout, result.stderr)))
    return parse_steps(result.stdout)


def _in_place(after: tuple[Step, ...], planned: Step, live: Live) -> list[str]:
    """The properties that change.

    Raises:
        ToolError: the service would be replaced, or made anew.
    """
    of_it = [step for step in after if step.urn == planned.urn]
    wrong = next((step for step in of_it if step.operation not in IN_PLACE), None)
    if wrong is None and of_it:
        return sorted({name for step in of_it for name in step.changed})
    causes = ", ".join(sorted({cause for step in of_it for cause in step.replaced_for}))
    raise ToolError(
        Diagnostic(
            message=f"Pulumi would {wrong.operation if wrong else 'forget'} {live.name}, not update it"
            + (f": {causes} cannot change in place" if causes else ""),
            advice="Make the stack's settings and Compose file say the same of these, and run this again.",
        )
    )


def _keep(exported: Mapping[str, Any], stack: str) -> Path:
    """The state before; its secrets are encrypted in it."""
    folder = stacks.ROOT / BACKUPS
    folder.mkdir(parents=True, exist_ok=True)
    file = folder / f"{stack}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}.json"
    file.touch(mode=0o600)
    file.write_text(json.dumps(exported))
    return file.relative_to(stacks.ROOT)


def _write(exported: Mapping[str, Any], stack: str) -> None:
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:  # for this user's eyes alone
        json.dump(exported, file)
        file.flush()
        stacks.pulumi_text("stack", "import", "--stack", stack, "--file", file.name)
