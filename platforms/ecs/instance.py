"""What only containers on an instance have: devices, GPUs, name servers, security options and a limit of swap.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LinuxParameters.html
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator, Mapping
from typing import Any, Literal

from berth.components.container import Device
from berth.compose.devices import gpu_requests
from berth.compose.model import ALL_GPUS, Application, Service
from berth.diagnostics import Diagnostic, WhereKey
from berth.platforms.ecs.sizes import MIB, is_arm
from berth.settings import Settings

PERMISSIONS: Mapping[str, Literal["read", "write", "mknod"]] = {"r": "read", "w": "write", "m": "mknod"}

ONE_TO_EIGHT = {
    **dict.fromkeys(("xlarge", "2xlarge", "4xlarge", "8xlarge", "16xlarge"), 1),
    **dict.fromkeys(("12xlarge", "24xlarge"), 4),
    "48xlarge": 8,
}
GPUS = {
    "g4dn": {**ONE_TO_EIGHT, "metal": 8},
    "g5": ONE_TO_EIGHT,
    "g6": ONE_TO_EIGHT,
    "g6e": ONE_TO_EIGHT,
    "gr6": {"4xlarge": 1, "8xlarge": 1},
    "p4d": {"24xlarge": 8},
    "p4de": {"24xlarge": 8},
    "p5": {"4xlarge": 1, "48xlarge": 8},
    "p5e": {"48xlarge": 8},
    "p5en": {"48xlarge": 8},
}
"""GPUs by family and size: https://docs.aws.amazon.com/ec2/latest/instancetypes/ac.html"""

WITHOUT_DRIVER = "g4ad"
"""AMD's GPUs, as those beside a Graviton, have no driver on the ECS-optimized image."""


def instance_gpus(instance_type: str) -> int | None:
    """How many GPUs an instance type has that ECS can reserve; None where only its name says that it has some."""
    family, _, size = instance_type.partition(".")
    if family in GPUS:
        return GPUS[family].get(size)
    named = re.match(r"(g|gr|p)\d", family) and family != WITHOUT_DRIVER and not is_arm(instance_type)
    return None if named else 0


def reserved_gpus(service: Service, settings: Settings) -> int:
    """What one task of a service reserves: all are those of its instance."""
    if settings.platform != "ecs-ec2":
        return 0
    return (instance_gpus(settings.instance_type) or 0) if service.gpus == ALL_GPUS else service.gpus


def instance_fields(service: Service, settings: Settings) -> dict[str, Any]:
    """The fields of a container that it has on an instance alone."""
    if settings.platform != "ecs-ec2":
        return {}
    return {
        "devices": tuple(
            Device(
                host_path=device.source,
                container_path=device.target,
                permissions=tuple(PERMISSIONS[letter] for letter in device.permissions),
            )
            for device in service.devices
        ),
        "gpus": reserved_gpus(service, settings),
        "dns_servers": service.dns,
        "dns_search_domains": service.dns_search,
        "docker_security_options": ("no-new-privileges",) if _no_new_privileges(service) else (),
        "max_swap": _max_swap(service),
    }


def _no_new_privileges(service: Service) -> bool:
    """Docker takes ``no-new-privileges``, ``…:true`` and ``…=true``; ECS the word alone."""
    options = (re.split("[:=]", option, maxsplit=1) for option in service.security_opt)
    return any(name == "no-new-privileges" and rest != ["false"] for name, *rest in options)


def _max_swap(service: Service) -> int | None:
    """Compose counts memory and swap together, ECS the swap alone, in MiB; None leaves it to the instance."""
    memory, both = service.deploy.limits.memory, service.memswap_limit
    if not memory or not both or both < memory:
        return None
    return math.ceil((both - memory) / MIB)


def check_gpus(application: Application, settings: Settings, stack: str) -> Iterator[Diagnostic]:
    """GPUs that the stack's instances do not have."""
    kind, has = settings.instance_type, instance_gpus(settings.instance_type)
    wanted: dict[str, int] = {}
    for name, service in sorted(application.services.items()):
        if not service.gpus:
            continue
        where: WhereKey = {"file": application.file, "service": name, "key": _gpu_key(application, name)}
        if has == 0:
            yield Diagnostic(
                **where,
                message=f"a {kind} has no GPU that ECS could reserve",
                advice="Set berth:instanceType to a type that has, like g4dn.xlarge.",
            )
        elif has is None and service.gpus == ALL_GPUS:
            yield Diagnostic(
                **where,
                message=f"asks for all GPUs of a {kind}, and Berth does not know how many these are",
                advice="Set `count`.",
            )
        elif has is not None and service.gpus > has:
            yield Diagnostic(
                **where,
                message=f"one task asks for {service.gpus} GPUs, but a {kind} has {has}",
                advice="Lower `count`, or set a larger berth:instanceType.",
            )
        else:
            replicas = 1 if application.run_once(name) else service.deploy.replicas
            wanted[name] = replicas * (service.gpus if service.gpus != ALL_GPUS else has or 0)
    needed = sum(wanted.values())
    if has and needed > has * settings.most_instances:
        yield Diagnostic(
            file=f"Pulumi.{stack}.yaml",
            key="berth:instanceCount",
            message=f"{', '.join(wanted)} reserve {needed} GPUs, one for each task alone, but "
            f"{settings.most_instances} x {kind} has {has * settings.most_instances}",
            advice="Set more of berth:instanceCount or a larger berth:instanceType, or lower `count` or the replicas.",
        )


def _gpu_key(application: Application, service: str) -> str:
    return next((key for key, _ in gpu_requests(application.raw.get("services", {}).get(service) or {})), "gpus")
