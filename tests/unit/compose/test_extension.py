"""The fields of ``x-berth`` and their published schema."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from pydantic import ValidationError

from berth.compose.extension import Ingress, ServiceExtension, key_of, schema

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


def test_one_way_in_is_a_list_of_one_and_none_is_none() -> None:
    one, several = ({"ingress": {"path": "/a"}}, {"ingress": [{"path": "/a"}, {"protocol": "tcp", "port": 99}]})
    assert [item.path for item in ServiceExtension.model_validate(one).ingress] == ["/a"]
    assert [item.protocol for item in ServiceExtension.model_validate(several).ingress] == ["http", "tcp"]
    assert len(ServiceExtension.model_validate({"ingress": {}}).ingress) == 1
    assert ServiceExtension.model_validate({"ingress": None}).ingress == ()


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"ingress": {"port": 0}}, "ingress.port"),
        ({"ingress": [{}, {"port": 0}]}, "ingress.1.port"),
        ({"ingress": {"protocol": "udp", "path": "/a"}}, "ingress"),
        ({"ingress": [{"protocol": "tls", "health_path": "/a"}]}, "ingress.0"),
        ({"ingress": {"protocol": "tcp", "priority": 7}}, "ingress"),
    ],
)
def test_an_error_is_where_the_file_has_it(data: dict[str, object], key: str) -> None:
    with pytest.raises(ValidationError) as caught:
        ServiceExtension.model_validate(data)
    assert [key_of(error["loc"], data) for error in caught.value.errors()] == [key]
