"""Docker is asked for where it builds."""

from __future__ import annotations

from pathlib import Path

import pytest

from compose.model import Build
from diagnostics import ToolError
from platforms.ecs.builder import check_builder
from tests.unit.applications import application, service

BUILT = application(service(image=None, build=Build(context=Path("/app"))))


@pytest.fixture(autouse=True)
def no_docker(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("DOCKER_HOST", "unix:///nowhere/docker.sock")
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))


def test_a_build_without_docker_is_one_clear_error() -> None:
    with pytest.raises(ToolError) as caught:
        check_builder(BUILT)
    assert "images are built with Docker, which does not answer" in str(caught.value)
    assert "DOCKER_HOST" in str(caught.value)


def test_images_alone_need_no_docker() -> None:
    check_builder(application(service()))


def test_another_builder_needs_no_docker(tmp_path: Path) -> None:
    (tmp_path / "buildx" / "instances").mkdir(parents=True)
    (tmp_path / "buildx" / "instances" / "remote").write_text("{}")
    check_builder(BUILT)
