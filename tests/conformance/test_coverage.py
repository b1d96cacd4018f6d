"""The cases together: enough of them, each with something to say, and every attribute of a service in one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import pytest
import yaml

from berth.compose.support import table
from tests.conformance import case as cases
from tests.conformance.case import CASES, Case, case

MINIMUM = 40


class AnyLoader(yaml.SafeLoader):
    """YAML whose unknown tags (``!reset``, ``!override``) are passed over."""


AnyLoader.add_multi_constructor("!", lambda loader, suffix, node: None)


def services(name: str) -> Iterator[Mapping[str, Any]]:
    """Every service as the case's files have it, fragments merged in."""
    for path in sorted((CASES / name).rglob("*.yaml")):
        if path.name != "expected.yaml":
            data = yaml.load(path.read_text(), AnyLoader) or {}
            yield from (service for service in (data.get("services") or {}).values() if isinstance(service, Mapping))


def test_there_are_enough_cases() -> None:
    assert len(cases.names()) >= MINIMUM


def test_every_folder_is_a_case() -> None:
    assert {path.name for path in CASES.iterdir()} == set(cases.names())


@pytest.mark.parametrize("attribute", sorted(table.SECTIONS["services.*"]))
def test_every_attribute_of_a_service_is_in_a_case(attribute: str) -> None:
    assert any(attribute in service for name in cases.names() for service in services(name))


@pytest.mark.parametrize("name", cases.names())
def test_a_case_says_what_it_shows_and_asserts_it(name: str) -> None:
    described = case(name)
    assert described.about.endswith(".")
    assert described.reference.startswith("https://")
    assert assertions(described) > 0
    for expected in described.platforms.values():
        assert bool(expected.facts) != expected.refused, "either an error, or facts of what is deployed"


def assertions(described: Case) -> int:
    """How many diagnostics, counts and facts a case states."""
    platforms = described.platforms.values()
    return len(described.refused) + sum(len(e.findings) + len(e.resources) + len(e.facts) for e in platforms)
