"""The findings as SARIF 2.1.0, with what GitHub's code scanning needs to show them beside the lines.

https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html
https://docs.github.com/en/code-security/code-scanning/integrating-with-code-scanning/sarif-support-for-code-scanning
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import quote

from berth.check.findings import Finding, Report
from berth.check.rules import rule_id

SCHEMA = "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
NOWHERE = "Pulumi.yaml"
"""GitHub shows no finding without a place: one about the machine is shown at the project's own file."""

WHOLE = {"file": "a whole Compose file", "settings": "a stack's file", "machine": "this machine"}

Json = str | int | Mapping[str, "Json"] | Sequence["Json"]


def as_sarif(report: Report, root: Path) -> str:
    """One run of the tool ``berth``: a rule for each key, a result for each finding, paths relative to ``root``."""
    rules = sorted({rule_id(finding.diagnostic) for finding in report.findings})
    run: Json = {
        "tool": {"driver": {"name": "berth", "rules": [_rule(rule) for rule in rules]}},
        "columnKind": "unicodeCodePoints",
        "results": [_result(finding, rules, root) for finding in report.findings],
    }
    return json.dumps({"$schema": SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2, ensure_ascii=False)


def _rule(rule: str) -> Json:
    text = f"What Berth says of {WHOLE.get(rule, rule)}"
    return {
        "id": rule,
        "shortDescription": {"text": text},
        "fullDescription": {"text": f"{text}: each finding says what is lost or refused, and what to write instead."},
        "help": {"text": "Every finding has its own advice; `python -m berth check` prints them by service."},
    }


def _result(finding: Finding, rules: Sequence[str], root: Path) -> Json:
    found, rule = finding.diagnostic, rule_id(finding.diagnostic)
    service = f"service {found.service!r}: " if found.service else ""
    key = f"{found.key}: " if found.key else ""
    stacks = f" (stacks: {', '.join(finding.stacks)})" if finding.stacks else ""
    return {
        "ruleId": rule,
        "ruleIndex": rules.index(rule),
        "level": found.severity.value,  # SARIF's own words
        "message": {"text": f"{service}{key}{found.message}{stacks}{f'. {found.advice}' if found.advice else ''}"},
        "locations": [
            {
                "physicalLocation": {
                    "artifactLocation": {"uri": _uri(found.file or NOWHERE, root)},
                    "region": {"startLine": found.line or 1},
                }
            }
        ],
        "properties": {"stacks": list(finding.stacks), "service": found.service, "key": found.key},
    }


def _uri(file: str, root: Path) -> str:
    """The file from the project's folder; one that lies elsewhere by its whole path."""
    path = Path(file)
    return path.as_uri() if path.is_absolute() and not path.is_relative_to(root) else quote(path.as_posix())
