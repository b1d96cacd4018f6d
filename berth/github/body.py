"""A report as a body that GitHub takes: what is too long is cut, with a word of where the rest is."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path

from berth.diagnostics import Diagnostic, ToolError

LIMIT = 65_536
"""Characters of a comment's or an issue's body; GitHub answers 422 to more."""

SPARE = 600
"""Characters for what closes a body that was cut."""

FENCE = "```"


def read_report(file: Path) -> str:
    """
    Raises:
        ToolError: there is no such file, or nothing in it.
    """
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise ToolError(Diagnostic(file=str(file), message=f"cannot be read: {error}")) from error
    if not text.strip():
        raise ToolError(
            Diagnostic(file=str(file), message="is empty", advice="Name the file that --markdown has written.")
        )
    return text


def marker_of(report: str) -> str:
    """The first line, by which the comment is found again: hidden, as it is a comment of HTML.

    Raises:
        ToolError: it is none; the next run would then not find the comment, or find another one.
    """
    line = report.partition("\n")[0].strip()
    if not (line.startswith("<!--") and line.endswith("-->") and len(line) > len("<!---->") + 2):
        raise ToolError(
            Diagnostic(
                message=f"the report's first line is no marker: {line[:60]!r}",
                advice="Begin the file with a line as <!-- berth:preview:PROJECT/STACK -->.",
            )
        )
    return line


def fitted(report: str, environment: Mapping[str, str] = os.environ) -> str:
    """The report, cut at a line's end where it is too long, with what was open there closed."""
    if len(report) <= LIMIT:
        return report
    kept = report[: LIMIT - SPARE].rpartition("\n")[0]
    open_code = sum(line.lstrip().startswith(FENCE) for line in kept.splitlines()) % 2
    details = max(kept.count("<details>") - kept.count("</details>"), 0)
    run = run_url(environment)
    rest = f"[the run's summary]({run})" if run else "the run's summary"
    end = ("\n" + FENCE if open_code else "") + "\n\n</details>" * min(details, 10)
    return f"{kept}{end}\n\n_Cut here: all of it is in {rest}._\n"


def run_url(environment: Mapping[str, str] = os.environ) -> str | None:
    """The page of the workflow's run; None outside of one."""
    parts = [environment.get(name) for name in ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_RUN_ID")]
    server, repository, number = parts
    return f"{server}/{repository}/actions/runs/{number}" if all(parts) else None


def add_to_summary(report: str, environment: Mapping[str, str] = os.environ) -> bool:
    """Append the report to the job's summary; False outside of a workflow.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#adding-a-job-summary
    """
    summary = environment.get("GITHUB_STEP_SUMMARY")
    if not summary:
        return False
    with Path(summary).open("a", encoding="utf-8") as stream:
        stream.write(f"{report.rstrip()}\n\n")
    return True
