"""What policies, the program and providers said, each once."""

from __future__ import annotations

import re
from collections.abc import Iterable

from berth.report.events import Log, name_of, type_of
from berth.report.model import Finding
from berth.report.owners import Owners

NOISE = (
    *("Type checking failed:", "Unexpected type at field", "Type checking is still experimental"),
    *("sdk-v2/", "preview failed", "an unhandled error occurred: program exited", "Duplicate resource URN"),
)
"""Beginnings of what the bridge says of the provider's own schema, and what only repeats an error."""

ORDER = ("error", "warning", "info")


def policy_findings(log: Log, owners: Owners) -> tuple[Finding, ...]:
    """Mandatory ones first, in full; of those that are hints the rule's own sentence, once, with what it is about."""
    about: dict[tuple[str, str, str], list[str]] = {}
    for item in log.violations:
        severity = "error" if item.mandatory else "info"
        text = _without_heading(item.text, name_of(item.urn)) if item.mandatory else item.text.partition("\n")[0]
        about.setdefault((severity, item.rule, text), []).append(_called(item.urn, owners))
    found = [
        Finding(severity=severity, rule=rule, text=text, about=tuple(dict.fromkeys(names)))
        for (severity, rule, text), names in about.items()
    ]
    return tuple(sorted(found, key=lambda item: (ORDER.index(item.severity), item.rule)))


def _called(urn: str, owners: Owners) -> str:
    """``Listener 80``"""
    return f"{type_of(urn).rpartition(':')[2]} {owners.short(name_of(urn))}".strip()


def _without_heading(text: str, name: str) -> str:
    """The pack's messages begin with the rule's own sentence, and name the resource, which is told beside them."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    body = lines[1:] if len(lines) > 1 else lines
    plain = [line.removeprefix(f"{name}: ") for line in body if not line.startswith("https://")]
    return " ".join(plain) or text


def messages(log: Log) -> tuple[Finding, ...]:
    """Errors and warnings, and of the rest nothing."""
    found: dict[tuple[str, str], None] = {}
    for item in log.messages:
        if item.severity != "info" and not item.text.startswith(NOISE):
            found |= {(item.severity, text): None for text in _single(_without_urns(item.text))}
    if log.failed and not any(severity == "error" for severity, _ in found):
        said = [item for item in log.messages if item.severity == "error"]
        found |= {("error", _without_urns(item.text)): None for item in said[:1] if not log.violations}
    ordered = sorted(found, key=lambda item: ORDER.index(item[0]))
    return tuple(Finding(severity=severity, text=text) for severity, text in ordered)


def _single(text: str) -> list[str]:
    """The program raises all of its findings as one message; each begins with its file and line."""
    return [part.strip() for part in re.split(r"\n(?=[^\s:]+:\d+: )", text)]


def _without_urns(text: str) -> str:
    return re.sub(r"urn:pulumi:[^\s\"']+::([^\s\"':]+)", r"\1", text)


def without(findings: Iterable[Finding], told: Iterable[Finding]) -> tuple[Finding, ...]:
    """Those whose text none of ``told`` has."""
    known = {_plain(item.text) for item in told}
    return tuple(item for item in findings if _plain(item.text) not in known)


def _plain(text: str) -> str:
    return " ".join(text.split())
