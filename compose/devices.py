"""Devices of the host and GPUs that a service asks for.

https://docs.docker.com/reference/compose-file/services/#devices
https://docs.docker.com/reference/compose-file/deploy/#devices
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from berth.compose.model import ALL_GPUS, Device
from berth.untyped import inside

GPU = "gpu"


def parse_devices(data: Mapping[str, Any]) -> tuple[Device, ...]:
    return tuple(
        Device(source=item["source"], target=item["target"], permissions=item.get("permissions") or "rwm")
        for item in data.get("devices") or ()
    )


def parse_gpus(data: Mapping[str, Any]) -> int:
    """How many GPUs a service asks for, by ``gpus`` and by what ``deploy`` reserves; ALL_GPUS where it takes all."""
    counts = [_count(request) for _, request in gpu_requests(data)]
    return ALL_GPUS if ALL_GPUS in counts else sum(counts)


def gpu_requests(data: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """Each request for GPUs, and the key that it stands under."""
    for request in data.get("gpus") or ():
        yield "gpus", request
    reservations = inside(data, "deploy", "resources", "reservations")
    for request in reservations.get("devices") or ():
        if GPU in (request.get("capabilities") or ()):
            yield "deploy.resources.reservations.devices", request


def _count(request: Mapping[str, Any]) -> int:
    """Without a count and without ids it is all: https://docs.docker.com/compose/how-tos/gpu-support/"""
    if request.get("count") is None:
        return len(request.get("device_ids") or ()) or ALL_GPUS
    return int(request["count"])
