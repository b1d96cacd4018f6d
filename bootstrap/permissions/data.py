"""Images, volumes, secrets, databases and keys: what a preview and an update ask of AWS."""

from __future__ import annotations

from bootstrap.grants import TAGS, Grant

GRANTS = (
    Grant(
        service="ecr",
        policy="data",
        types=("ecr.Repository", "ecr.LifecyclePolicy"),
        looks=("GetAuthorizationToken",),
        reads=(
            *("BatchGetImage", "DescribeImages", "DescribeRepositories", "GetLifecyclePolicy", "ListTagsForResource"),
        ),
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
        types=("efs.FileSystem", "efs.AccessPoint", "efs.MountTarget", "efs.BackupPolicy"),
        reads=(
            *("DescribeAccessPoints", "DescribeBackupPolicy", "DescribeFileSystems", "DescribeLifecycleConfiguration"),
            *("DescribeMountTargetSecurityGroups", "DescribeMountTargets", "ListTagsForResource"),
        ),
        writes=(
            *("CreateAccessPoint", "CreateFileSystem", "CreateMountTarget", "DeleteAccessPoint", "DeleteFileSystem"),
            *("DeleteMountTarget", "ModifyMountTargetSecurityGroups", "PutBackupPolicy"),
            *("PutLifecycleConfiguration", "UpdateFileSystem", *TAGS),
        ),
        resources=(
            *(
                "elasticfilesystem:{region}:{account}:file-system/*",
                "elasticfilesystem:{region}:{account}:access-point/*",
            ),
        ),
        why="volumes; file systems have ids alone",
    ),
    Grant(
        service="secretsmanager",
        policy="data",
        types=("secretsmanager.Secret", "secretsmanager.SecretVersion", "secretsmanager.SecretRotation"),
        reads=("DescribeSecret", "GetResourcePolicy", "GetSecretValue"),
        writes=(
            *("CancelRotateSecret", "CreateSecret", "DeleteSecret", "PutSecretValue", "RestoreSecret", "RotateSecret"),
            *("UpdateSecret", "UpdateSecretVersionStage", *TAGS),
        ),
        resources=("secretsmanager:{region}:{account}:secret:{name}-*",),
        why="secrets; a look for drift compares their values with the state's, which has them encrypted",
    ),
    Grant(
        service="rds",
        policy="data",
        types=("rds.Instance", "rds.ParameterGroup", "rds.SubnetGroup"),
        reads=(
            *("DescribeDBInstances", "DescribeDBParameterGroups", "DescribeDBParameters", "DescribeDBSubnetGroups"),
            "ListTagsForResource",
        ),
        writes=(
            *("AddTagsToResource", "CreateDBInstance", "CreateDBParameterGroup", "CreateDBSnapshot"),
            *("CreateDBSubnetGroup", "DeleteDBInstance", "DeleteDBParameterGroup", "DeleteDBSubnetGroup"),
            *("ModifyDBInstance", "ModifyDBParameterGroup", "ModifyDBSubnetGroup", "RebootDBInstance"),
            *("RemoveTagsFromResource", "ResetDBParameterGroup"),
        ),
        resources=(
            *("rds:{region}:{account}:db:{name}-*", "rds:{region}:{account}:pg:{name}-*"),
            *("rds:{region}:{account}:subgrp:{name}-*", "rds:{region}:{account}:snapshot:{name}-*"),
            "rds:{region}:{account}:og:default*",
        ),
        why="`x-berth.managed: rds`",
    ),
    Grant(
        service="elasticache",
        policy="data",
        types=("elasticache.ReplicationGroup", "elasticache.ParameterGroup", "elasticache.SubnetGroup"),
        reads=(
            *("DescribeCacheClusters", "DescribeCacheParameterGroups", "DescribeCacheParameters"),
            *("DescribeCacheSubnetGroups", "DescribeReplicationGroups", "ListTagsForResource"),
        ),
        writes=(
            *("AddTagsToResource", "CreateCacheParameterGroup", "CreateCacheSubnetGroup", "CreateReplicationGroup"),
            *("CreateSnapshot", "DecreaseReplicaCount", "DeleteCacheParameterGroup", "DeleteCacheSubnetGroup"),
            *("DeleteReplicationGroup", "IncreaseReplicaCount", "ModifyCacheParameterGroup"),
            *("ModifyCacheSubnetGroup", "ModifyReplicationGroup", "RemoveTagsFromResource"),
            "ResetCacheParameterGroup",
        ),
        resources=(
            *(
                "elasticache:{region}:{account}:replicationgroup:{name}-*",
                "elasticache:{region}:{account}:cluster:{name}-*",
            ),
            *("elasticache:{region}:{account}:subnetgroup:{name}-*", "elasticache:{region}:{account}:parametergroup:*"),
            "elasticache:{region}:{account}:snapshot:{name}-*",
        ),
        why="`x-berth.managed: elasticache`",
    ),
    Grant(
        service="kms",
        policy="data",
        types=("kms.Key",),
        makes=("CreateKey",),
        reads=("DescribeKey", "GetKeyPolicy", "GetKeyRotationStatus", "ListResourceTags"),
        writes=(
            *("EnableKeyRotation", "PutKeyPolicy", "ScheduleKeyDeletion", "UpdateKeyDescription", *TAGS),
            *("CreateGrant", "Decrypt", "Encrypt", "GenerateDataKey", "GenerateDataKeyWithoutPlaintext"),
        ),
        resources=("kms:{region}:{account}:key/*",),
        why="the key of the alarms' topic, and `kmsKeyArn`, which AWS's services use in the caller's name",
    ),
)
