from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping
from dataclasses import replace
from typing import Any

import pulumi
import pytest

from berth.components.container import (
    Container,
    ContainerHealthCheck,
    Device,
    LogConfiguration,
    MountPoint,
    PortMapping,
    Tmpfs,
)
from berth.components.container_json import (
    LATE_VALUE_BYTES,
    MAXIMUM_BYTES,
    in_order,
    merge,
    problems,
    render,
)
from tests.unit.recorder import Recorder, start

LOGS = {"awslogs-stream-prefix": "web", "awslogs-group": "/ecs/web", "awslogs-region": "eu-west-1"}


def text(*containers: Container, network_mode: str = "awsvpc", log_options: Mapping[str, Any] = LOGS) -> str:
    """The rendered JSON, resolved as a program would."""
    start(Recorder())
    seen: list[str] = []

    @pulumi.runtime.test
    def program() -> pulumi.Output[None]:
        return render(containers, network_mode=network_mode, log_options=log_options).apply(seen.append)

    program()
    assert len(seen) == 1
    return seen[0]


def one(container: Container, **how: Any) -> dict[str, Any]:
    definitions = json.loads(text(container, **how))
    assert len(definitions) == 1
    return definitions[0]


def test_smallest_container_spells_out_what_ecs_fills_in():
    assert one(Container(name="web", image="nginx")) == {
        "cpu": 0,
        "environment": [],
        "essential": True,
        "image": "nginx",
        "logConfiguration": {"logDriver": "awslogs", "options": LOGS},
        "mountPoints": [],
        "name": "web",
        "portMappings": [],
        "systemControls": [],
        "volumesFrom": [],
    }


def test_every_field_has_its_name_in_the_api():
    container = Container(
        name="web",
        image="nginx",
        essential=False,
        command=("serve", "--all"),
        entry_point=("/bin/app",),
        environment={"B": "2", "A": "1"},
        secrets={"Z": "arn:z", "Y": "arn:y"},
        port_mappings=(PortMapping(container_port=80, name="web-80", app_protocol="http"),),
        mount_points=(MountPoint(source_volume="data", container_path="/data", read_only=True),),
        health_check=ContainerHealthCheck(command=("CMD", "true"), start_period=7),
        cpu=256,
        memory=512,
        memory_reservation=128,
        user="1000:1000",
        working_directory="/srv",
        hostname="box",
        readonly_root_filesystem=True,
        privileged=True,
        interactive=True,
        pseudo_terminal=True,
        init_process=True,
        shared_memory_size=64,
        max_swap=0,
        devices=(Device(host_path="/dev/a", container_path="/dev/b", permissions=("read",)),),
        gpus=2,
        dns_servers=("10.0.0.2",),
        dns_search_domains=("example.com",),
        docker_security_options=("no-new-privileges",),
        capabilities_add=("SYS_PTRACE", "NET_ADMIN"),
        capabilities_drop=("ALL",),
        tmpfs=(Tmpfs(container_path="/run", size=16, mount_options=("noexec",)),),
        ulimits={"nofile": (1024, 2048)},
        system_controls={"net.core.somaxconn": "512"},
        extra_hosts={"db": "10.0.0.9"},
        docker_labels={"owner": "shop"},
        stop_timeout=20,
    )
    assert one(container, network_mode="bridge") == {
        "command": ["serve", "--all"],
        "cpu": 256,
        "dnsSearchDomains": ["example.com"],
        "dnsServers": ["10.0.0.2"],
        "dockerLabels": {"owner": "shop"},
        "dockerSecurityOptions": ["no-new-privileges"],
        "entryPoint": ["/bin/app"],
        "environment": [{"name": "A", "value": "1"}, {"name": "B", "value": "2"}],
        "essential": False,
        "extraHosts": [{"hostname": "db", "ipAddress": "10.0.0.9"}],
        "healthCheck": {"command": ["CMD", "true"], "interval": 30, "retries": 3, "startPeriod": 7, "timeout": 5},
        "hostname": "box",
        "image": "nginx",
        "interactive": True,
        "linuxParameters": {
            "capabilities": {"add": ["NET_ADMIN", "SYS_PTRACE"], "drop": ["ALL"]},
            "devices": [{"containerPath": "/dev/b", "hostPath": "/dev/a", "permissions": ["read"]}],
            "initProcessEnabled": True,
            "maxSwap": 0,
            "sharedMemorySize": 64,
            "tmpfs": [{"containerPath": "/run", "mountOptions": ["noexec"], "size": 16}],
        },
        "logConfiguration": {"logDriver": "awslogs", "options": LOGS},
        "memory": 512,
        "memoryReservation": 128,
        "mountPoints": [{"containerPath": "/data", "readOnly": True, "sourceVolume": "data"}],
        "name": "web",
        "portMappings": [
            {"appProtocol": "http", "containerPort": 80, "hostPort": 0, "name": "web-80", "protocol": "tcp"}
        ],
        "privileged": True,
        "pseudoTerminal": True,
        "readonlyRootFilesystem": True,
        "resourceRequirements": [{"type": "GPU", "value": "2"}],
        "secrets": [{"name": "Y", "valueFrom": "arn:y"}, {"name": "Z", "valueFrom": "arn:z"}],
        "stopTimeout": 20,
        "systemControls": [{"namespace": "net.core.somaxconn", "value": "512"}],
        "ulimits": [{"hardLimit": 2048, "name": "nofile", "softLimit": 1024}],
        "user": "1000:1000",
        "volumesFrom": [],
        "workingDirectory": "/srv",
    }


def test_a_container_s_own_log() -> None:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html"""
    named = LogConfiguration(driver="awslogs", options={"awslogs-group": "/own", "mode": "non-blocking"})
    assert one(Container(name="web", image="x", log=named))["logConfiguration"] == {
        "logDriver": "awslogs",
        "options": {**LOGS, "awslogs-group": "/own", "mode": "non-blocking"},
    }
    splunk = LogConfiguration(
        driver="splunk", options={"splunk-url": "https://s"}, secret_options={"splunk-token": "arn:s"}
    )
    assert one(Container(name="web", image="x", log=splunk))["logConfiguration"] == {
        "logDriver": "splunk",
        "options": {"splunk-url": "https://s"},
        "secretOptions": [{"name": "splunk-token", "valueFrom": "arn:s"}],
    }
    router = one(Container(name="log", image="x", log_router="fluentbit"))
    assert router["firelensConfiguration"] == {"type": "fluentbit"}
    assert router["logConfiguration"]["logDriver"] == "awslogs"


def test_every_field_of_a_container_reaches_the_definition():
    """A field added to Container and forgotten in the renderer would be ignored in silence."""
    values: dict[type, Any] = {bool: True, int: 7, str: "x"}
    special: dict[str, Any] = {
        "essential": False,
        "command": ("a",),
        "entry_point": ("a",),
        "environment": {"A": "1"},
        "secrets": {"A": "1"},
        "port_mappings": (PortMapping(container_port=1),),
        "mount_points": (MountPoint(source_volume="a", container_path="/a"),),
        "depends_on": {"other": "START"},
        "health_check": ContainerHealthCheck(command=("a",)),
        "devices": (Device(host_path="/a", container_path="/a"),),
        "log": LogConfiguration(driver="splunk"),
        "log_router": "fluentbit",
        "capabilities_add": ("A",),
        "capabilities_drop": ("A",),
        "tmpfs": (Tmpfs(container_path="/a", size=1),),
        "ulimits": {"nofile": (1, 1)},
        "system_controls": {"a": "1"},
        "extra_hosts": {"a": "1"},
        "docker_labels": {"a": "1"},
        "override": {"restartPolicy": {"enabled": True}},
    }
    other = Container(name="other", image="x")
    base = Container(name="web", image="nginx")
    plain = text(other, base)
    for field, annotation in Container.__annotations__.items():
        kind = next((kind for kind in values if annotation.startswith(kind.__name__)), str)
        changed = replace(base, **{field: special.get(field, values[kind])})
        assert text(other, changed) != plain, field


@pytest.mark.parametrize(
    ("network_mode", "host_port", "expected"),
    [("awsvpc", None, 8080), ("bridge", None, 0), ("bridge", 80, 80), ("awsvpc", 8080, 8080)],
)
def test_host_port(network_mode: str, host_port: int | None, expected: int):
    container = Container(name="web", image="x", port_mappings=(PortMapping(container_port=8080, host_port=host_port),))
    mapping = one(container, network_mode=network_mode)["portMappings"]
    assert mapping == [{"containerPort": 8080, "hostPort": expected, "protocol": "tcp"}]


def test_an_empty_command_drops_the_images_own():
    definition = one(Container(name="web", image="x", command=(), entry_point=()))
    assert (definition["command"], definition["entryPoint"]) == ([], [])


def test_containers_follow_what_they_depend_on_and_else_their_names():
    containers = (
        Container(name="web", image="x", depends_on={"web-files": "SUCCESS"}),
        Container(name="web-files", image="x"),
        Container(name="agent", image="x"),
    )
    assert [item["name"] for item in json.loads(text(*containers))] == ["agent", "web-files", "web"]
    assert json.loads(text(*containers))[2]["dependsOn"] == [{"condition": "SUCCESS", "containerName": "web-files"}]


@pytest.mark.parametrize(
    ("containers", "message"),
    [
        ([Container(name="a", image="x", depends_on={"b": "START"})], "depends on 'b', which is not in its task"),
        (
            [
                Container(name="a", image="x", depends_on={"b": "START"}),
                Container(name="b", image="x", depends_on={"a": "START"}),
            ],
            "depend on each other",
        ),
        ([Container(name="a", image="x"), Container(name="a", image="y")], "same name"),
    ],
)
def test_impossible_order_is_refused(containers: list[Container], message: str):
    with pytest.raises(ValueError, match=message):
        in_order(containers)


def shuffled(choose: random.Random, values: Mapping[str, Any]) -> dict[str, Any]:
    """The same map in another order, at every depth."""
    keys = list(values)
    choose.shuffle(keys)
    return {key: shuffled(choose, values[key]) if isinstance(values[key], Mapping) else values[key] for key in keys}


def some_container(choose: random.Random, name: str, earlier: list[str]) -> Container:
    def pairs(value: Callable[[], Any]) -> dict[str, Any]:
        return {f"k{choose.randrange(100)}": value() for _ in range(choose.randrange(6))}

    return Container(
        name=name,
        image=f"image-{choose.randrange(9)}",
        environment=pairs(lambda: str(choose.random())),
        secrets=pairs(lambda: f"arn:{choose.randrange(9)}"),
        depends_on={other: "START" for other in earlier if choose.random() < 0.5},
        ulimits=pairs(lambda: (choose.randrange(9), 9)),
        system_controls=pairs(str),
        extra_hosts=pairs(lambda: "10.0.0.1"),
        docker_labels=pairs(lambda: "ü"),
        override={"linuxParameters": pairs(lambda: True), "dockerLabels": pairs(lambda: "o")},
    )


@pytest.mark.parametrize("seed", range(25))
def test_same_containers_give_the_same_bytes_whatever_the_order_of_maps(seed: int):
    choose = random.Random(seed)
    names = [f"c{index}" for index in range(choose.randrange(1, 6))]
    containers = [some_container(choose, name, names[:index]) for index, name in enumerate(names)]
    maps = ("environment", "secrets", "depends_on", "ulimits", "system_controls", "extra_hosts", "docker_labels")
    again = [
        replace(item, **{field: shuffled(choose, getattr(item, field)) for field in (*maps, "override")})
        for item in containers
    ]
    choose.shuffle(again)
    first = text(*containers)
    assert text(*containers) == first
    assert text(*again, log_options=shuffled(choose, LOGS)) == first
    assert text(replace(containers[0], image="another"), *containers[1:]) != first


def test_override_is_merged_last_objects_deep_and_lists_whole():
    container = Container(
        name="web",
        image="x",
        init_process=True,
        command=("a", "b"),
        override={"linuxParameters": {"maxSwap": 0}, "command": ["c"], "cpu": 7, "restartPolicy": {"enabled": True}},
    )
    definition = one(container)
    assert definition["linuxParameters"] == {"initProcessEnabled": True, "maxSwap": 0}
    assert (definition["command"], definition["cpu"]) == (["c"], 7)
    assert definition["restartPolicy"] == {"enabled": True}


def test_merge_leaves_its_arguments_alone():
    base = {"a": {"b": 1}}
    assert merge(base, {"a": {"c": 2}}) == {"a": {"b": 1, "c": 2}}
    assert base == {"a": {"b": 1}}


def test_late_values_are_resolved_wherever_they_stand():
    late = pulumi.Output.from_input
    container = Container(
        name="web",
        image=late("repo@sha256:1"),
        environment={"URL": late("http://x")},
        secrets={"KEY": late("arn:key:::v1")},
        override={"dockerLabels": {"digest": late("sha256:1")}},
    )
    definition = one(container, log_options={"awslogs-group": late("/ecs/late")})
    assert definition["image"] == "repo@sha256:1"
    assert definition["environment"] == [{"name": "URL", "value": "http://x"}]
    assert definition["secrets"] == [{"name": "KEY", "valueFrom": "arn:key:::v1"}]
    assert definition["dockerLabels"] == {"digest": "sha256:1"}
    assert definition["logConfiguration"]["options"] == {"awslogs-group": "/ecs/late"}


def test_text_is_known_in_a_preview_when_every_value_is():
    start(Recorder(), preview=True)
    known: list[bool] = []

    @pulumi.runtime.test
    async def program() -> None:
        container = Container(name="web", image="x", secrets={"A": pulumi.Output.from_input("arn:a")})
        late = replace(container, image=pulumi.Output.from_input(pulumi.output.UNKNOWN))
        for item in (container, late):
            known.append(await render([item], network_mode="bridge", log_options={}).is_known())

    program()
    assert known == [True, False]


def fits(*containers: Container, launch: str = "FARGATE", network_mode: str = "awsvpc") -> tuple[str, ...]:
    return problems(containers, launch=launch, network_mode=network_mode)


def test_a_plain_container_has_no_problem():
    assert fits(Container(name="web", image="x")) == ()
    assert fits(Container(name="web", image="x", memory=64), launch="EC2", network_mode="bridge") == ()


def test_ten_containers_are_allowed_and_eleven_are_not():
    containers = [Container(name=f"c{index}", image="x") for index in range(11)]
    assert fits(*containers[:10]) == ()
    assert fits(*containers) == ("the task has 11 containers; ECS allows 10",)


def size_without(container: Container) -> int:
    """Bytes of the definition, with the log options at the length that the check assumes."""
    return len(text(container, log_options={"awslogs": "x" * LATE_VALUE_BYTES}).encode())


def test_size_counts_bytes_up_to_the_limit():
    def with_text(value: str) -> Container:
        return Container(name="web", image="x", environment={"A": value})

    room = MAXIMUM_BYTES - size_without(with_text(""))
    assert fits(with_text("x" * room)) == ()
    assert fits(with_text("x" * (room + 1))) == ("the task definition has 65,537 bytes; ECS allows 65,536",)
    assert len(fits(with_text("é" * (room // 2 + 1)))) == 1


def test_size_takes_a_late_value_at_a_fixed_length():
    def with_image(image: pulumi.Input[str], length: int) -> Container:
        return Container(name="web", image=image, environment={"A": "x" * length})

    room = MAXIMUM_BYTES - size_without(with_image("x" * LATE_VALUE_BYTES, 0))
    late = pulumi.Output.from_input("short")
    assert fits(with_image(late, room)) == ()
    assert len(fits(with_image(late, room + 1))) == 1


@pytest.mark.parametrize(
    ("change", "how", "message"),
    [
        ({"essential": False}, {}, "no container of the task is essential"),
        ({"hostname": "h"}, {}, "takes no hostname"),
        ({"extra_hosts": {"a": "1.1.1.1"}}, {}, "takes no extra hosts"),
        ({"port_mappings": (PortMapping(container_port=80, host_port=81),)}, {}, "publish 80 as 80, not 81"),
        ({"privileged": True}, {}, "Fargate runs no privileged"),
        ({"shared_memory_size": 64}, {}, "Fargate has no shared memory size"),
        ({"devices": (Device(host_path="/a", container_path="/a"),)}, {}, "Fargate has no devices"),
        ({"gpus": 1}, {}, "no GPUs"),
        ({"max_swap": 0}, {}, "Fargate has no swap"),
        ({"docker_security_options": ("no-new-privileges",)}, {}, "no Docker security options"),
        ({"dns_servers": ("10.0.0.2",)}, {}, "takes no name servers"),
        ({"capabilities_add": ("SYS_PTRACE", "NET_ADMIN")}, {}, r"SYS_PTRACE \(got NET_ADMIN\)"),
        ({"ulimits": {"nofile": (1, 1), "nproc": (1, 1)}}, {}, r"nofile \(got nproc\)"),
        ({}, {"launch": "EC2", "network_mode": "bridge"}, "EC2 needs a memory limit"),
        ({"depends_on": {"nobody": "START"}}, {}, "'nobody', which is not in its task"),
    ],
)
def test_what_ecs_would_refuse_is_said(change: dict[str, Any], how: dict[str, str], message: str):
    found = fits(replace(Container(name="web", image="x"), **change), **how)
    assert len(found) == 1
    with pytest.raises(ValueError, match=message):
        raise ValueError(found[0])


def test_bridge_mode_takes_what_awsvpc_does_not():
    container = Container(
        name="web",
        image="x",
        memory=64,
        hostname="h",
        extra_hosts={"a": "1.1.1.1"},
        privileged=True,
        shared_memory_size=64,
        port_mappings=(PortMapping(container_port=80, host_port=81),),
    )
    assert fits(container, launch="EC2", network_mode="bridge") == ()
