"""Least privilege: what roles may do is docs/iam.md, row by row, no more and no less.

A permission that the page lacks fails with the row to add; a row that no role has fails, too. Whoever adds a feature
that needs a role adds it to FILE or SETTINGS here, so that the rows are seen.
"""

from __future__ import annotations

from pathlib import Path

import pytest

from berth.compose.loader import load_application
from guard.without_arn import page, takes_no_arn
from tests.unit.compose.files import load
from tests.unit.platforms.iam import Permission, permissions, table

SHOP = Path(__file__).parents[3] / "examples" / "shop"
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:token-AbCdEf"
PARAMETER = "arn:aws:ssm:us-east-1:123456789012:parameter/shop/key"
FILE = f"""
services:
  web:
    build: {{context: .}}
    ports: ["8080:80"]
    networks: [default]
    environment: {{FROM_SHELL: "x"}}
    env_file: web.env
    secrets: [own, token, key]
    configs: [{{source: site, target: /etc/site}}]
    volumes: [own:/own, whole:/whole, "point:/point"]
    depends_on: {{job: {{condition: service_completed_successfully}}}}
    x-berth: {{ingress: {{path: /}}}}
  logs:
    image: nginx
    logging: {{driver: awslogs, options: {{awslogs-group: team, awslogs-create-group: "true"}}}}
  job:
    image: busybox
secrets:
  own: {{file: secret.txt}}
  token: {{external: true, name: "{SECRET}:password::"}}
  key: {{external: true, name: "{PARAMETER}"}}
configs:
  site: {{external: true, name: "{PARAMETER}"}}
volumes:
  own: {{x-berth: {{uid: 1000}}}}
  whole: {{external: true, name: fs-0a1}}
  point: {{external: true, name: "fs-0a2:fsap-0b2"}}
"""
SETTINGS = {"enable_exec": True, "flow_logs": True}
"""Every setting that gives a role something to do."""

NAMES = {
    SECRET: "an external secret",
    PARAMETER: "an external parameter",
    "arn:aws:logs:us-east-1:*:log-group:team": "a log group that the file names",
    "arn:aws:elasticfilesystem:us-east-1:*:file-system/fs-0a1": "an external file system",
    "arn:aws:elasticfilesystem:us-east-1:*:file-system/fs-0a2": "an external access point's file system",
    "arn:aws:elasticfilesystem:us-east-1:*:access-point/fsap-0b2": "an external access point",
}
"""What FILE names of AWS, in the page's words."""


@pytest.fixture(scope="module")
def held(tmp_path_factory: pytest.TempPathFactory) -> set[Permission]:
    """The sample's permissions, and those of an application that uses every feature, on both platforms."""
    directory = tmp_path_factory.mktemp("every")
    (directory / "secret.txt").write_text("secret")
    (directory / "web.env").write_text("FROM_FILE=x\n")
    (directory / "Dockerfile").write_text("FROM scratch\n")
    every = load(directory, FILE)
    shop = load_application(
        files=["compose.yaml"],
        directory=SHOP,
        profiles=(),
        project_name=None,
        variables={"SESSION_KEY": "session"},
        secret_names=[],
        strict_variables=True,
    )
    found = set()
    for platform in ("ecs-ec2", "ecs-fargate"):
        found |= permissions(shop, {}, platform=platform)
        found |= permissions(every, NAMES, platform=platform, **SETTINGS)
    return found


def test_every_permission_has_a_row(held: set[Permission]) -> None:
    missing = sorted(held - set(table()))
    assert not missing, "docs/iam.md lacks:\n" + "\n".join(item.row() for item in missing)


def test_every_row_is_a_permission(held: set[Permission]) -> None:
    gone = sorted(set(table()) - held)
    assert not gone, "docs/iam.md has rows that no role has:\n" + "\n".join(item.row() for item in gone)


def test_every_row_has_a_reason() -> None:
    assert [item.row() for item, why in table().items() if len(why) < 10] == []


def test_every_resource_is_for_actions_that_take_none_by_awss_reference() -> None:
    for item, why in table().items():
        if item.resource == "*":
            assert takes_no_arn(item.action), item.row()
            assert page(item.action) in why, f"{item.row()} names {page(item.action)}"
        assert "*" not in item.action
