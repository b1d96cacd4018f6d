"""Secrets in plain text, and images by tag."""

from __future__ import annotations

import json

import pytest

from guard.rule import UNKNOWN
from tests.unit.policy.resources import said

TASK = "ecs/taskDefinition:TaskDefinition"
RANDOM = "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"  # the secret key of AWS's documentation
DIGEST = "nginx@sha256:" + "0a" * 32


def task(name: str = "X", value: str = "", image: str = DIGEST) -> dict[str, object]:
    container = {"name": "web", "image": image, "environment": [{"name": name, "value": value}]}
    return {"containerDefinitions": json.dumps([container])}


@pytest.mark.parametrize(
    ("name", "value", "kind"),
    [
        ("DB_PASSWORD", "hunter2", "a secret by its name"),
        ("POSTGRES_PASSWORD", "shop", "a secret by its name"),
        ("api_key", "abc", "a secret by its name"),
        ("DB_PWD", "abc", "a secret by its name"),
        ("SECRET_KEY_BASE", "abc", "a secret by its name"),
        ("KEY_ID", "AKIAIOSFODNN7EXAMPLE", "an AWS access key"),
        ("DATABASE_URL", "postgres://shop:hunter2@db/shop", "a URL with a password"),
        ("CERT", "-----BEGIN RSA PRIVATE KEY-----\nMII", "a private key"),
        ("HOOK", "xoxb-123456789012-abcdef", "a Slack token"),
        ("GIT", "ghp_" + "a1B2" * 9, "a GitHub token"),
    ],
)
def test_a_secret_in_a_variable_is_found_by_name_or_by_value(name: str, value: str, kind: str) -> None:
    (message,) = said("no-plain-secrets", TASK, task(name, value))
    assert message.startswith(f"web: the value of {name} is {kind}")
    assert "`secrets`" in message
    assert value not in message


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("DB_PASSWORD_FILE", "/run/secrets/db_password"),
        ("SECRET_NAME", "shop/db"),
        ("TOKEN_TTL", "3600"),
        ("PWD", "/app"),
        ("MYSQL_RANDOM_ROOT_PASSWORD", "1"),
        ("PASSWORD", ""),
        ("CSRF_TOKEN", "true"),
        ("DATABASE_URL", "postgres://db/shop"),
        ("DATABASE_URL", "postgres://shop@db:5432/shop"),
        ("TOKENIZER", "words"),
        ("KEYBOARD", "us"),
        ("PATH", "/usr/local/sbin:/usr/local/bin"),
    ],
)
def test_what_only_looks_like_one_passes(name: str, value: str) -> None:
    assert said("no-plain-secrets", TASK, task(name, value)) == []


def test_a_variable_may_be_allowed_by_name() -> None:
    assert said("no-plain-secrets", TASK, task("PUBLIC_TOKEN", "abc"), variables=["PUBLIC_TOKEN"]) == []


def test_a_function_has_variables_too() -> None:
    inputs = {"environment": {"variables": {"API_KEY": "abc", "MODE": "fast"}}}
    (message,) = said("no-plain-secrets", "lambda/function:Function", inputs)
    assert "Secrets Manager" in message


@pytest.mark.parametrize("rule", ["no-plain-secrets", "no-random-values", "images-by-digest"])
def test_definitions_that_are_not_known_yet_wait_for_the_update(rule: str) -> None:
    assert said(rule, TASK, {"containerDefinitions": UNKNOWN}) == []


def test_a_value_that_looks_random_is_a_hint() -> None:
    (message,) = said("no-random-values", TASK, task("X", RANDOM))
    assert "looks random" in message
    assert RANDOM not in message


@pytest.mark.parametrize(
    "value",
    ["4bf92f3577b34da6a3ce929d0e0e4736a3ce929d", "/usr/share/nginx/html/static", "aaaaaaaaaaaaaaaaaaaaaaaaaaaa"],
)
def test_hashes_paths_and_words_are_not_random(value: str) -> None:
    assert said("no-random-values", TASK, task("X", value)) == []


def test_an_image_by_tag_is_a_hint_with_the_command_that_prints_its_digest() -> None:
    (message,) = said("images-by-digest", TASK, task(image="nginx:1.29"))
    assert "nginx:1.29@sha256:…" in message
    assert "docker buildx imagetools inspect nginx:1.29" in message
    assert said("images-by-digest", TASK, task()) == []
