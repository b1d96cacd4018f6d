"""The emulator as a process of its own, gone with all its containers when it is no longer used."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections import Counter
from collections.abc import Generator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import docker

from berth.components.aws_access import AwsAccess
from berth.emulator import asked, faults

ROOT = Path(__file__).resolve().parents[2]
LABEL = "dev.berth.emulator"
"""The Docker label of all that an emulator makes; its value is the emulator's port."""

START_TIMEOUT = 60
LOG_LINES = 15
ATTEMPTS = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Emulator:
    port: int
    region: str

    @property
    def endpoint(self) -> str:
        return f"http://localhost:{self.port}"

    def client(self, service: str) -> Any:
        """A boto3 client of ``service``, the same for each call."""
        return _client(AwsAccess(region=self.region, endpoint=self.endpoint), service)

    def asked(self) -> Counter[str]:
        """The actions that the provider has asked for, as IAM names them, ``ecs:CreateService``, and how often."""
        with urllib.request.urlopen(f"{self.endpoint}{asked.PATH}", timeout=10) as answer:
            return Counter(json.load(answer))

    def weather(self, **wanted: int) -> dict[str, int]:
        """Ask ``faults`` for ``attempts`` of each request to be refused; how many requests there were so far."""
        request = urllib.request.Request(f"{self.endpoint}{faults.PATH}", data=json.dumps(wanted).encode())
        with urllib.request.urlopen(request, timeout=10) as answer:
            return dict(json.load(answer))


@cache
def _client(access: AwsAccess, service: str) -> Any:
    return access.client(service)


@contextmanager
def emulator(directory: Path, *, region: str = "us-east-1", containers: bool = True) -> Generator[Emulator]:
    """Start an emulator on a free port of loopback, with its log in ``directory``; stop it at the end.

    Without ``containers`` every task counts as running at once, and nothing runs.

    Raises:
        RuntimeError: it does not answer; with the last lines of its log.
    """
    for attempt in range(1, ATTEMPTS + 1):
        made = Emulator(port=_free_port(), region=region)
        log = directory / "emulator.log"
        process = _start(made, log, containers)
        try:
            try:
                _await_health(made, process, log)
            except RuntimeError:
                # Another program was faster to take the port that was free.
                if attempt < ATTEMPTS and "already in use" in log.read_text(errors="replace"):
                    continue
                raise
            yield made
            return
        finally:
            _end(process)
            if containers:
                remove_all(made.port)


def _start(made: Emulator, log: Path, containers: bool) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "GATEWAY_PORT": str(made.port), "BIND_HOST": "127.0.0.1", "PYTHONPATH": str(ROOT)}
    if not containers:
        environment["DOCKER_HOST"] = "unix:///nonexistent/docker.sock"
    with log.open("w") as output:
        return subprocess.Popen(
            [sys.executable, "-m", "berth.emulator.serve"],
            cwd=ROOT,
            env=environment,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def remove_all(port: int) -> None:
    """Remove the containers, networks, volumes and images of an emulator that has ended."""
    client = docker.from_env()
    mine = {"label": f"{LABEL}={port}"}
    for container in client.containers.list(all=True, filters=mine, ignore_removed=True):
        container.remove(force=True, v=True)
    for network in client.networks.list(filters=mine):
        network.remove()
    for volume in client.volumes.list(filters=mine):
        volume.remove(force=True)
    for image in client.api.images():  # images.list() asks for each one again, and fails where one has gone meanwhile
        for name in [*(image["RepoTags"] or ()), *(image["RepoDigests"] or ())]:
            if name.startswith(f"localhost:{port}/"):  # the image itself goes with its last name
                with suppress(docker.errors.ImageNotFound):
                    client.images.remove(name, force=True)


def _await_health(made: Emulator, process: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_TIMEOUT
    while process.poll() is None and time.monotonic() < deadline:
        try:
            with urllib.request.urlopen(f"{made.endpoint}/_ministack/health", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    lines = log.read_text(errors="replace").splitlines()[-LOG_LINES:]
    raise RuntimeError("\n".join([f"the AWS emulator does not start; the end of {log}:", *lines]))


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGTERM)
        try:
            process.wait(timeout=15)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def _free_port() -> int:
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return int(listener.getsockname()[1])
