from __future__ import annotations

import asyncio
from typing import Any

import pytest
from google.protobuf import json_format, struct_pb2
from pulumi.dynamic import CreateResult, DiffResult, ReadResult, ResourceProvider, UpdateResult
from pulumi.runtime import proto

from berth.provider.dynamic import SECRET, SIGNATURE, DynamicResources

URN = "urn:pulumi:test::site::berth:index:Service$berth:index:Echo::web"


class Echo(ResourceProvider):
    """Gives back what it is given, with another count."""

    def __init__(self) -> None:
        super().__init__()
        self.deleted: list[dict[str, Any]] = []

    def diff(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> DiffResult:
        return DiffResult(changes=_olds["count"] != _news["count"], replaces=["count"], delete_before_replace=True)

    def create(self, props: dict[str, Any]) -> CreateResult:
        return CreateResult("made", {**props, "token": props["key"] + "!", "count": 2})

    def read(self, id_: str, props: dict[str, Any]) -> ReadResult:
        return ReadResult(id_, {**props, "key": "changed"})

    def update(self, _id: str, _olds: dict[str, Any], _news: dict[str, Any]) -> UpdateResult:
        return UpdateResult(_news)

    def delete(self, _id: str, _props: dict[str, Any]) -> None:
        self.deleted.append(_props)


def struct(**values: Any) -> struct_pb2.Struct:
    return json_format.ParseDict(values, struct_pb2.Struct())


def secret(value: Any) -> dict[str, Any]:
    return {SIGNATURE: SECRET, "value": value}


def plain(made: struct_pb2.Struct) -> dict[str, Any]:
    return json_format.MessageToDict(made)


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def resources(echo: Echo) -> DynamicResources:
    return DynamicResources({"Echo": echo})


def test_what_was_secret_still_is_and_the_rest_is_not(resources: DynamicResources) -> None:
    given = struct(key=secret("hush"), nested={"a": secret("b"), "c": "d"}, count=1)
    made = asyncio.run(resources.create(proto.CreateRequest(urn=URN, properties=given)))
    assert made.id == "made"
    assert plain(made.properties) == {
        "key": secret("hush"),
        "nested": {"a": secret("b"), "c": "d"},
        "token": "hush!",
        "count": 2,
    }


def test_another_value_of_a_secret_is_a_secret(resources: DynamicResources) -> None:
    given = struct(key=secret("hush"))
    found = asyncio.run(resources.read(proto.ReadRequest(urn=URN, id="made", properties=given, inputs=given)))
    assert (found.id, plain(found.properties), plain(found.inputs)) == (
        "made",
        {"key": secret("changed")},
        {"key": secret("hush")},
    )


def test_a_difference_is_the_classes_own(resources: DynamicResources) -> None:
    asked = proto.DiffRequest(urn=URN, id="made", olds=struct(count=1), news=struct(count=2))
    found = asyncio.run(resources.diff(asked))
    assert (found.changes, list(found.replaces), found.deleteBeforeReplace) == (
        proto.DiffResponse.DIFF_SOME,
        ["count"],
        True,
    )


def test_the_engine_gets_back_its_inputs_unread(resources: DynamicResources) -> None:
    news = struct(key=secret("hush"), count="04da6b54-80e4-46f7-96ec-b56ff0331ba9")
    assert resources.check(proto.CheckRequest(urn=URN, news=news)).inputs == news


def test_a_deletion_has_the_values_without_marks(resources: DynamicResources, echo: Echo) -> None:
    asyncio.run(resources.delete(proto.DeleteRequest(urn=URN, id="made", properties=struct(key=secret("hush")))))
    assert echo.deleted == [{"key": "hush"}]
