"""Findings about a service's ``x-berth`` fields."""

from __future__ import annotations

from berth.compose.model import Application
from berth.diagnostics import Diagnostic, Severity


def finding_of(
    part: str,
    application: Application,
    service: str,
    key: str,
    message: str,
    advice: str,
    *,
    severity: Severity = Severity.ERROR,
) -> Diagnostic:
    """``key`` is below ``x-berth.<part>``; empty for the whole of it."""
    return Diagnostic(
        severity=severity,
        file=application.file,
        service=service,
        key=f"x-berth.{part}.{key}".rstrip("."),
        message=message,
        advice=advice,
    )
