"""Written units and short forms as the typed model has them; units as the Compose documentation defines them."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from berth.compose.model import HealthCheck, Mount, Port, Resources, Service, Ulimit
from berth.compose.parse import parse_grant, parse_service
from berth.compose.units import seconds, size_in_bytes
from berth.diagnostics import ComposeError
from tests.unit.compose.files import load


def parsed(**data: Any) -> Service:
    return parse_service("web", {"image": "nginx", **data}, sensitive=frozenset())


@pytest.mark.parametrize(
    ("written", "expected"), [("90s", 90), ("1m30s", 90), ("1h5m30s20ms", 3930.02), ("2.5s", 2.5), ("10us", 1e-5)]
)
def test_durations(written: str, expected: float) -> None:
    """https://docs.docker.com/reference/compose-file/extension/#specifying-durations"""
    assert seconds(written) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("written", "expected"),
    [("2b", 2), ("1024kb", 1048576), ("2048k", 2097152), ("300m", 314572800), ("1gb", 1073741824), (512, 512)],
)
def test_sizes(written: str | int, expected: int) -> None:
    """https://docs.docker.com/reference/compose-file/extension/#specifying-byte-values"""
    assert size_in_bytes(written) == expected


def test_a_size_that_is_none() -> None:
    with pytest.raises(ValueError, match="not a size"):
        size_in_bytes("12q")


def test_ports(tmp_path: Path) -> None:
    text = "services: {web: {image: nginx, ports: ['80', '8080:80', '127.0.0.1:53:53/udp', '7000-7005:70', '1-2:3-4']}}"
    assert load(tmp_path, text).services["web"].ports == (
        Port(target=80),
        Port(target=80, published=8080),
        Port(target=53, published=53, protocol="udp", host_ip="127.0.0.1"),
        Port(target=70, published=7000, published_to=7005),
        Port(target=3, published=1),
        Port(target=4, published=2),
    )


def test_exposed_ports_are_tcp() -> None:
    assert parsed(expose=["8000", "9000-9002", "81/tcp", "53/udp"]).expose == (8000, 9000, 9001, 9002, 81)


def test_older_keys_say_the_same_as_deploy() -> None:
    old = parsed(cpus=0.5, mem_limit="67108864", mem_reservation="33554432", scale=2).deploy
    resources = {"limits": {"cpus": 0.5, "memory": "67108864"}, "reservations": {"memory": "33554432"}}
    assert old == parsed(deploy={"replicas": 2, "resources": resources}).deploy
    assert old.limits == Resources(cpus=0.5, memory=64 * 1024 * 1024)


def test_mounts() -> None:
    service = parsed(
        volumes=[
            {"type": "volume", "source": "data", "target": "/data", "read_only": True},
            {"type": "tmpfs", "target": "/a", "tmpfs": {"size": "1024", "mode": 0o755}},
            {"type": "image", "source": "other", "target": "/image"},
        ],
        tmpfs=["/run:size=1m,mode=1777", "/tmp"],
    )
    assert service.mounts == (
        Mount(type="volume", source="data", target="/data", read_only=True),
        Mount(type="tmpfs", target="/a", size=1024, mode=0o755),
        Mount(type="image", source="other", target="/image"),
        Mount(type="tmpfs", target="/run", size=1048576, mode=0o1777),
        Mount(type="tmpfs", target="/tmp"),
    )


def test_a_granted_file_lies_where_compose_puts_it() -> None:
    """https://docs.docker.com/reference/compose-file/services/#secrets and #configs"""
    assert parse_grant({"source": "s"}, "secrets", "/run/secrets/").target == "/run/secrets/s"
    assert parse_grant({"source": "s", "target": "other"}, "secrets", "/run/secrets/").target == "/run/secrets/other"
    assert parse_grant({"source": "s", "target": "/etc/a"}, "secrets", "/run/secrets/").target == "/etc/a"
    assert parse_grant({"source": "c"}, "configs", "/").target == "/c"
    owned = parse_grant({"source": "c", "uid": "103", "gid": "104", "mode": "0440"}, "configs", "/")
    assert (owned.uid, owned.gid, owned.mode) == (103, 104, 0o440)


def test_an_owner_is_a_number() -> None:
    with pytest.raises(ComposeError) as caught:
        parse_grant({"source": "c", "uid": "nobody"}, "configs", "/")
    (finding,) = caught.value.diagnostics
    assert finding.key == "configs.c.uid"
    assert "nobody" in finding.message


@pytest.mark.parametrize("data", [None, {"disable": True}, {"test": ["NONE"]}, {"interval": "5s"}])
def test_no_health_check(data: dict[str, Any] | None) -> None:
    assert parsed(healthcheck=data).healthcheck is None


def test_a_health_check_has_docker_s_defaults() -> None:
    """https://docs.docker.com/reference/dockerfile/#healthcheck"""
    check = parsed(healthcheck={"test": ["CMD", "true"]}).healthcheck
    assert check == HealthCheck(test=("CMD", "true"), interval=30, timeout=30, retries=3, start_period=0)
    assert parsed(healthcheck={"test": ["CMD", "true"], "interval": "1m30s"}).healthcheck.interval == 90  # type: ignore[union-attr]


def test_capabilities_have_one_spelling() -> None:
    service = parsed(cap_add=["CAP_NET_ADMIN", "sys_ptrace"], cap_drop=["ALL"])
    assert service.cap_add == ("NET_ADMIN", "SYS_PTRACE")
    assert service.cap_drop == ("ALL",)


def test_limits() -> None:
    limits = parsed(ulimits={"nproc": 5, "nofile": {"soft": 1, "hard": 2}}).ulimits
    assert limits == {"nproc": Ulimit(soft=5, hard=5), "nofile": Ulimit(soft=1, hard=2)}


def test_the_image_s_own_line_and_none() -> None:
    assert parsed(command=None, entrypoint=None).command is None
    assert parsed(command=[], entrypoint=["sh", "-c"]).command == ()


def test_a_variable_that_the_shell_does_not_have_is_left_out() -> None:
    service = parse_service("web", {"environment": {"A": None, "B": 1}}, sensitive=frozenset({"B"}))
    assert [(name, item.value, item.sensitive) for name, item in service.environment.items()] == [("B", "1", True)]
