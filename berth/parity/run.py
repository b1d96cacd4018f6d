"""The command: read the stacks, compare, print; 1 where a difference is unexplained."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from rich.console import Console

from berth.parity.as_json import as_json
from berth.parity.compare import compare
from berth.parity.stacks import Reader, usual_order
from berth.parity.text import show
from berth.stackfile import ROOT


def parity(names: Sequence[str], console: Console, *, json: bool = False, root: Path = ROOT) -> int:
    """Compare these stacks, or without names all that ``root`` has settings of; the exit code.

    Raises:
        BerthError: a stack is unknown, or could not be deployed as it is; every finding at once.
    """
    reader = Reader(root)
    stacks = reader.stacks(tuple(dict.fromkeys(names)) or usual_order(root))
    comparison = compare(stacks, reader.file_facts)
    if json:
        console.out(as_json(comparison, stacks), highlight=False)
    else:
        show(comparison, stacks, console)
    return 1 if comparison.count("unexplained") else 0
