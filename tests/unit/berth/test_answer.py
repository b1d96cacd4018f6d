"""What a published port says, with real connections on this machine."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable, Iterator

import pytest

from berth.answer import Address, Answer, ask

Serve = Callable[..., str]


@pytest.fixture
def serve() -> Iterator[Serve]:
    """Answers one connection after another with the given bytes, the last for ever; the URL."""
    listeners = []

    def start(*answers: bytes) -> str:
        listener = socket.create_server(("127.0.0.1", 0))
        listeners.append(listener)

        def run() -> None:
            for turn in range(100):
                try:
                    connection = listener.accept()[0]
                except OSError:
                    return
                with connection:
                    connection.recv(4096)
                    connection.sendall(answers[min(turn, len(answers) - 1)])

        threading.Thread(target=run, daemon=True).start()
        return f"http://127.0.0.1:{listener.getsockname()[1]}"

    yield start
    for listener in listeners:
        listener.close()


def status(code: int) -> bytes:
    return f"HTTP/1.1 {code} x\r\nContent-Length: 0\r\nConnection: close\r\n\r\n".encode()


@pytest.mark.parametrize("code", [200, 404])
def test_a_status_below_500_is_an_answer(serve: Serve, code: int) -> None:
    assert ask(Address(url=serve(status(code))), 5) == Answer(ok=True, text=f"answers {code}")


def test_a_service_that_is_still_starting_is_asked_again(serve: Serve) -> None:
    assert ask(Address(url=serve(b"", status(503), status(200))), 10) == Answer(ok=True, text="answers 200")


def test_another_protocol_answers_too(serve: Serve) -> None:
    url = serve(b"-ERR unknown command 'GET'\r\n")
    assert ask(Address(url=url), 5) == Answer(ok=True, text="answers, but not in HTTP")


def test_a_server_error_to_the_end_is_none(serve: Serve) -> None:
    assert ask(Address(url=serve(status(502))), 0) == Answer(ok=False, text="answers 502")


def test_nobody_there_says_so() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    answer = ask(Address(url=f"http://127.0.0.1:{port}"), 0)
    assert not answer.ok
    assert "Connection refused" in answer.text


def test_a_port_of_a_network_load_balancer_takes_a_connection_or_does_not() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
        assert ask(Address(url=f"tcp://127.0.0.1:{port}"), 5) == Answer(ok=True, text="takes connections")
    assert not ask(Address(url=f"tls://127.0.0.1:{port}"), 0).ok
    assert ask(Address(url=f"udp://127.0.0.1:{port}"), 0).ok
