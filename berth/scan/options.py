"""The command line of ``python -m berth scan``."""

from __future__ import annotations

from argparse import ArgumentParser
from pathlib import Path


def add_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("stacks", nargs="*", metavar="STACK", help="dev, prod, …: its preview is scanned")
    parser.add_argument(
        "--plan",
        nargs="+",
        type=Path,
        default=[],
        metavar="FILE",
        help="scan what `pulumi preview --json --show-sames` printed",
    )
    parser.add_argument("--strict", action="store_true", help="an explanation of what is no longer found is an error")
