"""Reads Pulumi's event log, or the document of ``pulumi preview --json``, into one ``Log``.

The event log has an engine event a line: https://pkg.go.dev/github.com/pulumi/pulumi/sdk/v3/go/common/apitype#EngineEvent
The document is https://pkg.go.dev/github.com/pulumi/pulumi/sdk/v3/go/common/display#PreviewDigest; it has no resource
that stays the same, and what a policy says only as a diagnostic. Both write ``[secret]`` in a secret's place.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

from berth.diagnostics import Diagnostic, ToolError
from berth.report.events import SECRET, Log, Message, Operation, Step, Violation
from berth.untyped import inside, is_list, is_mapping

SIGNATURE = "4dabf18193072939515e22adb298388d"
"""The key by which Pulumi marks an object that stands for a secret:
https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go"""


def read_log(path: Path) -> Log:
    """A log of either form, told apart by its content.

    Raises:
        ToolError: the file cannot be read, or is neither.
    """
    try:
        text = path.read_text()
    except (OSError, UnicodeDecodeError) as error:
        raise ToolError(Diagnostic(file=str(path), message=f"cannot be read: {error}")) from None
    return parse_log(text, str(path))


def parse_log(text: str, file: str = "") -> Log:
    """``text`` of either form; a last line that was cut off is left out.

    Raises:
        ToolError: it is neither.
    """
    document = _document(text)
    if document is not None:
        return _of_document(document)
    events = list(_events(text))
    if not events:
        raise ToolError(
            Diagnostic(
                file=file,
                message="is no log of a preview",
                advice="Write one by `python -m berth preview STACK --events FILE`, or `pulumi preview --json > FILE`.",
            )
        )
    return _of_events(events)


def _document(text: str) -> Mapping[str, Any] | None:
    """What ``pulumi preview --json`` printed, with the lines that the CLI may print before it."""
    start = text.find("{\n") if not text.lstrip().startswith("{") else text.index("{")
    try:
        found = json.loads(text[start:]) if start >= 0 else None
    except ValueError:
        return None
    known = is_mapping(found) and ("steps" in found or "changeSummary" in found or "diagnostics" in found)
    return found if known else None


def _events(text: str) -> Iterator[Mapping[str, Any]]:
    for line in text.splitlines():
        try:
            event = json.loads(line)
        except ValueError:
            continue
        if isinstance(event, dict) and "sequence" in event:
            yield event


def _of_events(events: Iterable[Mapping[str, Any]]) -> Log:
    steps = _Steps()
    messages: list[Message] = []
    violations: list[Violation] = []
    config: Mapping[str, str] = {}
    ended, failed = False, False
    for event in events:
        if "resourcePreEvent" in event:
            metadata = event["resourcePreEvent"]["metadata"]
            steps.add(metadata["op"], metadata, metadata.get("old"), metadata.get("new"), metadata.get("keys") or ())
        elif "diagnosticEvent" in event:
            messages += _message(event["diagnosticEvent"])
        elif "policyEvent" in event:
            violations.append(_violation(event["policyEvent"]))
        elif "preludeEvent" in event:
            config = _plain(event["preludeEvent"].get("config") or {})
        elif "summaryEvent" in event:
            summary = event["summaryEvent"]
            ended, failed = True, summary.get("result", "succeeded") != "succeeded"
        elif "errorEvent" in event:
            messages.append(Message(severity="error", text=event["errorEvent"]["error"].strip()))
    urn = next((step.urn for step in steps.found.values()), next((m.urn for m in messages if m.urn), ""))
    stack, project = _place(urn)
    failed = failed or not ended or any(message.severity == "error" for message in messages)
    return Log(
        project=project,
        stack=stack,
        steps=tuple(steps.found.values()),
        messages=tuple(messages),
        violations=tuple(violations),
        config=config,
        failed=failed or any(item.mandatory for item in violations),
    )


def _of_document(document: Mapping[str, Any]) -> Log:
    steps = _Steps()
    for step in document.get("steps") or ():
        steps.add(step["op"], step, step.get("oldState"), step.get("newState"), step.get("replaceReasons") or ())
    messages = [message for item in document.get("diagnostics") or () for message in _message(item)]
    urn = next((step.urn for step in steps.found.values()), next((m.urn for m in messages if m.urn), ""))
    stack, project = _place(urn)
    same = inside(document, "changeSummary").get("same", 0)
    return Log(
        project=project,
        stack=stack,
        steps=tuple(steps.found.values()),
        messages=tuple(messages),
        config=_plain(inside(document, "config")),
        complete=same == sum(step.operation == "same" for step in steps.found.values()),
        failed=any(message.severity == "error" for message in messages),
    )


def _place(urn: str) -> tuple[str, str]:
    """The stack's name and the project's: ``urn:pulumi:STACK::PROJECT::…``"""
    parts = urn.split("::")
    return (parts[0].removeprefix("urn:pulumi:"), parts[1]) if len(parts) > 3 else ("", "")


class _Steps:
    """Resources by URN; a replacement is three steps of the engine and one of ours."""

    def __init__(self) -> None:
        self.found: dict[str, Step] = {}
        self._deleted: set[str] = set()

    def add(
        self,
        named: str,
        about: Mapping[str, Any],
        old: Mapping[str, Any] | None,
        new: Mapping[str, Any] | None,
        causes: Iterable[str],
    ) -> None:
        operation = _operation(named)
        if operation is None:
            return
        urn = str(about["urn"])
        if named == "delete-replaced":
            self._deleted.add(urn)
            new = None
        state = new or old or {}
        step = Step(
            operation=operation,
            urn=urn,
            old=None if old is None else _plain(old.get("inputs") or {}),
            new=None if new is None or operation == "delete" else _plain(new.get("inputs") or {}),
            parent=str(state.get("parent") or ""),
            changed=tuple(sorted(about.get("detailedDiff") or about.get("diffs") or about.get("diffReasons") or ())),
            causes=tuple(causes),
            first_deleted=named == "create-replacement" and urn in self._deleted,
            protect=(bool((old or {}).get("protect")), bool((new or {}).get("protect"))),
        )
        known = self.found.get(urn)
        self.found[urn] = step if known is None else _merged(known, step)


def _plain(value: Any) -> Any:
    """Secrets as ``SECRET``, whichever way they are written."""
    if is_mapping(value):
        return SECRET if SIGNATURE in value else {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if is_list(value) else value


def _operation(named: str) -> Operation | None:
    """Of Pulumi's many: https://www.pulumi.com/docs/iac/concepts/how-pulumi-works/"""
    if "replace" in named:
        return "replace"
    table: dict[str, Operation] = {
        "create": "create",
        "import": "create",
        "update": "update",
        "delete": "delete",
        "same": "same",
    }
    return table.get(named)


def _merged(known: Step, more: Step) -> Step:
    operation = min(known.operation, more.operation, key=("replace", "delete", "create", "update", "same").index)
    return replace(
        known,
        operation=operation,
        old=known.old if known.old is not None else more.old,
        new=known.new if known.new is not None else more.new,
        parent=known.parent or more.parent,
        changed=known.changed or more.changed,
        causes=known.causes or more.causes,
        first_deleted=known.first_deleted or more.first_deleted,
        protect=(known.protect[0] or more.protect[0], known.protect[1] or more.protect[1]),
    )


def _message(event: Mapping[str, Any]) -> list[Message]:
    severity, text = str(event.get("severity", "")), str(event.get("message", "")).strip()
    if severity == "info#err":
        severity = "info"
    text = text.removeprefix(f"{severity}: ")  # the document has it twice
    if severity not in ("error", "warning", "info") or not text:
        return []
    return [Message(severity=severity, text=text, urn=str(event.get("urn") or ""))]


def _violation(event: Mapping[str, Any]) -> Violation:
    return Violation(
        rule=str(event.get("policyName", "")),
        text=str(event.get("message", "")).strip(),
        urn=str(event.get("resourceUrn") or ""),
        mandatory=event.get("enforcementLevel") == "mandatory",
    )
