"""Every finding about the stacks of a project, each once, with the stacks that it is about."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from berth.compose.loader import Readings
from berth.compose.locate import with_lines
from berth.diagnostics import BerthError, Diagnostic, Severity
from berth.platforms import rules_for
from berth.platforms.application import read_application
from berth.stackfile import read_stack, stack_names


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """A diagnostic, and the stacks of which it holds, sorted. Its file is named from the project's folder."""

    stacks: tuple[str, ...]
    diagnostic: Diagnostic


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What was found about ``stacks``: by service, those about the whole application first, then by file and line."""

    stacks: tuple[str, ...]
    findings: tuple[Finding, ...]

    def count(self, severity: Severity) -> int:
        return sum(finding.diagnostic.severity is severity for finding in self.findings)


def check(root: Path, *, stacks: Sequence[str] = (), files: Sequence[str] = ()) -> Report:
    """Check ``stacks``, or all that ``root`` has settings of; ``files`` replace the Compose files of each.

    It is what every preview begins with, as far as files tell: the stacks' files (an encrypted value counts as set),
    the Compose files, and what these name. Docker (the host's ports, builders), registries (images' architectures),
    AWS (the account) and the network are not asked; only the preview does that.

    Broken input is a finding, too; nothing is raised but by a fault of Berth's own.
    """
    names = tuple(dict.fromkeys(stacks)) or stack_names(root)
    if not names:
        missing = Diagnostic(
            file="Pulumi.yaml",
            message="the project has no stack",
            advice="Write a Pulumi.STACK.yaml with at least `config: {berth:platform: …}`.",
        )
        return Report(stacks=(), findings=(Finding(stacks=(), diagnostic=missing),))
    readings = Readings()
    found: dict[Diagnostic, list[str]] = {}
    for stack in sorted(names):
        for diagnostic in dict.fromkeys(_of_stack(stack, root, files, readings)):
            found.setdefault(diagnostic, []).append(stack)
    findings = [Finding(stacks=tuple(about), diagnostic=diagnostic) for diagnostic, about in found.items()]
    return Report(stacks=tuple(sorted(names)), findings=tuple(sorted(findings, key=_order)))


def _of_stack(stack: str, root: Path, files: Sequence[str], readings: Readings) -> tuple[Diagnostic, ...]:
    try:
        settings = read_stack(stack, root)
        if files:
            settings = settings.model_copy(update={"compose_files": tuple(files)})
        application = read_application(settings, root, readings)
        findings = rules_for(settings).check(application, settings, stack=stack)
    except BerthError as error:
        return with_lines(error.diagnostics, (), root)
    return with_lines(findings, application.files, root)


def _order(finding: Finding) -> tuple[str, str, int, str, str, str, tuple[str, ...]]:
    found = finding.diagnostic
    return (found.service, found.file, found.line or 0, found.key, found.severity, found.message, finding.stacks)
