"""Capacity providers remember ``managedDraining``, which the emulator forgets and a refresh then finds missing.

https://docs.aws.amazon.com/AmazonECS/latest/developerguide/enable-managed-instance-draining.html
"""

from __future__ import annotations

from typing import Any

from ministack.services import ecs

from berth.untyped import inside

KEY = "managedDraining"
DEFAULT = "ENABLED"


def install() -> None:
    """Make CreateCapacityProvider keep it; where it is not given it is on, as AWS has it."""
    inner = ecs._create_capacity_provider

    def create(data: dict[str, Any]) -> Any:
        answer = inner(data)
        made = ecs._capacity_providers.get(data.get("name"))
        if made:
            asked = inside(data, "autoScalingGroupProvider")
            made["autoScalingGroupProvider"].setdefault(KEY, asked.get(KEY) or DEFAULT)
        return answer

    ecs._create_capacity_provider = ecs._ACTION_MAP["CreateCapacityProvider"] = create
