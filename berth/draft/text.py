"""A draft as the two files that it is, with what was not carried over on top."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

import yaml

WIDTH = 110


def as_yaml(document: Mapping[str, Any], notes: Iterable[str], title: str) -> str:
    """``title`` and each of ``notes`` are comments."""
    lines = [title]
    said = list(dict.fromkeys(notes))
    if said:
        lines += ["Not carried over, or otherwise than it was:", *(f"- {' '.join(note.split())}" for note in said)]
    body = yaml.dump(document, Dumper=_Plain, sort_keys=False, width=WIDTH, allow_unicode=True)
    return "".join(f"# {line}\n" for line in lines) + body


class _Plain(yaml.SafeDumper):
    """Writes a list that two places share twice, without YAML's anchors."""

    def ignore_aliases(self, data: Any) -> bool:
        return True
