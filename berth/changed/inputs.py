"""Which stacks a change touches: their inputs are the program, their settings, and what their Compose files name."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from berth.changed.files import named_files
from berth.changed.program import program_parts
from berth.compose.loader import Readings
from berth.diagnostics import BerthError
from berth.platforms.application import read_application
from berth.stackfile import read_stack

SHOWN = 3
"""Files that a reason names."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Touched:
    """A stack to look at again, and why."""

    stack: str
    reason: str


def touched(root: Path, stacks: Sequence[str], files: Iterable[Path]) -> tuple[Touched, ...]:
    """The stacks of ``root`` that a change of ``files`` (absolute paths) touches, in their order.

    When in doubt a stack is touched: where its files cannot be read, and where a variable decides what they bring in.
    """
    changed = sorted(files)
    if not changed:
        return ()
    program = program_parts(root)
    of_program = [file for file in changed if any(file.is_relative_to(part) for part in program)]
    readings = Readings()
    found: Mapping[str, str | None] = {
        stack: _names(root, of_program) or _of_stack(stack, root, changed, readings) for stack in stacks
    }
    return tuple(Touched(stack=stack, reason=reason) for stack, reason in found.items() if reason)


def _of_stack(stack: str, root: Path, changed: Sequence[Path], readings: Readings) -> str | None:
    own = root / f"Pulumi.{stack}.yaml"
    if own in changed:
        return own.name
    try:
        named = named_files(read_application(read_stack(stack, root), root, readings))
    except BerthError as error:
        return f"its files cannot be read: {str(error.diagnostics[0]).splitlines()[0]}"
    return _names(root, [file for file in changed if named.has(file)]) or next(iter(named.doubts), None)


def _names(root: Path, files: Sequence[Path]) -> str | None:
    shown = [str(file.relative_to(root)) if file.is_relative_to(root) else str(file) for file in files[:SHOWN]]
    more = len(files) - SHOWN
    return ", ".join(shown) + (f" and {more} more" if more > 0 else "") if files else None
