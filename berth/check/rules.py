"""Stable names of what findings are about: their key, without the names and numbers that are the user's own."""

from __future__ import annotations

import re

from berth.compose.extension import Ingress, Managed, Schedule, ServiceExtension, VolumeExtension
from berth.compose.support.table import SECTIONS
from berth.diagnostics import Diagnostic
from berth.settings import setting_names

ANY = "*"
NAMED = frozenset(
    (
        *("ports", "volumes", "networks", "secrets", "configs", "depends_on", "environment", "env_file", "ulimits"),
        *("sysctls", "cap_add", "cap_drop", "links", "expose", "tmpfs", "labels", "annotations", "extra_hosts"),
        *("args", "additional_contexts", "driver_opts", "options", "devices", "services"),
    )
)
"""Keys below which the next part is a name or a number of the user's own, wherever they stand."""

_EXTENSION = "x-berth"
_FIELDS = {
    "": frozenset({*ServiceExtension.model_fields, *VolumeExtension.model_fields}),
    "ingress": frozenset(Ingress.model_fields),
    "managed": frozenset(Managed.model_fields),
    "schedule": frozenset(Schedule.model_fields),
}


def rule_id(finding: Diagnostic) -> str:
    """``ports.*`` of ``ports.8080``, ``networks.*.aliases``, ``berth:secrets.*``, ``${*}``; a key that Compose does
    not have is ``*``, and a finding about a whole file is ``settings`` or ``file``; one about no file is ``machine``.
    """
    key = finding.key
    if not key:
        return "settings" if finding.file.startswith("Pulumi.") else "file" if finding.file else "machine"
    if key.startswith("${"):
        return "${*}"
    if key.startswith("berth:"):
        name, dot, _ = key.removeprefix("berth:").partition(".")
        return f"berth:{name if name in setting_names() else ANY}{dot and '.*'}"
    parts = [part for part in re.split(r"[.\[\]]+", key) if part]
    return ".".join(_parts(parts, "services.*" if finding.service else ""))


def _parts(parts: list[str], section: str) -> list[str]:
    """The parts below a section of the Compose file, which ``SECTIONS`` knows by its path."""
    if not parts:
        return []
    name, rest = parts[0], parts[1:]
    if name == _EXTENSION:
        return [name, *_extension(rest, "")]
    known = SECTIONS.get(section)
    if known is not None and name not in known and not (section == "services.*" and name == "name"):
        return [ANY]
    below = f"{section}.{name}" if section else name
    if name not in NAMED:
        return [name, *_parts(rest, below)]
    if not rest:
        return [name]
    inner = SECTIONS.get(f"{below}.*", {})
    start = next((index for index, part in enumerate(rest) if index and (part in inner or part == _EXTENSION)), None)
    return [name, ANY, *(_parts(rest[start:], f"{below}.*") if start else [])]


def _extension(parts: list[str], field: str) -> list[str]:
    """Fields of ``x-berth``; what is below a field that has none of its own is the user's."""
    if not parts:
        return []
    if parts[0].isdigit() and field == "ingress":
        return _extension(parts[1:], field)  # of a list
    if parts[0] in _FIELDS.get(field, ()):
        return [parts[0], *_extension(parts[1:], parts[0])]
    return [ANY]
