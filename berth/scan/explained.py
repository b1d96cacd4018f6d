"""Findings that stay, each with its reason: Berth's own in explained.yaml, a team's in scan-exceptions.yaml."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, Field, TypeAdapter, ValidationError

from berth.diagnostics import Diagnostic, SettingsError
from berth.scan.checkov import Finding

OWN = Path(__file__).parent / "explained.yaml"


class Explanation(BaseModel):
    """One check, for all resources or for those whose address fits a pattern (``aws_lb.*``); ``reason`` says why."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    check: str
    resource: str = "*"
    reason: str = Field(min_length=20)

    def covers(self, finding: Finding) -> bool:
        return finding.check == self.check and fnmatchcase(finding.resource, self.resource)

    def __str__(self) -> str:
        return self.check if self.resource == "*" else f"{self.check} on {self.resource}"


def read(files: Iterable[Path]) -> list[Explanation]:
    """The explanations of those files that are there.

    Raises:
        SettingsError: a file is not a list of explanations.
    """
    found: list[Explanation] = []
    for file in files:
        if file.exists():
            try:
                found += TypeAdapter(list[Explanation]).validate_python(yaml.safe_load(file.read_text()) or [])
            except (yaml.YAMLError, ValidationError) as error:
                raise SettingsError(
                    Diagnostic(
                        file=file.name,
                        message=f"is not a list of explanations: {error}",
                        advice="Write `- {check: CKV_…, resource: aws_lb.*, reason: …}`, with a sentence for a reason.",
                    )
                ) from None
    return found


def unexplained(found: Sequence[Finding], known: Sequence[Explanation]) -> list[Finding]:
    return [finding for finding in found if not any(item.covers(finding) for item in known)]


def needless(found: Sequence[Finding], known: Sequence[Explanation]) -> list[Explanation]:
    """Explanations of what is no longer found."""
    return [item for item in known if not any(item.covers(finding) for finding in found)]
