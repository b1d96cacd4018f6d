"""A cache of Amazon ElastiCache: one primary node, and replicas that take over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pulumi
import pulumi_aws as aws

from berth.components.database import identifier
from berth.components.naming import autonamed

MAXIMUM_NAME = 40
"""Characters: https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_CreateReplicationGroup.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class CacheArgs:
    """``version`` as ElastiCache has it (7.1, 8.0), which installs newer patches by itself; ``family`` is the parameter
    group's (redis7, valkey8). ``port`` None: the engine's own.

    ``tls`` "preferred" takes both TLS and plain connections, "required" TLS alone; None: there is none, as engines
    before Redis 7 know no "preferred". ``replicas`` are in other zones, where there are; one or more make ElastiCache
    fail over. ``protect`` keeps a snapshot of each of the last seven days and a last one, and makes Pulumi refuse to
    delete it.

    https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/in-transit-encryption.html
    """

    engine: Literal["redis", "valkey"]
    version: str
    family: str
    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_ids: Sequence[pulumi.Input[str]]
    port: int | None = None
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    node_type: str = "cache.t4g.micro"
    replicas: int = 0
    tls: Literal["preferred", "required"] | None = "preferred"
    protect: bool = False
    kms_key_arn: pulumi.Input[str] | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


class Cache(pulumi.ComponentResource):
    """``host`` is the primary's, whichever node that is."""

    arn: pulumi.Output[str]
    host: pulumi.Output[str]

    def __init__(self, name: str, args: CacheArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:Cache", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        tags = dict(args.tags)
        plain = autonamed(identifier(name, 255), MAXIMUM_NAME)
        subnets = aws.elasticache.SubnetGroup(
            plain, description=f"Where {name} may lie", subnet_ids=list(args.subnet_ids), tags=tags, opts=child
        )
        group = None
        if args.parameters:
            group = aws.elasticache.ParameterGroup(
                f"{plain}-{args.family.replace('.', '-')}",  # AWS can't change the family: a new one comes first
                family=args.family,
                description=f"What {name} sets",
                parameters=[
                    aws.elasticache.ParameterGroupParameterArgs(name=key, value=value)
                    for key, value in sorted(args.parameters.items())
                ],
                tags=tags,
                opts=child,
            )
        cache = aws.elasticache.ReplicationGroup(
            plain,
            replication_group_id=subnets.name,  # Pulumi gives this one no name of its own
            description=f"Cache {name}",
            engine=args.engine,
            engine_version=args.version,
            node_type=args.node_type,
            num_cache_clusters=1 + args.replicas,
            automatic_failover_enabled=args.replicas > 0,
            multi_az_enabled=args.replicas > 0,
            port=args.port,
            parameter_group_name=group.name if group else None,
            subnet_group_name=subnets.name,
            security_group_ids=list(args.security_group_ids),
            at_rest_encryption_enabled=True,
            kms_key_id=args.kms_key_arn,
            transit_encryption_enabled=args.tls is not None,
            transit_encryption_mode=args.tls,
            snapshot_retention_limit=7 if args.protect else 0,
            final_snapshot_identifier=pulumi.Output.concat(subnets.name, "-final") if args.protect else None,
            apply_immediately=True,
            tags=tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.arn = cache.arn
        self.host = cache.primary_endpoint_address
        self.register_outputs({"arn": self.arn, "host": self.host})
