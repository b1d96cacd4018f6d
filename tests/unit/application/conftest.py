"""Programs with components under mocks: what AWS and Docker would be asked before is answered, or not asked."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pulumi
import pytest

from berth.platforms.compose import platform as compose_platform
from berth.platforms.ecs import platform as ecs_platform
from tests.unit.components.build import Built, build
from tests.unit.hooks import accept_hooks
from tests.unit.quick import quick_sdk as quick_sdk
from tests.unit.recorder import MADE_BY_AWS, Recorder

ORDERS = """
services:
  api:
    image: python:3.13
    expose: ["9000"]
    networks: [front, back]
    secrets: [db-password]
    environment: {MODE: "on", REPORTS: nowhere}
    x-berth: {ingress: {path: /}}
  worker:
    image: python:3.13
    networks: [back]
networks: {front: {}, back: {}}
secrets: {db-password: {file: ./db-password.txt}}
"""

Program = Callable[[pulumi.ResourceOptions], Mapping[str, Any]]
Run = Callable[..., Built]


@pytest.fixture
def run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Runs a program of stack ``test`` in a folder of its own, with ORDERS as its Compose file."""
    (tmp_path / "compose.yaml").write_text(ORDERS)
    (tmp_path / "db-password.txt").write_text("of the file")
    monkeypatch.chdir(tmp_path)
    for name in ("AWS_REGION", "AWS_DEFAULT_REGION", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(ecs_platform, "check_account", lambda access, *, stack: None)
    monkeypatch.setattr(ecs_platform, "check_images", lambda application, settings, *, stack: [])
    monkeypatch.setattr(compose_platform, "docker_problem", lambda: None)

    def run(program: Program, *, preview: bool = False, calls: Mapping[str, Any] | None = None, **config: str) -> Built:
        monkeypatch.setenv("PULUMI_CONFIG", json.dumps({name.replace("_", ":", 1): config[name] for name in config}))
        recorder = Recorder(
            calls={
                "aws:index/getAvailabilityZones:getAvailabilityZones": {"names": ["eu-west-1a", "eu-west-1b"]},
                "aws:ssm/getParameter:getParameter": {"value": "ami-1"},
                **(calls or {}),
            },
            outputs=dict(MADE_BY_AWS),
        )

        def make(opts: pulumi.ResourceOptions) -> Mapping[str, Any]:
            accept_hooks()
            return program(opts)

        return build(make, recorder, preview=preview)

    return run
