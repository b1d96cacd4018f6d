"""Each example on this machine, by its own files: Pulumi's CLI, Docker Compose, containers that answer.

In one file, as one after the other: of two builds of the same layers at once, each would take the other's for a change.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import time
import urllib.request
import uuid
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from berth.rehearsal.images import base_images
from berth.rehearsal.workspace import Workspace, make_workspace
from tests.e2e.conftest import remove_project
from tests.e2e.workspace import containers, free_port, get, volumes
from tests.examples import settings_of

pytestmark = pytest.mark.e2e

# `python -m berth` with the stacks of the folder that it runs in.
BERTH = """
import pathlib, sys
from berth import stacks
stacks.ROOT = pathlib.Path.cwd()
from berth.__main__ import main
sys.exit(main(sys.argv[1:]))
"""


@dataclass(frozen=True, slots=True)
class Deployed:
    """An example's stack that is up, as the Compose project ``project``."""

    workspace: Workspace
    project: str
    url: str


Deploy = Callable[[str, str], Deployed]


@pytest.fixture
def deploy(tmp_path: Path) -> Iterator[Deploy]:
    """Deploys a stack of an example, whose address is that of a service, on a port of its own. At the end it is
    destroyed, and nothing is left."""
    made: list[Deployed] = []

    def up(stack: str, service: str) -> Deployed:
        port, project = free_port(), f"berth-e2e-{uuid.uuid4().hex[:8]}"
        settings = {
            **settings_of(stack),
            "projectName": project,
            "removeVolumes": True,
            "variables": {**base_images(), f"{stack.upper()}_PORT": str(port)},
            "deployTimeout": 120,
        }
        (tmp_path / stack).mkdir()
        example = Deployed(
            make_workspace(tmp_path / stack, settings, {}, stack=stack), project, f"http://localhost:{port}"
        )
        made.append(example)
        assert example.workspace.up()["urls"] == {service: example.url}
        return example

    try:
        yield up
        for example in made:
            example.workspace.run("destroy", "--yes", "--skip-preview")
            assert containers(example.project) == {}
            assert volumes(example.project) == []
    finally:
        for example in made:
            remove_project(example.project)


Answer = dict[str, Any]


def answer(url: str, body: dict[str, str] | None = None) -> Answer:
    """The JSON of a GET, or of a POST with ``body``."""
    data = json.dumps(body).encode() if body else None
    with urllib.request.urlopen(
        urllib.request.Request(url, data, {"Content-Type": "application/json"}), timeout=10
    ) as said:
        return dict(json.load(said))


def until(look: Callable[[], Answer], wanted: Callable[[Answer], bool], seconds: float = 15) -> Answer:
    end = time.monotonic() + seconds
    while not wanted(said := look()) and time.monotonic() < end:
        time.sleep(0.2)
    assert wanted(said), said
    return said


def test_hello(deploy: Deploy) -> None:
    assert "<h1>Hello from one service</h1>" in get(deploy("hello", "web").url)


def test_a_job_that_came_by_http_is_done_by_the_celery_worker(deploy: Deploy) -> None:
    celery = deploy("celery", "api")
    job = answer(f"{celery.url}/jobs", {"text": "four words of text"})["id"]
    done = until(lambda: answer(f"{celery.url}/jobs/{job}"), lambda said: said["state"] == "SUCCESS")
    assert done["result"]["words"] == 4
    assert containers(celery.project)["worker"].startswith(done["result"]["worker"])


def test_the_gateway_answers_with_the_grpc_servers_words(deploy: Deploy) -> None:
    grpc = deploy("grpc", "gateway")
    said = answer(f"{grpc.url}/greet/Ada")
    assert said["text"] == "Hello, Ada"
    assert containers(grpc.project)["greeter"].startswith(said["host"])


def test_the_scheduled_job_runs_when_it_is_told_to(deploy: Deploy) -> None:
    schedule = deploy("schedule", "web")
    assert get(schedule.url) == "No report yet.\n"
    assert set(containers(schedule.project)) == {"web"}, "nothing schedules on this machine"
    ran = subprocess.run(
        [sys.executable, "-c", BERTH, "run", "--stack", "schedule", "report"],
        cwd=schedule.workspace.directory,
        env=dict(schedule.workspace.environment),
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr
    assert re.fullmatch(r"Report of \S+Z\n", ran.stdout)
    assert get(schedule.url) == ran.stdout


def test_one_of_two_applications_goes_and_the_other_stays(deploy: Deploy) -> None:
    blog, wiki = deploy("blog", "web"), deploy("wiki", "web")
    before = containers(blog.project)
    wiki.workspace.run("destroy", "--yes", "--skip-preview")
    assert containers(blog.project) == before
    assert "<h1>The blog</h1>" in get(blog.url)
