"""The findings as JSON for programs. The fields are documented in docs/check.md, and stay as they are."""

from __future__ import annotations

import json

from berth.check.findings import Finding, Report

Value = str | int | None | list[str]


def as_json(report: Report) -> str:
    """A list of objects, each with every field: ``line`` is null, and a text empty, where there is nothing to say."""
    return json.dumps([_object(finding) for finding in report.findings], indent=2, ensure_ascii=False)


def _object(finding: Finding) -> dict[str, Value]:
    found = finding.diagnostic
    return {
        "stacks": list(finding.stacks),
        "file": found.file,
        "line": found.line,
        "service": found.service,
        "key": found.key,
        "severity": found.severity.value,
        "message": found.message,
        "advice": found.advice,
    }
