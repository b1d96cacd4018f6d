"""``ComposeApplication`` in a program of somebody else's, in a folder of its own: examples/next-to-your-own as it is.

The bucket, its policy and the database's group are the program's, by its default provider; the emulator is for them an
endpoint in the environment.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from berth.answer import Address
from berth.emulator.instance import places
from berth.emulator.process import Emulator, emulator
from berth.policies import with_policies
from berth.rehearsal.images import base_images, seed
from berth.rehearsal.leftovers import resources
from berth.rehearsal.plan import RehearsalPlan, registry
from berth.rehearsal.workspace import ROOT, Workspace
from tests.e2e.workspace import free_port
from tests.engine.lifecycle import page

pytestmark = pytest.mark.engine

PASSWORD = "of-the-database"
MOVED = """
    parent=pulumi.ComponentResource("orders:index:Company", "company"),
    aliases=[pulumi.Alias(parent=pulumi.ROOT_STACK_RESOURCE)],
    transforms=[keep_logs_for_a_year],
"""


@pytest.fixture(scope="module")
def aws(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Emulator]:
    """Not the other tests': a bucket is none of what Berth's own role may make."""
    with emulator(tmp_path_factory.mktemp("emulator")) as made:
        yield made


@pytest.fixture
def program(aws: Emulator, tmp_path: Path) -> Workspace:
    """The example, with nothing of the checkout around it."""
    folder = tmp_path / "program"
    shutil.copytree(ROOT / "examples" / "next-to-your-own", folder)
    (tmp_path / "state").mkdir()
    bases = {name: image for name, image in base_images().items() if name == "BUSYBOX_IMAGE"}
    images = seed(bases, aws.client("ecr"), registry(aws.endpoint))
    workspace = Workspace(
        directory=folder,
        stack="test",
        environment={
            **with_policies(os.environ, platform="compose"),  # without Berth's pack: the program has none of its own
            **images,
            "API_PORT": str(free_port()),
            "PATH": f"{ROOT / '.venv' / 'bin'}{os.pathsep}{os.environ['PATH']}",
            "PYTHONPATH": str(ROOT),
            "PULUMI_BACKEND_URL": f"file://{tmp_path / 'state'}",
            "PULUMI_CONFIG_PASSPHRASE": "of this folder alone",
            "PULUMI_SKIP_UPDATE_CHECK": "1",
            "AWS_ENDPOINT_URL": aws.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
        },
    )
    workspace.run("stack", "init", "test")
    workspace.run("config", "set", "--secret", "databasePassword", PASSWORD)
    file = folder / "Pulumi.test.yaml"
    written = yaml.safe_load(file.read_text())
    written["config"] |= {
        "aws:region": "us-east-1",
        **{f"aws:{flag}": True for flag in ("skipCredentialsValidation", "skipMetadataApiCheck")},
        **{f"aws:{flag}": True for flag in ("skipRequestingAccountId", "s3UsePathStyle")},
        "orders:settings": {
            "awsEndpoint": aws.endpoint,
            "deployTimeout": 120,
            **({"initImage": images["BUSYBOX_IMAGE"]} if images else {}),
        },
    }
    file.write_text(yaml.safe_dump(written))
    return workspace


def test_an_application_lives_next_to_others_resources(aws: Emulator, program: Workspace) -> None:
    before = left(aws)
    program.run("preview")  # in which no bucket has a name yet
    program.up()
    outputs = program.outputs()
    address = answering(aws, outputs["url"])
    bucket = aws.client("s3").list_buckets()["Buckets"][0]["Name"]
    assert page(address, f"reports in {bucket}") == [f"reports in {bucket}", str(len(PASSWORD))]

    role = role_of(aws, "orders-test-api-task")
    (statement,) = json.loads(aws.client("s3").get_bucket_policy(Bucket=bucket)["Policy"])["Statement"]
    assert statement["Principal"] == {"AWS": role["Arn"]}
    assert any(name.startswith("list-reports") for name in policies(aws, role["RoleName"]))
    groups = {group["GroupName"].rpartition("-")[0]: group for group in security_groups(aws)}
    ((peer,),) = [permission["UserIdGroupPairs"] for permission in groups["database"]["IpPermissions"]]
    assert peer["GroupId"] == groups["orders-test-instances"]["GroupId"]
    kept = {item["retentionInDays"] for item in aws.client("logs").describe_log_groups()["logGroups"]}
    assert kept == {365}
    assert PASSWORD not in program.run("stack", "export").stdout

    assert program.changes() == {}
    main = program.directory / "__main__.py"
    text = main.read_text()
    moved = text.replace("ResourceOptions(transforms=[keep_logs_for_a_year]", f"ResourceOptions({MOVED}")
    assert moved != text
    main.write_text(moved)
    assert program.changes() == {"Company company": "create"}
    main.write_text(text)

    file = program.directory / "compose.yaml"
    file.write_text(file.read_text().replace("reports in", "all reports in"))
    assert program.changes() == {
        "TaskDefinition orders-test-api": "replace",
        "Service orders-test-api": "update",
        "Rollout orders-test-api": "update",
    }
    program.up()
    assert page(address, f"all reports in {bucket}") == [f"all reports in {bucket}", str(len(PASSWORD))]

    program.run("destroy", "--yes", "--skip-preview")
    assert sorted(left(aws) - before) == []


def left(aws: Emulator) -> frozenset[str]:
    """All that is in the account, buckets too."""
    buckets = aws.client("s3").list_buckets()["Buckets"]
    return resources(aws.client) | {f"s3 list_buckets {bucket['Name']}" for bucket in buckets}


def answering(aws: Emulator, url: str) -> Address:
    return RehearsalPlan(settings={"platform": "ecs-ec2"}, notes=()).address(url, places(aws.port))


def role_of(aws: Emulator, name: str) -> dict[str, Any]:
    (role,) = [role for role in aws.client("iam").list_roles()["Roles"] if role["RoleName"].startswith(name)]
    return role


def policies(aws: Emulator, role: str) -> list[str]:
    return list(aws.client("iam").list_role_policies(RoleName=role)["PolicyNames"])


def security_groups(aws: Emulator) -> list[dict[str, Any]]:
    return list(aws.client("ec2").describe_security_groups()["SecurityGroups"])
