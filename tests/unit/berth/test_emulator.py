"""Container definitions as Docker's options, in the words of both documentations."""

from __future__ import annotations

import json
import re
import socket

import pytest
from ministack.services import alb

from berth.emulator import instance, schedules, target_groups
from berth.emulator.containers import health_check, options, port_bindings
from berth.emulator.tasks import in_order


def test_every_field_reaches_docker() -> None:
    definition = {
        "entryPoint": ["sh", "-c"],
        "command": ["true"],
        "user": "999:999",
        "workingDirectory": "/srv",
        "readonlyRootFilesystem": True,
        "memory": 128,
        "memoryReservation": 64,
        "linuxParameters": {
            "initProcessEnabled": True,
            "sharedMemorySize": 32,
            "capabilities": {"add": ["SYS_PTRACE"], "drop": ["ALL"]},
            "tmpfs": [{"containerPath": "/tmp", "size": 16, "mountOptions": ["noexec"]}],
        },
        "ulimits": [{"name": "nofile", "softLimit": 10, "hardLimit": 20}],
        "systemControls": [{"namespace": "net.core.somaxconn", "value": "1024"}],
        "extraHosts": [{"hostname": "a", "ipAddress": "10.0.0.1"}],
        "mountPoints": [
            {"sourceVolume": "data", "containerPath": "/data"},
            {"sourceVolume": "host", "containerPath": "/host", "readOnly": True},
        ],
    }
    assert options(definition, {"data": "volume-1", "host": "/opt"}) == {
        "entrypoint": ["sh", "-c"],
        "command": ["true"],
        "user": "999:999",
        "working_dir": "/srv",
        "read_only": True,
        "mem_limit": "128m",
        "mem_reservation": "64m",
        "init": True,
        "shm_size": "32m",
        "cap_add": ["SYS_PTRACE"],
        "cap_drop": ["ALL"],
        "tmpfs": {"/tmp": "size=16m,noexec"},
        "ulimits": [{"Name": "nofile", "Soft": 10, "Hard": 20}],
        "sysctls": {"net.core.somaxconn": "1024"},
        "extra_hosts": {"a": "10.0.0.1"},
        "volumes": ["volume-1:/data:rw,nocopy", "/opt:/host:ro"],
        "healthcheck": {"test": ["NONE"]},
    }


def test_what_is_not_said_is_left_to_docker_but_for_the_image_s_own_health_check() -> None:
    assert options({"name": "web", "image": "web"}, {}) == {"healthcheck": {"test": ["NONE"]}}


def test_a_health_check_has_the_defaults_of_ecs_in_nanoseconds() -> None:
    second = 1_000_000_000
    assert health_check({"command": ["CMD", "true"]}) == {
        "test": ["CMD", "true"],
        "interval": 30 * second,
        "timeout": 5 * second,
        "retries": 3,
        "start_period": 0,
    }


def test_ports_are_published_in_bridge_mode_only() -> None:
    definition = {"portMappings": [{"containerPort": 80, "hostPort": 8080}, {"containerPort": 53, "protocol": "udp"}]}
    assert port_bindings(definition, "bridge") == {"80/tcp": [8080], "53/udp": [None]}
    assert port_bindings(definition, "awsvpc") == {}


def test_containers_start_after_what_they_depend_on() -> None:
    web = {"name": "web", "dependsOn": [{"containerName": "files", "condition": "SUCCESS"}]}
    proxy = {"name": "proxy", "dependsOn": [{"containerName": "web", "condition": "HEALTHY"}]}
    names = [item["name"] for item in in_order([proxy, web, {"name": "files"}])]
    assert names == ["files", "web", "proxy"]


def test_an_instances_port_is_this_machines_where_it_is_free(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(instance, "_places", {})
    with socket.create_server(("", 0)) as other:
        taken = other.getsockname()[1]
        placed, label = instance.place({"80/tcp": [taken], "81/tcp": [None]})
        ((place,),) = [numbers for port, numbers in placed.items() if port == "80/tcp"]
        assert place not in (taken, None)
        assert placed["81/tcp"] == [None]
        assert json.loads(label[instance.PORTS_LABEL]) == {str(taken): place}
    # The port is free now, and keeps its place: a second task must meet the first.
    assert instance.place({"80/tcp": [taken]})[0] == {"80/tcp": [place]}
    with socket.create_server(("", 0)) as server:
        free = server.getsockname()[1]
    assert instance.place({"80/tcp": [free]})[0] == {"80/tcp": [free]}


def test_a_check_by_tcp_has_neither_a_path_nor_a_status(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(alb, "_tg_xml", alb._tg_xml)  # put back after the test
    target_groups.install()
    group = {"TargetGroupArn": "arn", "TargetGroupName": "db", "HealthCheckProtocol": "TCP", "HealthCheckPath": "/"}
    assert not {"HealthCheckPath", "Matcher"} & set(re.findall(r"<(\w+)>", alb._tg_xml(group)))
    assert "<HealthCheckPath>/</HealthCheckPath>" in alb._tg_xml({**group, "HealthCheckProtocol": "HTTP"})


def test_a_schedules_target_is_run_tasks_request() -> None:
    target = {
        "Arn": "arn:cluster",
        "EcsParameters": {
            "TaskDefinitionArn": "arn:td:1",
            "TaskCount": 2,
            "CapacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 100}],
            "NetworkConfiguration": {"awsvpcConfiguration": {"Subnets": ["subnet-1"]}},
        },
    }
    assert schedules.run_task(target) == {
        "cluster": "arn:cluster",
        "taskDefinition": "arn:td:1",
        "count": 2,
        "capacityProviderStrategy": [{"capacityProvider": "FARGATE", "weight": 100}],
    }
