"""The emulated instance's host ports: this machine's, or free ones where another program has them here.

A port keeps its place as long as the emulator runs, so that two tasks of one port meet as they do on an instance.
"""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Mapping

import docker

from berth.emulator.process import LABEL

PORTS_LABEL = "dev.berth.emulator.ports"
"""A container's host ports as JSON: ``{"8080": 54321}`` is the instance's port and this machine's."""

_lock = threading.Lock()
_places: dict[int, int] = {}

Bindings = dict[str, list[int | None]]


def place(bindings: Bindings) -> tuple[Bindings, dict[str, str]]:
    """The bindings with this machine's ports, and the label that tells them."""
    with _lock:
        for numbers in bindings.values():
            for number in numbers:
                if number is not None and number not in _places:
                    _places[number] = number if _is_free(number) else _free()
        placed = {port: [number and _places[number] for number in numbers] for port, numbers in bindings.items()}
        used = {number: _places[number] for numbers in bindings.values() for number in numbers if number is not None}
    return placed, {PORTS_LABEL: json.dumps(used)}


def places(emulator_port: int) -> Mapping[int, int]:
    """The instance's port -> this machine's, of all containers of an emulator that run."""
    found: dict[int, int] = {}
    for container in docker.from_env().containers.list(filters={"label": f"{LABEL}={emulator_port}"}):
        used = json.loads(container.labels.get(PORTS_LABEL, "{}"))
        found.update({int(number): place for number, place in used.items()})
    return found


def _is_free(number: int) -> bool:
    with socket.socket() as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            listener.bind(("", number))
        except OSError:
            return False
    return True


def _free() -> int:
    with socket.socket() as listener:
        listener.bind(("", 0))
        return int(listener.getsockname()[1])
