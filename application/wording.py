"""Findings in the words of whoever writes the component: its arguments, where Berth's own stacks have settings."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import replace

from berth.diagnostics import Diagnostic

ARGUMENTS = {
    "composeFiles": "files",
    "domain": "domain",
    "platform": "platform",
    "profiles": "profiles",
    "protectData": "protect_data",
    "region": "region",
    "secrets": "secrets",
    "tags": "tags",
    "variables": "variables",
}
"""A setting -> the argument that it has of its own."""

_RUN = re.compile(r"Run (`pulumi config set [^`]*`)(?: for this stack)?")
_COMMAND = re.compile(r"`pulumi config set (?:--secret )?--path 'berth:([^']+)'(?: [^`]*)?`")
_SETTING = re.compile(r"\bberth:([A-Za-z]\w*)")


def title(name: str) -> str:
    """The component as findings call it."""
    return f"ComposeApplication {name!r}"


def in_arguments(findings: Iterable[Diagnostic], name: str, *, stack: str) -> tuple[Diagnostic, ...]:
    """The findings about ``Pulumi.STACK.yaml`` and ``berth:NAME`` as findings about the component ``name``."""
    file = f"Pulumi.{stack}.yaml"

    def words(text: str) -> str:
        text = _RUN.sub(r"Give \1", text)
        text = _COMMAND.sub(lambda found: f"`{_argument(found[1])}`", text)
        text = _SETTING.sub(lambda found: _argument(found[1]), text)
        return text.replace(file, title(name)).replace("the file's `name`", "the component's name")

    return tuple(
        replace(
            finding,
            file=title(name) if finding.file == file else finding.file,
            key=words(finding.key),
            message=words(finding.message),
            advice=words(finding.advice),
        )
        for finding in findings
    )


def _argument(setting: str) -> str:
    """``settings.instanceType``, or ``secrets.db`` where it is an argument of its own."""
    name, dot, rest = setting.partition(".")
    return f"{ARGUMENTS.get(name, f'settings.{name}')}{dot}{rest}"
