"""Host ports that are in use, with real sockets; Docker's answers are a table."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from berth.components.compose_command import ComposeContainer
from berth.compose.model import Application, Port
from berth.platforms.compose import ports
from berth.platforms.compose.ports import check_ports, taken
from tests.unit.applications import application, service

LOCAL = "unix:///var/run/docker.sock\n"


@pytest.fixture
def busy() -> Iterator[int]:
    """A port that this test listens on."""
    with socket.socket() as listener:
        listener.bind(("", 0))
        listener.listen()
        yield listener.getsockname()[1]


@pytest.fixture(autouse=True)
def docker(monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """What the Docker CLI answers, by its first word."""
    answers = {"context": LOCAL, "ps": ""}
    monkeypatch.delenv("DOCKER_HOST", raising=False)
    monkeypatch.setattr(ports, "_docker", lambda *arguments: answers[arguments[0]])
    monkeypatch.setattr(ports, "list_containers", lambda project: ())
    return answers


def publishing(**fields: object) -> Application:
    return application(service(ports=(Port(target=80, **fields),)))


def test_a_port_that_a_program_has(busy: int) -> None:
    (finding,) = check_ports(publishing(published=busy))
    assert (finding.file, finding.service, finding.key) == ("compose.yaml", "web", "ports")
    assert finding.message == f"port {busy} of this machine is in use by another program"
    assert "publish another port" in finding.advice


def test_a_container_that_has_it_is_named(busy: int, docker: dict[str, str]) -> None:
    docker["ps"] = "other-web-1\t/other\n"
    (finding,) = check_ports(publishing(published=busy))
    assert "in use by container other-web-1" in finding.message


def test_the_applications_own_containers_keep_theirs(busy: int, monkeypatch: pytest.MonkeyPatch) -> None:
    mine = ComposeContainer(service="web", state="running", exit_code=0, health="", ports={80: busy})
    monkeypatch.setattr(ports, "list_containers", lambda project: (mine,) if project == "shop" else ())
    assert list(check_ports(publishing(published=busy))) == []


def test_so_do_those_under_its_former_name(busy: int, docker: dict[str, str]) -> None:
    docker["ps"] = "former-web-1\t/app\n"
    assert list(check_ports(publishing(published=busy))) == []


@pytest.mark.parametrize("host", ["ssh://build@elsewhere\n", "tcp://10.0.0.1:2376\n"])
def test_another_machines_ports_are_not_looked_at(busy: int, docker: dict[str, str], host: str) -> None:
    docker["context"] = host
    assert list(check_ports(publishing(published=busy))) == []


def test_a_port_that_docker_chooses_is_free() -> None:
    assert not taken(Port(target=80))


def test_a_range_is_taken_when_all_of_it_is(busy: int) -> None:
    assert taken(Port(target=80, published=busy, published_to=busy))
    assert not taken(Port(target=80, published=busy, published_to=busy + 20))


def test_protocols_and_addresses_have_ports_of_their_own(busy: int) -> None:
    assert taken(Port(target=80, published=busy, host_ip="127.0.0.1"))
    assert not taken(Port(target=80, published=busy, protocol="udp"))
    with socket.socket() as listener:
        listener.bind(("127.0.0.2", 0))
        listener.listen()
        port = listener.getsockname()[1]
        assert not taken(Port(target=80, published=port, host_ip="127.0.0.1"))
        assert taken(Port(target=80, published=port))


def test_a_port_of_closed_connections_is_free() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:  # with SO_REUSEADDR, as Docker and nearly all servers
        port = listener.getsockname()[1]
        with socket.create_connection(("127.0.0.1", port)) as client:
            accepted, _ = listener.accept()
            accepted.close()  # this side closes first, so that the connection waits under this port
            client.recv(1)
    assert not taken(Port(target=80, published=port))
