"""``ComposeApplication`` on this machine, for real: two of one file in a program of somebody else's."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from pathlib import Path

import pytest

from berth.policies import with_policies
from berth.rehearsal.images import base_images
from berth.rehearsal.workspace import ROOT, Workspace
from tests.e2e.workspace import containers, docker

pytestmark = pytest.mark.e2e

FILE = """
services:
  web:
    image: ${BUSYBOX_IMAGE:-busybox:1.37}
    command: [sleep, "1000"]
    stop_grace_period: 1s
    environment: {TOKEN: of-the-file}
    secrets: [key]
secrets: {key: {file: ./missing.txt}}
"""

PROGRAM = """
import pulumi
from berth import ComposeApplication, ComposeApplicationArgs

config = pulumi.Config()
for name in NAMES:
    ComposeApplication(
        name,
        ComposeApplicationArgs(
            platform="compose",
            secrets={"key": config.require_secret("key").apply(lambda key, name=name: f"{key} of {name}")},
            environment={"web": {"TOKEN": config.require_secret("token"), "PLAIN": "a $word"}},
        ),
    )
"""


@pytest.fixture
def names() -> Iterator[tuple[str, str]]:
    """Of two applications; whatever the test leaves of them is removed."""
    one = f"berth-e2e-{uuid.uuid4().hex[:8]}"
    both = (f"{one}-a", f"{one}-b")
    yield both
    for name in both:
        if left := list(containers(name).values()):
            docker("rm", "--force", "--volumes", *left)
        if left := docker("network", "ls", "--quiet", "--filter", f"label=com.docker.compose.project={name}").split():
            docker("network", "rm", *left)


def test_two_of_one_file_have_what_the_program_gives_each(tmp_path: Path, names: tuple[str, str]) -> None:
    folder = tmp_path / "program"
    folder.mkdir()
    (tmp_path / "state").mkdir()
    (folder / "Pulumi.yaml").write_text("name: mine\nruntime: python\n")
    (folder / "compose.yaml").write_text(FILE)
    (folder / "__main__.py").write_text(PROGRAM.replace("NAMES", repr(names)))
    program = Workspace(
        directory=folder,
        stack="test",
        environment={
            **with_policies(os.environ, platform="compose"),
            **base_images(),
            "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "PULUMI_BACKEND_URL": f"file://{tmp_path / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "of this folder alone",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
        },
    )
    program.run("stack", "init", "test")
    for name in ("key", "token"):
        program.run("config", "set", "--secret", name, f"{name}-1")
    program.up()
    for name in names:
        web = containers(name)["web"]
        assert docker("exec", web, "cat", "/run/secrets/key") == f"key-1 of {name}"
        assert docker("exec", web, "sh", "-c", 'echo "$TOKEN, $PLAIN"') == "token-1, a $word"
    assert program.changes() == {}
    state = program.run("stack", "export").stdout
    assert "key-1" not in state and "token-1" not in state

    program.run("config", "set", "--secret", "token", "token-2")
    program.up()
    assert docker("exec", containers(names[0])["web"], "sh", "-c", 'echo "$TOKEN"') == "token-2"
    program.run("destroy", "--yes", "--skip-preview")
    assert not containers(names[0]) and not containers(names[1])
