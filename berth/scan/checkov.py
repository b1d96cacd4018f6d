"""Checkov in a virtual environment of its own, on plans in Terraform's form, without its platform.

https://www.checkov.io/7.Scan%20Examples/Terraform%20Plan%20Scanning.html
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from berth.diagnostics import Diagnostic, ToolError
from berth.setup import aside

REQUIREMENTS = Path(__file__).parent / "requirements.txt"
OPTIONS = ("--framework", "terraform_plan", "--quiet", "--compact", "--skip-download", "--output", "json")
"""Only failures, no code in them, nothing asked of the network."""


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Finding:
    """``resource`` is Terraform's type and Pulumi's name: ``aws_lb.shop-prod``."""

    check: str
    resource: str
    title: str


def install(folder: Path) -> Path:
    """The program, installed into ``folder`` unless it is there in the pinned version: a minute, 300 MB.

    Raises:
        ToolError: pip fails.
    """
    return aside.install("Checkov", folder, REQUIREMENTS) / "checkov"


def run(program: Path, plans: Mapping[str, Mapping[str, Any]], work: Path) -> list[Finding]:
    """What Checkov finds in plans by name, sorted.

    Raises:
        ToolError: it fails, or cannot read a plan.
    """
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    for name, plan in plans.items():
        (work / f"{name}.json").write_text(json.dumps(plan))
    result = subprocess.run(
        [program, "--directory", work, *OPTIONS],
        env={**os.environ, "LOG_LEVEL": "ERROR", "ANSI_COLORS_DISABLED": "1"},
        capture_output=True,
        text=True,
        check=False,
    )
    try:
        return findings(json.loads(result.stdout), expected=len(plans))
    except ValueError as error:
        raise ToolError(
            Diagnostic(message=f"Checkov fails: {error}: {result.stderr.strip() or result.stdout}")
        ) from None


def findings(report: Mapping[str, Any] | Sequence[Any], *, expected: int) -> list[Finding]:
    """The failed checks of a report.

    Raises:
        ValueError: no resource was looked at, or a plan could not be read.
    """
    if not isinstance(report, Mapping) or "results" not in report:
        raise ValueError(f"it has looked at none of {expected} plans")
    if report["summary"]["parsing_errors"]:
        raise ValueError(f"it cannot read {report['results'].get('parsing_errors')}")
    failed = report["results"]["failed_checks"]
    return sorted(
        {Finding(check=item["check_id"], resource=item["resource"], title=item["check_name"]) for item in failed}
    )
