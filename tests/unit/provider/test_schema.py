from __future__ import annotations

import ast
import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pulumi
import pytest

from berth.provider.exported import COMPONENTS, LEFT_OUT, NOT_EXPORTED
from berth.provider.schema import build_schema
from berth.provider.shapes import Inexpressible, arguments, camel
from berth.rehearsal.workspace import ROOT

SCHEMA = build_schema(COMPONENTS, version="1.2.3", left_out=LEFT_OUT)
RESOURCES, TYPES = SCHEMA["resources"], SCHEMA["types"]


def written(folder: Path) -> set[str]:
    """The components of a folder, by its source."""
    return {
        node.name
        for file in folder.glob("*.py")
        for node in ast.parse(file.read_text()).body
        if isinstance(node, ast.ClassDef) and any("ComponentResource" in ast.unparse(base) for base in node.bases)
    }


def test_every_component_is_exported_or_has_a_reason() -> None:
    exported = {component.__name__ for component in COMPONENTS}
    assert exported | set(NOT_EXPORTED) == written(ROOT / "components") | written(ROOT / "application")
    assert not exported & set(NOT_EXPORTED)


@pytest.mark.parametrize("component", COMPONENTS, ids=lambda component: component.__name__)
def test_inputs_are_the_fields_and_required_are_those_without_a_default(component: type) -> None:
    schema = RESOURCES[f"berth:index:{component.__name__}"]
    fields: Any = dataclasses.fields(arguments(component))
    assert set(schema["inputProperties"]) == {camel(field.name) for field in fields}
    needed = {
        camel(field.name)
        for field in fields
        if field.default is dataclasses.MISSING and field.default_factory is dataclasses.MISSING
    }
    assert set(schema["requiredInputs"]) == needed


def test_what_is_left_out_is_there_in_python_and_nowhere_else() -> None:
    for name in LEFT_OUT:
        component, _, attribute = name.partition(".")
        assert attribute in next(item for item in COMPONENTS if item.__name__ == component).__annotations__
        assert camel(attribute) not in RESOURCES[f"berth:index:{component}"]["properties"]


def test_an_output_and_the_input_that_takes_it_are_one_type() -> None:
    share = {"$ref": "#/types/berth:index:CapacityShare"}
    assert RESOURCES["berth:index:Cluster"]["properties"]["capacity"]["items"] == share
    capacity = RESOURCES["berth:index:Service"]["inputProperties"]["capacity"]
    assert capacity["items"] == share
    assert "plain" not in capacity  # else no output could be given


def test_what_decides_which_resources_there_are_takes_no_output() -> None:
    inputs = RESOURCES["berth:index:Network"]["inputProperties"]
    assert inputs["zones"] == {"type": "integer", "plain": True, "description": "Default: 2."}
    assert inputs["natGateways"]["$ref"] == "#/types/berth:index:NetworkNatGateways"
    assert TYPES["berth:index:NetworkNatGateways"]["enum"] == [
        {"name": "None", "value": "none"},
        {"name": "One", "value": "one"},
        {"name": "Zone", "value": "zone"},
    ]


def test_an_id_of_its_own_is_named_after_the_component() -> None:
    assert "id" not in RESOURCES["berth:index:SecurityGroup"]["properties"]
    assert RESOURCES["berth:index:SecurityGroup"]["properties"]["securityGroupId"] == {"type": "string"}
    assert "securityGroupId" in RESOURCES["berth:index:SecurityGroup"]["required"]


def test_a_map_by_number_is_one_by_text_and_a_pair_is_a_list() -> None:
    listeners = RESOURCES["berth:index:LoadBalancer"]["properties"]["listenerArns"]
    assert listeners == {"type": "object", "additionalProperties": {"type": "string"}}
    ulimits = TYPES["berth:index:Container"]["properties"]["ulimits"]
    assert ulimits["additionalProperties"]["items"] == {"type": "integer", "plain": True}


def test_every_reference_leads_somewhere() -> None:
    references: set[str] = set()

    def collect(value: object) -> None:
        match value:
            case {"$ref": str(reference)}:
                references.add(reference)
            case Mapping():
                for item in value.values():
                    collect(item)
            case list():
                for item in value:
                    collect(item)
            case _:
                pass

    collect(SCHEMA)
    assert references - {"pulumi.json#/Any"} == {f"#/types/{name}" for name in TYPES}


def test_what_no_other_language_has_is_an_error_with_its_place() -> None:
    @dataclass(frozen=True)
    class OddArgs:
        either: str | int

    class Odd(pulumi.ComponentResource):
        def __init__(self, name: str, args: OddArgs) -> None: ...

    Odd.__init__.__annotations__ = {"args": OddArgs}
    OddArgs.__annotations__ = {"either": str | int}
    with pytest.raises(Inexpressible, match=r"OddArgs\.either: one of several types"):
        build_schema([Odd], version="1.0.0", left_out={})


def test_an_attribute_that_has_no_value_must_be_left_out_by_name() -> None:
    cluster = next(item for item in COMPONENTS if item.__name__ == "Cluster")
    with pytest.raises(Inexpressible, match=r"Cluster\.ready"):
        build_schema([cluster], version="1.0.0", left_out={})


def test_descriptions_are_those_of_the_classes() -> None:
    assert "launch type Fargate" in RESOURCES["berth:index:Cluster"]["description"]
    assert "percentage of tasks on FARGATE_SPOT" in RESOURCES["berth:index:Cluster"]["description"]
    assert "at most five security groups" in TYPES["berth:index:Placement"]["description"]
    names: Sequence[str] = [name for name, item in TYPES.items() if item.get("description", "").startswith("X(")]
    assert not names
