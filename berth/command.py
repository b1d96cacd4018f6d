"""One command of ``python -m berth``, and what several have in common."""

from __future__ import annotations

from argparse import ArgumentParser, Namespace
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """``run`` returns the exit code. ``help`` follows the command's name in the list of all."""

    help: str
    arguments: Callable[[ArgumentParser], None]
    run: Callable[[Namespace], int]


def add_stack(parser: ArgumentParser) -> None:
    parser.add_argument("stack", help="local, dev, prod, or another Pulumi.STACK.yaml's")
