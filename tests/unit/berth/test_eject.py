"""A plain program of what a state has: no Berth in it, no secret, and everything in its order."""

from __future__ import annotations

import ast
from typing import Any

from berth.eject import SECRET, program

APP = "urn:pulumi:prod::berth::berth:platforms:EcsApplication::shop"


def resource(kind: str, name: str, **fields: Any) -> dict[str, Any]:
    urn = f"urn:pulumi:prod::berth::berth:platforms:EcsApplication${kind}::{name}"
    return {"urn": urn, "type": kind, "custom": True, "inputs": {}, "parent": APP, **fields}


AWS = resource("pulumi:providers:aws", "aws", inputs={"region": "eu-west-1", "version": "7.1.0", "__internal": {}})
CLUSTER = resource("aws:ecs/cluster:Cluster", "shop", provider=f"{AWS['urn']}::1", protect=True)
SERVICE = resource(
    *("aws:ecs/service:Service", "web"),
    provider=f"{AWS['urn']}::1",
    dependencies=[CLUSTER["urn"], "urn:of:something:left:out"],
    inputs={"__defaults": ["name"], "name": "web-1", "network": {"__defaults": [], "subnets": ["subnet-1"]}},
    ignoreChanges=["desiredCount"],
)
VERSION = resource(
    "aws:secretsmanager/secretVersion:SecretVersion", "key", inputs={"secretString": {SECRET: "x", "ciphertext": "y"}}
)
ROLLOUT = resource("pulumi-python:dynamic/berth:Rollout", "web", inputs={"__provider": "pickled"})
COMPONENT = {"urn": APP, "type": "berth:platforms:EcsApplication", "custom": False}


def made() -> dict[str, ast.Call]:
    """What the program calls, by the resource's name."""
    tree = ast.parse(program("prod", [COMPONENT, AWS, CLUSTER, SERVICE, VERSION, ROLLOUT]))
    calls = [item.value for item in tree.body if isinstance(item, ast.Assign) and isinstance(item.value, ast.Call)]
    return {f"{ast.literal_eval(call.args[0])} {ast.literal_eval(call.args[1])}": call for call in calls if call.args}


def options(call: ast.Call) -> dict[str, str]:
    (given,) = [item.value for item in call.keywords if item.arg == "opts"]
    assert isinstance(given, ast.Call)
    return {str(item.arg): ast.unparse(item.value) for item in given.keywords}


def test_each_resource_of_aws_is_there_under_its_name_with_its_inputs() -> None:
    calls = made()
    assert list(calls) == [
        "aws aws",
        "aws:ecs/cluster:Cluster shop",
        "aws:ecs/service:Service web",
        "aws:secretsmanager/secretVersion:SecretVersion key",
    ]
    inputs = ast.literal_eval(calls["aws:ecs/service:Service web"].args[2])
    assert inputs == {"name": "web-1", "network": {"subnets": ["subnet-1"]}}


def test_it_keeps_its_place_its_order_and_its_options() -> None:
    calls = made()
    service, cluster = options(calls["aws:ecs/service:Service web"]), options(calls["aws:ecs/cluster:Cluster shop"])
    assert service["aliases"] == repr([SERVICE["urn"]])
    assert (service["provider"], service["depends_on"]) == ("r0", "[r1]")
    assert service["ignore_changes"] == "['desiredCount']"
    assert cluster["protect"] == "True"
    assert options(calls["aws aws"])["version"] == "'7.1.0'"


def test_a_secret_is_read_from_the_configuration() -> None:
    inputs = made()["aws:secretsmanager/secretVersion:SecretVersion key"].args[2]
    assert ast.unparse(inputs) == "{'secretString': config.require_secret('key-secretString')}"
    text = program("prod", [VERSION])
    assert "ciphertext" not in text
    assert "#     pulumi config set --stack prod --secret key-secretString" in text


def test_what_only_berth_can_read_is_to_be_forgotten_first() -> None:
    text = program("prod", [AWS, ROLLOUT])
    assert f"#     pulumi state delete --stack prod '{ROLLOUT['urn']}' --yes" in text
    assert "pickled" not in text
