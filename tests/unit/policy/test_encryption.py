"""Encryption at rest and on the way, and the metadata of instances."""

from __future__ import annotations

from typing import Any

import pytest

from guard.rule import UNKNOWN
from tests.unit.policy.resources import said

TEMPLATE = "ec2/launchTemplate:LaunchTemplate"


@pytest.mark.parametrize(
    ("type_", "switch"),
    [
        ("efs/fileSystem:FileSystem", "encrypted"),
        ("ebs/volume:Volume", "encrypted"),
        ("rds/cluster:Cluster", "storageEncrypted"),
        ("rds/instance:Instance", "storageEncrypted"),
        ("elasticache/replicationGroup:ReplicationGroup", "atRestEncryptionEnabled"),
    ],
)
def test_storage_is_encrypted(type_: str, switch: str) -> None:
    (message,) = said("encrypted-at-rest", type_, {})
    assert f"set {switch} to true" in message
    assert said("encrypted-at-rest", type_, {switch: False})
    assert said("encrypted-at-rest", type_, {switch: True}) == []
    assert said("encrypted-at-rest", type_, {switch: UNKNOWN}) == []


def test_a_replica_is_as_its_source() -> None:
    assert said("encrypted-at-rest", "rds/instance:Instance", {"replicateSourceDb": "db-1"}) == []


@pytest.mark.parametrize(
    ("type_", "inputs"),
    [
        (TEMPLATE, {"blockDeviceMappings": [{"ebs": {"volumeSize": 30}}]}),
        (TEMPLATE, {"blockDeviceMappings": [{"ebs": {"encrypted": "false"}}]}),
        ("ec2/instance:Instance", {"rootBlockDevice": {"volumeSize": 30}}),
    ],
)
def test_disks_are_encrypted(type_: str, inputs: dict[str, Any]) -> None:
    (message,) = said("encrypted-at-rest", type_, inputs)
    assert ".encrypted to true" in message


def test_an_encrypted_disk_passes_however_the_switch_is_written() -> None:
    assert said("encrypted-at-rest", TEMPLATE, {"blockDeviceMappings": [{"ebs": {"encrypted": "true"}}]}) == []
    assert said("encrypted-at-rest", "ec2/instance:Instance", {"rootBlockDevice": {"encrypted": True}}) == []


def test_file_systems_are_mounted_by_tls() -> None:
    def volumes(transit: str | None) -> dict[str, Any]:
        return {
            "volumes": [{"name": "data", "efsVolumeConfiguration": {"transitEncryption": transit}}, {"name": "tmp"}]
        }

    (message,) = said("encrypted-in-transit", "ecs/taskDefinition:TaskDefinition", volumes(None))
    assert "transitEncryption to ENABLED" in message
    assert said("encrypted-in-transit", "ecs/taskDefinition:TaskDefinition", volumes("ENABLED")) == []


def test_caches_are_reached_by_tls() -> None:
    cache = "elasticache/replicationGroup:ReplicationGroup"
    (message,) = said("encrypted-in-transit", cache, {"transitEncryptionEnabled": False})
    assert "transitEncryptionEnabled to true" in message
    assert said("encrypted-in-transit", cache, {"transitEncryptionEnabled": True}) == []


def test_topics_and_queues_are_encrypted_where_a_team_wants_it() -> None:
    (message,) = said("encrypted-messages", "sns/topic:Topic", {})
    assert "kmsMasterKeyId" in message
    assert said("encrypted-messages", "sns/topic:Topic", {"kmsMasterKeyId": "alias/mine"}) == []
    assert said("encrypted-messages", "sqs/queue:Queue", {"sqsManagedSseEnabled": False})
    assert said("encrypted-messages", "sqs/queue:Queue", {}) == []


def test_own_keys_are_named_where_a_team_wants_them() -> None:
    for type_ in ("secretsmanager/secret:Secret", "cloudwatch/logGroup:LogGroup"):
        (message,) = said("own-keys", type_, {})
        assert "kmsKeyId" in message
        assert said("own-keys", type_, {"kmsKeyId": UNKNOWN}) == []
    repository = "ecr/repository:Repository"
    (message,) = said("own-keys", repository, {"encryptionConfigurations": [{"encryptionType": "AES256"}]})
    assert "kmsKey" in message
    mine = [{"encryptionType": "KMS", "kmsKey": "arn:aws:kms:…"}]
    assert said("own-keys", repository, {"encryptionConfigurations": mine}) == []


@pytest.mark.parametrize("metadata", [None, {}, {"httpTokens": "optional"}])
def test_instances_answer_by_metadata_version_2_only(metadata: dict[str, str] | None) -> None:
    (message,) = said("instance-metadata-v2", TEMPLATE, {"metadataOptions": metadata})
    assert 'httpTokens to "required"' in message


@pytest.mark.parametrize("metadata", [{"httpTokens": "required"}, {"httpEndpoint": "disabled"}])
def test_version_2_or_no_metadata_passes(metadata: dict[str, str]) -> None:
    assert said("instance-metadata-v2", TEMPLATE, {"metadataOptions": metadata}) == []
