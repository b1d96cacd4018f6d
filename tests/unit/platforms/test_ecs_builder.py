"""Docker is asked for where it builds."""

from __future__ import annotations

import json
import socket
from collections.abc import Callable
from pathlib import Path

import pytest

from berth.compose.model import Build
from berth.diagnostics import ToolError
from berth.platforms.ecs.builder import check_builder
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


@pytest.fixture
def builders(tmp_path: Path) -> Callable[..., None]:
    """Writes the file of a builder as `docker buildx create` does."""
    folder = tmp_path / "buildx" / "instances"
    folder.mkdir(parents=True)

    def write(name: str, driver: str, endpoint: str) -> None:
        (folder / name).write_text(json.dumps({"Name": name, "Driver": driver, "Nodes": [{"Endpoint": endpoint}]}))

    return write


def test_another_builder_needs_no_docker(builders: Callable[..., None]) -> None:
    builders("cluster", "kubernetes", "kubernetes:///")
    check_builder(BUILT)


def test_a_builder_that_has_ended_is_one_clear_error(builders: Callable[..., None], tmp_path: Path) -> None:
    path = tmp_path / "buildkitd.sock"
    builders("local", "remote", f"unix://{path}")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        check_builder(BUILT)
    assert path.exists()  # its file outlives the process
    with pytest.raises(ToolError) as caught:
        check_builder(BUILT)
    assert f"builder 'local' does not answer at unix://{path}" in str(caught.value)
    assert "docker buildx rm local" in str(caught.value)


def test_one_builder_that_answers_is_enough(builders: Callable[..., None]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        builders("gone", "remote", "unix:///nowhere/buildkitd.sock")
        builders("there", "remote", f"tcp://127.0.0.1:{server.getsockname()[1]}")
        check_builder(BUILT)
