"""An ECS task definition with what it needs to start: a log group, an execution role and a task role."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pulumi
import pulumi_aws as aws

from berth.components.container import Container
from berth.components.container_json import Launch, NetworkMode, problems, render
from berth.components.logs import LogGroup, LogGroupArgs
from berth.components.role import Role, RoleArgs, Statement


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskVolume:
    """A volume that containers mount by ``name``.

    On EFS with ``file_system_id``, of which ``root_directory`` is mounted, or the access point's path; with
    ``docker_volume`` a Docker volume on the instance (EC2 only), which outlives the task; else an empty directory that
    lives as long as the task. ``docker_labels`` are what Docker gives the volume as it makes it.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_data_volumes.html
    """

    name: str
    file_system_id: pulumi.Input[str] | None = None
    access_point_id: pulumi.Input[str] | None = None
    root_directory: str | None = None
    docker_volume: bool = False
    docker_labels: Mapping[str, str] = field(default_factory=dict[str, str])


@dataclass(frozen=True, slots=True, kw_only=True)
class TaskDefinitionArgs:
    """``cpu`` (units, 1024 a core) and ``memory`` (MiB) are the task's; Fargate needs both.

    The ARNs are what the roles may use: images to pull, secrets and SSM's parameters to read (whole ARNs, without a
    version), keys that encrypt them where these are not the account's own, file systems to mount through access points,
    log groups beside the task's own, which with ``creates_log_groups`` the agent makes, and the cluster in which a task
    may protect itself from being stopped by scaling or a deployment. Of ``root_file_system_arns`` the task may be root.
    ``log_kms_key_arn`` encrypts its own log group.

    Raises:
        ValueError: ECS would refuse the definition; every reason is named.
    """

    containers: Sequence[Container]
    region: str
    launch: Launch
    network_mode: NetworkMode
    cpu: int | None = None
    memory: int | None = None
    cpu_architecture: Literal["x86_64", "arm64"] = "x86_64"
    volumes: Sequence[TaskVolume] = ()
    repository_arns: Sequence[pulumi.Input[str]] = ()
    secret_arns: Sequence[pulumi.Input[str]] = ()
    parameter_arns: Sequence[pulumi.Input[str]] = ()
    kms_key_arns: Sequence[pulumi.Input[str]] = ()
    file_system_arns: Sequence[pulumi.Input[str]] = ()
    access_point_arns: Sequence[pulumi.Input[str]] = ()
    open_file_system_arns: Sequence[pulumi.Input[str]] = ()
    root_file_system_arns: Sequence[pulumi.Input[str]] = ()
    log_group_arns: Sequence[pulumi.Input[str]] = ()
    creates_log_groups: bool = False
    log_retention_days: int = 30
    log_prefix: str | None = None
    log_kms_key_arn: pulumi.Input[str] | None = None
    enable_exec: bool = False
    protects_in: pulumi.Input[str] | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        found = list(problems(self.containers, launch=self.launch, network_mode=self.network_mode))
        if self.launch == "FARGATE" and (self.cpu is None or self.memory is None):
            found.append("Fargate needs cpu and memory for the task")
        if self.launch == "FARGATE" and self.network_mode != "awsvpc":
            found.append("Fargate needs the awsvpc network mode")
        if self.launch == "FARGATE" and any(volume.docker_volume for volume in self.volumes):
            found.append("Fargate has no Docker volumes; use EFS")
        known = {volume.name for volume in self.volumes}
        mounted = {mount.source_volume for container in self.containers for mount in container.mount_points}
        found += [f"volume {name!r} is mounted, but the task has none of this name" for name in sorted(mounted - known)]
        if found:
            raise ValueError("; ".join(found))


class TaskDefinition(pulumi.ComponentResource):
    """A task definition; its family is the logical name, its log group and roles are the same for all revisions."""

    arn: pulumi.Output[str]
    family: pulumi.Output[str]
    log_group_name: pulumi.Output[str]
    task_role_arn: pulumi.Output[str]
    task_role_name: pulumi.Output[str]
    execution_role_arn: pulumi.Output[str]
    port_names: Sequence[str]

    def __init__(self, name: str, args: TaskDefinitionArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:TaskDefinition", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        logs = LogGroup(
            name,
            LogGroupArgs(retention_days=args.log_retention_days, kms_key_id=args.log_kms_key_arn, tags=args.tags),
            child,
        )
        execution_role = Role(
            f"{name}-execution",
            RoleArgs(
                description=f"Starts the tasks of {name}: pulls images, reads secrets, writes logs",
                statements=execution_statements(args, log_group_arn=logs.arn),
                tags=args.tags,
            ),
            child,
        )
        task_role = Role(
            f"{name}-task",
            RoleArgs(
                description=f"What the containers of {name} may do", statements=task_statements(args), tags=args.tags
            ),
            child,
        )
        task = aws.ecs.TaskDefinition(
            name,
            family=name,
            container_definitions=render(
                args.containers,
                network_mode=args.network_mode,
                log_options={
                    "awslogs-group": logs.name,
                    "awslogs-region": args.region,
                    "awslogs-stream-prefix": args.log_prefix or name,
                },
            ),
            requires_compatibilities=[args.launch],
            network_mode=args.network_mode,
            cpu=None if args.cpu is None else str(args.cpu),
            memory=None if args.memory is None else str(args.memory),
            runtime_platform=aws.ecs.TaskDefinitionRuntimePlatformArgs(
                cpu_architecture=args.cpu_architecture.upper(), operating_system_family="LINUX"
            ),
            volumes=[_volume(volume) for volume in args.volumes],
            execution_role_arn=execution_role.arn,
            task_role_arn=task_role.arn,
            skip_destroy=False,
            tags=dict(args.tags),
            # A task that starts before its roles may do anything fails, and stays so until the next try.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[execution_role, task_role]),
        )
        self.arn = task.arn
        self.family = task.family
        self.log_group_name = logs.name
        self.task_role_arn = task_role.arn
        self.task_role_name = task_role.name
        self.execution_role_arn = execution_role.arn
        self.port_names = tuple(
            mapping.name for container in args.containers for mapping in container.port_mappings if mapping.name
        )
        self.register_outputs({"arn": self.arn, "family": self.family, "log_group_name": self.log_group_name})


def execution_statements(args: TaskDefinitionArgs, *, log_group_arn: pulumi.Input[str]) -> tuple[Statement, ...]:
    """What the ECS agent needs to start the containers, and nothing else.

    - ``ecr:GetAuthorizationToken`` on ``*``: the action takes no resource;
    - ``ecr:BatchCheckLayerAvailability``, ``ecr:GetDownloadUrlForLayer``, ``ecr:BatchGetImage`` on ``repository_arns``;
    - ``logs:CreateLogStream``, ``logs:PutLogEvents`` on the streams of the task's own log group and of
      ``log_group_arns``; with ``creates_log_groups`` ``logs:CreateLogGroup`` on these;
    - ``secretsmanager:GetSecretValue`` on ``secret_arns``, ``ssm:GetParameters`` on ``parameter_arns``;
    - ``kms:Decrypt`` on ``kms_key_arns``.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task_execution_IAM_role.html
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerregistry.html
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazoncloudwatchlogs.html
    """
    statements = [
        Statement(
            actions=("logs:CreateLogStream", "logs:PutLogEvents"),
            resources=tuple(pulumi.Output.concat(arn, ":*") for arn in (log_group_arn, *args.log_group_arns)),
        )
    ]
    if args.creates_log_groups:
        statements.append(Statement(actions=("logs:CreateLogGroup",), resources=args.log_group_arns))
    if args.repository_arns:
        pull = ("ecr:BatchCheckLayerAvailability", "ecr:GetDownloadUrlForLayer", "ecr:BatchGetImage")
        statements += [
            Statement(actions=("ecr:GetAuthorizationToken",), resources=("*",)),
            Statement(actions=pull, resources=args.repository_arns),
        ]
    if args.secret_arns:
        statements.append(Statement(actions=("secretsmanager:GetSecretValue",), resources=args.secret_arns))
    if args.parameter_arns:
        statements.append(Statement(actions=("ssm:GetParameters",), resources=args.parameter_arns))
    if args.kms_key_arns:
        statements.append(Statement(actions=("kms:Decrypt",), resources=args.kms_key_arns))
    return tuple(statements)


def task_statements(args: TaskDefinitionArgs) -> tuple[Statement, ...]:
    """What the containers themselves may do.

    - ``elasticfilesystem:ClientMount``, ``elasticfilesystem:ClientWrite`` on ``file_system_arns``, through
      ``access_point_arns`` only where there are any; and on ``open_file_system_arns`` without one;
    - ``elasticfilesystem:ClientRootAccess`` on ``root_file_system_arns``;
    - with ``enable_exec``: ``ssmmessages:CreateControlChannel``, ``CreateDataChannel``, ``OpenControlChannel``,
      ``OpenDataChannel`` on ``*``: the actions take no resource;
    - with ``protects_in``: ``ecs:GetTaskProtection``, ``ecs:UpdateTaskProtection`` on the tasks of this cluster; their
      ids come with them.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection.html
    https://docs.aws.amazon.com/efs/latest/ug/iam-access-control-nfs-efs.html
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-iam-roles.html#ecs-exec-required-iam-permissions
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonsessionmanagermessagegatewayservice.html
    """
    statements: list[Statement] = []
    if args.file_system_arns:
        through = {"StringEquals": {"elasticfilesystem:AccessPointArn": args.access_point_arns}}
        statements.append(
            Statement(
                actions=("elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"),
                resources=args.file_system_arns,
                conditions=through if args.access_point_arns else {},
            )
        )
    if args.open_file_system_arns:
        mount = ("elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite")
        statements.append(Statement(actions=mount, resources=args.open_file_system_arns))
    if args.root_file_system_arns:
        statements.append(
            Statement(actions=("elasticfilesystem:ClientRootAccess",), resources=args.root_file_system_arns)
        )
    if args.enable_exec:
        channels = ("CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel")
        actions = tuple(f"ssmmessages:{channel}" for channel in channels)
        statements.append(Statement(actions=actions, resources=("*",)))
    if args.protects_in is not None:
        tasks = pulumi.Output.from_input(args.protects_in).apply(lambda arn: arn.replace(":cluster/", ":task/") + "/*")
        statements.append(Statement(actions=("ecs:GetTaskProtection", "ecs:UpdateTaskProtection"), resources=(tasks,)))
    return tuple(statements)


def _volume(volume: TaskVolume) -> aws.ecs.TaskDefinitionVolumeArgs:
    if volume.file_system_id is not None:
        access_point = aws.ecs.TaskDefinitionVolumeEfsVolumeConfigurationAuthorizationConfigArgs(
            access_point_id=volume.access_point_id, iam="ENABLED"
        )
        return aws.ecs.TaskDefinitionVolumeArgs(
            name=volume.name,
            efs_volume_configuration=aws.ecs.TaskDefinitionVolumeEfsVolumeConfigurationArgs(
                file_system_id=volume.file_system_id,
                root_directory=volume.root_directory,
                transit_encryption="ENABLED",
                authorization_config=access_point,
            ),
        )
    if volume.docker_volume:
        return aws.ecs.TaskDefinitionVolumeArgs(
            name=volume.name,
            docker_volume_configuration=aws.ecs.TaskDefinitionVolumeDockerVolumeConfigurationArgs(
                scope="shared", autoprovision=True, driver="local", labels=dict(volume.docker_labels) or None
            ),
        )
    return aws.ecs.TaskDefinitionVolumeArgs(name=volume.name)
