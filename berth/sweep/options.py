"""The command's options, apart from the rest: every command's parser has them."""

from __future__ import annotations

import argparse
import re
from datetime import timedelta

from berth.github.options import repository

UNITS = {"h": "hours", "d": "days", "w": "weeks"}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """``[--open NUMBERS | --github OWNER/NAME [--label NAME]] [--older-than AGE] [--dry-run]``"""
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--open",
        type=numbers,
        metavar="NUMBERS",
        help="the pull requests that are open, like 12,15; the environments of all others go (empty: of all)",
    )
    which.add_argument(
        "--github",
        type=repository,
        metavar="OWNER/NAME",
        help="ask GitHub which pull requests are open there, with $GITHUB_TOKEN",
    )
    parser.add_argument(
        "--label", metavar="NAME", help="with --github: the environments of pull requests without this label go, too"
    )
    parser.add_argument(
        "--older-than", type=age, metavar="AGE", help="remove those that were last updated so long ago: 36h, 7d, 2w"
    )
    parser.add_argument("--dry-run", action="store_true", help="only say what would be removed")


def numbers(text: str) -> frozenset[int]:
    """``12,15`` or one a line, as ``gh pr list`` prints them."""
    words = re.split(r"[,\s]+", text.strip())
    if any(not re.fullmatch(r"[1-9][0-9]*", word) for word in words if word):
        raise argparse.ArgumentTypeError(f"must be numbers of pull requests, like 12,15 (got {text!r})")
    return frozenset(int(word) for word in words if word)


def age(text: str) -> timedelta:
    match = re.fullmatch(r"([1-9][0-9]*)([hdw])", text)
    if match is None:
        raise argparse.ArgumentTypeError(f"must be hours, days or weeks, like 36h, 7d or 2w (got {text!r})")
    return timedelta(**{UNITS[match[2]]: int(match[1])})
