"""Options that several commands have, apart from what runs them: every command's parser needs these."""

from __future__ import annotations

import argparse
from pathlib import Path

BASE = "dev"
"""The stack that an environment of a pull request starts from."""


def add_base(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--base", default=BASE, metavar="STACK", help="whose settings a new pr-NUMBER starts from, and where it runs"
    )


def add_markdown(parser: argparse.ArgumentParser, words: str) -> None:
    parser.add_argument("--markdown", type=Path, metavar="FILE", help=words)
