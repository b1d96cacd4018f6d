"""The keys of a Compose file, for suggestions: https://docs.docker.com/reference/compose-file/"""

from __future__ import annotations

from collections.abc import Sequence

from berth.compose.support import table


def keys_at(path: Sequence[str]) -> tuple[str, ...]:
    """The keys that a section may have, by its path: ``("services", "web", "deploy")``."""
    for pattern, rules in table.SECTIONS.items():
        parts = pattern.split(".") if pattern else []
        if len(parts) == len(path) and all(part in ("*", name) for part, name in zip(parts, path, strict=True)):
            return tuple(rules)
    return ()
