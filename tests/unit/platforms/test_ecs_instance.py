"""What only an instance has, from the Compose file to the container's JSON; GPUs against the instance type."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pulumi
import pytest

from berth.components.container_json import render
from berth.compose.model import ALL_GPUS, Deploy
from berth.diagnostics import Diagnostic
from berth.platforms.ecs.containers import Late, build_containers
from berth.platforms.ecs.instance import instance_gpus
from berth.platforms.ecs.plan import plan_service
from berth.platforms.ecs.rules import check
from berth.settings import Settings
from tests.unit.applications import application, service
from tests.unit.compose.files import load
from tests.unit.recorder import Recorder, start

FARGATE = Settings(platform="ecs-fargate")
EC2 = Settings(platform="ecs-ec2")
FILE = """
services:
  web:
    image: nginx
    devices: ["/dev/kvm:/dev/virtual:rw", /dev/fuse]
    dns: [10.0.0.2]
    dns_search: example.com
    security_opt: ["no-new-privileges:true"]
    mem_limit: 64m
    memswap_limit: 96m
    gpus: [{driver: nvidia, count: 1}]
    deploy: {resources: {reservations: {devices: [{capabilities: [gpu], count: 1}]}}}
"""


def definition(directory: Path, settings: Settings, text: str = FILE) -> dict[str, Any]:
    app = load(directory, text)
    containers = build_containers(plan_service(app, "web", settings), settings, Late(image="i"))
    start(Recorder())
    seen: list[str] = []

    @pulumi.runtime.test
    def program() -> pulumi.Output[None]:
        return render(containers, network_mode="bridge", log_options={}).apply(seen.append)

    program()
    return json.loads(seen[0])[0]


def test_each_has_its_field_of_a_container_definition(tmp_path: Path) -> None:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html"""
    web = definition(tmp_path, Settings(platform="ecs-ec2", instance_type="g4dn.12xlarge"))
    assert web["linuxParameters"] == {
        "devices": [
            {"hostPath": "/dev/kvm", "containerPath": "/dev/virtual", "permissions": ["read", "write"]},
            {"hostPath": "/dev/fuse", "containerPath": "/dev/fuse", "permissions": ["read", "write", "mknod"]},
        ],
        "maxSwap": 32,
    }
    assert (web["dnsServers"], web["dnsSearchDomains"]) == (["10.0.0.2"], ["example.com"])
    assert web["dockerSecurityOptions"] == ["no-new-privileges"]
    assert web["resourceRequirements"] == [{"type": "GPU", "value": "2"}]


def test_fargate_s_containers_have_none_of_it(tmp_path: Path) -> None:
    fields = {"linuxParameters", "dnsServers", "dnsSearchDomains", "dockerSecurityOptions", "resourceRequirements"}
    assert not definition(tmp_path, FARGATE).keys() & fields


@pytest.mark.parametrize(
    ("option", "given"),
    [("no-new-privileges", True), ("no-new-privileges=true", True), ("no-new-privileges:false", False)],
)
def test_no_new_privileges_in_each_way_to_write_it(tmp_path: Path, option: str, given: bool) -> None:
    web = definition(tmp_path, EC2, f"services: {{web: {{image: w, security_opt: ['{option}']}}}}")
    assert ("dockerSecurityOptions" in web) == given


@pytest.mark.parametrize(("swap", "limit"), [("64m", 0), ("-1", None), ("0", None)])
def test_compose_counts_memory_and_swap_together(tmp_path: Path, swap: str, limit: int | None) -> None:
    web = definition(tmp_path, EC2, f"services: {{web: {{image: w, mem_limit: 64m, memswap_limit: {swap}}}}}")
    assert web.get("linuxParameters", {}).get("maxSwap") == limit


def test_all_gpus_are_those_of_the_instance(tmp_path: Path) -> None:
    text = "services: {web: {image: w, gpus: all}}"
    web = definition(tmp_path, Settings(platform="ecs-ec2", instance_type="g5.12xlarge"), text)
    assert web["resourceRequirements"] == [{"type": "GPU", "value": "4"}]


@pytest.mark.parametrize(
    ("instance_type", "count"),
    [
        ("t3.micro", 0),
        ("g4dn.xlarge", 1),
        ("p4d.24xlarge", 8),
        ("g5g.xlarge", 0),
        ("g4ad.xlarge", 0),
        ("g9.xlarge", None),
    ],
)
def test_gpus_of_an_instance_type(instance_type: str, count: int | None) -> None:
    assert instance_gpus(instance_type) == count


def gpu_findings(*gpus: int, replicas: int = 1, **settings: Any) -> list[Diagnostic]:
    deploy = Deploy(replicas=replicas)
    app = application(*(service(f"s{index}", gpus=count, deploy=deploy) for index, count in enumerate(gpus)))
    return check(app, Settings(platform="ecs-ec2", **settings), stack="dev")


def test_gpus_that_the_instances_have_are_no_finding() -> None:
    assert gpu_findings(1, instance_type="g4dn.xlarge") == []
    assert gpu_findings(2, 2, instance_type="g4dn.12xlarge") == []
    assert gpu_findings(1, instance_type="g9.xlarge") == []


@pytest.mark.parametrize(
    ("gpus", "settings", "key", "words"),
    [
        ([1], {}, "gpus", "t3.micro has no GPU"),
        ([2], {"instance_type": "g4dn.xlarge"}, "gpus", "has 1"),
        ([ALL_GPUS], {"instance_type": "g9.xlarge"}, "gpus", "does not know how many"),
        ([1, 1], {"instance_type": "g4dn.xlarge"}, "berth:instanceCount", "s0, s1 reserve 2 GPUs"),
        ([ALL_GPUS], {"instance_type": "g4dn.xlarge", "replicas": 2}, "berth:instanceCount", "1 x g4dn.xlarge has 1"),
    ],
)
def test_gpus_that_they_do_not_have_are(gpus: list[int], settings: dict[str, Any], key: str, words: str) -> None:
    (finding,) = gpu_findings(*gpus, **settings)
    assert (finding.key, finding.severity) == (key, "error")
    assert words in finding.message
    assert finding.advice.endswith(".")
