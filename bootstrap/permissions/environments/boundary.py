"""The most that a role of a pull request's environment can do: docs/iam.md without other stacks' secrets, volumes and
load balancing. It gives nothing by itself.
"""

from __future__ import annotations

from bootstrap.grants import Grant
from bootstrap.permissions.environments.tag import OWN

GRANTS = (
    Grant(
        service="ecr",
        policy="boundary",
        looks=("GetAuthorizationToken",),
        reads=("BatchCheckLayerAvailability", "BatchGetImage", "GetDownloadUrlForLayer"),
        resources=("ecr:{region}:{account}:repository/*",),
        why="pulls images, of its own repositories and of those that the file names",
    ),
    Grant(
        service="logs",
        policy="boundary",
        writes=("CreateLogGroup", "CreateLogStream", "PutLogEvents"),
        resources=("logs:*:{account}:log-group:*",),
        why="writes logs, also into groups that the file names",
    ),
    Grant(
        service="secretsmanager",
        policy="boundary",
        reads=("GetSecretValue",),
        resources=("secretsmanager:{region}:{account}:secret:{name}-*",),
        why="the environments' secrets",
    ),
    Grant(
        service="kms",
        policy="boundary",
        reads=("Decrypt",),
        resources=("kms:{region}:{account}:key/*",),
        conditions={"StringLike": {"kms:ViaService": ["secretsmanager.*.amazonaws.com", "ssm.*.amazonaws.com"]}},
        why="`kmsKeyArn`, for these secrets alone",
    ),
    Grant(
        service="elasticfilesystem",
        policy="boundary",
        writes=("ClientMount", "ClientWrite"),
        resources=("elasticfilesystem:{region}:{account}:file-system/*",),
        conditions=OWN,
        why="the environments' volumes",
    ),
    Grant(
        service="ssmmessages",
        policy="boundary",
        makes=("CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"),
        why="`enableExec`",
    ),
    Grant(
        service="ecs",
        policy="boundary",
        writes=("RunTask",),
        resources=("ecs:{region}:{account}:task-definition/{name}-*",),
        why="schedules start tasks",
    ),
    Grant(
        service="ecs",
        policy="boundary",
        writes=("TagResource",),
        resources=("ecs:{region}:{account}:task/{base}-*/*",),
        why="and tag them",
    ),
    Grant(
        service="iam",
        policy="boundary",
        writes=("PassRole",),
        resources=("iam::{account}:role/{name}-*",),
        why="with the tasks' roles",
    ),
    Grant(
        service="elasticloadbalancing",
        policy="boundary",
        looks=("DescribeListeners", "DescribeRules", "DescribeTargetGroups", "DescribeTargetHealth"),
        writes=("DeregisterTargets", "ModifyRule", "RegisterTargets"),
        resources=(
            "elasticloadbalancing:{region}:{account}:targetgroup/{name}-*",
            "elasticloadbalancing:{region}:{account}:listener-rule/app/{base}-*",
        ),
        conditions=OWN,
        why="a blue/green deployment moves the requests of its own rules",
    ),
)
