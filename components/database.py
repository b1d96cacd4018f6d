"""A database of Amazon RDS."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pulumi
import pulumi_aws as aws

Engine = Literal["postgres", "mysql", "mariadb"]

LONGEST_PREFIX = 36
"""Characters of an identifier, of which the provider's own ending has 26: 63 at most.
https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_CreateDBInstance.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class DatabaseArgs:
    """``version`` is a major one (16, 8.4, 10.11), of which AWS takes the newest minor one by and by, or with
    ``minor_upgrades`` False that one alone. ``family`` is the parameter group's (postgres16), ``parameters`` are what
    differs from it, at the next restart; all other changes are made at once. ``database`` and ``port`` None: the
    engine's own.

    ``storage`` is GiB, and grows up to its double. ``subnet_ids`` are in two zones or more; nothing outside of the VPC
    reaches the database. ``backup_days`` 0: no backups. ``protect`` makes Pulumi and AWS refuse to delete it, and takes
    a snapshot where it is deleted all the same.
    """

    engine: Engine
    version: str
    family: str
    user: str
    password: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_ids: Sequence[pulumi.Input[str]]
    database: str | None = None
    port: int | None = None
    minor_upgrades: bool = True
    parameters: Mapping[str, str] = field(default_factory=dict[str, str])
    instance_class: str = "db.t4g.micro"
    storage: int = 20
    multi_zone: bool = False
    backup_days: int = 7
    insights: bool = False
    protect: bool = False
    kms_key_arn: pulumi.Input[str] | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        if len(self.subnet_ids) < 2:
            raise ValueError(f"subnet_ids: RDS needs two or more (got {len(self.subnet_ids)})")


class Database(pulumi.ComponentResource):
    """``host`` is known once the database is available: the provider waits for that."""

    arn: pulumi.Output[str]
    host: pulumi.Output[str]

    def __init__(self, name: str, args: DatabaseArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:Database", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        prefix = f"{identifier(name, LONGEST_PREFIX)}-"
        tags = dict(args.tags)
        subnets = aws.rds.SubnetGroup(
            name,
            name_prefix=prefix,
            description=f"Where {name} may lie",
            subnet_ids=list(args.subnet_ids),
            tags=tags,
            opts=child,
        )
        group = None
        if args.parameters:
            group = aws.rds.ParameterGroup(
                f"{name}-{args.family.replace('.', '-')}",  # AWS can't change the family: a new one comes first
                name_prefix=prefix,
                family=args.family,
                description=f"What {name} sets",
                parameters=[
                    aws.rds.ParameterGroupParameterArgs(name=key, value=value, apply_method="pending-reboot")
                    for key, value in sorted(args.parameters.items())
                ],
                tags=tags,
                opts=child,
            )
        instance = aws.rds.Instance(
            name,
            identifier_prefix=prefix,
            engine=args.engine,
            engine_version=args.version,
            auto_minor_version_upgrade=args.minor_upgrades,
            allow_major_version_upgrade=True,  # asked for by another version, and shown in the preview
            instance_class=args.instance_class,
            allocated_storage=args.storage,
            max_allocated_storage=2 * args.storage,
            storage_type="gp3",
            storage_encrypted=True,
            kms_key_id=args.kms_key_arn,
            username=args.user,
            password=pulumi.Output.secret(args.password),
            db_name=args.database,
            port=args.port,
            db_subnet_group_name=subnets.name,
            vpc_security_group_ids=list(args.security_group_ids),
            publicly_accessible=False,
            parameter_group_name=group.name if group else None,
            multi_az=args.multi_zone,
            backup_retention_period=args.backup_days,
            copy_tags_to_snapshot=True,
            delete_automated_backups=not args.protect,
            performance_insights_enabled=args.insights,
            performance_insights_kms_key_id=args.kms_key_arn if args.insights else None,
            deletion_protection=args.protect,
            skip_final_snapshot=not args.protect,
            # A name that no earlier life of the stack has used: the subnet group's has a random end.
            final_snapshot_identifier=pulumi.Output.concat(subnets.name, "-final") if args.protect else None,
            apply_immediately=True,
            tags=tags,
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect),
        )
        self.arn = instance.arn
        self.host = instance.address
        self.register_outputs({"arn": self.arn, "host": self.host})


def identifier(name: str, limit: int) -> str:
    """``name`` as RDS and ElastiCache take it: a letter, then small letters, digits and single hyphens."""
    plain = re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")
    return (plain if plain[:1].isalpha() else f"x-{plain}")[:limit].rstrip("-")
