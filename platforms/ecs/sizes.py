"""How much CPU and memory a task gets on each launch type.

Fargate sells fixed pairs; a request is rounded up to the next one:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MIB = 1024 * 1024
GIB = 1024

SERVICE_CONNECT_MEMORY = 64
"""MiB that AWS recommends to add to a task for the Service Connect proxy:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts-deploy.html"""

DEFAULT_MEMORY = 128
"""MiB reserved for a container that names no memory."""

MINIMUM_MEMORY = 6
"""MiB that Docker wants for a container:
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html"""

HELPER_MEMORY = 8
"""MiB reserved for a helper container: a shell of a few hundred KiB (Docker's own minimum is 6)."""

LOG_ROUTER_MEMORY = 50
"""MiB reserved for a log router, as in AWS's examples:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/firelens-taskdef.html"""

FARGATE_PAIRS: dict[int, tuple[int, ...]] = {
    256: (512, 1 * GIB, 2 * GIB),
    512: tuple(gib * GIB for gib in range(1, 5)),
    1024: tuple(gib * GIB for gib in range(2, 9)),
    2048: tuple(gib * GIB for gib in range(4, 17)),
    4096: tuple(gib * GIB for gib in range(8, 31)),
    8192: tuple(gib * GIB for gib in range(16, 61, 4)),
    16384: tuple(gib * GIB for gib in range(32, 121, 8)),
}
"""CPU units -> the memory sizes in MiB that Fargate offers with them, both ascending."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskSize:
    """CPU units (1024 a core) and MiB of memory."""

    cpu: int
    memory: int

    def __str__(self) -> str:
        return f"{self.cpu / 1024:g} vCPU with {self.memory} MiB"


def fargate_size(*, cpu: int, memory: int) -> TaskSize | None:
    """The smallest Fargate pair with at least ``cpu`` units and ``memory`` MiB; None when there is none."""
    for units, memories in FARGATE_PAIRS.items():
        if units >= cpu:
            for size in memories:
                if size >= memory:
                    return TaskSize(cpu=units, memory=size)
    return None


INSTANCE_MEMORY = {
    "t2.micro": 1 * GIB,
    "t2.small": 2 * GIB,
    "t2.medium": 4 * GIB,
    "t3.micro": 1 * GIB,
    "t3.small": 2 * GIB,
    "t3.medium": 4 * GIB,
    "t3.large": 8 * GIB,
    "t3.xlarge": 16 * GIB,
    "t3a.micro": 1 * GIB,
    "t3a.small": 2 * GIB,
    "t3a.medium": 4 * GIB,
    "t3a.large": 8 * GIB,
    "t4g.micro": 1 * GIB,
    "t4g.small": 2 * GIB,
    "t4g.medium": 4 * GIB,
    "t4g.large": 8 * GIB,
    "t4g.xlarge": 16 * GIB,
    "m5.large": 8 * GIB,
    "m6i.large": 8 * GIB,
    "m6g.large": 8 * GIB,
    "m7i-flex.large": 8 * GIB,
    "m7g.large": 8 * GIB,
    "c7i-flex.large": 4 * GIB,
}
"""MiB by instance type, for the types that small environments use; others are not checked.
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-instance-type-specifications.html"""


def instance_memory(instance_type: str) -> int | None:
    """MiB that tasks can reserve on an instance: what the agent registers, about 90 MiB and 1.6 % below the total.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/memory-management.html shows 7,974 of 8,192 MiB.
    None for a type that is not in the table.
    """
    total = INSTANCE_MEMORY.get(instance_type)
    return None if total is None else total - 90 - total * 16 // 1000


ONE_CPU = ("t2.micro", "t2.small")
CPUS = {"micro": 2, "small": 2, "medium": 2, "large": 2, "xlarge": 4}
"""vCPUs by size, of the types in ``INSTANCE_MEMORY`` but these two: the same page."""


def instance_cpu(instance_type: str) -> int | None:
    """CPU units that tasks can reserve on an instance, 1,024 for each vCPU: the agent keeps none for itself.

    https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html shows how they are counted.
    None for a type that is not in the table.
    """
    if instance_type not in INSTANCE_MEMORY:
        return None
    return 1024 * (1 if instance_type in ONE_CPU else CPUS[instance_type.partition(".")[2]])


def is_arm(instance_type: str) -> bool:
    """Whether an instance type has a Graviton processor: ``a1``, or a ``g`` after the generation's number."""
    return bool(re.match(r"a1\.|[a-z]+\d+[a-z]*g", instance_type))
