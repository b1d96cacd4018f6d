"""``python -m berth changed``: the stacks that a change touches, for people and for a workflow's matrix."""

from __future__ import annotations

import json
import sys
from argparse import Namespace
from pathlib import Path

from berth.changed.git import changed_files
from berth.changed.inputs import Touched, touched
from berth.diagnostics import BerthError
from berth.stackfile import ROOT, read_stack, stack_names


def run(options: Namespace, root: Path = ROOT) -> int:
    """Print the stacks' names on standard output, and the reason of each on standard error."""
    stacks = [stack for stack in stack_names(root) if not (options.cloud and _on_one_machine(stack, root))]
    found = _found(options, root, stacks)
    for item in found:
        print(f"{item.stack}: {item.reason}", file=sys.stderr)
    names = [item.stack for item in found]
    print(json.dumps(names) if options.json else "\n".join(names), end="\n" if options.json or names else "")
    return 0


def _found(options: Namespace, root: Path, stacks: list[str]) -> tuple[Touched, ...]:
    if options.all:
        return tuple(Touched(stack=stack, reason="all were asked for") for stack in stacks)
    files = changed_files(options.base, root)
    if files is None:  # the first push of a branch, or a history that was rewritten
        reason = f"this clone has no commit {options.base}, so that all may have changed"
        return tuple(Touched(stack=stack, reason=reason) for stack in stacks)
    return touched(root, stacks, files)


def _on_one_machine(stack: str, root: Path) -> bool:
    try:
        return read_stack(stack, root).platform == "compose"
    except BerthError:
        return False  # the preview says what is wrong
