"""Texts that AWS has no room for are found before a deployment."""

from __future__ import annotations

from berth.compose.model import Grant, Variable
from berth.platforms.ecs.texts import check_texts
from berth.platforms.values import Values
from tests.unit.applications import application, service

GRANT = Grant(source="page", target="/srv/pages/index.html")


def found(texts: Values, **fields: object) -> list[tuple[str, str]]:
    return [(item.service, item.key) for item in check_texts(application(service(**fields)), texts)]


def test_what_has_room_is_no_finding() -> None:
    texts = Values(secrets={"key": "k" * 65_536}, configs={"page": b"p" * 60_000})
    assert found(texts, configs=(GRANT,)) == []


def test_a_secret_is_neither_empty_nor_too_large() -> None:
    assert found(Values(secrets={"empty": "", "large": "k" * 65_537}, configs={})) == [
        ("", "secrets.empty"),
        ("", "secrets.large"),
    ]


def test_a_task_definition_has_room_for_so_much_text() -> None:
    assert found(Values(secrets={}, configs={"page": b"p" * 65_000}), configs=(GRANT,)) == [("web", "configs")]
    large = {"RULES": Variable(value="r" * 65_000)}
    assert found(Values(secrets={}, configs={}), environment=large) == [("web", "environment")]
    secret = {"RULES": Variable(value="r" * 65_000, sensitive=True)}
    assert found(Values(secrets={}, configs={}), environment=secret) == []


def test_quotes_count_as_they_are_written() -> None:
    """A quotation mark takes two bytes in JSON."""
    assert found(Values(secrets={}, configs={"page": b'"' * 40_000}), configs=(GRANT,)) == [("web", "configs")]
