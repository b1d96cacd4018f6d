"""What exists on AWS already and a Compose file names by its id: file systems and security groups.

Both lie in a VPC, so that the stack must be in the same.
"""

from __future__ import annotations

from collections.abc import Iterator

from berth.compose.efs import ExistingFileSystem, existing_file_system
from berth.compose.model import Application, Mount, Service
from berth.diagnostics import Diagnostic, WhereKey
from berth.platforms.ecs.plan import volumes_on_instance
from berth.settings import Settings

DEEPEST = 4
"""Folders in the path of an access point: https://docs.aws.amazon.com/efs/latest/ug/API_RootDirectory.html"""


def file_systems_in_use(application: Application) -> dict[str, ExistingFileSystem]:
    """The file systems that services mount, by the volume's key in the file."""
    used = {mount.source for service in application.services.values() for mount in service.mounts}
    found = {name: existing_file_system(volume) for name, volume in sorted(application.volumes.items())}
    return {name: existing for name, existing in found.items() if existing and name in used}


def security_groups(application: Application, service: Service) -> list[str]:
    """The groups that a service joins by the names of external networks."""
    networks = (application.networks[name] for name in sorted(service.networks) if name in application.networks)
    return [network.name for network in networks if network.external]


def check_existing(application: Application, settings: Settings) -> Iterator[Diagnostic]:
    """What of it the stack cannot reach, and parts of volumes that it cannot mount."""
    existing = file_systems_in_use(application)
    for name, system in existing.items():
        where: WhereKey = {"file": application.file, "key": f"volumes.{name}"}
        if settings.vpc_id is None:
            yield Diagnostic(
                **where,
                message=f"{system.id} is in a VPC of its own, and the stack makes another",
                advice="Set berth:vpcId to the VPC that has its mount targets; their security group must let it in.",
            )
        if system.region not in (None, settings.region):
            yield Diagnostic(
                **where,
                message=f"{system.id} is in {system.region}, and the stack in {settings.region}",
                advice="Use a file system of the stack's region, or set berth:region.",
            )
        extension = application.volumes[name].extension
        if extension.uid is not None or extension.gid is not None:
            yield Diagnostic(
                **where,
                message=f"x-berth has an owner for {system.id}, which Berth does not make",
                advice="Leave it out, and name an access point that has it: `name: fs-…:fsap-…`.",
            )
    for name, volume in sorted(application.volumes.items()):
        if volume.extension.root_access and name not in existing:
            yield Diagnostic(
                file=application.file,
                key=f"volumes.{name}.x-berth.root_access",
                message="only an existing file system has a policy that squashes root",
                advice="Leave it out.",
            )
    for name, network in sorted(application.networks.items()):
        if network.external and network.name.startswith("sg-") and settings.vpc_id is None:
            yield Diagnostic(
                file=application.file,
                key=f"networks.{name}",
                message=f"{network.name} is in a VPC of its own, and the stack makes another",
                advice="Set berth:vpcId to its VPC.",
            )
    for name, service in sorted(application.services.items()):
        for mount in service.mounts:
            if mount.type == "volume" and mount.subpath:
                yield from _part(application, name, mount, existing.get(str(mount.source)), settings)


def _part(
    application: Application, service: str, mount: Mount, existing: ExistingFileSystem | None, settings: Settings
) -> Iterator[Diagnostic]:
    message = None
    if existing is not None and existing.access_point:
        message = f"{existing.access_point} has its path already"
    elif existing is None and volumes_on_instance(settings):
        message = "ECS mounts whole volumes of an instance's disk"
    elif existing is None and len(str(mount.subpath).strip("/").split("/")) >= DEEPEST:
        message = f"a path on EFS has {DEEPEST} folders at most, the volume's own with them"
    if message:
        yield Diagnostic(
            file=application.file,
            service=service,
            key=f"volumes.{mount.target}.volume.subpath",
            message=message,
            advice="Use a second volume.",
        )
