"""Where an emulator could pass what AWS refuses, or the other way round: names, health, owners, versions, room."""

from __future__ import annotations

import socket
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import docker
import pytest

from berth.emulator import process
from berth.emulator.process import LABEL, Emulator, emulator
from tests.e2e.workspace import free_port
from tests.engine.test_emulator import (
    CLUSTER,
    FOREVER,
    NAMESPACE,
    ONE_AT_A_TIME,
    Cluster,
    Make,
    connect,
    fetch,
    make_cluster,
    make_services,
    server,
    until,
)

pytestmark = pytest.mark.engine


@pytest.fixture(scope="module")
def cluster(aws: Emulator) -> Cluster:
    return make_cluster(aws)


@pytest.fixture
def service(cluster: Cluster) -> Iterator[Callable[..., str]]:
    yield from make_services(cluster)


def test_only_services_of_the_namespace_know_its_names(cluster: Cluster, service: Make) -> None:
    named = service(
        "hidden", server(cluster, "secret page"), serviceConnectConfiguration=connect(("http", "secluded", 9000))
    )
    assert cluster.ended("hidden", named) == "COMPLETED"
    asking = cluster.container(f"wget -qO- http://secluded:9000/ || echo unknown; {FOREVER}")
    service("stranger", asking)
    elsewhere = connect(namespace=f"{NAMESPACE}-2")
    service("elsewhere", asking, serviceConnectConfiguration=elsewhere)
    ran = cluster.ecs.run_task(cluster=CLUSTER, taskDefinition="stranger")["tasks"][0]
    for task in (
        until(lambda: cluster.tasks("stranger"))[0],
        until(lambda: cluster.tasks("elsewhere"))[0],
        ran,
    ):
        lines = until(lambda task=task: {"unknown", "secret page"} & set(cluster.said(task)))
        assert lines == {"unknown"}
    cluster.ecs.stop_task(cluster=CLUSTER, task=ran["taskArn"])


def test_an_unhealthy_task_makes_room_for_the_next_one(cluster: Cluster, service: Make) -> None:
    check = {"command": ["CMD-SHELL", "exit 1"], "interval": 1, "timeout": 2, "retries": 1}
    ports = [{"containerPort": 80, "hostPort": free_port()}]
    sick = cluster.container(FOREVER, healthCheck=check, portMappings=ports)
    assert cluster.ended("sick", service("sick", sick, deploymentConfiguration=ONE_AT_A_TIME)) == "FAILED"
    reasons = {task["stoppedReason"] for task in cluster.tasks("sick", "STOPPED")}
    assert reasons == {"Task failed container health checks"}


def test_the_images_own_health_check_does_not_count(cluster: Cluster, service: Make) -> None:
    client = docker.from_env()
    container = client.containers.create(cluster.image, "true")
    image = container.commit("berth-test/sick", changes="HEALTHCHECK --interval=1s --retries=1 CMD false")
    container.remove()
    try:
        made = service("inherits", {**cluster.container(FOREVER), "image": "berth-test/sick:latest"})
        assert cluster.ended("inherits", made) == "COMPLETED"
        time.sleep(2.5)
        assert cluster.tasks("inherits", "STOPPED") == []
        cluster.delete("inherits")
    finally:
        client.images.remove(image.id, force=True)


def test_secrets_are_read_by_key_and_version(cluster: Cluster, service: Make) -> None:
    secrets = cluster.aws.client("secretsmanager")
    first = secrets.create_secret(Name="login", SecretString='{"user": "first", "key": "k"}')
    secrets.put_secret_value(SecretId=first["ARN"], SecretString='{"user": "second", "key": "k"}')
    cluster.aws.client("ssm").put_parameter(Name="/test/one", Value="of SSM", Type="SecureString")
    given = {
        "NEWEST": f"{first['ARN']}:user::",
        "PINNED": f"{first['ARN']}:user::{first['VersionId']}",
        "WHOLE": f"{first['ARN']}:::{first['VersionId']}",
        "PARAMETER": "/test/one",
    }
    asked = cluster.container(
        f'echo "$NEWEST"; echo "$PINNED"; echo "$WHOLE"; echo "$PARAMETER"; {FOREVER}',
        secrets=[{"name": name, "valueFrom": source} for name, source in given.items()],
    )
    assert cluster.ended("secrets", service("secrets", asked)) == "COMPLETED"
    (task,) = cluster.tasks("secrets")
    assert until(lambda: cluster.said(task)) == ["second", "first", '{"user": "first", "key": "k"}', "of SSM"]


def test_an_access_point_is_one_directory_with_its_owner(cluster: Cluster, service: Make) -> None:
    efs = cluster.aws.client("efs")
    file_system = efs.create_file_system(CreationToken="test")["FileSystemId"]
    owner = {"OwnerUid": 1001, "OwnerGid": 1002, "Permissions": "0750"}
    point = efs.create_access_point(
        FileSystemId=file_system, ClientToken="test", RootDirectory={"Path": "/data", "CreationInfo": owner}
    )["AccessPointId"]
    authorization = {"accessPointId": point, "iam": "ENABLED"}
    settings = {"fileSystemId": file_system, "transitEncryption": "ENABLED", "authorizationConfig": authorization}
    for name, script in (("writes", "stat -c '%u %g %a' /data; echo one > /data/file"), ("reads", "cat /data/file")):
        main = cluster.container(
            f"{script}; {FOREVER}", user="1001", mountPoints=[{"sourceVolume": name, "containerPath": "/data"}]
        )
        made = service(name, main, task={"volumes": [{"name": name, "efsVolumeConfiguration": settings}]})
        assert cluster.ended(name, made) == "COMPLETED"
    assert until(lambda: cluster.said(cluster.tasks("writes")[0])) == ["1001 1002 750"]
    assert until(lambda: cluster.said(cluster.tasks("reads")[0])) == ["one"]


@pytest.mark.parametrize("mode", ["awsvpc", "bridge"])
def test_a_load_balancer_reaches_the_container_that_it_names(mode: str, cluster: Cluster, service: Make) -> None:
    host, group = balance(cluster, mode)
    (before,) = cluster.ecs.run_task(
        cluster=CLUSTER, taskDefinition=cluster.register("before", cluster.container(FOREVER))
    )["tasks"]
    until(lambda: own_containers(cluster.aws, before))
    first = cluster.container("sleep 2", "first", essential=False)
    main = server(cluster, mode, dependsOn=[{"containerName": "first", "condition": "SUCCESS"}])
    target = {"targetGroupArn": group, "containerName": "main", "containerPort": 9000}
    made = service(f"balanced-{mode}", main, first, task={"networkMode": mode}, loadBalancers=[target])
    until(
        lambda: cluster.tasks(f"balanced-{mode}") and own_containers(cluster.aws, cluster.tasks(f"balanced-{mode}")[0])
    )
    # The address that this frees is the next container's, so that the task's first and last have different ones.
    cluster.ecs.stop_task(cluster=CLUSTER, task=before["taskArn"])
    assert cluster.ended(f"balanced-{mode}", made) == "COMPLETED"
    assert fetch(cluster.aws.endpoint, host) == mode


def balance(cluster: Cluster, mode: str) -> tuple[str, str]:
    """A load balancer's host name and its target group."""
    elb = cluster.aws.client("elbv2")
    network = cluster.aws.client("ec2").create_vpc(CidrBlock="10.9.0.0/16")["Vpc"]["VpcId"]
    group = elb.create_target_group(
        Name=f"test-{mode}",
        Protocol="HTTP",
        Port=9000,
        VpcId=network,
        TargetType="ip" if mode == "awsvpc" else "instance",
    )["TargetGroups"][0]["TargetGroupArn"]
    balancer = elb.create_load_balancer(Name=f"test-{mode}", Subnets=[])["LoadBalancers"][0]
    action = {"Type": "forward", "TargetGroupArn": group}
    elb.create_listener(LoadBalancerArn=balancer["LoadBalancerArn"], Protocol="HTTP", Port=80, DefaultActions=[action])
    return balancer["DNSName"], group


def test_a_task_has_its_time_to_stop_and_no_more(cluster: Cluster, service: Make) -> None:
    made = service("stubborn", cluster.container("trap '' TERM; while true; do sleep 1; done", stopTimeout=2))
    assert cluster.ended("stubborn", made) == "COMPLETED"
    (task,) = cluster.tasks("stubborn")
    start = time.monotonic()
    cluster.ecs.stop_task(cluster=CLUSTER, task=task["taskArn"])
    until(lambda: not own_containers(cluster.aws, task))
    assert 1.5 < time.monotonic() - start < 4


def own_containers(aws: Emulator, task: Mapping[str, Any]) -> list[Any]:
    labels = [f"{LABEL}={aws.port}", f"com.amazonaws.ecs.task-arn={task['taskArn']}"]
    return list(docker.from_env().api.containers(all=True, filters={"label": labels}))


def test_the_instances_image_is_a_public_parameter(aws: Emulator) -> None:
    for architecture in ("", "arm64/"):
        name = f"/aws/service/ecs/optimized-ami/amazon-linux-2023/{architecture}recommended/image_id"
        assert aws.client("ssm").get_parameter(Name=name)["Parameter"]["Value"].startswith("ami-")


def test_an_emulator_leaves_no_name_of_an_image(cluster: Cluster, tmp_path: Path) -> None:
    client = docker.from_env()
    with emulator(tmp_path) as aws:
        aws.client("ecr").create_repository(repositoryName="left")
        name = f"localhost:{aws.port}/left"
        client.images.get(cluster.image).tag(name, "1")
        client.images.push(name, "1")
    images = client.api.images()  # as remove_all has it: images.list() fails where another test has removed one
    names = [name for image in images for name in [*(image["RepoTags"] or []), *(image["RepoDigests"] or [])]]
    assert [tag for tag in names if tag.startswith(name)] == []
    client.images.get(cluster.image)


def test_a_port_that_another_program_was_faster_to_take(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    free = process._free_port()
    with socket.create_server(("127.0.0.1", 0)) as other:
        ports = iter([other.getsockname()[1], free])
        monkeypatch.setattr(process, "_free_port", lambda: next(ports))
        with process.emulator(tmp_path, containers=False) as made:
            assert made.port == free
            assert made.client("sts").get_caller_identity()["Account"]
