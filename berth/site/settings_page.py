"""docs/settings.md: every setting of a stack as Pulumi.yaml declares it, which ``tools/settings-reference`` writes."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import Any

import yaml
from pydantic.alias_generators import to_camel

from berth.settings import Settings

ROOT = Path(__file__).resolve().parents[2]

HEAD = """# Settings of a stack

Written by `tools/settings-reference` from [Pulumi.yaml](../Pulumi.yaml), where each is declared.

```console
$ pulumi config set -s prod domain shop.example.com
$ pulumi config set -s prod --path tags.team shop               # in a map
$ pulumi config set -s prod --path 'profiles[0]' jobs           # in a list
```

The stack must be there: `make preview STACK=prod` makes it, and so does `tools/run pulumi stack init prod`. Its
settings lie in `Pulumi.prod.yaml`, below `config:` and with `berth:` before each name. What is not set has the default
here, whatever the stack's name is. `python -m berth check -s prod` says what is wrong with them, in a second.
"""


def document(root: Path = ROOT) -> str:
    """The whole page, ending in a line break."""
    declared = yaml.safe_load((root / "Pulumi.yaml").read_text())["config"]
    parts = [HEAD]
    for title, names in _groups().items():
        rows = [_row(name, declared[name]) for name in declared if name in names]
        parts.append("\n".join([f"## {title}\n", "| setting | type | default | |", "| --- | --- | --- | --- |", *rows]))
    return "\n".join(f"{part.rstrip()}\n" for part in parts)


def _groups() -> dict[str, set[str]]:
    """What a group is about, by its file's first line -> the names in it."""
    return {
        str(sys.modules[group.__module__].__doc__).partition(".")[0]: {to_camel(name) for name in group.__annotations__}
        for group in Settings.__bases__
    }


def _row(name: str, declared: dict[str, Any]) -> str:
    default = declared["default"]
    shown = f"`{default if isinstance(default, str) else json.dumps(default)}`" if default not in ("", [], {}) else ""
    text = str(declared["description"]).replace("|", "\\|")
    return f"| `{name}` | {declared['type']} | {shown} | {text} |".replace("|  |", "| |")
