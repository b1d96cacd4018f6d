"""The examples' settings and Compose files say what their pages promise, and nothing that a check finds fault with."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml

from berth.check.findings import check
from berth.diagnostics import Severity
from tests.examples import EXAMPLES, settings_files, settings_of

STACKS = ("hello", "celery", "grpc", "schedule", "blog", "wiki")
EXPECTED = {
    "deploy.resources.limits": "run as Fargate's 0.25 vCPU with 512 MiB",
    "x-berth.schedule": "has no schedules",
}
"""Key -> what is said of it: Fargate has no smaller size, and Docker Compose no clock."""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A project's folder as it is after each example's ``cp``."""
    (tmp_path / "examples").symlink_to(EXAMPLES)
    for path in settings_files().values():
        shutil.copy(path, tmp_path)
    return tmp_path


def test_a_check_finds_only_what_each_platform_is_known_for(checkout: Path) -> None:
    report = check(checkout)
    assert set(report.stacks) >= {f"{name}{ending}" for name in STACKS for ending in ("", "-dev", "-prod")}
    for finding in report.findings:
        found = finding.diagnostic
        assert found.severity is Severity.WARNING, found
        assert EXPECTED[found.key] in found.message


@pytest.mark.parametrize("name", STACKS)
def test_there_is_a_stack_for_each_platform(name: str) -> None:
    platforms = [settings_of(f"{name}{ending}").get("platform", "compose") for ending in ("", "-dev", "-prod")]
    assert platforms == ["compose", "ecs-ec2", "ecs-fargate"]


def test_x_berth_is_there_only_where_it_must_be() -> None:
    fields = {
        path.parent.name: [*service["x-berth"]]
        for path in EXAMPLES.rglob("compose.yaml")
        for service in yaml.safe_load(path.read_text())["services"].values()
        if "x-berth" in service and path.parent.name != "shop"
    }
    balanced = {name: ["ingress"] for name in ("blog", "wiki", "next-to-your-own")}
    assert fields == {"schedule": ["schedule"], **balanced}


@pytest.mark.parametrize("page", sorted(EXAMPLES.glob("*/README.md")), ids=lambda page: page.parent.name)
def test_a_page_is_read_in_a_minute(page: Path) -> None:
    assert len(page.read_text().splitlines()) < 30


def test_every_example_is_in_the_index() -> None:
    index = (EXAMPLES.parent / "docs" / "examples.md").read_text()
    assert not [folder.name for folder in EXAMPLES.iterdir() if f"](../examples/{folder.name}/" not in index]
