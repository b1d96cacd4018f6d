"""An application's named volumes on AWS: the file system behind them, a task's volumes, and what it may do with them.

A volume is an access point of the stack's own file system, a Docker volume on the instance, or a file system that
exists already: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/efs-volumes.html
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import pulumi

from berth.components.file_system import AccessPointArgs, FileSystem, FileSystemArgs
from berth.components.security_group import Rule, SecurityGroup, SecurityGroupArgs
from berth.components.task import TaskVolume
from berth.compose.efs import ExistingFileSystem
from berth.compose.model import Application, Mount
from berth.platforms.ecs.existing import file_systems_in_use
from berth.platforms.ecs.foundation import Foundation
from berth.platforms.ecs.plan import ServicePlan, volume_name, volumes_on_instance
from berth.platforms.ecs.tags import tags_of
from berth.settings import Settings

NFS = 2049


@dataclass(frozen=True, slots=True, kw_only=True)
class Storage:
    """``file_system`` is the stack's own; None where no volume needs one. ``existing`` are others, by volume.

    ``client`` is the group that may reach them (Fargate; on EC2 the instances' own).
    """

    file_system: FileSystem | None = None
    client: SecurityGroup | None = None
    existing: Mapping[str, ExistingFileSystem] = field(default_factory=dict[str, ExistingFileSystem])


def create_storage(
    prefix: str,
    application: Application,
    plans: Mapping[str, ServicePlan],
    foundation: Foundation,
    settings: Settings,
    opts: pulumi.ResourceOptions,
) -> Storage:
    """One file system with an access point for each named volume in use, and for each part of one."""
    existing = file_systems_in_use(application)
    mounts = [mount for plan in plans.values() for mount in plan.volumes]
    own = {volume_name(mount): mount for mount in mounts if mount.source not in existing}
    if volumes_on_instance(settings):
        own = {}
    if not own and not existing:
        return Storage()
    client = None
    if foundation.instances_group_id is None:
        client = SecurityGroup(
            f"{prefix}-storage-client",
            SecurityGroupArgs(
                vpc_id=foundation.network.vpc_id,
                description=f"Tasks of {application.name} with volumes",
                egress=[Rule(from_port=NFS, cidr=settings.vpc_cidr, description="NFS")],
                tags=settings.tags,
            ),
            opts,
        )
    reaching = client.id if client else foundation.instances_group_id
    assert reaching is not None, "tasks reach it from their own group, or from the instances'"
    return Storage(
        file_system=_file_system(prefix, application, own, foundation, reaching, settings, opts) if own else None,
        client=client,
        existing=existing,
    )


def _file_system(
    prefix: str,
    application: Application,
    mounts: Mapping[str, Mount],
    foundation: Foundation,
    client_id: pulumi.Input[str],
    settings: Settings,
    opts: pulumi.ResourceOptions,
) -> FileSystem:
    network = foundation.network
    storage_group = SecurityGroup(
        f"{prefix}-storage",
        SecurityGroupArgs(
            vpc_id=network.vpc_id,
            description=f"Volumes of {application.name}",
            ingress=[Rule(from_port=NFS, security_group_id=client_id, description="NFS")],
            tags=settings.tags,
        ),
        opts,
    )
    return FileSystem(
        prefix,
        FileSystemArgs(
            subnet_ids=network.private_subnet_ids or network.public_subnet_ids,
            security_group_ids=[storage_group.id],
            access_points={name: _access_point(application, mount, settings) for name, mount in sorted(mounts.items())},
            protect=settings.protect_data,
            retain=settings.retain_volumes,
            kms_key_id=settings.kms_key_arn,
            idle_days=settings.volume_idle_days,
            backup=settings.backs_up,
            tags=settings.tags,
        ),
        opts,
    )


def _access_point(application: Application, mount: Mount, settings: Settings) -> AccessPointArgs:
    volume = application.volumes[str(mount.source)]
    return AccessPointArgs(
        path=_join(f"/{mount.source}", mount.subpath),
        uid=volume.extension.uid,
        gid=volume.extension.gid,
        tags=tags_of(settings, volume.labels),
    )


def _join(path: str, subpath: str | None) -> str:
    return "/".join([path.rstrip("/"), *([subpath.strip("/")] if subpath else [])]) or "/"


def task_volumes(storage: Storage, application: Application, plan: ServicePlan) -> list[TaskVolume]:
    """Each named volume, or part of one, once."""
    own = storage.file_system
    volumes: list[TaskVolume] = []
    for name, mount in _mounts(plan).items():
        existing = storage.existing.get(str(mount.source))
        if existing is not None:
            path = _join(existing.path, mount.subpath)
            volume = TaskVolume(
                name=name,
                file_system_id=existing.id,
                access_point_id=existing.access_point,
                root_directory=None if path == "/" else path,
            )
        elif own is not None:
            volume = TaskVolume(name=name, file_system_id=own.id, access_point_id=own.access_point_ids[name])
        else:
            volume = TaskVolume(
                name=name, docker_volume=True, docker_labels=application.volumes[str(mount.source)].labels
            )
        volumes.append(volume)
    return volumes


def permissions(storage: Storage, plan: ServicePlan, settings: Settings) -> dict[str, Any]:
    """The ARNs of what a task mounts. An account's number is known to AWS alone; an id is of one account's."""
    mounts = _mounts(plan)
    existing = [storage.existing[str(mount.source)] for mount in mounts.values() if mount.source in storage.existing]
    prefix = f"arn:aws:elasticfilesystem:{settings.region}:*"
    own = storage.file_system
    points = [name for name, mount in mounts.items() if mount.source not in storage.existing] if own else []
    return {
        "file_system_arns": [
            *([own.arn] if own and points else []),
            *(f"{prefix}:file-system/{item.id}" for item in existing if item.access_point),
        ],
        "access_point_arns": [
            *(own.access_point_arns[name] for name in points if own),
            *(f"{prefix}:access-point/{item.access_point}" for item in existing if item.access_point),
        ],
        "open_file_system_arns": [f"{prefix}:file-system/{item.id}" for item in existing if not item.access_point],
        "root_file_system_arns": [f"{prefix}:file-system/{item.id}" for item in existing if item.root],
    }


def _mounts(plan: ServicePlan) -> dict[str, Mount]:
    return {name: mount for name, mount in sorted((volume_name(mount), mount) for mount in plan.volumes)}
