"""What the emulator's ECS does with task definitions and services: boto3 on one side, real containers on the other."""

from __future__ import annotations

import time
import urllib.error
import urllib.request
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docker
import pytest

from berth.emulator.process import LABEL, Emulator, emulator
from berth.rehearsal.images import base_images
from tests.e2e.workspace import free_port

pytestmark = pytest.mark.engine

CLUSTER = "test"
GROUP = "/test"
FOREVER = "sleep 600 & wait"
NAMESPACE = "arn:aws:servicediscovery:us-east-1:000000000000:namespace/ns-test"
BREAKER = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
ONE_AT_A_TIME = {**BREAKER, "minimumHealthyPercent": 0, "maximumPercent": 100}


def until(condition: Callable[[], Any], seconds: float = 25) -> Any:
    """What ``condition`` gives, once that is true."""
    end = time.monotonic() + seconds
    while not (found := condition()):
        assert time.monotonic() < end, "it never became true"
        time.sleep(0.25)
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """Calls of ECS as short as a test wants them. ``image`` has BusyBox."""

    aws: Emulator
    image: str

    @property
    def ecs(self) -> Any:
        return self.aws.client("ecs")

    def container(self, script: str, name: str = "main", **more: Any) -> dict[str, Any]:
        options = {"awslogs-group": GROUP, "awslogs-region": self.aws.region, "awslogs-stream-prefix": "x"}
        logs = {"logDriver": "awslogs", "options": {**options, "awslogs-create-group": "true"}}
        # A first process without a handler ignores SIGTERM; an init passes it on to one that ends.
        shell = {"entryPoint": ["sh", "-c"], "command": [script], "linuxParameters": {"initProcessEnabled": True}}
        return {
            "name": name,
            "image": self.image,
            "memory": 32,
            "essential": True,
            "logConfiguration": logs,
            **shell,
            **more,
        }

    def register(self, family: str, *containers: Mapping[str, Any], **more: Any) -> str:
        arguments = {"networkMode": "bridge", **more}
        made = self.ecs.register_task_definition(family=family, containerDefinitions=list(containers), **arguments)
        return str(made["taskDefinition"]["taskDefinitionArn"])

    def create(self, name: str, definition: str, **more: Any) -> None:
        arguments = {"desiredCount": 1, "deploymentConfiguration": BREAKER, **more}
        self.ecs.create_service(cluster=CLUSTER, serviceName=name, taskDefinition=definition, **arguments)

    def deployment(self, service: str, definition: str) -> dict[str, Any]:
        described = self.ecs.describe_services(cluster=CLUSTER, services=[service])["services"][0]
        return next((item for item in described["deployments"] if item["taskDefinition"] == definition), {})

    def ended(self, service: str, definition: str) -> str:
        """How the deployment of ``definition`` ended: COMPLETED or FAILED."""
        return str(
            until(
                lambda: {"COMPLETED": "COMPLETED", "FAILED": "FAILED"}.get(
                    self.deployment(service, definition).get("rolloutState", "")
                )
            )
        )

    def tasks(self, service: str, status: str = "RUNNING") -> list[dict[str, Any]]:
        arns = self.ecs.list_tasks(cluster=CLUSTER, serviceName=service, desiredStatus=status)["taskArns"]
        return list(self.ecs.describe_tasks(cluster=CLUSTER, tasks=arns)["tasks"]) if arns else []

    def said(self, task: Mapping[str, Any], container: str = "main") -> list[str]:
        """The container's lines in CloudWatch Logs."""
        logs = self.aws.client("logs")
        stream = f"x/{container}/{task['taskArn'].rpartition('/')[2]}"
        try:
            found = logs.filter_log_events(logGroupName=GROUP, logStreamNames=[stream])["events"]
        except logs.exceptions.ResourceNotFoundException:
            return []
        return [event["message"] for event in found]

    def delete(self, service: str) -> None:
        self.ecs.delete_service(cluster=CLUSTER, service=service, force=True)


def make_cluster(aws: Emulator) -> Cluster:
    aws.client("ecs").create_cluster(clusterName=CLUSTER)
    return Cluster(aws=aws, image=base_images().get("BUSYBOX_IMAGE", "busybox:1.37"))


def make_services(cluster: Cluster) -> Iterator[Callable[..., str]]:
    """Makes services of containers, gone after the test; each call gives a task definition."""
    made = []

    def make(name: str, *containers: Mapping[str, Any], task: Mapping[str, Any] | None = None, **more: Any) -> str:
        definition = cluster.register(name, *containers, **(task or {}))
        cluster.create(name, definition, **more)
        made.append(name)
        return definition

    yield make
    for name in made:
        cluster.delete(name)


@pytest.fixture(scope="module")
def cluster(aws: Emulator) -> Cluster:
    return make_cluster(aws)


@pytest.fixture
def service(cluster: Cluster) -> Iterator[Callable[..., str]]:
    yield from make_services(cluster)


Make = Callable[..., str]


def connect(*entries: tuple[str, str, int], namespace: str = NAMESPACE) -> dict[str, Any]:
    services = [
        {"portName": port_name, "clientAliases": [{"dnsName": name, "port": port}]} for port_name, name, port in entries
    ]
    return {"enabled": True, "namespace": namespace, "services": services}


def server(cluster: Cluster, text: str, **more: Any) -> dict[str, Any]:
    script = f"mkdir /www && echo {text} > /www/index.html && exec httpd -f -p 9000 -h /www"
    return cluster.container(script, portMappings=[{"name": "http", "containerPort": 9000}], **more)


def test_a_container_is_what_its_definition_says(cluster: Cluster, service: Make) -> None:
    script = "id -u; pwd; ulimit -n; echo $PLAIN; touch /no 2>/dev/null || echo read-only; df -m /tmp | tail -1"
    limits = [{"name": "nofile", "softLimit": 1234, "hardLimit": 2345}]
    asked = cluster.container(
        f"{script}; cat /sys/fs/cgroup/memory.max /sys/fs/cgroup/memory/memory.limit_in_bytes 2>/dev/null; {FOREVER}",
        user="1001",
        workingDirectory="/etc",
        ulimits=limits,
        readonlyRootFilesystem=True,
        environment=[{"name": "PLAIN", "value": "a $value"}],
        linuxParameters={"initProcessEnabled": True, "tmpfs": [{"containerPath": "/tmp", "size": 7}]},
    )
    assert cluster.ended("options", service("options", asked)) == "COMPLETED"
    lines = until(lambda: cluster.said(cluster.tasks("options")[0])[6:]) and cluster.said(cluster.tasks("options")[0])
    assert lines[:5] == ["1001", "/etc", "1234", "a $value", "read-only"]
    assert lines[5].split()[1] == "7"
    assert lines[6] == str(32 * 1024 * 1024)


def test_another_service_is_found_by_each_of_its_names(cluster: Cluster, service: Make) -> None:
    found = service(
        "named",
        server(cluster, "found"),
        serviceConnectConfiguration=connect(("http", "backend", 9000), ("http", "other", 9000)),
    )
    assert cluster.ended("named", found) == "COMPLETED"
    assert cluster.deployment("named", found)["serviceConnectConfiguration"]["namespace"] == NAMESPACE
    asking = f"wget -qO- http://backend:9000/; wget -qO- http://other:9000/; {FOREVER}"
    service("asks", cluster.container(asking), serviceConnectConfiguration=connect())
    assert until(lambda: [cluster.said(task) for task in cluster.tasks("asks")] == [["found", "found"]])


def test_an_alias_with_another_port_is_refused(cluster: Cluster, service: Make) -> None:
    asked = service("moved", server(cluster, "x"), serviceConnectConfiguration=connect(("http", "moved", 80)))
    assert cluster.ended("moved", asked) == "FAILED"
    assert "no proxy" in cluster.tasks("moved", "STOPPED")[0]["stoppedReason"]


def test_a_container_waits_for_another_ones_success(cluster: Cluster, service: Make) -> None:
    mount = {"mountPoints": [{"sourceVolume": "files", "containerPath": "/files"}]}
    first = cluster.container("sleep 1; echo written > /files/one", "first", essential=False, **mount)
    after = [{"containerName": "first", "condition": "SUCCESS"}]
    main = cluster.container(f"cat /files/one; {FOREVER}", dependsOn=after, **mount)
    made = service("gated", main, first, task={"volumes": [{"name": "files"}]})
    assert cluster.ended("gated", made) == "COMPLETED"
    (task,) = cluster.tasks("gated")
    assert until(lambda: cluster.said(task)) == ["written"]
    assert {item["name"]: item.get("exitCode") for item in task["containers"]} == {"first": 0, "main": None}


def test_a_failed_dependency_fails_the_task(cluster: Cluster, service: Make) -> None:
    first = cluster.container("echo no; exit 4", "first", essential=False)
    main = cluster.container(FOREVER, dependsOn=[{"containerName": "first", "condition": "SUCCESS"}])
    assert cluster.ended("ungated", service("ungated", main, first)) == "FAILED"
    task = cluster.tasks("ungated", "STOPPED")[0]
    assert task["stopCode"] == "TaskFailedToStart"
    assert "first" in task["stoppedReason"]
    assert {item["name"]: item.get("exitCode") for item in task["containers"]} == {"first": 4, "main": None}


def test_a_container_that_ends_fails_the_deployment(cluster: Cluster, service: Make) -> None:
    made = service("ends", cluster.container("for i in $(seq 300); do echo line $i; done; echo last words; exit 3"))
    assert cluster.ended("ends", made) == "FAILED"
    assert "circuit breaker" in cluster.deployment("ends", made)["rolloutStateReason"]
    stopped = cluster.tasks("ends", "STOPPED")
    assert len(stopped) == 3
    for task in stopped:
        assert (task["stopCode"], task["containers"][0]["exitCode"]) == ("EssentialContainerExited", 3)
        assert until(lambda task=task: cluster.said(task))[-1] == "last words"
    described = cluster.ecs.describe_services(cluster=CLUSTER, services=["ends"])["services"][0]
    assert any("circuit breaker" in event["message"] for event in described["events"])


def test_a_failed_deployment_is_rolled_back(cluster: Cluster, service: Make) -> None:
    good = service("back", cluster.container(FOREVER))
    assert cluster.ended("back", good) == "COMPLETED"
    bad = cluster.register("back", cluster.container("exit 1"))
    cluster.ecs.update_service(cluster=CLUSTER, service="back", taskDefinition=bad)
    assert cluster.ended("back", bad) == "FAILED"
    assert cluster.deployment("back", good)["status"] == "PRIMARY"
    assert [task["taskDefinitionArn"] for task in cluster.tasks("back")] == [good]


def test_a_deployment_waits_for_health(cluster: Cluster, service: Make) -> None:
    check = {"command": ["CMD-SHELL", "test -e /ready"], "interval": 1, "timeout": 2, "startPeriod": 60}
    made = service("healthy", cluster.container(FOREVER, healthCheck=check))
    until(lambda: cluster.tasks("healthy") and cluster.tasks("healthy")[0]["lastStatus"] == "RUNNING")
    time.sleep(1.2)  # a check has failed, and the task was looked at
    assert cluster.deployment("healthy", made)["rolloutState"] == "IN_PROGRESS"
    (container,) = docker.from_env().containers.list(
        filters={"label": "com.amazonaws.ecs.task-definition-family=healthy"}
    )
    container.exec_run("touch /ready")
    assert cluster.ended("healthy", made) == "COMPLETED"
    (task,) = cluster.tasks("healthy")
    assert (task["healthStatus"], task["containers"][0]["healthStatus"]) == ("HEALTHY", "HEALTHY")


def test_a_secret_is_a_variable(cluster: Cluster, service: Make) -> None:
    made = cluster.aws.client("secretsmanager").create_secret(Name="login", SecretString='{"user": "one"}')
    sources = {"KEY": f"{made['ARN']}:user::", "WHOLE": made["ARN"]}
    secrets = [{"name": name, "valueFrom": source} for name, source in sources.items()]
    asked = cluster.container(f'echo "$KEY"; echo "$WHOLE"; {FOREVER}', secrets=secrets)
    assert cluster.ended("secret", service("secret", asked)) == "COMPLETED"
    (task,) = cluster.tasks("secret")
    assert until(lambda: cluster.said(task)[1:]) == ['{"user": "one"}']
    assert cluster.said(task)[0] == "one"


def test_a_missing_secret_fails_the_task(cluster: Cluster, service: Make) -> None:
    arn = "arn:aws:secretsmanager:us-east-1:000000000000:secret:none-abcdef"
    asked = cluster.container(FOREVER, secrets=[{"name": "X", "valueFrom": arn}])
    assert cluster.ended("secretless", service("secretless", asked)) == "FAILED"
    assert "ResourceInitializationError" in cluster.tasks("secretless", "STOPPED")[0]["stoppedReason"]


def test_a_shared_volume_and_a_host_port_pass_to_the_next_deployment(cluster: Cluster, service: Make) -> None:
    volumes = [{"name": "kept", "dockerVolumeConfiguration": {"scope": "shared", "autoprovision": True}}]
    port = free_port()
    script = "echo start >> /kept/starts; wc -l < /kept/starts > /kept/index.html; exec httpd -f -p 80 -h /kept"
    main = cluster.container(
        script,
        mountPoints=[{"sourceVolume": "kept", "containerPath": "/kept"}],
        portMappings=[{"containerPort": 80, "hostPort": port}],
    )
    first = service("keeps", main, task={"volumes": volumes}, deploymentConfiguration=ONE_AT_A_TIME)
    assert cluster.ended("keeps", first) == "COMPLETED"
    assert fetch(f"http://localhost:{port}/") == "1"
    second = cluster.register("keeps", main, volumes=volumes)
    cluster.ecs.update_service(cluster=CLUSTER, service="keeps", taskDefinition=second)
    assert cluster.ended("keeps", second) == "COMPLETED"
    assert fetch(f"http://localhost:{port}/") == "2"


def fetch(url: str, host: str | None = None) -> str:
    request = urllib.request.Request(url, headers={"Host": host} if host else {})
    try:
        with urllib.request.urlopen(request, timeout=5) as answer:
            return str(answer.read().decode().strip())
    except urllib.error.HTTPError as error:
        return str(error)


def test_without_containers_every_task_runs_at_once(tmp_path: Path) -> None:
    with emulator(tmp_path, containers=False) as aws:
        cluster = Cluster(aws=aws, image="none/such:1")
        cluster.ecs.create_cluster(clusterName=CLUSTER)
        made = cluster.register("nothing", cluster.container(FOREVER))
        cluster.create("nothing", made, desiredCount=2)
        assert cluster.deployment("nothing", made)["rolloutState"] == "COMPLETED"
        assert [task["lastStatus"] for task in cluster.tasks("nothing")] == ["RUNNING", "RUNNING"]


def test_an_emulator_leaves_nothing(cluster: Cluster, tmp_path: Path) -> None:
    client = docker.from_env()
    with emulator(tmp_path) as aws:
        second = Cluster(aws=aws, image=cluster.image)
        second.ecs.create_cluster(clusterName=CLUSTER)
        mount = {"mountPoints": [{"sourceVolume": "files", "containerPath": "/files"}]}
        made = second.register("left", second.container(FOREVER, **mount), volumes=[{"name": "files"}])
        second.create("left", made, desiredCount=2)
        until(lambda: len(second.tasks("left")) == 2 and containers_of(aws))
    mine = {"label": f"{LABEL}={aws.port}"}
    assert containers_of(aws) == []
    assert client.networks.list(filters=mine) == []
    assert client.volumes.list(filters=mine) == []


def containers_of(aws: Emulator) -> list[Any]:
    return list(docker.from_env().api.containers(all=True, filters={"label": f"{LABEL}={aws.port}"}))
