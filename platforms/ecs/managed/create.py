"""The resources behind managed services: databases, caches, and the names that others reach them by."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from berth.components.cache import Cache, CacheArgs
from berth.components.database import Database, DatabaseArgs, identifier
from berth.components.private_names import PrivateNames, PrivateNamesArgs
from berth.components.private_zone import PrivateZone, PrivateZoneArgs
from berth.components.security_group import Rule, SecurityGroup, SecurityGroupArgs
from berth.compose.model import Application
from berth.platforms.ecs.arns import is_parameter
from berth.platforms.ecs.data import SECRET_PARTS, SecretReference
from berth.platforms.ecs.foundation import Foundation
from berth.platforms.ecs.managed.choice import managed_services
from berth.platforms.ecs.managed.plans import ManagedPlan, plan_managed
from berth.platforms.ecs.tags import tags_of
from berth.platforms.surroundings import Surroundings
from berth.platforms.values import Values
from berth.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class ManagedParts:
    """What databases and caches of one stack are made from."""

    prefix: str
    application: Application
    settings: Settings
    values: Values
    secrets: Mapping[str, SecretReference]
    foundation: Foundation
    around: Surroundings
    opts: pulumi.ResourceOptions


def zone_domain(prefix: str) -> str:
    """The domain in which a stack's managed services have their names."""
    return f"{identifier(prefix, 63)}.internal"


def create_managed(parts: ManagedParts) -> dict[str, PrivateNames]:
    """Service -> its names, which exist once AWS runs it; what reaches it waits for them."""
    plans = {
        name: plan_managed(parts.application, service)
        for name, service in managed_services(parts.application, parts.settings).items()
    }
    if not plans:
        return {}
    zone_id, ready = _zone(parts)
    names: dict[str, PrivateNames] = {}
    for name, plan in plans.items():
        resource_name = f"{parts.prefix}-{name}"
        made = _create(parts, plan, resource_name)
        names[name] = PrivateNames(
            resource_name,
            PrivateNamesArgs(zone_id=zone_id, names=plan.service.names, target=made.host),
            pulumi.ResourceOptions.merge(parts.opts, pulumi.ResourceOptions(depends_on=ready)),
        )
    return names


def _zone(parts: ManagedParts) -> tuple[pulumi.Input[str], list[pulumi.Resource]]:
    """Fargate looks names up in the domain of the VPC: one's own, or what an existing one has."""
    settings, fargate = parts.settings, parts.settings.platform == "ecs-fargate"
    if fargate and settings.vpc_id:
        assert settings.private_zone_id, "the rules refuse a stack without"
        return settings.private_zone_id, []
    zone = PrivateZone(
        parts.prefix,
        PrivateZoneArgs(
            domain=zone_domain(parts.prefix),
            vpc_id=parts.foundation.network.vpc_id,
            searched=fargate,
            tags=settings.tags,
        ),
        parts.opts,
    )
    return zone.id, list(zone.ready)


def _create(parts: ManagedParts, plan: ManagedPlan, name: str) -> Database | Cache:
    settings, network = parts.settings, parts.foundation.network
    subnets = network.private_subnet_ids or network.public_subnet_ids
    groups = _groups(parts, plan, name)
    found, tags = plan.product, tags_of(settings, plan.service.deploy.labels)
    if plan.credentials is None:
        return Cache(
            name,
            CacheArgs(
                engine=found.engine,  # type: ignore[arg-type]
                version=found.version,
                family=found.family,
                port=plan.own_port,
                subnet_ids=subnets,
                security_group_ids=groups,
                parameters=plan.parameters,
                node_type=settings.cache_node_type,
                replicas=settings.cache_replicas,
                tls=settings.cache_tls if found.family != "redis6.x" else None,
                protect=settings.protect_data,
                kms_key_arn=settings.kms_key_arn,
                tags=tags,
            ),
            parts.opts,
        )
    return Database(
        name,
        DatabaseArgs(
            engine=found.engine,  # type: ignore[arg-type]
            version=found.version,
            family=found.family,
            port=plan.own_port,
            user=plan.credentials.user,
            password=_password(parts, plan),
            database=plan.credentials.database,
            subnet_ids=subnets,
            security_group_ids=groups,
            minor_upgrades=not found.exact,
            parameters=plan.parameters,
            instance_class=settings.database_class,
            storage=settings.database_storage,
            multi_zone=settings.database_multi_zone,
            backup_days=settings.database_backup_days,
            insights=settings.database_insights,
            protect=settings.protect_data,
            kms_key_arn=settings.kms_key_arn,
            tags=tags,
        ),
        parts.opts,
    )


def _groups(parts: ManagedParts, plan: ManagedPlan, name: str) -> list[pulumi.Input[str]]:
    """On Fargate it is a member of its Compose networks, as its container would be; on EC2 the instances reach it."""
    foundation = parts.foundation
    if foundation.instances_group_id is None:
        return [foundation.groups[network].id for network in sorted(plan.service.networks)]
    group = SecurityGroup(
        f"{name}-managed",
        SecurityGroupArgs(
            vpc_id=foundation.network.vpc_id,
            description=f"{plan.service.name} of {parts.application.name}",
            ingress=[
                Rule(
                    from_port=plan.port,
                    security_group_id=foundation.instances_group_id,
                    description="From the instances",
                )
            ],
            tags=parts.settings.tags,
        ),
        parts.opts,
    )
    return [group.id]


def _password(parts: ManagedParts, plan: ManagedPlan) -> pulumi.Output[str]:
    """What other services read from the same secret; a file's last line break is none of it, as the image has it."""
    assert plan.credentials is not None and plan.credentials.password is not None, "the rules refuse a file without"
    password = plan.credentials.password
    if password.variable:
        return pulumi.Output.secret(plan.service.environment[password.variable].value)
    secret = str(password.secret)
    if secret in parts.values.given:
        given = pulumi.Output.from_input(parts.around.secrets[secret])
        return pulumi.Output.secret(given.apply(lambda value: value.rstrip("\r\n")))
    if secret in parts.values.secrets:
        return pulumi.Output.secret(parts.values.secrets[secret].rstrip("\r\n"))
    return pulumi.Output.secret(_existing(parts, parts.secrets[secret]))


def _existing(parts: ManagedParts, reference: SecretReference) -> pulumi.Output[str]:
    """The value of a secret that Berth did not make, or of one key of its JSON."""
    options = pulumi.InvokeOutputOptions(provider=parts.opts.provider)
    if is_parameter(reference.arn):
        return aws.ssm.get_parameter_output(name=reference.arn, with_decryption=True, opts=options).value
    known = reference.value_from.split(":") if isinstance(reference.value_from, str) else []
    key = next(iter(known[SECRET_PARTS : SECRET_PARTS + 1]), "")
    value = aws.secretsmanager.get_secret_version_output(secret_id=reference.arn, opts=options).secret_string
    return value.apply(lambda text: (json.loads(text)[key] if key else text).rstrip("\r\n"))
