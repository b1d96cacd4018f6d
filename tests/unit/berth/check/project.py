"""A project of a test on disk: stacks' files and Compose files."""

from __future__ import annotations

from pathlib import Path

from berth.check.findings import Finding, Report

WEB = "services:\n  web:\n    image: nginx\n"
"""Without any finding, on every platform."""


def stack(directory: Path, name: str, **settings: str) -> None:
    """``Pulumi.NAME.yaml`` with these settings, each as YAML; and a name, as that of a test's folder is too long."""
    lines = [f"  berth:{key}: {value}\n" for key, value in {**settings, "projectName": "shop"}.items()]
    (directory / f"Pulumi.{name}.yaml").write_text(f"config:\n{''.join(lines)}")


def compose(directory: Path, text: str, name: str = "compose.yaml") -> Path:
    path = directory / name
    path.write_text(text)
    return path


def one(report: Report) -> Finding:
    """The report's only finding."""
    (finding,) = report.findings
    return finding
