"""What Berth has to say about a user's input, and the one error that carries it.

BerthError
├── SettingsError      a stack setting is unknown, malformed or contradicts another
├── ComposeError       the Compose file cannot be read, or asks for what cannot be done
├── PlatformError      the application does not fit the platform it is sent to
└── ToolError          a tool that Berth needs (Docker, Pulumi, AWS) is missing or does not answer

Findings are collected and raised once, so that a user sees all of them at the first preview.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypedDict


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Diagnostic:
    """One finding: what is wrong, where, and what to write instead.

    ``key`` is the attribute's path below the service (``deploy.resources.limits.memory``), or the setting's name.
    ``line`` counts from 1; ``berth.compose.locate`` finds it for all whose file and key say where it is.
    """

    message: str
    advice: str = ""
    severity: Severity = Severity.ERROR
    file: str = ""
    line: int | None = None
    service: str = ""
    key: str = ""

    def __str__(self) -> str:
        service = f"service {self.service!r}" if self.service else ""
        file = f"{self.file}:{self.line}" if self.file and self.line else self.file
        where = ": ".join(part for part in (file, service, self.key) if part)
        text = f"{where}: {self.message}" if where else self.message
        return f"{text}\n    {self.advice}" if self.advice else text


class Where(TypedDict, total=False):
    """What the findings of one check share: ``Diagnostic(**where, key=…, message=…)``."""

    file: str
    service: str


class WhereKey(Where, total=False):
    """The same, where they are about one key: ``Diagnostic(**where, message=…)``."""

    key: str


class BerthError(Exception):
    """An error that the user can act on; printed without a traceback."""

    def __init__(self, *diagnostics: Diagnostic) -> None:
        self.diagnostics = diagnostics
        super().__init__("\n".join(str(diagnostic) for diagnostic in diagnostics))


class SettingsError(BerthError):
    pass


class ComposeError(BerthError):
    pass


class PlatformError(BerthError):
    pass


class ToolError(BerthError):
    pass


def errors(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings that forbid a deployment."""
    return tuple(d for d in diagnostics if d.severity is Severity.ERROR)


def warnings(diagnostics: Iterable[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The findings that a deployment only mentions."""
    return tuple(d for d in diagnostics if d.severity is Severity.WARNING)
