"""The command's options, apart from the rest: every command's parser has them."""

from __future__ import annotations

from argparse import ArgumentParser, ArgumentTypeError


def add_arguments(parser: ArgumentParser) -> None:
    """``--repository OWNER/NAME (--pull-request N | --issue-title TITLE) (FILE | --close)``"""
    parser.add_argument("--repository", required=True, type=repository, metavar="OWNER/NAME")
    where = parser.add_mutually_exclusive_group(required=True)
    where.add_argument("--pull-request", type=int, metavar="NUMBER", help="keep one comment there up to date")
    where.add_argument("--issue-title", metavar="TITLE", help="keep one open issue of this title up to date")
    parser.add_argument("--author", default="", metavar="LOGIN", help="who the token is; default: github-actions[bot]")
    parser.add_argument("--close", action="store_true", help="close the issue, where it is open")
    parser.add_argument("file", nargs="?", metavar="FILE", help="the report, in Markdown, as --markdown writes it")


def repository(text: str) -> str:
    """``owner/name``, for argparse."""
    owner, slash, name = text.partition("/")
    if not (owner and slash and name) or "/" in name:
        raise ArgumentTypeError(f"write OWNER/NAME, as $GITHUB_REPOSITORY has it (got {text!r})")
    return text
