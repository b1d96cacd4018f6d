"""Each attribute is honoured, adapted or refused, as the platforms' documentation has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from compose.keys import SERVICE_KEYS
from compose.support import check_support
from compose.support.table import SERVICE, Rule
from diagnostics import Diagnostic, Severity
from tests.unit.compose.files import load

ECS = ("ecs-ec2", "ecs-fargate")

REFUSED = [
    ("volumes", "['./src:/app']", "volumes./app"),
    ("volumes", "['/var/run/docker.sock:/var/run/docker.sock']", "volumes./var/run/docker.sock"),
    ("volumes", "['/data']", "volumes./data"),
    ("ports", "['127.0.0.1:5432:5432']", "ports.5432"),
    ("network_mode", "host", "network_mode"),
    ("pid", "host", "pid"),
    ("devices", "['/dev/kvm:/dev/kvm']", "devices"),
    ("dns", "1.1.1.1", "dns"),
    ("security_opt", "['no-new-privileges:true']", "security_opt"),
    ("stop_signal", "SIGQUIT", "stop_signal"),
    ("pull_policy", "never", "pull_policy"),
    ("deploy", "{mode: global}", "deploy.mode"),
    ("deploy", "{placement: {constraints: [node.role == manager]}}", "deploy.placement"),
    ("networks", "{default: {ipv4_address: 172.16.238.10}}", "networks.default.ipv4_address"),
]
ADAPTED = [
    ("logging", "{driver: json-file}", "logging.driver"),
    ("container_name", "own", "container_name"),
    ("restart", "'no'", "restart"),
    ("stop_grace_period", "5m", "stop_grace_period"),
    ("deploy", "{update_config: {parallelism: 2}}", "deploy.update_config.parallelism"),
    ("deploy", "{labels: {a: b}}", "deploy.labels"),
    ("cpu_shares", "512", "cpu_shares"),
]
HONOURED = [
    ("environment", "{A: b}"),
    ("restart", "unless-stopped"),
    ("stop_grace_period", "30s"),
    ("network_mode", "bridge"),
    ("stop_signal", "SIGTERM"),
    ("deploy", "{replicas: 2, update_config: {order: start-first}, resources: {limits: {memory: 64M}}}"),
    ("tmpfs", "/tmp"),
    ("cap_add", "[SYS_PTRACE]"),
    ("ulimits", "{nofile: 1024}"),
    ("healthcheck", "{test: [CMD, 'true'], interval: 10s}"),
    ("develop", "{watch: [{path: ., action: rebuild}]}"),
]
FARGATE_ALONE = [
    ("privileged", "true", Severity.ERROR),
    ("extra_hosts", "['a:10.0.0.1']", Severity.ERROR),
    ("cap_add", "[NET_ADMIN]", Severity.ERROR),
    ("ulimits", "{nproc: 100}", Severity.ERROR),
    ("hostname", "own", Severity.WARNING),
    ("shm_size", "128m", Severity.WARNING),
]


def findings(directory: Path, key: str, value: str, platform: str, rest: str = "") -> list[Diagnostic]:
    text = f"services:\n  web:\n    image: nginx\n    {key}: {value}\n{rest}"
    return check_support(load(directory, text), platform)


@pytest.mark.parametrize("platform", ECS)
@pytest.mark.parametrize(("key", "value", "path"), REFUSED)
def test_refused(tmp_path: Path, platform: str, key: str, value: str, path: str) -> None:
    (finding,) = findings(tmp_path, key, value, platform)
    assert (finding.file, finding.service, finding.key) == ("compose.yaml", "web", path)
    assert finding.severity is Severity.ERROR
    assert finding.message
    assert finding.advice.endswith(".")


@pytest.mark.parametrize("platform", ECS)
@pytest.mark.parametrize(("key", "value", "path"), ADAPTED)
def test_adapted(tmp_path: Path, platform: str, key: str, value: str, path: str) -> None:
    (finding,) = findings(tmp_path, key, value, platform)
    assert (finding.service, finding.key, finding.severity) == ("web", path, Severity.WARNING)
    assert finding.message


@pytest.mark.parametrize("platform", ECS)
@pytest.mark.parametrize(("key", "value"), HONOURED)
def test_honoured(tmp_path: Path, platform: str, key: str, value: str) -> None:
    assert findings(tmp_path, key, value, platform) == []


@pytest.mark.parametrize(("key", "value", "severity"), FARGATE_ALONE)
def test_what_fargate_has_less(tmp_path: Path, key: str, value: str, severity: Severity) -> None:
    assert findings(tmp_path, key, value, "ecs-ec2") == []
    (finding,) = findings(tmp_path, key, value, "ecs-fargate")
    assert finding.key.partition(".")[0] == key
    assert finding.severity is severity


@pytest.mark.parametrize(
    ("rest", "path"),
    [
        ("networks: {default: {external: true}}", "networks.default.external"),
        ("networks: {default: {driver: macvlan}}", "networks.default.driver"),
        ("volumes: {data: {driver: nfs}}", "volumes.data.driver"),
        ("volumes: {data: {external: true}}", "volumes.data.external"),
        ("volumes: {data: {driver_opts: {type: nfs}}}", "volumes.data.driver_opts"),
    ],
)
def test_what_services_share(tmp_path: Path, rest: str, path: str) -> None:
    mount = "['data:/data']" if rest.startswith("volumes") else "[]"
    (finding,) = findings(tmp_path, "volumes", mount, "ecs-fargate", rest)
    assert (finding.file, finding.service, finding.key) == ("compose.yaml", "", path)
    assert finding.severity is Severity.ERROR


def test_what_runs_once_may_say_so(tmp_path: Path) -> None:
    text = """
services:
  migrate: {image: m, restart: "no"}
  web: {image: w, depends_on: {migrate: {condition: service_completed_successfully}}}
"""
    assert check_support(load(tmp_path, text), "ecs-fargate") == []


def test_a_build_keeps_what_makes_the_image(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    build = "services: {web: {build: {context: ., args: {A: b}, target: t, ssh: [default], no_cache: true}}}"
    found = {item.key: item.severity for item in check_support(load(tmp_path, build), "ecs-ec2")}
    assert found == {"build.ssh": Severity.ERROR, "build.no_cache": Severity.WARNING}


def test_every_refusal_says_what_to_write_instead() -> None:
    rules: list[tuple[str, Rule]] = [
        (key, support.on(platform)) for key, support in SERVICE.items() for platform in ECS
    ]
    assert all(rule.message for _, rule in rules if rule.kind != "honoured")
    assert all(rule.advice.endswith(".") for _, rule in rules if rule.kind == "refused")
    assert len(SERVICE_KEYS) > 90
