"""The containers of a task: the service's own and its helpers."""

from __future__ import annotations

import base64
import os
import subprocess
from pathlib import Path
from typing import Any

from berth.components.container import Container
from berth.compose.extension import ServiceExtension
from berth.compose.model import Deploy, Resources, Variable
from berth.platforms.ecs.containers import Late, build_containers
from berth.platforms.ecs.plan import plan_service
from berth.platforms.ecs.sizes import MIB
from berth.settings import Settings
from tests.unit.applications import application, service

FARGATE = Settings(platform="ecs-fargate")
EC2 = Settings(platform="ecs-ec2")


def build(settings: Settings, late: Late | None = None, **fields: Any) -> dict[str, Container]:
    planned = plan_service(application(service(**fields)), "web", settings)
    return {c.name: c for c in build_containers(planned, settings, late or Late(image="repo@sha256:1"))}


def test_a_plain_service_is_one_container_with_the_service_s_name() -> None:
    containers = build(FARGATE, command=("serve",), entrypoint=("/entry",), user="7", working_dir="/app", init=True)
    assert list(containers) == ["web"]
    web = containers["web"]
    assert (web.image, web.command, web.entry_point) == ("repo@sha256:1", ("serve",), ("/entry",))
    assert (web.user, web.working_directory, web.init_process, web.essential) == ("7", "/app", True, True)


def test_a_sensitive_variable_is_a_reference_and_never_a_value() -> None:
    late = Late(image="i", environment={"TOKEN": "arn:TOKEN::"})
    variables = {"TOKEN": Variable(value="hunter2", sensitive=True), "MODE": Variable(value="fast")}
    web = build(FARGATE, late, environment=variables)["web"]
    assert web.environment == {"MODE": "fast"}
    assert web.secrets == {"TOKEN": "arn:TOKEN::"}


def test_a_secret_as_environment_is_what_the_extension_says() -> None:
    late = Late(image="i", secrets={"password": "arn:password"})
    web = build(FARGATE, late, extension=ServiceExtension(secret_environment={"DB_PASSWORD": "password"}))["web"]
    assert web.secrets == {"DB_PASSWORD": "arn:password"}


def test_files_are_written_before_the_service_starts_and_mounted_read_only() -> None:
    late = Late(image="i", secrets={"password": "arn:password"}, configs={"shop": b"a = 1\n"})
    containers = build(
        EC2,
        late,
        secrets=[{"source": "password", "target": "/run/secrets/password"}],
        configs=[{"source": "shop", "target": "/etc/shop/shop.toml"}],
    )
    helper, web = containers["web-files"], containers["web"]
    assert web.depends_on == {"web-files": "SUCCESS"}
    assert [(m.source_volume, m.container_path, m.read_only) for m in web.mount_points] == [
        ("files-0", "/run/secrets", True),
        ("files-1", "/etc/shop", True),
    ]
    assert not helper.essential
    assert helper.secrets == {"FILE_0": "arn:password"}
    assert helper.environment == {"FILE_1": "a = 1\n"}
    assert [m.source_volume for m in helper.mount_points] == ["files-0", "files-1"]


def test_the_helper_s_script_writes_content_owner_and_mode(tmp_path: Path) -> None:
    """The script itself runs, below another root: text with quotes and newlines, and bytes that are no text."""
    text, binary = 'it\'s "quoted" $HOME\n', b"\x00\xff\x01"
    late = Late(image="i", secrets={"s": "arn"}, configs={"b": binary})
    helper = build(
        FARGATE,
        late,
        secrets=[
            {"source": "s", "target": "/run/secrets/a name", "uid": os.getuid(), "gid": os.getgid(), "mode": 0o400}
        ],
        configs=[{"source": "b", "target": "/etc/shop/bytes", "uid": os.getuid(), "gid": os.getgid()}],
    )["web-files"]
    for index in range(2):
        (tmp_path / str(index)).mkdir()
    script = helper.command[0].replace("/berth", str(tmp_path))
    assert helper.environment == {"FILE_1": base64.b64encode(binary).decode()}
    environment = {"PATH": os.environ["PATH"], "FILE_0": text, **helper.environment}
    subprocess.run([*helper.entry_point, script], env=environment, check=True)
    secret, config = tmp_path / "0" / "a name", tmp_path / "1" / "bytes"
    assert secret.read_text() == text
    assert secret.stat().st_mode & 0o777 == 0o400
    assert config.read_bytes() == binary
    assert config.stat().st_mode & 0o777 == 0o444


def test_a_run_once_service_has_a_keeper_that_outlives_it() -> None:
    app = application(
        service("web"), service("api", depends_on={"web": {"condition": "service_completed_successfully"}})
    )
    planned = plan_service(app, "web", FARGATE)
    containers = {c.name: c for c in build_containers(planned, FARGATE, Late(image="i"))}
    assert not containers["web"].essential
    assert containers["web-keeper"].essential
    assert not containers["web"].port_mappings


def test_on_an_instance_published_ports_keep_their_host_port_and_others_take_any() -> None:
    ports = [{"target": 80, "published": 8080}, {"target": 53, "published": 53, "protocol": "udp"}]
    web = build(EC2, ports=ports, expose=[9000])["web"]
    assert [(m.container_port, m.host_port, m.protocol, m.name) for m in web.port_mappings] == [
        (80, 8080, "tcp", "web-80"),
        (9000, None, "tcp", "web-9000"),
        (53, 53, "udp", None),
    ]


def test_on_fargate_no_host_port_is_named() -> None:
    web = build(FARGATE, ports=[{"target": 80, "published": 8080}])["web"]
    assert [(m.container_port, m.host_port) for m in web.port_mappings] == [(80, None)]


def test_a_health_check_is_kept_within_ecs_s_limits() -> None:
    check = build(FARGATE, healthcheck={"test": ("CMD", "x"), "interval": 2, "timeout": 90, "retries": 12})["web"]
    assert check.health_check is not None
    limits = check.health_check
    assert (limits.interval, limits.timeout, limits.retries, limits.start_period) == (5, 60, 10, 0)


def test_memory_is_a_hard_limit_and_on_an_instance_something_is_always_reserved() -> None:
    limited = {"deploy": Deploy(limits=Resources(memory=100 * MIB), reservations=Resources(memory=50 * MIB))}
    web = build(EC2, **limited)["web"]
    assert (web.memory, web.memory_reservation) == (100, 50)
    assert build(EC2)["web"].memory_reservation == 128
    assert build(FARGATE)["web"].memory_reservation is None


def test_what_fargate_does_not_take_is_left_out_there() -> None:
    fields = {"privileged": True, "hostname": "h", "shm_size": 64 * MIB, "extra_hosts": ("a=10.0.0.1", "b:10.0.0.2")}
    on_fargate, on_instance = build(FARGATE, **fields)["web"], build(EC2, **fields)["web"]
    assert (on_fargate.privileged, on_fargate.hostname, on_fargate.shared_memory_size) == (False, None, None)
    assert on_fargate.extra_hosts == {}
    assert (on_instance.privileged, on_instance.hostname, on_instance.shared_memory_size) == (True, "h", 64)
    assert on_instance.extra_hosts == {"a": "10.0.0.1", "b": "10.0.0.2"}
