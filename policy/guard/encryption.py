"""What is encrypted, at rest and on its way, and the metadata of instances."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from guard.rule import Options, Resource, Rule, blocks, on, present

INSTANCES = "aws:ec2/instance:Instance"
TEMPLATES = "aws:ec2/launchTemplate:LaunchTemplate"
CONFIGURATIONS = "aws:ec2/launchConfiguration:LaunchConfiguration"
TASKS = "aws:ecs/taskDefinition:TaskDefinition"
TOPICS = "aws:sns/topic:Topic"
QUEUES = "aws:sqs/queue:Queue"
REPLICATION = "aws:elasticache/replicationGroup:ReplicationGroup"

SWITCHES = {
    "aws:efs/fileSystem:FileSystem": "encrypted",
    "aws:ebs/volume:Volume": "encrypted",
    "aws:ebs/snapshotCopy:SnapshotCopy": "encrypted",
    "aws:rds/cluster:Cluster": "storageEncrypted",
    "aws:docdb/cluster:Cluster": "storageEncrypted",
    "aws:neptune/cluster:Cluster": "storageEncrypted",
    REPLICATION: "atRestEncryptionEnabled",
}
"""The input that encrypts, where AWS does not do so by itself."""

DATABASES = "aws:rds/instance:Instance"

OWN_KEYS = {
    "aws:secretsmanager/secret:Secret": "kmsKeyId",
    "aws:cloudwatch/logGroup:LogGroup": "kmsKeyId",
    "aws:efs/fileSystem:FileSystem": "kmsKeyId",
    "aws:ebs/volume:Volume": "kmsKeyId",
    "aws:rds/cluster:Cluster": "kmsKeyId",
    DATABASES: "kmsKeyId",
    REPLICATION: "kmsKeyId",
    TOPICS: "kmsMasterKeyId",
}
"""The input that names a key of one's own."""

REPOSITORIES = "aws:ecr/repository:Repository"


def _at_rest(resource: Resource, options: Options) -> Iterator[str]:
    inputs = resource.inputs
    if resource.type == DATABASES:
        # A replica is as its source, and an Aurora instance as its cluster.
        inherits = present(inputs.get("replicateSourceDb")) or present(inputs.get("snapshotIdentifier"))
        if not inherits and not on(inputs.get("storageEncrypted")):
            yield _set("storageEncrypted")
    elif resource.type in (INSTANCES, TEMPLATES, CONFIGURATIONS):
        for where, disk in _disks(inputs):
            if not on(disk.get("encrypted")) and not present(disk.get("snapshotId")):
                yield _set(f"{where}.encrypted")
    elif not on(inputs.get(SWITCHES[resource.type])):
        inherits = present(inputs.get("snapshotIdentifier")) or present(inputs.get("replicationSourceIdentifier"))
        if not inherits:
            yield _set(SWITCHES[resource.type])


def _set(switch: str) -> str:
    return f"set {switch} to true; AWS cannot change it later, so do so before there is data."


def _disks(inputs: Mapping[str, Any]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    for key in ("rootBlockDevice", "ebsBlockDevices"):
        for disk in blocks(inputs.get(key)):
            yield key, disk
    for mapping in blocks(inputs.get("blockDeviceMappings")):
        for disk in blocks(mapping.get("ebs")):
            yield "blockDeviceMappings.ebs", disk


def _on_the_way(resource: Resource, options: Options) -> Iterator[str]:
    if resource.type == REPLICATION:
        if not on(resource.inputs.get("transitEncryptionEnabled")):
            yield "set transitEncryptionEnabled to true, and connect by TLS (rediss://)."
        return
    for volume in blocks(resource.inputs.get("volumes")):
        for mount in blocks(volume.get("efsVolumeConfiguration")):
            if mount.get("transitEncryption") != "ENABLED":
                yield f"volume {volume.get('name')}: set efsVolumeConfiguration.transitEncryption to ENABLED."


def _messages(resource: Resource, options: Options) -> Iterator[str]:
    inputs = resource.inputs
    if resource.type == TOPICS and not present(inputs.get("kmsMasterKeyId")):
        yield "set kmsMasterKeyId to a key of yours; CloudWatch's alarms cannot use alias/aws/sns."
    if resource.type == QUEUES and inputs.get("sqsManagedSseEnabled") is False and not inputs.get("kmsMasterKeyId"):
        yield "leave sqsManagedSseEnabled out, or set kmsMasterKeyId."


def _own_keys(resource: Resource, options: Options) -> Iterator[str]:
    if resource.type == REPOSITORIES:
        configurations = blocks(resource.inputs.get("encryptionConfigurations"))
        if not any(item.get("encryptionType") == "KMS" and present(item.get("kmsKey")) for item in configurations):
            yield "set encryptionConfigurations to type KMS and kmsKey to the ARN of a key of yours."
    elif not present(resource.inputs.get(OWN_KEYS[resource.type])):
        yield f"set {OWN_KEYS[resource.type]} to the ARN of a key of yours."


def _metadata(resource: Resource, options: Options) -> Iterator[str]:
    found = blocks(resource.inputs.get("metadataOptions"))
    metadata: Mapping[str, Any] = found[0] if found else {}
    if metadata.get("httpEndpoint") != "disabled" and metadata.get("httpTokens") != "required":
        yield 'set metadataOptions.httpTokens to "required", so that a request forged by a service gets no credentials.'


RULES = (
    Rule(
        name="encrypted-at-rest",
        description="File systems, disks and databases are encrypted.",
        types=frozenset({*SWITCHES, DATABASES, INSTANCES, TEMPLATES, CONFIGURATIONS}),
        check=_at_rest,
        url="https://docs.aws.amazon.com/securityhub/latest/userguide/efs-controls.html#efs-1",
    ),
    Rule(
        name="encrypted-in-transit",
        description="File systems are mounted, and caches reached, by TLS.",
        types=frozenset({TASKS, REPLICATION}),
        check=_on_the_way,
        url="https://docs.aws.amazon.com/AmazonECS/latest/developerguide/efs-best-practices.html",
    ),
    Rule(
        name="encrypted-messages",
        description="Topics and queues are encrypted at rest.",
        types=frozenset({TOPICS, QUEUES}),
        check=_messages,
        url="https://docs.aws.amazon.com/sns/latest/dg/sns-server-side-encryption.html",
    ),
    Rule(
        name="own-keys",
        description="What is encrypted is so by a key of the account's owner.",
        types=frozenset({*OWN_KEYS, REPOSITORIES}),
        check=_own_keys,
        level="disabled",
        url="https://docs.aws.amazon.com/kms/latest/developerguide/concepts.html#key-mgmt",
    ),
    Rule(
        name="instance-metadata-v2",
        description="Instances answer for their metadata with version 2 only.",
        types=frozenset({INSTANCES, TEMPLATES, CONFIGURATIONS}),
        check=_metadata,
        url="https://docs.aws.amazon.com/securityhub/latest/userguide/ec2-controls.html#ec2-8",
    ),
)
