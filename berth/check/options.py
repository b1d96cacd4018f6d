"""The command's options, apart from the rest: every command's parser has them."""

from __future__ import annotations

import argparse


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``[-s STACK]... [--json | --sarif] [FILE...]``"""
    parser.add_argument("-s", "--stack", action="append", default=[], help="a stack; default: all that have settings")
    form = parser.add_mutually_exclusive_group()
    form.add_argument("--json", action="store_true", help="print a list of objects: docs/check.md")
    form.add_argument("--sarif", action="store_true", help="print SARIF 2.1.0, which GitHub's code scanning takes")
    parser.add_argument("files", nargs="*", metavar="FILE", help="Compose files, in place of the stacks' own")
