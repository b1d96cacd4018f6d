"""The findings for a terminal: a paragraph for each service, and the counts in the last line."""

from __future__ import annotations

from itertools import groupby
from typing import TextIO

from rich.console import Console
from rich.text import Text

from berth.check.findings import Finding, Report
from berth.diagnostics import Severity

STYLES = {Severity.ERROR: "bold red", Severity.WARNING: "yellow"}
INDENT = " " * 10


def print_text(report: Report, stream: TextIO) -> None:
    """Print to ``stream``: in colours on a terminal only, and lines are never cut."""
    console = Console(file=stream, highlight=False, soft_wrap=True)
    for service, findings in groupby(report.findings, key=lambda finding: finding.diagnostic.service):
        console.print(Text(f"service {service}" if service else "the whole application", style="bold"))
        for finding in findings:
            console.print(_paragraph(finding, several=len(report.stacks) > 1))
        console.print()
    console.print(_summary(report))


def _paragraph(finding: Finding, *, several: bool) -> Text:
    found = finding.diagnostic
    file = f"{found.file}:{found.line}" if found.line else found.file
    where = "  ".join(part for part in (file, found.key) if part)
    text = Text("  ").append(f"{found.severity.value:<8}", style=STYLES[found.severity])
    text.append(where)
    if several:
        text.append(f"{'  ' if where else ''}({', '.join(finding.stacks)})", style="dim")
    text.append(f"\n{INDENT}{found.message}")
    return text.append(f"\n{INDENT}{found.advice}", style="dim") if found.advice else text


def _summary(report: Report) -> str:
    stacks = f"{'stack' if len(report.stacks) == 1 else 'stacks'} {', '.join(report.stacks)}"
    if not report.findings:
        return f"Nothing found: {stacks}."
    counts = [_count(report.count(severity), severity.value) for severity in Severity]
    return f"{', '.join(counts)}{f': {stacks}' if report.stacks else ''}."


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
