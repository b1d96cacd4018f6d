"""Container definitions compared: words for what differs, and nothing for what only looks different."""

from __future__ import annotations

from typing import Any

import pytest

from berth.report.containers import Names, compare, describe, given_secrets

DIGEST = {name: f"1.dkr.ecr.eu-west-1.amazonaws.com/shop-api@sha256:{name * 32}" for name in ("3f", "91")}
SECRET = "arn:aws:secretsmanager:eu-west-1:1:secret:berth/prod/shop-prod-"
NAMES = Names(
    prefixes={"berth/prod/shop-prod-key-": "key", "berth/prod/shop-prod-api-environment-": "api-environment"},
    environments=frozenset({"berth/prod/shop-prod-api-environment-"}),
)


def api(**fields: Any) -> dict[str, dict[str, Any]]:
    return {"api": {"name": "api", "image": DIGEST["3f"], **fields}}


def pairs(**values: str) -> list[dict[str, str]]:
    return [{"name": name, "value": value} for name, value in values.items()]


@pytest.mark.parametrize(
    ("before", "after", "said"),
    [
        ({}, {"image": DIGEST["91"]}, ["image shop-api 3f3f3f… → 919191…"]),
        ({"image": "nginx:1"}, {"image": "httpd:2"}, ["image nginx:1 → httpd:2"]),
        ({"memory": 512}, {"memory": 1024}, ["container memory limit 512 → 1024 MiB"]),
        ({"cpu": 0}, {}, []),
        ({"environment": pairs(B="2", A="1")}, {"environment": pairs(A="1", B="2")}, []),
        ({"environment": pairs(A="1")}, {"environment": pairs(A="2")}, ["A 1 → 2"]),
        ({"environment": []}, {"environment": pairs(A="1", B="2")}, ["2 variables added: A, B"]),
        ({"environment": pairs(API_TOKEN="abc")}, {"environment": pairs(API_TOKEN="def")}, ["API_TOKEN changed"]),
        ({"environment": pairs(URL="http://u:pw@h")}, {"environment": pairs(URL="http://h")}, ["URL changed"]),
        ({"command": ["a", "b"]}, {"command": ["a", "c"]}, ["command a b → a c"]),
        ({}, {"command": ["a"]}, ["command the image's own → a"]),
        ({}, {"portMappings": [{"containerPort": 80, "hostPort": 80}]}, ["listens on 80/tcp"]),
        ({"user": "0"}, {"user": "1000"}, ["user 0 → 1000"]),
        ({"readonlyRootFilesystem": True}, {}, ["readonlyRootFilesystem yes → none"]),
        ({"dockerLabels": {"a": "1"}}, {"dockerLabels": {"a": "2"}}, ["dockerLabels.a 1 → 2"]),
        (
            {"healthCheck": {"command": ["CMD", "a"], "interval": 5, "timeout": 3, "retries": 3}},
            {"healthCheck": {"command": ["CMD", "a"], "interval": 10, "timeout": 3, "retries": 5}},
            ["health check interval 5 s → 10 s", "health check retries 3 → 5"],
        ),
        ({"healthCheck": {"command": ["CMD", "a"]}}, {}, ["health check removed"]),
        (
            {"secrets": [{"name": "KEY", "valueFrom": f"{SECRET}key-2026:::v1"}]},
            {"secrets": [{"name": "KEY", "valueFrom": "secret:key"}]},
            [],
        ),
        (
            {"secrets": [{"name": "A", "valueFrom": f"{SECRET}api-environment-2026:A::v1"}]},
            {"secrets": [{"name": "A", "valueFrom": "secret:key"}]},
            ["A comes from key"],
        ),
        (
            {"logConfiguration": {"logDriver": "awslogs", "options": {"awslogs-group": "x", "awslogs-region": "y"}}},
            {"logConfiguration": {"logDriver": "awslogs", "options": {}}},
            [],
        ),
    ],
)
def test_a_difference_in_words(before: dict[str, Any], after: dict[str, Any], said: list[str]) -> None:
    assert compare(api(**before), api(**after), "api", NAMES) == said


SCRIPT = """set -eu
chmod 755 /berth/0
printf %s "$FILE_0" > /berth/0/{name}
chown {owner} /berth/0/{name}
chmod 0444 /berth/0/{name}"""


def with_file(
    content: str = "", *, name: str = "site", owner: str = "0:0", secret: str = ""
) -> dict[str, dict[str, Any]]:
    helper = {
        "command": [SCRIPT.format(name=name, owner=owner)],
        "environment": [] if secret else pairs(FILE_0=content),
        "secrets": [{"name": "FILE_0", "valueFrom": secret}] if secret else [],
    }
    mounts = [{"sourceVolume": "files-0", "containerPath": "/etc/site", "readOnly": True}]
    return {**api(mountPoints=mounts), "api-files": helper}


def test_a_configs_lines_are_counted_and_never_shown() -> None:
    said = compare(with_file("a\nsesame\nc\n"), with_file("a\nopen\nc\nd\ne\n"), "api", NAMES)
    assert said == ["config /etc/site/site: 1 line changed, 2 added"]
    assert compare(with_file("a\nb\n"), with_file("a\n"), "api", NAMES) == ["config /etc/site/site: 1 line removed"]


def test_files_by_their_place_their_owner_and_their_secret() -> None:
    assert compare(api(), with_file("a"), "api", NAMES) == ["config given at /etc/site/site"]
    assert compare(with_file("a"), with_file("a", owner="7:7"), "api", NAMES) == [
        "owner and mode of /etc/site/site 0:0 0444 → 7:7 0444"
    ]
    secret = with_file(secret=f"{SECRET}key-2026:::v1")
    assert compare(with_file("a"), secret, "api", NAMES) == ["secret key takes the place of config at /etc/site/site"]
    assert compare(secret, api(), "api", NAMES) == ["secret key given no more (/etc/site/site)"]
    assert given_secrets(secret, NAMES) == {"key"}


def test_a_container_of_x_berth_is_told_by_its_name() -> None:
    more = {**api(), "proxy": {"name": "proxy", "image": "envoy:1"}}
    other = {**api(), "proxy": {"name": "proxy", "image": "envoy:2"}}
    assert compare(api(), more, "api", NAMES) == ["container proxy added: envoy:1"]
    assert compare(more, other, "api", NAMES) == ["container proxy: image envoy 1 → 2"]
    assert compare(more, api(), "api", NAMES) == ["container proxy removed"]


def test_a_new_task_is_described_without_its_values() -> None:
    said = describe(api(environment=pairs(A="sesame"), portMappings=[{"containerPort": 80}]), "api", NAMES)
    assert said == ["image shop-api@3f3f3f…", "1 variable: A", "listens on 80/tcp"]
