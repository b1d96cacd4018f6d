"""The fields of ``x-berth`` and their published schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from compose.extension import Ingress, ServiceExtension, schema

PUBLISHED = Path(__file__).parents[3] / "docs" / "x-berth.schema.json"


def test_the_published_schema_is_that_of_the_model() -> None:
    assert PUBLISHED.read_text() == schema(), "run tools/x-berth-schema"


def test_every_field_is_described() -> None:
    for name, part in json.loads(schema())["$defs"].items():
        for key, field in part["properties"].items():
            assert "description" in field, f"{name}.{key}"
        assert part["additionalProperties"] is False


@pytest.mark.parametrize("ingress", [{"path": "shop"}, {"port": 0}, {"hots": "a"}])
def test_what_makes_no_sense_is_refused(ingress: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        ServiceExtension.model_validate({"ingress": ingress})
    assert Ingress().path == "/"
