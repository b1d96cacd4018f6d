"""What of an application and its stack does not fit Docker Compose, as far as files tell: no Docker is asked."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from berth.compose.model import Application
from berth.compose.support import check_support
from berth.diagnostics import Diagnostic, Severity
from berth.platforms.values import read_values
from berth.settings import Settings


def check(application: Application, settings: Settings, *, stack: str) -> list[Diagnostic]:
    """Every finding about secrets and configs, and what Docker Compose itself passes over, as only Swarm reads it."""
    findings = check_support(application, "compose")
    findings += read_values(application, settings).diagnostics
    return [*findings, *_secrets(application, settings, stack), *_scheduled(application, stack)]


def _scheduled(application: Application, stack: str) -> Iterator[Diagnostic]:
    for name, service in sorted(application.services.items()):
        if service.schedule:
            yield Diagnostic(
                severity=Severity.WARNING,
                file=application.file,
                service=name,
                key="x-berth.schedule",
                message="Docker Compose has no schedules, so it does not start by itself",
                advice=f"`python -m berth run -s {stack} {name}` runs it.",
            )


def _secrets(application: Application, settings: Settings, stack: str) -> Iterator[Diagnostic]:
    for name in sorted(settings.secrets.keys() - application.secrets.keys()):
        close = difflib.get_close_matches(name, application.secrets, n=1)
        hint = f"Did you mean {close[0]!r}? " if close else ""
        yield Diagnostic(
            file=f"Pulumi.{stack}.yaml",
            key=f"berth:secrets.{name}",
            message=f"{application.file} declares no such secret",
            advice=f"{hint}Declared: {', '.join(sorted(application.secrets)) or 'none'}.",
        )
    for name, secret in sorted(application.secrets.items()):
        if secret.external and name not in settings.secrets:
            yield Diagnostic(
                file=application.file,
                key=f"secrets.{name}.external",
                message="Docker Compose has no external secrets",
                advice=f"Run `pulumi config set --secret --path 'berth:secrets.{name}'` for this stack.",
            )
