"""A stack on another one's network, cluster and load balancer: what is made, what is not, and what has no place."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from berth.diagnostics import ComposeError, SettingsError
from berth.platforms.ecs.deploy import EcsApplication
from berth.platforms.ecs.rules import check
from berth.platforms.ecs.shared import complete
from berth.settings import Settings, Shared, attach_settings
from tests.unit.components.build import Built, build
from tests.unit.compose.files import load
from tests.unit.hooks import accept_hooks
from tests.unit.recorder import Recorder

CLUSTER = "arn:aws:ecs:us-east-1:123456789012:cluster/dev"
LISTENER = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/dev/1/2"
RULE = "aws:lb/listenerRule:ListenerRule"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
RECORD = "aws:route53/record:Record"
MADE_BY_THE_OTHER = {
    "aws:ec2/vpc:Vpc",
    "aws:ec2/subnet:Subnet",
    "aws:ecs/cluster:Cluster",
    "aws:ecs/capacityProvider:CapacityProvider",
    "aws:ecs/clusterCapacityProviders:ClusterCapacityProviders",
    "aws:ec2/launchTemplate:LaunchTemplate",
    "aws:autoscaling/group:Group",
    "aws:acm/certificate:Certificate",
}
DEV = Shared(
    stack="organization/berth/dev",
    platform="ecs-ec2",
    region="us-east-1",
    cpu_architecture="x86_64",
    vpc_id="vpc-1",
    vpc_cidr="10.0.0.0/16",
    public_subnet_ids=("s-1", "s-2"),
    cluster_arn=CLUSTER,
    capacity=[{"provider": "capacity-dev", "weight": 100}],
    instances_group_id="sg-instances",
    instance_type="t3.micro",
    instance_maximum=2,
    reserved_memory=200,
    load_balancer_arn="arn:lb",
    load_balancer_group_id="sg-lb",
    listener_arn=LISTENER,
    domain="dev.example.com",
    hosted_zone_id="Z1",
)
WEB = """
services:
  web:
    image: w
    expose: ["80"]
    volumes: ["data:/data"]
    x-berth: {ingress: [{}, {host: shop.example.org, path: /api}, {host: queue.dev.example.com}]}
volumes: {data: {}}
"""


def settings(platform: str = "ecs-ec2", shared: Mapping[str, object] | None = None, **values: Any) -> Settings:
    given = Settings(platform=platform, shared_stack="dev", **values)
    return attach_settings(given, DEV.model_copy(update=dict(shared or {})), stack="pr-1")


def without_domain(**shared: object) -> Mapping[str, object]:
    return {"domain": None, "hosted_zone_id": None, **shared}


def deployed(directory: Path, text: str, chosen: Settings) -> Built:
    balancer = {"arn": "arn:lb", "arnSuffix": "a", "dnsName": "lb.aws", "zoneId": "ZL", "securityGroups": ["sg-lb"]}
    recorder = Recorder(
        outputs={"aws:lb/loadBalancer:LoadBalancer": {"dnsName": "lb.aws", "zoneId": "ZL"}},
        calls={
            "aws:index/getAvailabilityZones:getAvailabilityZones": {"names": ["us-east-1a", "us-east-1b"]},
            "aws:lb/getListener:getListener": {"loadBalancerArn": "arn:lb", "port": 443, "protocol": "HTTPS"},
            "aws:lb/getLoadBalancer:getLoadBalancer": balancer,
            "aws:ecs/getCluster:getCluster": {"arn": CLUSTER, "clusterName": "dev"},
        },
    )
    app = load(directory, text, empty=chosen.share)

    def make(opts: Any) -> dict[str, Any]:
        accept_hooks()
        made = EcsApplication("shop-pr-1", app, chosen, opts)
        return {"urls": made.urls, "shared": made.shared}

    return build(make, recorder)


def found(directory: Path, text: str, chosen: Settings) -> list[str]:
    findings = check(load(directory, text), chosen, stack="pr-1")
    return [f"{item.service} {item.key} {item.severity.value}: {item.message} {item.advice}" for item in findings]


def test_tasks_run_on_the_other_stack_s_instances_behind_its_load_balancer(tmp_path: Path) -> None:
    built = deployed(tmp_path, WEB, settings(subdomain="pr-1"))
    assert not built.types() & {*MADE_BY_THE_OTHER, "aws:lb/loadBalancer:LoadBalancer", "aws:lb/listener:Listener"}
    service = built.inputs("aws:ecs/service:Service")
    assert (service["cluster"], service["capacityProviderStrategies"][0]["capacityProvider"]) == (
        CLUSTER,
        "capacity-dev",
    )
    task = built.inputs("aws:ecs/taskDefinition:TaskDefinition")
    assert (task["networkMode"], task["requiresCompatibilities"]) == ("bridge", ["EC2"])
    assert {group.inputs["targetType"] for group in built.recorder.of("aws:lb/targetGroup:TargetGroup")} == {"instance"}
    rules = built.recorder.of(RULE)
    assert {rule.inputs["listenerArn"] for rule in rules} == {LISTENER}
    hosts = {value for rule in rules for item in rule.inputs["conditions"] for value in _hosts(item)}
    assert hosts == {
        "pr-1.dev.example.com",
        "pr-1-shop-example-org.dev.example.com",
        "pr-1-queue.dev.example.com",
    }, "one label below the domain, as a certificate for *.dev.example.com covers no deeper one"
    assert built.values["urls"] == {"web": "https://pr-1.dev.example.com/"}
    assert built.names(RECORD) == [], "*.dev.example.com leads there already"
    assert built.names("pulumi:pulumi:StackReference") == ["organization/berth/dev"]


def _hosts(condition: Mapping[str, Any]) -> list[str]:
    return condition.get("hostHeader", {}).get("values", [])


def test_volumes_are_reached_from_the_other_stack_s_instances(tmp_path: Path) -> None:
    built = deployed(tmp_path, WEB, settings(subdomain="pr-1"))
    nfs = built.inputs(INGRESS)
    assert (nfs["referencedSecurityGroupId"], nfs["fromPort"]) == ("sg-instances", 2049)
    assert nfs["securityGroupId"] == "shop-pr-1-storage-id", "a rule of its own group"


def test_hosts_stay_as_they_are_without_a_subdomain(tmp_path: Path) -> None:
    built = deployed(tmp_path, WEB, settings(domain="shop.example.org", hosted_zone_id="Z9"))
    hosts = {value for rule in built.recorder.of(RULE) for item in rule.inputs["conditions"] for value in _hosts(item)}
    assert hosts == {"shop.example.org", "queue.dev.example.com"}
    assert {(item.inputs["name"], item.inputs["zoneId"]) for item in built.recorder.of(RECORD)} == {
        ("shop.example.org", "Z9"),
        ("*.shop.example.org", "Z9"),
    }


def test_without_a_domain_a_stack_has_a_port_of_its_own_for_its_rules(tmp_path: Path) -> None:
    chosen = settings("ecs-fargate", without_domain(), listener_port=20001)
    built = deployed(tmp_path, WEB, chosen)
    listener = built.inputs("aws:lb/listener:Listener")
    assert (listener["loadBalancerArn"], listener["port"], listener["protocol"]) == ("arn:lb", 20001, "HTTP")
    opened = built.inputs(INGRESS, "shop-pr-1-20001")
    assert (opened["securityGroupId"], opened["cidrIpv4"], opened["fromPort"]) == ("sg-lb", "0.0.0.0/0", 20001)
    assert {rule.inputs["listenerArn"] for rule in built.recorder.of(RULE)} != {LISTENER}
    assert built.values["urls"] == {"web": "http://lb.aws:20001/"}
    service = built.inputs("aws:ecs/service:Service")
    assert (service["launchType"], service["cluster"]) == ("FARGATE", CLUSTER)
    assert service["networkConfiguration"]["assignPublicIp"], "the other stack has no private subnets"


@pytest.mark.parametrize(
    ("chosen", "url"),
    [
        (settings(subdomain="pr-1"), "https://pr-1.dev.example.com/"),
        (settings(shared=without_domain(), listener_port=20001), "http://lb.aws:20001/"),
    ],
)
def test_of_published_ports_alone_the_lowest_is_where_the_stack_answers(
    tmp_path: Path, chosen: Settings, url: str
) -> None:
    text = 'services: {a: {image: a, ports: ["9000:9000"]}, web: {image: w, ports: ["8080:80", "8081:81"]}}'
    assert deployed(tmp_path, text, chosen).values["urls"] == {"web": url}
    lines = [line.partition(":")[0] for line in found(tmp_path, text, chosen)]
    assert sorted(lines) == ["a ports.9000 warning", "web ports.8081 warning"]


def test_a_network_load_balancer_of_its_own_is_let_in_by_the_other_stack_s_instances(tmp_path: Path) -> None:
    text = 'services: {q: {image: q, expose: ["5672"], x-berth: {ingress: {protocol: tcp, host: q.dev.example.com}}}}'
    built = deployed(tmp_path, text, settings(subdomain="pr-1"))
    rule = built.inputs(INGRESS, "shop-pr-1-network-to-instances")
    assert rule["securityGroupId"] == "sg-instances"
    assert rule["referencedSecurityGroupId"] == "shop-pr-1-network-ingress-id"
    record = built.inputs(RECORD)
    assert (record["name"], record["zoneId"]) == ("pr-1-q.dev.example.com", "Z1")


@pytest.mark.parametrize("platform", ["ecs-ec2", "ecs-fargate"])
def test_what_a_stack_exports_is_what_another_one_takes(tmp_path: Path, platform: str) -> None:
    own = Settings(platform=platform, ingress="alb", domain="dev.example.com", certificate_arn="arn:c")
    shared = Shared.model_validate(deployed(tmp_path, WEB, own).values["shared"])
    assert (shared.platform, shared.domain, shared.vpc_id) == (platform, "dev.example.com", "shop-pr-1-id")
    assert shared.listener_arn == "arn:aws:mock:us-east-1:123456789012:shop-pr-1-443"
    assert shared.load_balancer_group_id == "shop-pr-1-ingress-id"
    if platform == "ecs-ec2":
        assert (shared.capacity[0].provider, shared.instances_group_id) == (
            "capacity-shop-pr-1",
            "shop-pr-1-instances-id",
        )
        assert shared.reserved_memory == 128 + 64, "what is reserved by default, and the proxy"
    else:
        assert (shared.capacity, len(shared.private_subnet_ids)) == ((), 2)


def test_a_stack_that_shares_has_the_listener_even_without_a_service(tmp_path: Path) -> None:
    built = deployed(tmp_path, "services: {}", Settings(platform="ecs-fargate", share=True))
    assert built.inputs("aws:lb/listener:Listener")["port"] == 80
    assert Shared.model_validate(built.values["shared"]).listener_arn
    none = deployed(tmp_path, "services: {w: {image: w}}", Settings(platform="ecs-fargate"))
    assert "aws:lb/listener:Listener" not in none.types()
    assert Shared.model_validate(none.values["shared"]).listener_arn is None
    with pytest.raises(ComposeError, match="no service to deploy"):
        load(tmp_path, "services: {}")


BARE = 'services: {web: {image: w, expose: ["80"], x-berth: {ingress: {}}}}'


@pytest.mark.parametrize(
    ("shared", "values", "key", "words"),
    [
        (
            {"load_balancer_arn": None, "listener_arn": None},
            {},
            "berth:sharedStack",
            "has no load balancer, and web is to be reached by one Set berth:ingress to alb, and berth:share to true "
            "if none of its services has x-berth.ingress, in Pulumi.dev.yaml, and run `make up STACK=dev`.",
        ),
        (
            {"load_balancer_arn": None, "listener_arn": None, "platform": "ecs-fargate"},
            {"platform": "ecs-fargate"},
            "berth:sharedStack",
            "is to be reached by one Set berth:share to true in Pulumi.dev.yaml",
        ),
        ({"listener_arn": None}, {}, "berth:sharedStack", "no listener at 80 or 443"),
        (
            without_domain(load_balancer_group_id=None),
            {"listener_port": 20001},
            "berth:listenerPort",
            "not the stack dev's own",
        ),
        (without_domain(), {}, "x-berth.ingress.host", "or berth:listenerPort"),
    ],
)
def test_a_way_in_that_is_not_there(
    tmp_path: Path, shared: Mapping[str, object], values: dict[str, Any], key: str, words: str
) -> None:
    (line,) = found(tmp_path, BARE, settings(shared=shared, **values))
    assert f" {key} error: " in line
    assert words in line


def test_a_host_whose_label_becomes_too_long(tmp_path: Path) -> None:
    """``pr-1-`` and 59 more."""
    text = BARE.replace("ingress: {}", f"ingress: {{host: {'h' * 59}.dev.example.com}}")
    (line,) = found(tmp_path, text, settings(subdomain="pr-1"))
    assert "whose first label has 64 characters; DNS takes 63" in line
    assert found(tmp_path, text.replace("h" * 59, "h" * 58), settings(subdomain="pr-1")) == []


def test_a_worker_needs_no_load_balancer(tmp_path: Path) -> None:
    chosen = settings(shared={"load_balancer_arn": None, "listener_arn": None})
    assert found(tmp_path, "services: {worker: {image: w}}", chosen) == []


def test_memory_beside_the_other_stack_s_own_is_counted(tmp_path: Path) -> None:
    """A t3.micro has 1024 - 90 - 16 = 918 MiB; a task of 640 MiB has 64 more for its proxy."""
    text = "services: {worker: {image: w, deploy: {resources: {reservations: {memory: 640M}}}}}"
    one = {"instance_maximum": 0, "reserved_memory": 704}
    (line,) = found(tmp_path, text, settings(shared=one))
    assert "need 704 MiB beside the 704 MiB of dev's, but dev's 1 x t3.micro has 918" in line
    assert "Set berth:instanceMaximum to 2 or more in Pulumi.dev.yaml" in line
    assert found(tmp_path, text, settings(shared={**one, "instance_maximum": 2})) == []
    assert "MiB of dev's" not in " ".join(found(tmp_path, text, settings("ecs-fargate", one)))


def test_what_the_other_stack_s_instances_do_not_offer(tmp_path: Path) -> None:
    text = """
services:
  log: {image: w, logging: {driver: splunk, options: {splunk-url: "https://s", splunk-token: t}}}
  gpu: {image: w, gpus: [{count: 1}]}
"""
    lines = found(tmp_path, text, settings(shared={"instance_type": "g4dn.xlarge"}))
    assert any("log logging.driver error: the instances of the stack dev do not offer splunk" in line for line in lines)
    assert any("gpu gpus error" in line for line in lines)
    has = {"instance_type": "g4dn.xlarge", "log_drivers": ("splunk",), "gpus": True}
    assert not [line for line in found(tmp_path, text, settings(shared=has)) if "stack dev" in line]


Completes = Callable[[Mapping[str, Any] | Exception], Settings]


@pytest.fixture
def complete_with(monkeypatch: pytest.MonkeyPatch) -> Completes:
    """The settings of a stack on ``dev``, of which the engine says that it has these outputs."""

    def run(answer: Mapping[str, Any] | Exception) -> Settings:
        def invoke(token: str, arguments: Mapping[str, Any]) -> SimpleNamespace:
            assert (token, arguments) == ("pulumi:pulumi:readStackOutputs", {"name": "organization/berth/dev"})
            if isinstance(answer, Exception):
                raise answer
            return SimpleNamespace(value={"outputs": answer})

        monkeypatch.setattr("pulumi.runtime.invoke", invoke)
        monkeypatch.setattr("pulumi.get_organization", lambda: "organization")
        monkeypatch.setattr("pulumi.get_project", lambda: "berth")
        return complete(Settings(platform="ecs-ec2", shared_stack="dev"), stack="pr-1")

    return run


def test_the_output_of_the_other_stack_completes_the_settings(complete_with: Completes) -> None:
    output = {**DEV.model_dump(by_alias=True, mode="json", exclude={"stack"}), "instanceMaximum": 2.0}  # JSON's number
    assert complete_with({"shared": output}) == settings()


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Exception('… returned an error: unknown stack "dev"'), "cannot be read: unknown stack"),
        ({}, "organization/berth/dev is not deployed"),
        ({"shared": {"platform": "ecs-ec2"}}, "deployed by another version of Berth: its output 'shared' differs in"),
    ],
)
def test_another_stack_that_is_not_there(
    complete_with: Completes, answer: Mapping[str, Any] | Exception, words: str
) -> None:
    with pytest.raises(SettingsError) as caught:
        complete_with(answer)
    (finding,) = caught.value.diagnostics
    assert (finding.file, finding.key) == ("Pulumi.pr-1.yaml", "berth:sharedStack")
    assert words in finding.message
    assert "make up STACK=dev" in finding.advice
