"""The network that tasks run in."""

from __future__ import annotations

from typing import Literal

from pydantic import Field, field_validator

from berth.settings.group import Group

NOT_INTERFACES = {"s3": "s3 has its gateway endpoint always, at no charge"}
"""Services of which a task's traffic takes another kind of endpoint."""


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
    extra_endpoints: tuple[str, ...] = ()
    ipv6: bool = False

    @field_validator("extra_endpoints")
    @classmethod
    def _interfaces(cls, value: tuple[str, ...]) -> tuple[str, ...]:
        for name in value:
            if name in NOT_INTERFACES:
                raise ValueError(NOT_INTERFACES[name])
            if name.startswith("com.amazonaws."):
                raise ValueError("write the service alone, as AWS ends its endpoint's name: sqs, kms, ecr.api")
        return value
