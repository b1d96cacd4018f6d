"""Blocks of code: YAML is YAML, whole Compose files pass the check for AWS, and Python runs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pulumi
import pytest
import yaml

from berth.check.findings import check
from berth.diagnostics import Severity
from tests.unit.components.build import build
from tests.unit.docs.pages import Block, blocks
from tests.unit.hooks import accept_hooks
from tests.unit.recorder import Recorder


class _Loader(yaml.SafeLoader):
    """With Compose's own tags, ``!override`` and ``!reset``."""


_Loader.add_multi_constructor("!", lambda loader, suffix, node: loader.construct_mapping(node))

YAML = blocks("yaml")
COMPOSE = [
    block
    for block in YAML
    if isinstance(content := yaml.load(block.text, _Loader), dict)
    and isinstance(services := content.get("services"), dict)
    and all("image" in service or "build" in service for service in services.values())
]


def place(block: Block) -> str:
    return block.place


@pytest.mark.parametrize("block", YAML, ids=place)
def test_yaml_is_yaml(block: Block) -> None:
    assert yaml.load(block.text, _Loader)


@pytest.mark.parametrize("block", COMPOSE, ids=place)
def test_a_whole_compose_file_passes_the_check_for_aws(
    block: Block, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATABASE_HOST", "db.example.com")  # of a page that takes it from the shell
    shop = tmp_path / "shop"
    for folder in (shop, shop / "report"):
        folder.mkdir()
        (folder / "Dockerfile").write_text("FROM scratch\n")
    (shop / "compose.yaml").write_text(block.text + undeclared_secrets(block, shop))
    (tmp_path / "Pulumi.prod.yaml").write_text("config: {berth:platform: ecs-fargate}\n")
    report = check(tmp_path, stacks=["prod"], files=[str(shop / "compose.yaml")])
    assert not [finding for finding in report.findings if finding.diagnostic.severity is Severity.ERROR]


def undeclared_secrets(block: Block, folder: Path) -> str:
    """What a page that shows the services alone leaves out."""
    content = yaml.load(block.text, _Loader)
    used = {secret for service in content["services"].values() for secret in service.get("secrets", ())}
    missing = sorted(used - {*content.get("secrets", {})})
    for name in missing:
        (folder / f"{name}.txt").write_text("twelve-bytes")
    declared = {name: {"file": f"{name}.txt"} for name in missing}
    return yaml.safe_dump({"secrets": declared}) if declared else ""


def test_the_components_page_has_a_program_that_makes_a_service() -> None:
    (program,) = (block for block in blocks("python") if block.place.startswith("docs/components.md"))
    recorder = Recorder(
        calls={"aws:index/getAvailabilityZones:getAvailabilityZones": {"names": ["eu-west-1a", "eu-west-1b"]}}
    )

    def make(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        accept_hooks()
        names: dict[str, Any] = {}
        exec(program.text, names)
        return {"service": names["service"].arn}

    built = build(make, recorder)
    task = json.loads(built.inputs("aws:ecs/taskDefinition:TaskDefinition")["containerDefinitions"])
    assert [container["image"] for container in task] == ["nginx:1.29"]
    asked = built.inputs("aws:ecs/service:Service")["networkConfiguration"]
    assert asked["assignPublicIp"] is True
    assert built.types() >= {
        "pulumi-python:dynamic/berth:Rollout",
        "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule",
    }


def test_the_way_outs_list_names_each_resource_as_pulumi_imports_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (lines,) = (block for block in blocks("python") if block.place.startswith("docs/way-out.md"))
    cluster = "arn:aws:ecs:eu-west-1:123456789012:cluster/shop-1"
    state = [
        ("aws:ec2/vpc:Vpc", "shop", "vpc-1", {"id": "vpc-1"}),
        ("aws:ecs/cluster:Cluster", "shop", cluster, {"name": "shop-1"}),
        ("aws:ecs/service:Service", "web", "arn:service", {"cluster": cluster, "name": "web-1"}),
        ("aws:ecs/taskDefinition:TaskDefinition", "web", "web", {"arn": "arn:definition:1"}),
        ("aws:ec2/route:Route", "out", "r-1", {"routeTableId": "rtb-1", "destinationCidrBlock": "0.0.0.0/0"}),
        (
            "aws:ec2/routeTableAssociation:RouteTableAssociation",
            *("a", "rtbassoc-1", {"subnetId": "subnet-1", "routeTableId": "rtb-1"}),
        ),
        ("pulumi-python:dynamic/berth:Rollout", "web", "rollout", {}),
    ]
    resources: list[dict[str, Any]] = [{"type": "berth:components:Network", "urn": "urn::network"}]
    for kind, name, id, outputs in state:
        urn = f"urn:pulumi:prod::berth::berth:platforms:EcsApplication${kind}::{name}"
        resources.append({"type": kind, "urn": urn, "id": id, "outputs": outputs, "custom": True})
    (tmp_path / "prod.json").write_text(json.dumps({"deployment": {"resources": resources}}))
    monkeypatch.chdir(tmp_path)
    exec(lines.text, {})
    listed = json.loads((tmp_path / "import.json").read_text())["resources"]
    assert [(item["name"], item["id"]) for item in listed] == [
        ("shop", "vpc-1"),
        ("shop", "shop-1"),
        ("web", "shop-1/web-1"),
        ("web", "arn:definition:1"),
        ("out", "rtb-1_0.0.0.0/0"),
        ("a", "subnet-1/rtb-1"),
    ]
    assert listed[0]["type"] == "aws:ec2/vpc:Vpc"


def test_the_pages_that_show_a_whole_file_are_among_them() -> None:
    pages = {block.place.partition(":")[0] for block in COMPOSE}
    migration = {f"docs/migrate/{name}.md" for name in ("copilot", "docker-compose-ecs", "ecs-compose-x")}
    assert pages >= {"docs/tutorial.md", "docs/network.md", *migration}
