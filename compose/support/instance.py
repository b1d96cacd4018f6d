"""What an instance takes of a service, by what the file says; Fargate has none of it, as the table says."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from berth.compose.support.rule import ELSEWHERE, Rule
from berth.untyped import entries, inside

Found = tuple[str, Rule]
"""A key's path below the service, and its rule."""

GPU_CAPABILITIES = frozenset({"gpu", "nvidia", "compute", "utility"})
"""What a container on the GPU image can do without more:
https://docs.nvidia.com/datacenter/cloud-native/container-toolkit/latest/docker-specialized.html"""


def check_instance(service: Mapping[str, Any]) -> Iterator[Found]:
    """Every finding about devices, GPUs, security options and swap."""
    for device in service.get("devices") or ():
        if not str(device["source"]).startswith("/"):
            message = f"{device['source']} is not a path, and ECS takes no names of CDI devices"
            yield f"devices.{device['target']}", Rule("refused", message, "Name the device's path on the instance.")
    for option in service.get("security_opt") or ():
        yield from _security(option)
    reserved = inside(service, "deploy", "resources", "reservations")
    for index, request in enumerate(reserved.get("devices") or ()):
        key = f"deploy.resources.reservations.devices.{index}.capabilities"
        yield from _capabilities(key, entries(request.get("capabilities")))
    for index, request in enumerate(service.get("gpus") or ()):
        yield from _capabilities(f"gpus.{index}.capabilities", ["gpu", *entries(request.get("capabilities"))])
    yield "memswap_limit", _swap(service)


def _security(option: str) -> Iterator[Found]:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html#ECS-Type-ContainerDefinition-dockerSecurityOptions"""
    name = re.split("[:=]", option, maxsplit=1)[0]
    key = f"security_opt.{option}"
    if name in ("label", "apparmor"):
        message = f"Berth's instances do not register with ECS for {'SELinux' if name == 'label' else 'AppArmor'}"
        yield key, Rule("refused", message, ELSEWHERE)
    elif name != "no-new-privileges":
        yield key, Rule("refused", f"ECS has no security option {name!r}", ELSEWHERE)


def _capabilities(key: str, names: Sequence[str]) -> Iterator[Found]:
    others = sorted(set(names) - GPU_CAPABILITIES)
    if "gpu" not in names:
        yield key, Rule("refused", f"ECS reserves GPUs, not {', '.join(others) or 'this'}", ELSEWHERE)
    elif others:
        advice = "Set NVIDIA_DRIVER_CAPABILITIES in `environment`."
        yield key, Rule("adapted", f"ECS reserves a GPU without regard to {', '.join(others)}", advice)


def _swap(service: Mapping[str, Any]) -> Rule:
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/container-swap.html"""
    limits = inside(service, "deploy", "resources", "limits")
    memory, both = int(limits.get("memory") or service.get("mem_limit") or 0), int(service.get("memswap_limit") or 0)
    if both == 0:
        return Rule("honoured")
    if not memory:
        return Rule("adapted", "a limit of swap has a meaning beside one of memory only", "Set `mem_limit`.")
    if 0 < both < memory:
        message = "memory and swap together are less than the memory alone"
        return Rule("refused", message, "Set it to `mem_limit` for no swap.")
    if both == memory:
        return Rule("honoured")
    return Rule("adapted", "the ECS-optimized image has no swap, so the memory's limit is all that there is")
