"""The report in a terminal: what is dangerous first; the full diff is Pulumi's own output above it."""

from __future__ import annotations

from rich.console import Console
from rich.text import Text

from berth.report import sentences
from berth.report.escape import plain
from berth.report.model import Finding, Level, Report

STYLES = {Level.DATA: "bold red", Level.OPEN: "bold red", Level.GONE: "yellow", Level.CARE: "yellow"}
SEVERITIES = {"error": "red", "warning": "yellow", "info": "dim"}
MOST_FINDINGS = 12
"""Of policies' hints, warnings and files' findings, each."""


def show(report: Report, console: Console) -> None:
    _print(console, Text(sentences.headline(report), style="bold"))
    if text := sentences.downtime(report):
        _print(console, Text(text, style="yellow" if report.downtime else "green"))
    for item in report.errors:
        _print(console, Text(f"  error  {_finding(item)}", style="red"))
    if report.dangers:
        _heading(console, f"Dangerous changes ({len(report.dangers)})")
    for danger in report.dangers:
        _print(console, Text.assemble("  ", (danger.level.word, STYLES[danger.level]), f"  {sentences.danger(danger)}"))
    if report.groups:
        _heading(console, "Changes")
    for group in sentences.told(report.groups):
        verb = f" ({group.verb})" if group.verb else ""
        _print(console, Text.assemble("  ", (group.heading, "bold"), verb))
        for line in group.lines:
            _print(console, Text(f"    {line}"))
    _findings(console, "Policies", report.policies)
    _findings(console, "Warnings", report.messages)
    _findings(console, "Support", report.support)
    if report.cost is not None:
        _heading(console, "Cost")
        _print(console, Text(f"  {sentences.cost(report.cost)}"))
        _print(console, Text(f"  {sentences.cost_notes(report.cost, blind=report.blind)}", style="dim"))
    if report.parity:
        _heading(console, "Other stacks")
    for line in report.parity:
        _print(console, Text(f"  {line}"))


def _findings(console: Console, heading: str, findings: tuple[Finding, ...]) -> None:
    others = [item for item in findings if item.severity != "error"]
    if not others:
        return
    _heading(console, heading)
    for item in others[:MOST_FINDINGS]:
        _print(console, Text(f"  {_finding(item)}", style=SEVERITIES[item.severity]))
    if len(others) > MOST_FINDINGS:
        _print(console, Text(f"  and {len(others) - MOST_FINDINGS} more", style="dim"))


def _finding(item: Finding) -> str:
    rule = f"{item.rule}: " if item.rule else ""
    about = f" ({sentences.some(item.about, 8)})" if item.about else ""
    return f"{rule}{' '.join(item.text.split())}{about}"


def _heading(console: Console, text: str) -> None:
    console.print()
    console.print(text, style="bold", markup=False, highlight=False)


def _print(console: Console, text: Text) -> None:
    """On one line, without what a terminal would take for a command."""
    shown = Text(plain(text.plain), style=text.style, spans=text.spans if plain(text.plain) == text.plain else None)
    console.print(shown, soft_wrap=True, highlight=False)
