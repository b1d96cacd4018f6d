"""Settings of rotation that no secret of the stack answers to."""

from __future__ import annotations

import difflib
from collections.abc import Iterator

from berth.compose.model import Application
from berth.diagnostics import Diagnostic, WhereKey
from berth.settings import Settings


def check_rotation(application: Application, settings: Settings, stack: str) -> Iterator[Diagnostic]:
    """Every name that the file does not declare, or whose secret exists already."""
    for name in sorted(settings.secret_rotation):
        where: WhereKey = {"file": f"Pulumi.{stack}.yaml", "key": f"berth:secretRotation.{name}"}
        declared = application.secrets.get(name)
        if declared is None:
            close = difflib.get_close_matches(name, application.secrets, n=1)
            hint = f"Did you mean {close[0]!r}? " if close else ""
            yield Diagnostic(
                **where,
                message=f"{application.file} declares no such secret",
                advice=f"{hint}Declared: {', '.join(sorted(application.secrets)) or 'none'}.",
            )
        elif declared.external and name not in settings.secrets:
            yield Diagnostic(
                **where,
                message=f"{name} is an external secret, which rotates where it was made",
                advice="Leave it out here.",
            )
