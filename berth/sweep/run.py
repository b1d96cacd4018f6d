"""The command: remove environments that are no longer needed, one after the other; 1 where one could not be."""

from __future__ import annotations

import argparse
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime, timedelta

from rich.console import Console

from berth import stacks
from berth.diagnostics import BerthError, Diagnostic, ToolError
from berth.environments import NAME
from berth.github.client import TOKEN, read_access
from berth.github.pulls import open_pull_requests

Down = Callable[[str, Console], int]


def sweep(options: argparse.Namespace, console: Console, down: Down = stacks.down) -> int:
    """Print what goes and why, and remove it; a failure stops no other.

    Raises:
        ToolError: no option says which are no longer needed, GitHub does not say which pull requests are open, or
            Pulumi cannot list its stacks.
    """
    if options.open is None and options.github is None and options.older_than is None:
        raise _problem(
            "nothing says which environments are no longer needed",
            'Write --open with the open pull requests, like --open 12,15 (--open "": none is open), or '
            "--github OWNER/NAME, or --older-than 7d, or one of the first two with the last.",
        )
    still_open = _still_open(options)
    words = f"open with the label {options.label}" if options.label else "open"
    found = list(stale(stacks.list_stacks(), still_open, options.older_than, datetime.now(UTC), words))
    if not found:
        console.print("no environment to remove", highlight=False)
    failed: list[str] = []
    for name, why in found:
        console.print(f"{name}: {why}{', would be removed' if options.dry_run else ''}", highlight=False)
        if not options.dry_run and not _removed(name, console, down):
            failed.append(name)
    if failed:
        console.print(f"not removed: {', '.join(failed)}", style="red", highlight=False)
    return 1 if failed else 0


def _still_open(options: argparse.Namespace) -> frozenset[int] | None:
    if options.github is None:
        if options.label:
            raise _problem("--label says nothing without --github", "Write --github OWNER/NAME, or leave it out.")
        return options.open
    access = read_access(options.github, "")
    if access is None:
        raise _problem(f"{TOKEN} is not set", f"Set it, in a step by `{TOKEN}: ${{{{ github.token }}}}`.")
    return open_pull_requests(access, options.label)


def _problem(message: str, advice: str) -> ToolError:
    return ToolError(Diagnostic(message=message, advice=advice))


def stale(
    listed: Iterable[stacks.Listed],
    still_open: frozenset[int] | None,
    limit: timedelta | None,
    now: datetime,
    words: str = "open",
) -> Iterator[tuple[str, str]]:
    """Environments and why each is not needed; other stacks never are among them. One that was never deployed has no
    age. ``words`` say what those of ``still_open`` are."""
    for item in listed:
        match = NAME.fullmatch(item.name)
        if match is None:
            continue
        if still_open is not None and int(match[1]) not in still_open:
            yield item.name, f"pull request {match[1]} is not {words}"
        elif limit is not None and item.changed is not None and now - item.changed > limit:
            yield item.name, f"last updated {item.changed:%Y-%m-%d %H:%M} UTC"


def _removed(name: str, console: Console, down: Down) -> bool:
    try:
        return down(name, console) == 0
    except BerthError as error:
        for diagnostic in error.diagnostics:
            console.print(str(diagnostic), style="red", markup=False, highlight=False, soft_wrap=True)
        return False
