"""The network that tasks run in."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from settings.group import Group


class NetworkSettings(Group):
    """The network that tasks run in: one of Berth's own, or an existing VPC."""

    vpc_id: str | None = None
    public_subnet_ids: tuple[str, ...] = ()
    private_subnet_ids: tuple[str, ...] = ()
    vpc_cidr: str = "10.0.0.0/16"
    zones: int = Field(default=2, ge=1, le=6)
    nat_gateways: Literal["none", "one", "zone"] = "one"
    endpoints: Literal["gateway", "interface"] = "gateway"
    flow_logs: bool = False
