"""The local platform, for real: Pulumi's CLI, Docker Compose, containers that answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from berth.rehearsal.workspace import Workspace
from tests.e2e.workspace import containers, docker

pytestmark = pytest.mark.e2e
Make = Callable[..., Workspace]

SMALL = """
services:
  web:
    image: ${BUSYBOX_IMAGE:-busybox:1.37}
    command: [sleep, "1000"]
    stop_grace_period: 1s
    environment: {GREETING: hello}
    secrets: [key]
    configs: [{source: site, target: /etc/site}]
    healthcheck: {test: [CMD, "true"], interval: 1s}
  other:
    image: ${BUSYBOX_IMAGE:-busybox:1.37}
    command: [sleep, "1000"]
    stop_grace_period: 1s
    healthcheck: {test: [CMD, "true"], interval: 1s}
secrets:
  key: {file: ./key.txt}
configs:
  site: {file: ./site.txt}
"""


def small_application(directory: Path, text: str = SMALL) -> str:
    (directory / "compose.yaml").write_text(text)
    (directory / "key.txt").write_text("key-of-the-file")
    (directory / "site.txt").write_text("first")
    return "compose.yaml"


def test_a_secret_of_the_stack_wins_and_stays_secret(tmp_path: Path, project: str, workspace: Make) -> None:
    stack = workspace(composeFiles=[small_application(tmp_path)], projectName=project)
    stack.up()
    before = containers(project)
    assert docker("exec", before["web"], "cat", "/run/secrets/key") == "key-of-the-file"

    stack.run("config", "set", "--secret", "--path", "secrets.key", "key-of-the-stack")
    assert stack.changes() == {"ComposeProject compose": "update", "ComposeUp compose": "update"}
    stack.up()
    after = containers(project)
    assert docker("exec", after["web"], "cat", "/run/secrets/key") == "key-of-the-stack"
    assert after["other"] == before["other"]
    state = stack.run("stack", "export").stdout
    assert "key-of-the" not in state
    assert "key-of-the" not in "".join(log.read_text() for log in tmp_path.glob(".berth/logs/*"))

    stack.run("config", "set", "--secret", "--path", "secrets.key", "another-key")
    assert stack.changes() == {"ComposeUp compose": "update"}
    stack.up()
    assert docker("exec", containers(project)["web"], "cat", "/run/secrets/key") == "another-key"
    assert stack.changes() == {}


def test_another_config_file_recreates_the_service_that_reads_it(tmp_path: Path, project: str, workspace: Make) -> None:
    stack = workspace(composeFiles=[small_application(tmp_path)], projectName=project)
    stack.up()
    before = containers(project)
    (tmp_path / "site.txt").write_text("second")
    assert stack.changes() == {"ComposeProject compose": "update", "ComposeUp compose": "update"}
    stack.up()
    after = containers(project)
    assert {service for service in after if after[service] != before[service]} == {"web"}
    assert docker("exec", after["web"], "cat", "/etc/site") == "second"


def test_what_was_removed_by_hand_comes_back(tmp_path: Path, project: str, workspace: Make) -> None:
    stack = workspace(composeFiles=[small_application(tmp_path)], projectName=project)
    stack.up()
    docker("rm", "--force", containers(project)["other"])
    stack.run("refresh", "--yes", "--skip-preview")
    assert stack.changes() == {"ComposeUp compose": "update"}
    stack.up()
    assert set(containers(project)) == {"web", "other"}

    docker("rm", "--force", *containers(project).values())
    stack.run("refresh", "--yes", "--skip-preview")
    assert stack.changes() == {"ComposeUp compose": "create"}
    stack.up()
    assert set(containers(project)) == {"web", "other"}
    assert stack.changes() == {}


def test_a_service_that_fails_says_why_and_leaves_nothing(tmp_path: Path, project: str, workspace: Make) -> None:
    text = SMALL.replace('command: [sleep, "1000"]', 'command: [sh, -c, "echo no such table; exit 7"]', 1)
    stack = workspace(composeFiles=[small_application(tmp_path, text)], projectName=project)
    result = stack.run("up", "--yes", "--skip-preview", check=False)
    assert result.returncode != 0
    assert "service 'web': exited, exit code 7" in result.stdout
    assert "no such table" in result.stdout
    assert "Traceback" not in result.stdout
    assert containers(project) == {}


def test_a_container_that_restarts_for_ever_is_a_failure(tmp_path: Path, project: str, workspace: Make) -> None:
    (tmp_path / "compose.yaml").write_text("""
services:
  web:
    image: ${BUSYBOX_IMAGE:-busybox:1.37}
    command: [sh, -c, "echo cannot bind; exit 1"]
    restart: always
    stop_grace_period: 1s
""")
    result = workspace(composeFiles=["compose.yaml"], projectName=project).run(
        "up", "--yes", "--skip-preview", check=False
    )
    assert result.returncode != 0
    assert "does not stay up" in result.stdout
    assert "cannot bind" in result.stdout


def test_a_preview_without_docker_is_one_clear_error(tmp_path: Path, project: str, workspace: Make) -> None:
    stack = workspace(composeFiles=[small_application(tmp_path)], projectName=project)
    result = stack.run("preview", check=False, DOCKER_HOST=f"unix://{tmp_path}/none.sock")
    assert result.returncode != 0
    assert "Docker does not answer" in result.stdout
    assert "set DOCKER_HOST" in result.stdout
    assert "Traceback" not in result.stdout
