"""The local platform, for real: Pulumi's CLI, Docker Compose, containers that answer."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from berth.rehearsal.workspace import Workspace
from tests.e2e.workspace import containers, copy_shop, docker, free_port, get, post, posts, volumes, wait_for

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


def test_the_shop_from_its_first_deployment_to_its_last(tmp_path: Path, project: str, workspace: Make) -> None:
    file, port = copy_shop(tmp_path), free_port()
    shop = workspace(
        composeFiles=["shop/compose.yaml"], projectName=project, variables={"SHOP_PORT": str(port)}, deployTimeout=120
    )
    url = shop.up()["urls"]["web"]
    assert url == f"http://localhost:{port}"
    assert "<h1>The corner shop</h1>" in get(url)
    post(url, "three short words")
    wait_for([("three short words", 3)], lambda: posts(url))
    assert shop.changes() == {}

    before = containers(project)
    file.write_text(file.read_text().replace("memory: 96M", "memory: 112M"))
    assert shop.changes() == {"ComposeService compose-api": "update", "ComposeUp compose": "update"}
    assert '"100663296" => "117440512"' in shop.run("preview", "--diff").stdout
    shop.up()
    after = containers(project)
    assert {service for service in after if after[service] != before[service]} == {"api"}
    assert posts(url) == [("three short words", 3)]
    assert shop.changes() == {}

    shop.run("destroy", "--yes", "--skip-preview")
    assert containers(project) == {}
    assert volumes(project) == [f"{project}_db-data"]

    shop.run("config", "set", "removeVolumes", "true")
    assert shop.up()["urls"]["web"] == url
    assert posts(url) == [("three short words", 3)]
    shop.run("destroy", "--yes", "--skip-preview")
    assert containers(project) == {}
    assert volumes(project) == []


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
