"""An emulator a module, and stacks of a small application on it. Nothing is skipped where Docker or Pulumi miss."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from berth.answer import Address
from berth.emulator.instance import places
from berth.emulator.process import Emulator, emulator
from berth.rehearsal.images import base_images, seed
from berth.rehearsal.plan import RehearsalPlan, registry
from berth.rehearsal.workspace import Workspace, make_workspace
from bootstrap.grants import Grant
from bootstrap.permissions import GRANTS
from tests.e2e.workspace import free_port

SMALL = """
name: small
services:
  web:
    build: {context: ./web, args: {BASE: "${BUSYBOX_IMAGE:-busybox:1.37}"}}
    ports: ["${PORT}:8000"]
    secrets: [key]
    configs: [{source: site, target: /etc/site/name}]
    volumes: ["data:/data"]
    depends_on: {api: {condition: service_healthy}, job: {condition: service_completed_successfully}}
    healthcheck: {test: [CMD, wget, -qO-, "http://127.0.0.1:8000/"], interval: 5s, timeout: 3s}
    x-berth:
      ingress: {path: /}
      scaling: {max: 3, memory: 70, schedule: [{when: "cron(0 8 ? * MON-FRI *)", timezone: Europe/Berlin, min: 2}]}
      deployment: {strategy: blue_green, bake_time: 0, error_percent: 5}
  api:
    image: ${BUSYBOX_IMAGE:-busybox:1.37}
    command: [sh, -c, "mkdir /www && echo from-api > /www/index.html && exec httpd -f -p 9000 -h /www"]
    expose: ["9000"]
    networks: {default: {aliases: [backend]}}
    healthcheck: {test: [CMD, wget, -qO-, "http://127.0.0.1:9000/"], interval: 5s, timeout: 3s}
    deploy: {replicas: 1}
    x-berth: {ingress: {protocol: tcp}}
  job:
    image: ${BUSYBOX_IMAGE:-busybox:1.37}
    command: [sh, -c, "wget -qO- http://backend:9000/ | grep from-api"]
    depends_on: {api: {condition: service_healthy}}
  tick:
    image: ${BUSYBOX_IMAGE:-busybox:1.37}
    command: [echo, on time]
    x-berth: {schedule: "at(${AT})"}
volumes: {data: {}}
secrets: {key: {file: ./key.txt}}
configs: {site: {file: ./site.txt}}
"""

WEB = """\
ARG BASE
FROM $BASE
COPY start.sh /start.sh
CMD ["sh", "/start.sh"]
"""

START = """\
set -e
date >> /data/starts
mkdir -p /www
{
    echo "version 1"
    cat /etc/site/name
    wc -c < /run/secrets/key
    wget -qO- http://api:9000/
    wc -l < /data/starts
} > /www/index.html
exec httpd -f -p 8000 -h /www
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """One stack of the small application. ``directory`` has its files, for a test to change."""

    workspace: Workspace
    directory: Path
    plan: RehearsalPlan
    aws: Emulator

    def address(self) -> Address:
        """Where ``web`` answers."""
        return self.plan.address(self.workspace.outputs()["urls"]["web"], places(self.aws.port))

    def replace(self, file: str, old: str, new: str) -> None:
        path = self.directory / file
        text = path.read_text()
        assert old in text
        path.write_text(text.replace(old, new))


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    with emulator(tmp_path_factory.mktemp("emulator")) as made:
        yield made
        beyond = sorted(set(made.asked()) - granted(GRANTS))
        assert not beyond, f"bootstrap/permissions lacks {', '.join(beyond)}"


def granted(grants: Iterable[Grant]) -> set[str]:
    """What a role of a workflow may do."""
    return {
        f"{grant.service}:{action}"
        for grant in grants
        for action in (*grant.looks, *grant.reads, *grant.makes, *grant.writes)
    }


@pytest.fixture(scope="module")
def variables(aws: Emulator) -> dict[str, str]:
    """The small application's variables: the base image, a free port of this machine, and when its schedule is due."""
    due = datetime.now(UTC) + timedelta(seconds=30)
    bases = {name: image for name, image in base_images().items() if name == "BUSYBOX_IMAGE"}
    return {
        **seed(bases, aws.client("ecr"), registry(aws.endpoint)),
        "PORT": str(free_port()),
        "AT": f"{due:%Y-%m-%dT%H:%M:%S}",
    }


@pytest.fixture
def stack(aws: Emulator, variables: dict[str, str], tmp_path: Path) -> Callable[..., Stack]:
    """Makes the stack of the test from its settings."""

    def make(*, text: str = SMALL, name: str = "test", **settings: object) -> Stack:
        directory = tmp_path / "application"
        (directory / "web").mkdir(parents=True)
        (directory / "compose.yaml").write_text(text)
        (directory / "web" / "Dockerfile").write_text(WEB)
        (directory / "web" / "start.sh").write_text(START)
        (directory / "key.txt").write_text("twelve bytes")
        (directory / "site.txt").write_text("the site\n")
        chosen = {
            "composeFiles": ["application/compose.yaml"],
            "awsEndpoint": aws.endpoint,
            "deployTimeout": 120,
            "variables": variables,
            **({"initImage": variables["BUSYBOX_IMAGE"]} if "BUSYBOX_IMAGE" in variables else {}),
            **settings,
        }
        workspace = make_workspace(tmp_path, chosen, {}, stack=name)
        return Stack(workspace=workspace, directory=directory, plan=RehearsalPlan(settings=chosen, notes=()), aws=aws)

    return make
