"""The file system, a mount target a zone and an access point a volume."""

from __future__ import annotations

from typing import Any

import pytest

from berth.components.file_system import AccessPointArgs, FileSystem, FileSystemArgs
from tests.unit.components.build import Built, build

SYSTEM = "aws:efs/fileSystem:FileSystem"
TARGET = "aws:efs/mountTarget:MountTarget"
POINT = "aws:efs/accessPoint:AccessPoint"


def file_system(**args: Any) -> Built:
    def make(opts):
        made = FileSystem(
            "shop",
            FileSystemArgs(
                **{
                    "subnet_ids": ["subnet-1", "subnet-2"],
                    "security_group_ids": ["sg-1"],
                    "access_points": {"data": AccessPointArgs(path="/data")},
                    **args,
                }
            ),
            opts,
        )
        return {
            "id": made.id,
            "arn": made.arn,
            "points": dict(made.access_point_ids),
            "point_arns": dict(made.access_point_arns),
            "targets": [target.id for target in made.mount_targets],
        }

    return build(make)


def test_data_is_encrypted_and_cheaper_when_it_lies_idle():
    assert file_system(tags={"team": "a"}).inputs(SYSTEM, "shop") == {
        "encrypted": True,
        "throughputMode": "elastic",
        "lifecyclePolicies": [{"transitionToIa": "AFTER_30_DAYS"}],
        "tags": {"team": "a", "Name": "shop"},
    }


def test_a_key_of_ones_own():
    assert file_system(kms_key_id="arn:key").inputs(SYSTEM)["kmsKeyId"] == "arn:key"


@pytest.mark.parametrize("protect", [True, False])
def test_protection_is_pulumis(protect: bool):
    assert file_system(protect=protect).options[SYSTEM, "shop"].protect is protect


@pytest.mark.parametrize("retain", [True, False])
def test_a_file_system_can_outlive_its_stack(retain: bool):
    assert file_system(retain=retain).options[SYSTEM, "shop"].retain_on_delete is retain


def test_each_subnet_has_a_mount_target():
    built = file_system()
    assert {target.name: target.inputs for target in built.recorder.of(TARGET)} == {
        f"shop-mount-{index}": {
            "fileSystemId": "shop-id",
            "subnetId": f"subnet-{index + 1}",
            "securityGroups": ["sg-1"],
        }
        for index in (0, 1)
    }
    assert built.values["targets"] == ["shop-mount-0-id", "shop-mount-1-id"]


def test_a_volume_without_a_user_belongs_to_root_and_keeps_the_containers_user():
    built = file_system(tags={"team": "a"})
    assert built.inputs(POINT, "shop-data") == {
        "fileSystemId": "shop-id",
        "rootDirectory": {"path": "/data", "creationInfo": {"ownerUid": 0, "ownerGid": 0, "permissions": "0755"}},
        "tags": {"team": "a", "Name": "shop-data"},
    }


@pytest.mark.parametrize(("gid", "group"), [(None, 999), (70, 70)])
def test_a_volume_with_a_user_is_theirs_for_every_access(gid: int | None, group: int):
    built = file_system(access_points={"db": AccessPointArgs(path="/db", uid=999, gid=gid)})
    inputs = built.inputs(POINT)
    assert inputs["posixUser"] == {"uid": 999, "gid": group}
    assert inputs["rootDirectory"]["creationInfo"] == {"ownerUid": 999, "ownerGid": group, "permissions": "0755"}


def test_no_change_of_a_volumes_user_is_ignored():
    # The user is ignored only on the point that has none: one with a user, or another user, is another resource.
    points = {uid: file_system(access_points={"db": AccessPointArgs(path="/db", uid=uid)}) for uid in (None, 0, 999)}
    names = {uid: built.names(POINT)[0] for uid, built in points.items()}
    assert len(set(names.values())) == 3
    ignored = {uid: list(built.options[POINT, names[uid]].ignore_changes or []) for uid, built in points.items()}
    assert ignored == {None: ["posixUser"], 0: [], 999: []}


def test_access_points_are_by_the_name_asked_for():
    built = file_system(access_points={"data": AccessPointArgs(path="/data"), "db": AccessPointArgs(path="/db", uid=1)})
    assert built.values["points"] == {"data": "shop-data-id", "db": "shop-db-1-1-id"}
    assert {label: arn.rpartition(":")[2] for label, arn in built.values["point_arns"].items()} == {
        "data": "shop-data",
        "db": "shop-db-1-1",
    }


@pytest.mark.parametrize(
    ("args", "message"),
    [({"path": "data"}, "begin with '/'"), ({"path": "/data", "gid": 7}, "gid 7 needs a uid")],
)
def test_what_efs_would_refuse_is_refused_here(args: dict[str, Any], message: str):
    with pytest.raises(ValueError, match=message):
        AccessPointArgs(**args)


@pytest.mark.parametrize(
    ("days", "policies"),
    [(1, [{"transitionToIa": "AFTER_1_DAY"}]), (90, [{"transitionToIa": "AFTER_90_DAYS"}]), (0, [])],
)
def test_idle_files_move_when_they_are_asked_to(days: int, policies: list[dict[str, str]]):
    assert file_system(idle_days=days).inputs(SYSTEM).get("lifecyclePolicies", []) == policies


def test_a_backup_where_it_is_asked_for_and_else_no_resource():
    policy = "aws:efs/backupPolicy:BackupPolicy"
    assert file_system(backup=True).inputs(policy) == {
        "fileSystemId": "shop-id",
        "backupPolicy": {"status": "ENABLED"},
    }
    assert policy not in file_system().types()
