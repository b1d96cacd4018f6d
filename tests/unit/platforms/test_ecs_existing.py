"""File systems, secrets and security groups that exist already, from the Compose file to what uses them."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from berth.compose.extension import VolumeExtension
from berth.compose.model import Mount, Network, Volume
from berth.diagnostics import Diagnostic
from berth.platforms.ecs.deploy import EcsApplication
from berth.platforms.ecs.rules import check
from berth.settings import Settings
from tests.unit.applications import application, service
from tests.unit.components.build import Built, build
from tests.unit.compose.files import load
from tests.unit.hooks import accept_hooks
from tests.unit.recorder import Recorder

TASK = "aws:ecs/taskDefinition:TaskDefinition"
SECRET = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:token-AbCdEf"
PARAMETER = "arn:aws:ssm:eu-west-1:123456789012:parameter/shop/key"
FILE = f"""
services:
  web:
    image: w
    networks: [default, partner]
    volumes:
      - whole:/whole
      - point:/point
      - nfs:/nfs
      - own:/own
      - {{type: volume, source: own, target: /part, volume: {{subpath: a/b}}}}
      - {{type: volume, source: nfs, target: /below, volume: {{subpath: c}}}}
    secrets: [token, key]
    configs: [{{source: site, target: /etc/shop/site}}]
networks: {{partner: {{external: true, name: sg-0a1}}}}
volumes:
  own: {{}}
  whole: {{external: true, name: fs-0a1}}
  point: {{external: true, name: "fs-0a2:fsap-0b2"}}
  nfs: {{driver_opts: {{type: nfs, o: addr=fs-0a3.efs.eu-west-1.amazonaws.com, device: ":/shop"}}}}
secrets:
  token: {{external: true, name: "{SECRET}:password::"}}
  key: {{external: true, name: "{PARAMETER}"}}
configs: {{site: {{external: true, name: "{PARAMETER}"}}}}
"""
VPC = {"vpc_id": "vpc-1", "public_subnet_ids": ("subnet-1",), "private_subnet_ids": ("subnet-2", "subnet-3")}


def deployed(directory: Path, platform: str = "ecs-fargate", text: str = FILE, **settings: Any) -> Built:
    app = load(directory, text)
    recorder = Recorder(
        outputs={"aws:ec2/eip:Eip": {"publicIp": "192.0.2.1"}, "aws:ec2/vpc:Vpc": {"cidrBlock": "10.0.0.0/16"}},
        calls={"aws:index/getAvailabilityZones:getAvailabilityZones": {"names": ["eu-west-1a", "eu-west-1b"]}},
    )

    def make(opts: Any) -> dict[str, Any]:
        accept_hooks()
        given = Settings(platform=platform, region="eu-west-1", **VPC, **settings)
        EcsApplication("shop-test", app, given, opts)
        return {}

    return build(make, recorder)


def statements(built: Built, role: str) -> list[tuple[list[str], list[str], dict[str, Any]]]:
    policy = json.loads(built.inputs("aws:iam/rolePolicy:RolePolicy", f"shop-test-web-{role}-policy")["policy"])
    return [(item["Action"], item["Resource"], item.get("Condition", {})) for item in policy["Statement"]]


def volumes(built: Built) -> dict[str, dict[str, Any]]:
    return {item["name"]: item for item in built.inputs(TASK, "shop-test-web")["volumes"]}


def test_each_volume_is_what_the_file_names(tmp_path: Path) -> None:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_EFSVolumeConfiguration.html"""
    built = deployed(tmp_path)
    found = {name: item.get("efsVolumeConfiguration", {}) for name, item in volumes(built).items()}
    assert found["whole"]["fileSystemId"] == "fs-0a1"
    assert "rootDirectory" not in found["whole"]
    assert found["point"]["authorizationConfig"] == {"accessPointId": "fsap-0b2", "iam": "ENABLED"}
    assert (found["nfs"]["fileSystemId"], found["nfs"]["rootDirectory"]) == ("fs-0a3", "/shop")
    assert [item["rootDirectory"] for name, item in found.items() if name.startswith("nfs-c-")] == ["/shop/c"]
    assert all(item["transitEncryption"] == "ENABLED" for item in found.values() if item)
    paths = [item.inputs["rootDirectory"]["path"] for item in built.recorder.of("aws:efs/accessPoint:AccessPoint")]
    assert sorted(paths) == ["/own", "/own/a/b"]
    web = json.loads(built.inputs(TASK, "shop-test-web")["containerDefinitions"])[-1]
    mounted = {item["containerPath"]: item["sourceVolume"] for item in web["mountPoints"]}
    assert set(mounted.values()) == set(found)
    assert mounted["/own"] == "own"
    assert mounted["/part"].startswith("own-a-b-")


def test_a_task_may_mount_these_and_no_others(tmp_path: Path) -> None:
    allowed = statements(deployed(tmp_path), "task")
    (through,) = [item for item in allowed if item[2]]
    (open_,) = [item for item in allowed if not item[2]]
    prefix = "arn:aws:elasticfilesystem:eu-west-1:*"
    assert f"{prefix}:file-system/fs-0a2" in through[1]
    assert f"{prefix}:access-point/fsap-0b2" in through[2]["StringEquals"]["elasticfilesystem:AccessPointArn"]
    assert open_[1] == [f"{prefix}:file-system/fs-0a1", f"{prefix}:file-system/fs-0a3"]


def test_secrets_and_parameters_are_read_as_they_are(tmp_path: Path) -> None:
    built = deployed(tmp_path)
    files = json.loads(built.inputs(TASK, "shop-test-web")["containerDefinitions"])[0]
    assert sorted(item["valueFrom"] for item in files["secrets"]) == sorted(
        [f"{SECRET}:password::", PARAMETER, PARAMETER]
    )
    allowed = {action: resources for actions, resources, _ in statements(built, "execution") for action in actions}
    assert allowed["secretsmanager:GetSecretValue"] == [SECRET]
    assert allowed["ssm:GetParameters"] == [PARAMETER]


def test_an_external_network_is_a_group_that_the_task_joins(tmp_path: Path) -> None:
    built = deployed(tmp_path)
    groups = built.inputs("aws:ecs/service:Service", "shop-test-web")["networkConfiguration"]["securityGroups"]
    assert "sg-0a1" in groups
    assert "shop-test-network-partner" not in built.names("aws:ec2/securityGroup:SecurityGroup")


def test_only_what_exists_needs_no_file_system_of_the_stack(tmp_path: Path) -> None:
    text = "services: {web: {image: w, volumes: [d0:/d]}}\nvolumes: {d0: {external: true, name: fs-0a1}}"
    built = deployed(tmp_path, "ecs-ec2", text, volume_storage="instance")
    assert built.names("aws:efs/fileSystem:FileSystem") == []
    assert volumes(built)["d0"]["efsVolumeConfiguration"]["fileSystemId"] == "fs-0a1"


def found(volume: Volume, mount: dict[str, Any] | None = None, **settings: Any) -> list[Diagnostic]:
    mounts = (Mount(type="volume", source="data", target="/d", **(mount or {})),)
    app = application(service(mounts=mounts), volumes={"data": volume})
    return check(app, Settings(**{"platform": "ecs-ec2", "region": "eu-west-1", **settings}), stack="dev")


@pytest.mark.parametrize(
    ("volume", "mount", "settings", "key", "words"),
    [
        ({"external_name": "fs-0a1"}, {}, {"vpc_id": None, "public_subnet_ids": ()}, "volumes.data", "VPC of its own"),
        (
            {"external_name": "fs-0a1", "extension": VolumeExtension(uid=1)},
            {},
            {},
            "volumes.data",
            "an owner",
        ),
        ({"external_name": "fs-0a1:fsap-1"}, {"subpath": "a"}, {}, "volumes./d.volume.subpath", "has its path"),
        (
            {"external": False},
            {"subpath": "a"},
            {"volume_storage": "instance"},
            "volumes./d.volume.subpath",
            "whole volumes",
        ),
        ({"external": False}, {"subpath": "a/b/c/d"}, {}, "volumes./d.volume.subpath", "4 folders"),
        (
            {"external": False, "extension": VolumeExtension(root_access=True)},
            {},
            {},
            "volumes.data.x-berth.root_access",
            "only an existing",
        ),
    ],
)
def test_what_the_stack_cannot_reach_or_mount(
    volume: dict[str, Any], mount: dict[str, Any], settings: dict[str, Any], key: str, words: str
) -> None:
    vpc = {"vpc_id": "vpc-1", "public_subnet_ids": ("subnet-1",)}
    declared = Volume(**{"name": "data", "external": True, **volume})
    (finding,) = found(declared, mount, **{**vpc, **settings})
    assert (finding.key, finding.severity) == (key, "error")
    assert words in finding.message
    assert finding.advice.endswith(".")


def test_a_file_system_of_another_region() -> None:
    options = {"type": "nfs", "device": "fs-0a1.efs.us-east-1.amazonaws.com:/"}
    (finding,) = found(Volume(name="data", driver_opts=options), vpc_id="vpc-1", public_subnet_ids=("subnet-1",))
    assert "us-east-1" in finding.message


def test_a_security_group_is_of_the_stack_s_vpc() -> None:
    network = Network(name="sg-0a1", external=True)
    app = application(service(networks={"partner": {}}), networks={"partner": network})
    (finding,) = check(app, Settings(platform="ecs-fargate"), stack="prod")
    assert finding.key == "networks.partner"
