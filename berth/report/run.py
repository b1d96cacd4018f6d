"""The commands: a preview with its report, and the report of a log that there is."""

from __future__ import annotations

import argparse
import sys
import tempfile
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml
from rich.console import Console

from berth import stacks
from berth.diagnostics import BerthError, Diagnostic, ToolError
from berth.report.events import Log, Message
from berth.report.make import Files, make_report
from berth.report.markdown import as_markdown
from berth.report.model import Report
from berth.report.read import parse_log, read_log
from berth.report.terminal import show

WITH_EVENT_LOG = {"PULUMI_DEBUG_COMMANDS": "1"}
"""``--event-log`` is a flag of the CLI for its developers:
https://www.pulumi.com/docs/iac/cli/environment-variables/"""


def preview(options: argparse.Namespace, console: Console) -> int:
    """Show what ``up`` would change, key by key, then the report; the preview's exit code.

    What the stack's files tell is worked out while Pulumi runs.

    Raises:
        BerthError: there is no such stack, or a file cannot be written.
    """
    for file in filter(None, (options.events, options.markdown, options.html)):
        _writable(Path(file).absolute())
    try:
        stacks.make_settings(options.stack, options.base, console)
        stacks.select(options.stack)
        platform = stacks.read_stack(options.stack, stacks.ROOT).platform
    except BerthError as error:
        said = tuple(Message(severity="error", text=str(item)) for item in error.diagnostics)
        log = Log(project="", stack=options.stack, failed=True, messages=said)
        _write(_report(log, options, None), options)
        raise
    with tempfile.TemporaryDirectory() as folder, ThreadPoolExecutor(max_workers=1) as pool:
        events = Path(options.events).absolute() if options.events else Path(folder) / "events.jsonl"
        events.unlink(missing_ok=True)
        files = pool.submit(_files, options.stack)
        code = stacks.pulumi(
            *("preview", "--stack", options.stack, "--diff", "--event-log", str(events)),
            platform=platform,
            environment=WITH_EVENT_LOG,
        )
        log = _log(events, options.stack, code)
        report = _report(log, options, files.result())
    console.print()
    show(report, console)
    _write(report, options)
    return code


def plan_report(options: argparse.Namespace, console: Console) -> int:
    """The report of a log: 0, whatever it says.

    Raises:
        BerthError: the log cannot be read or is none, the stack is unknown, or the file cannot be written.
    """
    if options.stack:
        stacks.refuse_unknown(options.stack)
    log = read_log(Path(options.events))
    files = _files(options.stack) if options.stack else None
    report = _report(log, options, files)
    printed = [name for name in WRITERS if getattr(options, name) == "-"]
    if len(printed) > 1:
        advice = "Give one of them the name of a file."
        raise ToolError(Diagnostic(message="--markdown - and --html - would print into one another", advice=advice))
    for name in printed:
        sys.stdout.write(WRITERS[name](report))
    if not printed:
        show(report, console)
    _write(report, options, printed)
    return 0


def _report(log: Log, options: argparse.Namespace, files: Files | None) -> Report:
    return make_report(log, stack=options.stack, project=_project(), commit=options.commit, files=files)


def _project() -> str:
    """As Pulumi.yaml has it: a report of a preview that never began takes the place of an earlier one."""
    try:
        return str(yaml.safe_load((stacks.ROOT / "Pulumi.yaml").read_text())["name"])
    except (OSError, yaml.YAMLError, KeyError, TypeError):
        return "berth"


def _files(stack: str) -> Files:
    from berth.report.files_of import files_of

    return files_of(stack, stacks.ROOT)


def _log(events: Path, stack: str, code: int) -> Log:
    """The engine's log; where Pulumi failed before there was one, a log that says so."""
    text = events.read_text() if events.exists() else ""
    try:
        found = parse_log(text, str(events))
    except ToolError:
        said = f"Pulumi ended with exit code {code} before it had planned anything; its own message says why"
        return Log(project="", stack=stack, failed=True, messages=(Message(severity="error", text=said),))
    return found


def _writable(file: Path) -> None:
    if not file.parent.is_dir():
        raise ToolError(
            Diagnostic(file=str(file), message="its folder does not exist", advice="Make it, or name another.")
        )


def _write(report: Report, options: argparse.Namespace, printed: Collection[str] = ()) -> None:
    for name, written in WRITERS.items():
        file = getattr(options, name)
        if not file or name in printed:
            continue
        _writable(Path(file).absolute())
        try:
            Path(file).write_text(written(report), encoding="utf-8")
        except OSError as error:
            raise ToolError(Diagnostic(file=file, message=f"cannot be written: {error.strerror}")) from None


def _page(report: Report) -> str:
    from berth.report.page import page

    return page(report)


WRITERS: dict[str, Callable[[Report], str]] = {"markdown": as_markdown, "html": _page}
"""Option -> what the file that it names has in it."""
