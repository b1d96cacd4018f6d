"""An EFS file system with an access point for each volume."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws


@dataclass(frozen=True, slots=True, kw_only=True)
class AccessPointArgs:
    """``path`` is the directory on the file system, which EFS makes at the first mount.

    With ``uid`` every access runs as that user and ``gid`` (default: the same number), and the directory is theirs;
    without, a container's own user counts, and the directory is root's.
    ``tags`` are over those of the file system.
    https://docs.aws.amazon.com/efs/latest/ug/efs-access-points.html

    Raises:
        ValueError: ``gid`` without ``uid``, or a path that does not begin with "/".
    """

    path: str
    uid: int | None = None
    gid: int | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        if not self.path.startswith("/"):
            raise ValueError(f"path must begin with '/' (got {self.path!r})")
        if self.gid is not None and self.uid is None:
            raise ValueError(f"gid {self.gid} needs a uid: EFS takes both or neither")

    @property
    def owner(self) -> tuple[int, int]:
        """The user and group id that the directory belongs to."""
        uid = 0 if self.uid is None else self.uid
        return uid, uid if self.gid is None else self.gid


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSystemArgs:
    """``subnet_ids`` are in different zones, one mount target each, open to what ``security_group_ids`` allow (TCP
    2049). ``protect`` makes Pulumi refuse to delete the data; with ``retain`` it lets go of a file system that it would
    delete or replace, and AWS keeps it. ``kms_key_id`` is a key's ARN; None: AWS's own; another key is another file
    system. ``idle_days`` without a read move a file to cheaper storage; 0: never. With ``backup`` AWS Backup keeps a
    copy of each of the last 35 days.

    https://docs.aws.amazon.com/efs/latest/ug/lifecycle-management-efs.html
    https://docs.aws.amazon.com/efs/latest/ug/automatic-backups.html
    """

    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_ids: Sequence[pulumi.Input[str]]
    access_points: Mapping[str, AccessPointArgs]
    protect: bool = False
    retain: bool = False
    kms_key_id: pulumi.Input[str] | None = None
    idle_days: int = 30
    backup: bool = False
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


class FileSystem(pulumi.ComponentResource):
    """What mounts it depends on ``mount_targets``. Access points are by the name they were asked for."""

    id: pulumi.Output[str]
    arn: pulumi.Output[str]
    access_point_ids: Mapping[str, pulumi.Output[str]]
    access_point_arns: Mapping[str, pulumi.Output[str]]
    mount_targets: Sequence[pulumi.Resource]

    def __init__(self, name: str, args: FileSystemArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:FileSystem", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        file_system = aws.efs.FileSystem(
            name,
            encrypted=True,
            kms_key_id=args.kms_key_id,
            throughput_mode="elastic",
            lifecycle_policies=_lifecycle(args.idle_days),
            tags={**args.tags, "Name": name},
            opts=pulumi.ResourceOptions(parent=self, protect=args.protect, retain_on_delete=args.retain),
        )
        self.id = file_system.id
        self.arn = file_system.arn
        if args.backup:
            aws.efs.BackupPolicy(
                f"{name}-backup",
                file_system_id=file_system.id,
                backup_policy=aws.efs.BackupPolicyBackupPolicyArgs(status="ENABLED"),
                opts=child,
            )
        self.mount_targets = [
            aws.efs.MountTarget(
                f"{name}-mount-{index}",
                file_system_id=file_system.id,
                subnet_id=subnet_id,
                security_groups=args.security_group_ids,
                opts=child,
            )
            for index, subnet_id in enumerate(args.subnet_ids)
        ]
        points = {label: self._access_point(name, label, point, args) for label, point in args.access_points.items()}
        self.access_point_ids = {label: point.id for label, point in points.items()}
        self.access_point_arns = {label: point.arn for label, point in points.items()}
        self.register_outputs({"id": self.id, "arn": self.arn, "access_point_ids": self.access_point_ids})

    def _access_point(self, name: str, label: str, point: AccessPointArgs, args: FileSystemArgs) -> aws.efs.AccessPoint:
        uid, gid = point.owner
        if point.uid is None:
            # A rehearsal's emulator invents a user where none is asked for, and each preview would replace the access
            # point to be rid of it. A point that gets a user has another name, so nothing that is asked for is ignored.
            child_name, user, ignored = f"{name}-{label}", None, ["posixUser"]
        else:
            child_name, ignored = f"{name}-{label}-{uid}-{gid}", []
            user = aws.efs.AccessPointPosixUserArgs(uid=uid, gid=gid)
        return aws.efs.AccessPoint(
            child_name,
            file_system_id=self.id,
            posix_user=user,
            root_directory=aws.efs.AccessPointRootDirectoryArgs(
                path=point.path,
                creation_info=aws.efs.AccessPointRootDirectoryCreationInfoArgs(
                    owner_uid=uid, owner_gid=gid, permissions="0755"
                ),
            ),
            tags={**args.tags, "Name": f"{name}-{label}", **point.tags},
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=ignored),
        )


def _lifecycle(idle_days: int) -> list[aws.efs.FileSystemLifecyclePolicyArgs]:
    if idle_days == 0:
        return []
    after = "AFTER_1_DAY" if idle_days == 1 else f"AFTER_{idle_days}_DAYS"
    return [aws.efs.FileSystemLifecyclePolicyArgs(transition_to_ia=after)]
