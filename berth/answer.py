"""Asks a published URL until it answers."""

from __future__ import annotations

import http.client
import socket
import time
import urllib.error
import urllib.request
from dataclasses import dataclass
from urllib.parse import urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Address:
    """Where to send a request, and the host that it asks for (None: the URL's own)."""

    url: str
    host: str | None = None

    def request(self, path: str = "", data: bytes | None = None) -> urllib.request.Request:
        headers = {"Host": self.host} if self.host else {}
        return urllib.request.Request(f"{self.url.rstrip('/')}/{path.lstrip('/')}", data, headers)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """``ok``: any status below 500, or another protocol. ``text`` says the status, or what stood in the way."""

    ok: bool
    text: str


def ask(address: Address, timeout: float) -> Answer:
    """Ask until there is an answer that is no server error, or ``timeout`` seconds have passed."""
    if urlsplit(address.url).scheme not in ("http", "https"):
        return _connect(address, timeout)
    deadline = time.monotonic() + timeout
    while True:
        try:
            with urllib.request.urlopen(address.request(), timeout=5) as response:
                return Answer(ok=True, text=f"answers {response.status}")
        except urllib.error.HTTPError as error:
            text = f"answers {error.code}"
            if error.code < 500:
                return Answer(ok=True, text=text)
        except http.client.RemoteDisconnected as error:  # Docker's proxy takes connections before the service does
            text = f"does not answer yet: {error}"
        except http.client.HTTPException:
            return Answer(ok=True, text="answers, but not in HTTP")
        except OSError as error:
            text = f"does not answer yet: {getattr(error, 'reason', error)}"
        if time.monotonic() > deadline:
            return Answer(ok=False, text=text)
        time.sleep(0.5)


def _connect(address: Address, timeout: float) -> Answer:
    """Whether ``tcp://`` and ``tls://`` take a connection; of ``udp://`` only who knows the service can tell."""
    parts = urlsplit(address.url)
    if parts.scheme == "udp":
        return Answer(ok=True, text="is not asked: UDP has no answer that every service gives")
    deadline = time.monotonic() + timeout
    while True:
        try:
            socket.create_connection((parts.hostname, parts.port), timeout=5).close()
            return Answer(ok=True, text="takes connections")
        except OSError as error:
            if time.monotonic() > deadline:
                return Answer(ok=False, text=f"does not answer yet: {error}")
        time.sleep(0.5)
