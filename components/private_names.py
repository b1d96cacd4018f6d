"""Names in a private zone for one endpoint."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

RECORD_SECONDS = 5
"""How long a name may be remembered: as long as RDS's own, so that a failover is seen as soon."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PrivateNamesArgs:
    """``names`` have no dot; each is an alias of the host name ``target``."""

    zone_id: pulumi.Input[str]
    names: Sequence[str]
    target: pulumi.Input[str]


class PrivateNames(pulumi.ComponentResource):
    """Exists once every name is there."""

    def __init__(self, name: str, args: PrivateNamesArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:PrivateNames", name, None, opts)
        for label in args.names:
            aws.route53.Record(
                f"{name}-{label}",
                zone_id=args.zone_id,
                name=label,
                type="CNAME",
                ttl=RECORD_SECONDS,
                records=[args.target],
                opts=pulumi.ResourceOptions(parent=self),
            )
        self.register_outputs({})
