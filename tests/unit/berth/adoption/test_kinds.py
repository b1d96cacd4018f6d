"""Every type that Berth creates is found by a call that AWS takes, in an answer that AWS gives."""

from __future__ import annotations

import re
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any

import boto3
import pulumi_aws as aws
import pytest
from botocore.stub import Stubber

from berth.adoption.pending import Pending
from berth.adoption.search import search
from berth.adoption.table import KINDS, NOTHING, OWN, UNKNOWN
from tests.unit.berth.adoption.cases import CASES

ROOT = Path(__file__).parents[4]
SPACE = {"type": "aws:servicediscovery/httpNamespace:HttpNamespace", "inputs": {"name": "mine-1a2b3c4"}, "id": "ns-9"}


@cache
def boto_client(service: str) -> Any:
    return boto3.client(service, region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


def pending(type_: str, inputs: Mapping[str, Any]) -> Pending:
    return Pending({"urn": f"urn:pulumi:dev::berth::x${type_}::one", "type": type_, "inputs": inputs})


def created() -> set[str]:
    """The types of all resources of AWS that a stack's program creates; not those of an account's set-up."""
    found = set()
    for folder in ("components", "platforms"):
        for path in (ROOT / folder).rglob("*.py"):
            text = "" if path.name == "github_role.py" else path.read_text()
            for module, name in re.findall(r"\baws\.(\w+)\.([A-Z]\w+)\(", text):
                token = getattr(getattr(getattr(aws, module), name), "pulumi_type", "")
                found |= {token} if re.fullmatch(r"aws:\w+/\w+:\w+", token) and not name.endswith("Args") else set()
    return found


def test_every_type_that_is_created_has_its_place() -> None:
    assert len(created()) > 50
    assert created() - KINDS.keys() - NOTHING - UNKNOWN == set()
    assert KINDS.keys() & (NOTHING | UNKNOWN | OWN.keys()) == set()


def test_every_kind_has_a_case() -> None:
    assert sorted(case[0] for case in CASES) == sorted(KINDS)


@pytest.mark.parametrize(("type_", "inputs", "answer", "id_"), CASES, ids=[case[0] for case in CASES])
def test_the_one_is_found_in_awss_answer(type_: str, inputs: Any, answer: Any, id_: str) -> None:
    kind = KINDS[type_]
    client = boto_client(kind.service)
    others = []
    with Stubber(client) as stub:
        stub.add_response(kind.operation, answer)
        if kind.bare:
            stub.add_response(kind.bare[0], {kind.bare[2]: []})
        if kind.shared:
            others.append(Stubber(boto_client("servicediscovery")))
            others[0].add_response("list_namespaces", {"Namespaces": [{"Name": "mine-1a2b3c4"}]})
            others[0].activate()
        try:
            found = search([pending(type_, inputs)], [SPACE], boto_client, 0)
        finally:
            for other in others:
                other.deactivate()
        stub.assert_no_pending_responses()
    assert [item.id for item in found.made] == [id_]
    assert found.unsure == []
