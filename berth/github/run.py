"""``python -m berth comment``: a report to where those who decide read it."""

from __future__ import annotations

from argparse import Namespace
from pathlib import Path

from rich.console import Console

from berth.diagnostics import Diagnostic, ToolError
from berth.github.body import add_to_summary, read_report
from berth.github.client import TOKEN, Access, read_access
from berth.github.comment import keep_comment
from berth.github.issue import close_issue, keep_issue


def run(options: Namespace, console: Console) -> int:
    """Put the report into the comment or issue, and in a workflow into the job's summary, which holds more; then 0.

    Raises:
        ToolError: the options do not fit, there is no token and no summary either, or GitHub refuses.
    """
    report = _report(options)
    summarized = add_to_summary(report) if report else False
    access = read_access(options.repository, options.author)
    if access is None:
        _without_token(summarized, console)
        return 0
    where = _write(options, access, report)
    console.print(where or "nothing to close", markup=False, highlight=False, soft_wrap=True)
    return 0


def _report(options: Namespace) -> str:
    if options.close == bool(options.file) or (options.close and not options.issue_title):
        raise ToolError(
            Diagnostic(
                message="name the report's FILE, or with --issue-title say --close",
                advice="python -m berth comment --help has all options.",
            )
        )
    return read_report(Path(options.file)) if options.file else ""


def _write(options: Namespace, access: Access, report: str) -> str | None:
    if options.pull_request is not None:
        return keep_comment(access, options.pull_request, report)
    if options.close:
        return close_issue(access, options.issue_title)
    return keep_issue(access, options.issue_title, report)


def _without_token(summarized: bool, console: Console) -> None:
    if not summarized:
        raise ToolError(
            Diagnostic(
                message=f"{TOKEN} is not set", advice=f"Set it, in a step by `{TOKEN}: ${{{{ github.token }}}}`."
            )
        )
    console.print(f"{TOKEN} is not set, as in a pull request from a fork: the report is in the job's summary alone.")
