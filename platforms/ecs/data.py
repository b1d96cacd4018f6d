"""An application's secrets and volumes on AWS, and what its containers read of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from components.file_system import AccessPointArgs, FileSystem, FileSystemArgs
from components.secret import Secret, SecretArgs
from components.security_group import Rule, SecurityGroup, SecurityGroupArgs
from compose.model import Application
from platforms.ecs.foundation import Foundation
from platforms.ecs.logs import secret_options
from platforms.ecs.plan import ServicePlan
from platforms.values import Values
from settings import Settings

NFS = 2049


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretReference:
    """``arn``: what a role may read. ``value_from``: what ECS reads, down to the version, so that a changed secret
    redeploys the services that use it."""

    arn: pulumi.Input[str]
    value_from: pulumi.Input[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """``file_system`` and the group that may reach it (Fargate; on EC2 the instances' own); None: no EFS in use."""

    file_system: FileSystem | None = None
    client: SecurityGroup | None = None


def create_secrets(
    prefix: str, application: Application, values: Values, settings: Settings, opts: pulumi.ResourceOptions
) -> dict[str, SecretReference]:
    """A Secrets Manager secret for each of the application's; the external ones are looked up."""
    references = {}
    for name, value in sorted(values.secrets.items()):
        secret = Secret(f"{prefix}-{name}", _secret_args(settings, f"Compose secret {name}", value), opts)
        references[name] = _whole(secret)
    for name, declared in sorted(application.secrets.items()):
        if declared.external and name not in references:
            external = declared.external_name or name
            if external.startswith("arn:"):
                references[name] = SecretReference(arn=external, value_from=external)
            else:
                arn = aws.secretsmanager.get_secret_output(
                    name=external, opts=pulumi.InvokeOutputOptions(provider=opts.provider)
                ).arn
                references[name] = SecretReference(arn=arn, value_from=arn)
    return references


def create_environment_secret(
    prefix: str, plan: ServicePlan, settings: Settings, opts: pulumi.ResourceOptions
) -> tuple[SecretReference | None, dict[str, pulumi.Input[str]]]:
    """One secret for what is sensitive of a service: variables and options of its log driver; and each one's
    ``valueFrom``, a key of its JSON.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
    """
    sensitive = {key: item.value for key, item in sorted(plan.service.environment.items()) if item.sensitive}
    sensitive |= secret_options(plan.service)
    if not sensitive:
        return None, {}
    name = plan.service.name
    secret = Secret(
        f"{prefix}-{name}-environment",
        _secret_args(settings, f"Sensitive variables of {name}", json.dumps(sensitive, sort_keys=True)),
        opts,
    )
    references = {key: pulumi.Output.concat(secret.arn, f":{key}::", secret.version_id) for key in sensitive}
    return _whole(secret), references


def _secret_args(settings: Settings, description: str, value: str) -> SecretArgs:
    return SecretArgs(
        value=pulumi.Output.secret(value),
        description=description,
        recovery_window_days=30 if settings.protect_data else 0,
        tags=settings.tags,
    )


def _whole(secret: Secret) -> SecretReference:
    return SecretReference(arn=secret.arn, value_from=secret.value_from)


def create_storage(
    prefix: str,
    application: Application,
    plans: Mapping[str, ServicePlan],
    foundation: Foundation,
    settings: Settings,
    opts: pulumi.ResourceOptions,
) -> Storage:
    """One file system with an access point for each named volume in use."""
    used = sorted({str(mount.source) for plan in plans.values() for mount in plan.volumes})
    if not used or (settings.platform == "ecs-ec2" and settings.volume_storage == "instance"):
        return Storage()
    network = foundation.network
    client = foundation.instances or SecurityGroup(
        f"{prefix}-storage-client",
        SecurityGroupArgs(
            vpc_id=network.vpc_id,
            description=f"Tasks of {application.name} with volumes",
            egress=[Rule(from_port=NFS, cidr=settings.vpc_cidr, description="NFS")],
            tags=settings.tags,
        ),
        opts,
    )
    storage_group = SecurityGroup(
        f"{prefix}-storage",
        SecurityGroupArgs(
            vpc_id=network.vpc_id,
            description=f"Volumes of {application.name}",
            ingress=[Rule(from_port=NFS, security_group_id=client.id, description="NFS")],
            tags=settings.tags,
        ),
        opts,
    )
    file_system = FileSystem(
        prefix,
        FileSystemArgs(
            subnet_ids=network.private_subnet_ids or network.public_subnet_ids,
            security_group_ids=[storage_group.id],
            access_points={name: _access_point(application, name) for name in used},
            protect=settings.protect_data,
            tags=settings.tags,
        ),
        opts,
    )
    return Storage(file_system=file_system, client=None if foundation.instances else client)


def _access_point(application: Application, name: str) -> AccessPointArgs:
    extension = application.volumes[name].extension
    return AccessPointArgs(path=f"/{name}", uid=extension.uid, gid=extension.gid)
