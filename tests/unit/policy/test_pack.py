"""The pack as Pulumi runs it: a program that prints its port and answers by gRPC. No engine is needed for that."""

from __future__ import annotations

import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import grpc
import pytest
import yaml
from google.protobuf import empty_pb2, struct_pb2
from pulumi.runtime.proto import analyzer_pb2, analyzer_pb2_grpc
from pulumi_policy.proxy import UNKNOWN_STRING_VALUE

from guard.without_arn import ACTIONS
from tests.unit.policy.resources import RULES

ROOT = Path(__file__).parents[3]
LAUNCHER = ROOT / "tools" / "policy" / "pulumi-analyzer-policy-berth"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
OPENING = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"


@pytest.fixture(scope="module")
def pack() -> Iterator[analyzer_pb2_grpc.AnalyzerStub]:
    process = subprocess.Popen([LAUNCHER, "127.0.0.1:1", "."], cwd=LAUNCHER.parent, stdout=subprocess.PIPE, text=True)
    assert process.stdout is not None
    with grpc.insecure_channel(f"127.0.0.1:{process.stdout.readline().strip()}") as channel:
        yield analyzer_pb2_grpc.AnalyzerStub(channel)
    process.terminate()
    process.wait()


@pytest.fixture(autouse=True)
def configure(pack: analyzer_pb2_grpc.AnalyzerStub) -> Iterator[Any]:
    """Sets a rule's level and options for one test."""

    def set_(**rules: tuple[str, dict[str, Any]]) -> None:
        configs = {}
        for name, (level, options) in rules.items():
            properties = struct_pb2.Struct()
            properties.update(options)
            levels = {"mandatory": analyzer_pb2.MANDATORY, "disabled": analyzer_pb2.DISABLED}
            configs[name.replace("_", "-")] = analyzer_pb2.PolicyConfig(
                enforcementLevel=levels[level], properties=properties
            )
        pack.Configure(analyzer_pb2.ConfigureAnalyzerRequest(policyConfig=configs))

    yield set_
    pack.Configure(analyzer_pb2.ConfigureAnalyzerRequest())


def structure(inputs: dict[str, Any]) -> struct_pb2.Struct:
    made = struct_pb2.Struct()
    made.update(inputs)
    return made


def found(pack: analyzer_pb2_grpc.AnalyzerStub, type_: str, name: str, **inputs: Any) -> list[tuple[str, str]]:
    request = analyzer_pb2.AnalyzeRequest(type=type_, name=name, urn=f"urn:{name}", properties=structure(inputs))
    return [(item.policyName, item.message) for item in pack.Analyze(request).diagnostics]


def test_the_pack_has_every_rule_with_its_level_and_options(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    info = pack.GetAnalyzerInfo(empty_pb2.Empty())
    assert info.name == "aws-guard"
    policies = {item.name: item for item in info.policies}
    assert set(policies) == {*RULES, "published-ports-only"}
    assert policies["instance-metadata-v2"].enforcementLevel == analyzer_pb2.MANDATORY
    assert policies["images-by-digest"].enforcementLevel == analyzer_pb2.ADVISORY
    assert policies["own-keys"].enforcementLevel == analyzer_pb2.DISABLED
    assert all("exceptions" in item.configSchema.properties for item in policies.values())


def test_a_violation_names_the_resource_what_to_write_and_the_page(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    ((name, message),) = found(pack, BALANCER, "shop-prod", internal=False)
    assert name == "drop-invalid-headers"
    for part in ("shop-prod: set dropInvalidHeaderFields to true", "https://docs.aws.amazon.com/"):
        assert part in message
    assert found(pack, BALANCER, "shop-prod", dropInvalidHeaderFields=True) == []
    assert found(pack, "random:index/randomId:RandomId", "shop-prod") == []


def test_what_is_not_known_in_a_preview_breaks_no_rule(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    unknown = UNKNOWN_STRING_VALUE
    assert found(pack, "aws:iam/rolePolicy:RolePolicy", "role", policy=unknown) == []
    assert found(pack, OPENING, "open", ipProtocol="tcp", fromPort=80, toPort=80, cidrIpv4=unknown) == []


def test_an_exception_is_for_the_resources_that_it_names(pack: analyzer_pb2_grpc.AnalyzerStub, configure: Any) -> None:
    exceptions = [{"resource": "old-*", "reason": "its clients send such headers"}]
    configure(drop_invalid_headers=("mandatory", {"exceptions": exceptions}))
    assert found(pack, BALANCER, "old-prod") == []
    assert len(found(pack, BALANCER, "shop-prod")) == 1


def test_a_rule_can_be_switched_on_and_off(pack: analyzer_pb2_grpc.AnalyzerStub, configure: Any) -> None:
    configure(drop_invalid_headers=("disabled", {}), internal_load_balancers=("mandatory", {}))
    assert [name for name, _ in found(pack, BALANCER, "shop-prod")] == ["internal-load-balancers"]


def test_the_stack_is_looked_at_as_a_whole(pack: analyzer_pb2_grpc.AnalyzerStub) -> None:
    def resource(type_: str, name: str, **inputs: Any) -> analyzer_pb2.AnalyzerResource:
        return analyzer_pb2.AnalyzerResource(type=type_, name=name, urn=f"urn:{name}", properties=structure(inputs))

    world = {"ipProtocol": "tcp", "cidrIpv4": "0.0.0.0/0"}
    resources = [
        resource("aws:lb/listener:Listener", "http", port=80, loadBalancerArn=UNKNOWN_STRING_VALUE),
        resource(OPENING, "http", fromPort=80, toPort=80, **world),
        resource(OPENING, "database", fromPort=5432, toPort=5432, **world),
    ]
    (diagnostic,) = pack.AnalyzeStack(analyzer_pb2.AnalyzeStackRequest(resources=resources)).diagnostics
    assert (diagnostic.policyName, diagnostic.urn) == ("published-ports-only", "urn:database")
    assert "port 5432 is open to the world" in diagnostic.message


def test_the_pack_is_the_same_by_either_road() -> None:
    own = yaml.safe_load((ROOT / "policy" / "PulumiPolicy.yaml").read_text())
    launched = yaml.safe_load((LAUNCHER.parent / "PulumiPolicy.yaml").read_text())
    assert own["version"] == launched["version"]
    assert LAUNCHER.name == f"pulumi-analyzer-policy-{launched['runtime']}"
    (plugin,) = yaml.safe_load((ROOT / "Pulumi.yaml").read_text())["plugins"]["analyzers"]
    assert plugin == {"name": f"policy-{launched['runtime']}", "path": "tools/policy"}
    pinned = (ROOT / "requirements.txt").read_text().splitlines()
    assert (ROOT / "policy" / "requirements.txt").read_text().splitlines()[-1] in pinned


def test_the_page_lists_every_rule() -> None:
    page = (ROOT / "policy" / "README.md").read_text()
    for rule in (*RULES.values(),):
        assert f"| `{rule.name}` | {rule.level} |" in page, rule.name
    assert all(action for actions in ACTIONS.values() for action in actions)
