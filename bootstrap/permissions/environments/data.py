"""Images, volumes, secrets and logs: what environments of pull requests ask of AWS."""

from __future__ import annotations

from bootstrap.grants import TAGS, Grant
from bootstrap.permissions.environments.tag import NEW, OWN

FILES = (
    "elasticfilesystem:{region}:{account}:file-system/*",
    "elasticfilesystem:{region}:{account}:access-point/*",
)

GRANTS = (
    Grant(
        service="ecr",
        policy="data",
        types=("ecr.Repository", "ecr.LifecyclePolicy"),
        looks=("GetAuthorizationToken",),
        reads=("BatchGetImage", "DescribeImages", "DescribeRepositories", "GetLifecyclePolicy", "ListTagsForResource"),
        writes=(
            *("BatchCheckLayerAvailability", "BatchDeleteImage", "CompleteLayerUpload", "CreateRepository"),
            *("DeleteLifecyclePolicy", "DeleteRepository", "GetDownloadUrlForLayer", "InitiateLayerUpload"),
            *("PutImage", "PutImageScanningConfiguration", "PutImageTagMutability", "PutLifecyclePolicy"),
            *("UploadLayerPart", *TAGS),
        ),
        resources=("ecr:{region}:{account}:repository/{name}-*",),
        why="the images that are built, and their push",
    ),
    Grant(
        service="elasticfilesystem",
        policy="data",
        types=("efs.FileSystem",),
        reads=(
            *("DescribeAccessPoints", "DescribeBackupPolicy", "DescribeFileSystems", "DescribeLifecycleConfiguration"),
            *("DescribeMountTargetSecurityGroups", "DescribeMountTargets", "ListTagsForResource"),
        ),
        resources=FILES,
        why="volumes; file systems are listed before one of them is found",
    ),
    Grant(
        service="elasticfilesystem",
        policy="data",
        writes=("CreateFileSystem",),
        resources=FILES,
        conditions=NEW,
        why="a file system of their own, with their tag",
    ),
    Grant(
        service="elasticfilesystem",
        policy="data",
        writes=("TagResource",),
        resources=FILES,
        conditions={"StringEquals": {"elasticfilesystem:CreateAction": ["CreateAccessPoint", "CreateFileSystem"]}},
        why="tags of what is being made",
    ),
    Grant(
        service="elasticfilesystem",
        policy="data",
        types=("efs.AccessPoint", "efs.MountTarget"),
        writes=(
            *("CreateAccessPoint", "CreateMountTarget", "DeleteAccessPoint", "DeleteFileSystem", "DeleteMountTarget"),
            *("PutLifecycleConfiguration", "UpdateFileSystem", *TAGS),
        ),
        resources=FILES,
        conditions=OWN,
        why="these file systems, and nobody else's",
    ),
    Grant(
        service="secretsmanager",
        policy="data",
        types=("secretsmanager.Secret", "secretsmanager.SecretVersion"),
        reads=("DescribeSecret", "GetResourcePolicy", "GetSecretValue"),
        writes=(
            *("CreateSecret", "DeleteSecret", "PutSecretValue", "RestoreSecret", "UpdateSecret"),
            *("UpdateSecretVersionStage", *TAGS),
        ),
        resources=("secretsmanager:{region}:{account}:secret:{name}-*",),
        why="secrets",
    ),
    Grant(
        service="kms",
        policy="data",
        reads=("DescribeKey",),
        resources=("kms:{region}:{account}:key/*",),
        why="`kmsKeyArn`",
    ),
    Grant(
        service="kms",
        policy="data",
        writes=("CreateGrant", "Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"),
        resources=("kms:{region}:{account}:key/*",),
        conditions={
            "StringLike": {
                "kms:ViaService": [
                    "ecr.*.amazonaws.com",
                    "elasticfilesystem.*.amazonaws.com",
                    "secretsmanager.*.amazonaws.com",
                ]
            }
        },
        why="that key, by AWS's services alone: not what other stacks' secrets are encrypted with",
    ),
    Grant(
        service="logs",
        policy="data",
        reads=("DescribeLogGroups",),
        resources=("logs:{region}:{account}:log-group:*",),
        why="log groups are listed before one of them is found",
    ),
    Grant(
        service="logs",
        policy="data",
        types=("cloudwatch.LogGroup",),
        reads=("DescribeLogStreams", "GetLogEvents", "ListTagsForResource"),
        writes=(
            *("AssociateKmsKey", "CreateLogGroup", "DeleteLogGroup", "DeleteRetentionPolicy", "DisassociateKmsKey"),
            *("PutRetentionPolicy", *TAGS),
        ),
        resources=("logs:{region}:{account}:log-group:/ecs/{project}/pr-*",),
        why="logs, and the last lines of a task that failed",
    ),
    Grant(
        service="cloudwatch",
        policy="data",
        types=("cloudwatch.MetricAlarm",),
        reads=("DescribeAlarms", "ListTagsForResource"),
        writes=("DeleteAlarms", "PutMetricAlarm", *TAGS),
        resources=("cloudwatch:{region}:{account}:alarm:{name}-*",),
        why="`error_percent` of a deployment",
    ),
    Grant(service="sts", policy="data", looks=("GetCallerIdentity",), why="who asks, before anything else"),
)
