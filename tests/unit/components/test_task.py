from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest

from berth.components.container import Container, MountPoint, PortMapping
from berth.components.task import TaskDefinition, TaskDefinitionArgs, TaskVolume
from tests.unit.recorder import Recorder, start

TASK = "aws:ecs/taskDefinition:TaskDefinition"
POLICY = "aws:iam/rolePolicy:RolePolicy"
WEB = Container(name="web", image="x", memory=64, port_mappings=(PortMapping(container_port=80, name="web-80"),))
FARGATE: dict[str, Any] = {
    "region": "eu-west-1",
    "launch": "FARGATE",
    "network_mode": "awsvpc",
    "cpu": 256,
    "memory": 512,
}
EC2: dict[str, Any] = {"region": "eu-west-1", "launch": "EC2", "network_mode": "bridge"}


def made(**args: Any) -> Recorder:
    recorder = start(Recorder())

    @pulumi.runtime.test
    def program() -> None:
        TaskDefinition("web", TaskDefinitionArgs(**{"containers": [WEB], **args}))

    program()
    return recorder


def allowed(recorder: Recorder, role: str) -> list[tuple[list[str], list[str]]]:
    policy = json.loads(recorder.one(POLICY, f"web-{role}-policy").inputs["policy"])
    return [(item["Action"], item["Resource"]) for item in policy["Statement"]]


def test_fargate_task():
    inputs = made(**FARGATE, cpu_architecture="arm64", tags={"a": "b"}).one(TASK, "web").inputs
    definitions = json.loads(inputs.pop("containerDefinitions"))
    assert inputs == {
        "family": "web",
        "requiresCompatibilities": ["FARGATE"],
        "networkMode": "awsvpc",
        "cpu": "256",
        "memory": "512",
        "runtimePlatform": {"cpuArchitecture": "ARM64", "operatingSystemFamily": "LINUX"},
        "volumes": [],
        "executionRoleArn": "arn:aws:mock:us-east-1:123456789012:web-execution",
        "taskRoleArn": "arn:aws:mock:us-east-1:123456789012:web-task",
        "skipDestroy": False,
        "tags": {"a": "b"},
    }
    assert definitions[0]["portMappings"] == [
        {"containerPort": 80, "hostPort": 80, "name": "web-80", "protocol": "tcp"}
    ]
    assert definitions[0]["logConfiguration"] == {
        "logDriver": "awslogs",
        "options": {"awslogs-group": "web", "awslogs-region": "eu-west-1", "awslogs-stream-prefix": "web"},
    }


def test_ec2_task_has_no_size_of_its_own():
    inputs = made(**EC2, log_prefix="shop").one(TASK, "web").inputs
    assert (inputs["requiresCompatibilities"], inputs["networkMode"]) == (["EC2"], "bridge")
    assert "cpu" not in inputs
    assert "memory" not in inputs
    options = json.loads(inputs["containerDefinitions"])[0]["logConfiguration"]["options"]
    assert options["awslogs-stream-prefix"] == "shop"


def test_log_group_and_roles_carry_retention_and_tags():
    recorder = made(**FARGATE, log_retention_days=7, tags={"a": "b"})
    logs = recorder.one("aws:cloudwatch/logGroup:LogGroup", "web").inputs
    assert (logs["retentionInDays"], logs["tags"]) == (7, {"a": "b"})
    roles = recorder.of("aws:iam/role:Role")
    assert {role.name: role.inputs["tags"] for role in roles} == {"web-execution": {"a": "b"}, "web-task": {"a": "b"}}
    assert all("ecs-tasks.amazonaws.com" in role.inputs["assumeRolePolicy"] for role in roles)


def test_execution_role_writes_its_own_logs_and_nothing_else():
    logs = ["arn:aws:mock:us-east-1:123456789012:web:*"]
    assert allowed(made(**FARGATE), "execution") == [(["logs:CreateLogStream", "logs:PutLogEvents"], logs)]


def test_execution_role_pulls_and_reads_what_it_is_given():
    recorder = made(**FARGATE, repository_arns=["arn:r2", "arn:r1"], secret_arns=["arn:s"], kms_key_arns=["arn:k"])
    assert allowed(recorder, "execution")[1:] == [
        (["ecr:GetAuthorizationToken"], ["*"]),
        (["ecr:BatchCheckLayerAvailability", "ecr:BatchGetImage", "ecr:GetDownloadUrlForLayer"], ["arn:r1", "arn:r2"]),
        (["secretsmanager:GetSecretValue"], ["arn:s"]),
        (["kms:Decrypt"], ["arn:k"]),
    ]


def test_containers_may_do_nothing_by_default():
    assert [policy.name for policy in made(**FARGATE).of(POLICY)] == ["web-execution-policy"]


def test_containers_mount_files_through_their_access_points_only():
    recorder = made(**FARGATE, file_system_arns=["arn:fs"], access_point_arns=["arn:ap"])
    policy = json.loads(recorder.one(POLICY, "web-task-policy").inputs["policy"])
    assert policy["Statement"] == [
        {
            "Effect": "Allow",
            "Action": ["elasticfilesystem:ClientMount", "elasticfilesystem:ClientWrite"],
            "Resource": ["arn:fs"],
            "Condition": {"StringEquals": {"elasticfilesystem:AccessPointArn": ["arn:ap"]}},
        }
    ]


def test_a_file_system_without_access_points_has_no_condition():
    recorder = made(**FARGATE, file_system_arns=["arn:fs"])
    (statement,) = json.loads(recorder.one(POLICY, "web-task-policy").inputs["policy"])["Statement"]
    assert "Condition" not in statement


def test_a_task_may_protect_itself_in_its_own_cluster_alone():
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/task-scale-in-protection.html"""
    found = allowed(made(**FARGATE, protects_in="arn:aws:ecs:eu-west-1:1:cluster/shop"), "task")
    actions = ["ecs:GetTaskProtection", "ecs:UpdateTaskProtection"]
    assert found == [(actions, ["arn:aws:ecs:eu-west-1:1:task/shop/*"])]


def test_exec_opens_its_channels():
    channels = ["CreateControlChannel", "CreateDataChannel", "OpenControlChannel", "OpenDataChannel"]
    assert allowed(made(**FARGATE, enable_exec=True), "task") == [
        ([f"ssmmessages:{channel}" for channel in channels], ["*"])
    ]


def test_volumes():
    volumes = [
        TaskVolume(name="data", file_system_id="fs-1", access_point_id="fsap-1"),
        TaskVolume(name="disk", docker_volume=True),
        TaskVolume(name="scratch"),
    ]
    assert made(**EC2, volumes=volumes).one(TASK).inputs["volumes"] == [
        {
            "name": "data",
            "efsVolumeConfiguration": {
                "fileSystemId": "fs-1",
                "transitEncryption": "ENABLED",
                "authorizationConfig": {"accessPointId": "fsap-1", "iam": "ENABLED"},
            },
        },
        {
            "name": "disk",
            "dockerVolumeConfiguration": {"scope": "shared", "autoprovision": True, "driver": "local"},
        },
        {"name": "scratch"},
    ]


def test_outputs():
    start(Recorder(outputs={TASK: {"arn": "arn:web:3"}}))
    seen: dict[str, Any] = {}

    @pulumi.runtime.test
    async def program() -> None:
        task = TaskDefinition("web", TaskDefinitionArgs(containers=[WEB], **FARGATE))
        seen["ports"] = task.port_names
        for name in ("arn", "family", "log_group_name", "task_role_arn", "execution_role_arn"):
            seen[name] = await getattr(task, name).future()

    program()
    prefix = "arn:aws:mock:us-east-1:123456789012:"
    assert seen == {
        "ports": ("web-80",),
        "arn": "arn:web:3",
        "family": "web",
        "log_group_name": "web",
        "task_role_arn": f"{prefix}web-task",
        "execution_role_arn": f"{prefix}web-execution",
    }


MOUNTED = Container(name="web", image="x", mount_points=(MountPoint(source_volume="data", container_path="/d"),))


@pytest.mark.parametrize(
    ("change", "message"),
    [
        ({**FARGATE, "cpu": None}, "Fargate needs cpu and memory"),
        ({**FARGATE, "memory": None}, "Fargate needs cpu and memory"),
        ({**FARGATE, "network_mode": "bridge"}, "Fargate needs the awsvpc network mode"),
        ({**FARGATE, "volumes": [TaskVolume(name="a", docker_volume=True)]}, "Fargate has no Docker volumes"),
        ({**FARGATE, "containers": [MOUNTED]}, "volume 'data' is mounted, but the task has none"),
        ({**EC2, "containers": [Container(name="web", image="x")]}, "EC2 needs a memory limit"),
    ],
)
def test_what_ecs_would_refuse_is_refused_before(change: dict[str, Any], message: str):
    with pytest.raises(ValueError, match=message):
        TaskDefinitionArgs(**{"containers": [WEB], **change})


def test_the_right_to_be_root_on_a_file_system_is_for_that_one_alone():
    recorder = made(**FARGATE, open_file_system_arns=["arn:fs-1", "arn:fs-2"], root_file_system_arns=["arn:fs-2"])
    assert (["elasticfilesystem:ClientRootAccess"], ["arn:fs-2"]) in allowed(recorder, "task")


def test_a_key_of_ones_own_encrypts_the_log_group():
    recorder = made(**FARGATE, log_kms_key_arn="arn:key")
    assert recorder.one("aws:cloudwatch/logGroup:LogGroup").inputs["kmsKeyId"] == "arn:key"
