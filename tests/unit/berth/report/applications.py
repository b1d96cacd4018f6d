"""The application of the recorded previews as a project of its own, with one of the changes."""

from __future__ import annotations

import importlib.machinery
import importlib.util
import sys
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import yaml

ROOT = Path(__file__).parents[4]


@cache
def recorder() -> ModuleType:
    """tools/record-previews: the application, the changes, and the values of its secrets."""
    loader = importlib.machinery.SourceFileLoader("record_previews", str(ROOT / "tools" / "record-previews"))
    spec = importlib.util.spec_from_loader("record_previews", loader)
    assert spec is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["record_previews"] = module
    loader.exec_module(module)
    return module


def project(folder: Path, kind: str = "unchanged", **stacks: dict[str, Any]) -> Path:
    """``folder`` with the changed application and the stack ``test`` that its log was recorded of, and others."""
    recorded = recorder()
    change = {**recorded.KINDS, "first": recorded.Kind()}[kind]
    application, files = yaml.safe_load(recorded.APPLICATION), dict(recorded.FILES)
    change.change(application, files)
    for name, content in {**files, "compose.yaml": yaml.safe_dump(application, sort_keys=False)}.items():
        path = folder / "application" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(content)
    own = {"platform": "ecs-fargate", "natGateways": "none", "deployTimeout": 120, **change.settings}
    for name, settings in {"test": own, **stacks}.items():
        config = {f"berth:{key}": value for key, value in settings.items()}
        config["berth:composeFiles"] = ["application/compose.yaml"]
        (folder / f"Pulumi.{name}.yaml").write_text(yaml.safe_dump({"config": config}))
    return folder
