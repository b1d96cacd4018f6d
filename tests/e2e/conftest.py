from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from berth.rehearsal.images import base_images
from berth.rehearsal.workspace import Workspace, make_workspace
from tests.e2e.workspace import containers, docker, volumes


@pytest.fixture
def project() -> Iterator[str]:
    """A name that no other project has; whatever the test leaves under it is removed."""
    name = f"berth-e2e-{uuid.uuid4().hex[:8]}"
    yield name
    remove_project(name)


def remove_project(name: str) -> None:
    """Containers, networks, volumes and images of a Compose project."""
    if left := list(containers(name).values()):
        docker("rm", "--force", "--volumes", *left)
    for kind in ("network", "volume"):
        if left := docker(kind, "ls", "--quiet", "--filter", f"label=com.docker.compose.project={name}").split():
            docker(kind, "rm", *left)
    if images := docker("images", "--quiet", "--filter", f"label=com.docker.compose.project={name}").split():
        docker("rmi", "--force", *set(images))
    assert not containers(name) and not volumes(name)


@pytest.fixture
def workspace(tmp_path: Path) -> Iterator[Callable[..., Workspace]]:
    """Makes the test's workspace from its settings."""
    assert shutil.which("pulumi"), "the Pulumi CLI must be on PATH"
    yield lambda **settings: make_workspace(tmp_path, settings, base_images())
