"""A checkout of a test's own: a Compose file and some stacks, compared as the command compares them."""

from __future__ import annotations

import io
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml
from rich.console import Console

from berth.parity.compare import Comparison, Difference, compare
from berth.parity.run import parity
from berth.parity.stacks import Reader, usual_order

LOCAL: Mapping[str, Any] = {}
DEV: Mapping[str, Any] = {"platform": "ecs-ec2"}
PROD: Mapping[str, Any] = {"platform": "ecs-fargate"}


@dataclass(frozen=True)
class Checkout:
    root: Path

    def write(self, path: str, text: str) -> Checkout:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        return self

    def stack(self, name: str, settings: Mapping[str, Any]) -> Checkout:
        config = {f"berth:{key}": value for key, value in settings.items()}
        return self.write(f"Pulumi.{name}.yaml", yaml.safe_dump({"config": config}))

    def web(self, **attributes: Any) -> Checkout:
        """A file with one service, ``web``, that listens on port 80 and says when it restarts and stops."""
        said = {"image": "nginx:1.29", "restart": "always", "stop_grace_period": "30s", **attributes}
        return self.services(web={key: value for key, value in said.items() if value is not None})

    def services(self, more: Mapping[str, Any] | None = None, **services: Any) -> Checkout:
        return self.write("compose.yaml", yaml.safe_dump({"name": "shop", "services": services, **(more or {})}))

    def compare(self, **stacks: Mapping[str, Any]) -> Comparison:
        """These stacks compared, in their usual order."""
        for name, settings in stacks.items():
            self.stack(name, settings)
        reader = Reader(self.root)
        return compare(reader.stacks(usual_order(self.root)), reader.file_facts)

    def run(self, *names: str, json: bool = False) -> tuple[int, str]:
        """The command's exit code and what it prints."""
        out = io.StringIO()
        code = parity(names, Console(file=out, width=500), json=json, root=self.root)
        return code, out.getvalue()


def difference(comparison: Comparison, aspect: str, item: str = "", service: str = "web") -> Difference:
    """The one difference of this item."""
    (found,) = [found for found in comparison.of(service) if (found.aspect, found.item) == (aspect, item)]
    return found
