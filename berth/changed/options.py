"""The command's options, apart from the rest: every command's parser has them."""

from __future__ import annotations

from argparse import ArgumentParser


def add_arguments(parser: ArgumentParser) -> None:
    """``[--base REF | --all] [--cloud] [--json]``"""
    which = parser.add_mutually_exclusive_group()
    which.add_argument("--base", default="HEAD", metavar="REF", help="compare with this commit; default: HEAD")
    which.add_argument("--all", action="store_true", help="every stack, whether it has changed or not")
    parser.add_argument("--cloud", action="store_true", help="leave out stacks that run on one machine (compose)")
    parser.add_argument("--json", action="store_true", help="print a list of names, which a workflow's matrix takes")
