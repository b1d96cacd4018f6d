"""Ways in and out of a whole stack: both load balancers, what exists already, endpoints, IPv6 and the bridge."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from berth.platforms.ecs.deploy import EcsApplication
from berth.platforms.ecs.endpoints import interface_endpoints
from berth.platforms.ecs.rules import check
from berth.settings import Settings
from tests.unit.components.build import Built, build
from tests.unit.compose.files import load
from tests.unit.hooks import accept_hooks
from tests.unit.recorder import Recorder

ALB = "lb.example.com"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
LISTENER = "aws:lb/listener:Listener"
GROUP = "aws:lb/targetGroup:TargetGroup"
RULE = "aws:lb/listenerRule:ListenerRule"
RECORD = "aws:route53/record:Record"
INGRESS = "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule"
EGRESS = "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule"
SERVICE = "aws:ecs/service:Service"
OWN = "123456789012.dkr.ecr.us-east-1.amazonaws.com"
SHARED = "arn:aws:elasticloadbalancing:us-east-1:123456789012:listener/app/shared/1/2"
CLUSTER = "arn:aws:ecs:us-east-1:123456789012:cluster/shared"
VPC = {"vpc_id": "vpc-1", "public_subnet_ids": ("s-1", "s-2"), "private_subnet_ids": ("s-3", "s-4")}
DOMAIN = {"domain": "shop.example.com", "hosted_zone_id": "Z1"}
QUEUE = """
services:
  queue:
    image: q
    ports: ["5672:5672", "15672:15672"]
    x-berth: {ingress: [{port: 15672}, {port: 5672, protocol: tcp}]}
"""


PROVEN = ("shop.example.com", "b.a.shop.example.com")


def proof(name: str) -> dict[str, str]:
    return {
        "domainName": name,
        "resourceRecordName": f"_x.{name}.",
        "resourceRecordType": "CNAME",
        "resourceRecordValue": "_y.acm-validations.aws.",
    }


def deployed(directory: Path, text: str, platform: str = "ecs-fargate", **settings: Any) -> Built:
    app = load(directory, text)
    listener = {"loadBalancerArn": "arn:shared", "port": 443, "protocol": "HTTPS"}
    shared = {
        "arn": "arn:shared",
        "arnSuffix": "app/shared/1",
        "dnsName": "shared.example.com",
        "zoneId": "ZS",
        "securityGroups": ["sg-9"],
    }
    recorder = Recorder(
        outputs={
            "aws:ec2/eip:Eip": {"publicIp": "192.0.2.1"},
            "aws:ec2/vpc:Vpc": {"ipv6CidrBlock": "2001:db8:0:100::/56"},
            "aws:acm/certificate:Certificate": {"domainValidationOptions": [proof(name) for name in PROVEN]},
        },
        calls={
            "aws:index/getAvailabilityZones:getAvailabilityZones": {"names": ["us-east-1a", "us-east-1b"]},
            "aws:lb/getListener:getListener": listener,
            "aws:lb/getLoadBalancer:getLoadBalancer": shared,
            "aws:ecs/getCluster:getCluster": {"arn": CLUSTER, "clusterName": "shared"},
        },
    )
    recorder.outputs[BALANCER] = {"dnsName": ALB, "zoneId": "ZL"}

    def make(opts: Any) -> dict[str, Any]:
        accept_hooks()
        return {"urls": EcsApplication("shop-test", app, Settings(platform=platform, **settings), opts).urls}

    return build(make, recorder)


def found(directory: Path, text: str, platform: str = "ecs-fargate", **settings: Any) -> list[str]:
    """The findings' keys, services and messages."""
    findings = check(load(directory, text), Settings(platform=platform, **settings), stack="prod")
    return [f"{item.service} {item.key} {item.severity.value}: {item.message}" for item in findings]


def test_both_load_balancers_lead_to_one_service(tmp_path: Path) -> None:
    built = deployed(tmp_path, QUEUE)
    kinds = {item.inputs["loadBalancerType"]: item for item in built.recorder.of(BALANCER)}
    assert set(kinds) == {"application", "network"}
    assert kinds["network"].inputs["securityGroups"] == ["shop-test-network-ingress-id"]
    assert built.inputs(LISTENER, "shop-test-queue-5672-tcp")["protocol"] == "TCP"
    targets = {item["containerPort"] for item in built.inputs(SERVICE)["loadBalancers"]}
    assert targets == {15672, 5672}
    assert built.values["urls"] == {"queue": f"http://{ALB}/", "queue:5672": f"tcp://{ALB}:5672"}
    opened = built.inputs(INGRESS, "shop-test-network-ingress-ingress-tcp-5672-0.0.0.0_0")
    assert opened["fromPort"] == 5672
    rules = {rule.name: rule.inputs for rule in built.recorder.of(INGRESS) if "queue-ingress" in rule.name}
    assert {name: rule["referencedSecurityGroupId"] for name, rule in rules.items()} == {
        "shop-test-queue-ingress-ingress-tcp-15672-group": "shop-test-ingress-id",
        "shop-test-queue-ingress-ingress-tcp-5672-group-network": "shop-test-network-ingress-id",
    }


def test_instances_take_what_the_network_load_balancer_sends_to_their_dynamic_ports(tmp_path: Path) -> None:
    built = deployed(tmp_path, QUEUE, platform="ecs-ec2", ingress="alb")
    assert built.inputs(GROUP, "shop-test-queue-5672-tcp")["targetType"] == "instance"
    rule = built.inputs(INGRESS, "shop-test-instances-ingress-tcp-32768-65535-group-network")
    assert rule["referencedSecurityGroupId"] == "shop-test-network-ingress-id"
    assert deployed(tmp_path, QUEUE, platform="ecs-ec2").names(BALANCER) == []


def test_udp_has_a_mapping_a_rule_and_a_port_for_health(tmp_path: Path) -> None:
    text = """
services:
  dns:
    image: d
    ports: ["5353:53/udp"]
    expose: ["8080"]
    x-berth: {ingress: {protocol: udp}}
"""
    built = deployed(tmp_path, text)
    listener, group = (built.inputs(kind, "shop-test-dns-5353-udp") for kind in (LISTENER, GROUP))
    assert (listener["protocol"], listener["port"]) == ("UDP", 5353)
    assert (group["port"], group["healthCheck"]["port"]) == (53, "8080")
    (container,) = json.loads(built.inputs("aws:ecs/taskDefinition:TaskDefinition")["containerDefinitions"])
    assert {"containerPort": 53, "hostPort": 53, "protocol": "udp"} in container["portMappings"]
    rules = [item.inputs for item in built.recorder.of(INGRESS) if "dns-ingress" in item.name]
    assert {(rule["ipProtocol"], rule["fromPort"]) for rule in rules} == {("udp", 53), ("tcp", 8080)}
    assert found(tmp_path, text) == []
    assert "no port of TCP" in found(tmp_path, text.replace('    expose: ["8080"]\n', ""))[0]
    assert "instances" in found(tmp_path, text, platform="ecs-ec2", ingress="alb")[0]
    assert built.values["urls"] == {"dns": f"udp://{ALB}:5353"}


def test_tls_has_the_domain_s_certificate_and_a_name_of_its_own(tmp_path: Path) -> None:
    text = QUEUE.replace("protocol: tcp", "protocol: tls, host: queue.shop.example.com")
    assert "TLS needs a certificate" in " ".join(found(tmp_path, text))
    built = deployed(tmp_path, text, **DOMAIN)
    assert built.inputs(LISTENER, "shop-test-queue-5672-tls")["certificateArn"]
    assert built.inputs(RECORD, "shop-test-queue.shop.example.com")["name"] == "queue.shop.example.com"
    assert built.values["urls"]["queue:5672"] == "tls://queue.shop.example.com:5672"
    assert found(tmp_path, text, **DOMAIN) == []
    elsewhere = found(tmp_path, text.replace("queue.shop.example.com", "queue.example.org"), **DOMAIN)
    assert "no record is made of queue.example.org" in " ".join(elsewhere)
    own = found(tmp_path, text.replace("queue.shop.example.com", "shop.example.com"), **DOMAIN)
    assert "leads to the Application Load Balancer" in " ".join(own)


def test_deeper_hosts_are_on_the_certificate_and_others_are_warned_of(tmp_path: Path) -> None:
    hosts = ("shop.example.com", "a.shop.example.com", "b.a.shop.example.com", "example.org")
    ways = ", ".join(f"{{host: {host}}}" for host in hosts)
    text = f'services: {{web: {{image: w, expose: ["80"], x-berth: {{ingress: [{ways}]}}}}}}'
    certificate = deployed(tmp_path, text, **DOMAIN).inputs("aws:acm/certificate:Certificate")
    assert certificate["subjectAlternativeNames"] == ["*.shop.example.com", "b.a.shop.example.com"]
    (warning,) = found(tmp_path, text, **DOMAIN)
    assert warning.startswith("web x-berth.ingress.host warning: ")
    assert "not for example.org" in warning


def test_a_listener_and_a_cluster_that_exist_are_used_and_none_is_made(tmp_path: Path) -> None:
    text = 'services: {web: {image: w, expose: ["80"], x-berth: {ingress: {path: /a, priority: 12}}}}'
    built = deployed(tmp_path, text, **VPC, **DOMAIN, listener_arn=SHARED, cluster_arn=CLUSTER)
    made = built.types()
    assert not made & {BALANCER, LISTENER, "aws:acm/certificate:Certificate", "aws:ecs/cluster:Cluster"}
    rule = built.inputs(RULE, "shop-test-web-shared-rule")
    assert (rule["listenerArn"], rule["priority"]) == (SHARED, 12)
    assert {"hostHeader": {"values": ["shop.example.com"]}} in rule["conditions"]
    source = built.inputs(INGRESS, next(name for name in built.names(INGRESS) if "web-ingress" in name))
    assert source["referencedSecurityGroupId"] == "sg-9"
    assert {item.inputs["aliases"][0]["name"] for item in built.recorder.of(RECORD)} == {"shared.example.com"}
    assert (built.inputs(SERVICE)["cluster"], built.inputs(SERVICE)["launchType"]) == (CLUSTER, "FARGATE")
    assert built.values["urls"] == {"web": "https://shop.example.com/a"}


def test_a_shared_listener_takes_neither_all_requests_nor_ports(tmp_path: Path) -> None:
    everything = 'services: {web: {image: w, ports: ["80:80", "81:81"], x-berth: {ingress: {port: 80}}}}'
    shared = {**VPC, "listener_arn": SHARED}
    host, port = sorted(found(tmp_path, everything, **shared), reverse=True)
    assert host.startswith("web x-berth.ingress.host error: berth:listenerArn is shared")
    assert port.startswith("web ports.81 warning: the load balancer of berth:listenerArn")
    assert not [item for item in found(tmp_path, everything, **shared, **DOMAIN) if "error" in item]


def test_ipv6_is_beside_ipv4_wherever_the_stack_meets_others(tmp_path: Path) -> None:
    text = QUEUE.replace("services:", "networks: {inside: {internal: true}, default: {}}\nservices:")
    built = deployed(tmp_path, text, ipv6=True, **DOMAIN)
    assert {item.inputs["ipAddressType"] for item in built.recorder.of(BALANCER)} == {"dualstack"}
    records = {(item.inputs["name"], item.inputs["type"]) for item in built.recorder.of(RECORD)}
    names = ("shop.example.com", "*.shop.example.com")
    assert {(name, kind) for name in names for kind in ("A", "AAAA")} <= records
    both = {item.name for item in built.recorder.of(INGRESS) if item.inputs.get("cidrIpv6") == "::/0"}
    assert both == {
        *(f"shop-test-ingress-ingress-tcp-{port}-ipv6_0" for port in (80, 443)),
        "shop-test-network-ingress-ingress-tcp-5672-ipv6_0",
    }
    out = {item.name for item in built.recorder.of(EGRESS) if item.inputs.get("cidrIpv6")}
    assert "shop-test-network-default-egress-all-ipv6_0" in out
    assert not [name for name in out if "inside" in name]


def test_a_balancer_with_udp_stays_with_ipv4_and_says_so(tmp_path: Path) -> None:
    text = 'services: {dns: {image: d, ports: ["53:53/udp"], expose: ["80"], x-berth: {ingress: {protocol: udp}}}}'
    assert "ipAddressType" not in deployed(tmp_path, text, ipv6=True).inputs(BALANCER)
    (warning,) = found(tmp_path, text, ipv6=True)
    assert warning.startswith(" berth:ipv6 warning: ")


def test_a_service_on_docker_s_bridge_has_a_group_of_the_stack_s(tmp_path: Path) -> None:
    text = 'services: {web: {image: w, network_mode: bridge, ports: ["80:80"]}, api: {image: a}}'
    built = deployed(tmp_path, text)
    groups = built.inputs(SERVICE, "shop-test-web")["networkConfiguration"]["securityGroups"]
    assert groups == ["shop-test-bridge-id", "shop-test-web-ingress-id"]
    assert built.inputs(EGRESS, "shop-test-bridge-egress-all-0.0.0.0_0")
    api = built.inputs(SERVICE, "shop-test-api")["networkConfiguration"]["securityGroups"]
    assert api == ["shop-test-network-default-id"]
    assert "shop-test-bridge" not in deployed(tmp_path, "services: {api: {image: a}}").names(
        "aws:ec2/securityGroup:SecurityGroup"
    )


PARAMETER = "arn:aws:ssm:us-east-1:123456789012:parameter/key"


@pytest.mark.parametrize(
    ("more", "settings", "expected"),
    [
        ("", {}, []),
        ("secrets: [own]", {}, ["secretsmanager"]),
        ("secrets: [external]", {}, ["ssm"]),
        ("configs: [external]", {}, ["ssm"]),
        ("x-berth: {secret_environment: {A: own}}", {}, ["secretsmanager"]),
        ("", {"enable_exec": True, "extra_endpoints": ("sqs",)}, ["sqs", "ssmmessages"]),
    ],
)
def test_what_is_called_has_an_endpoint(
    tmp_path: Path, more: str, settings: dict[str, Any], expected: list[str]
) -> None:
    (tmp_path / "key").write_text("x")
    text = f"""
services:
  web: {{image: w, {more}}}
secrets: {{own: {{file: ./key}}, external: {{external: true, name: "{PARAMETER}"}}}}
configs: {{external: {{external: true, name: "{PARAMETER}"}}}}
"""
    given = Settings(platform="ecs-fargate", endpoints="interface", **settings)
    assert interface_endpoints(load(tmp_path, text), given) == tuple(sorted(["ecr.api", "ecr.dkr", "logs", *expected]))
    assert interface_endpoints(load(tmp_path, text), Settings(platform="ecs-fargate")) == ()


def test_without_a_way_to_the_internet_images_are_ecr_s(tmp_path: Path) -> None:
    (tmp_path / "key").write_text("x")
    text = f"""
services:
  web: {{image: nginx}}
  far: {{image: 123456789012.dkr.ecr.eu-west-1.amazonaws.com/far}}
  own: {{image: {OWN}/own:1, secrets: [key]}}
secrets: {{key: {{file: ./key}}}}
"""
    inside = {"nat_gateways": "none", "endpoints": "interface"}
    errors = [item.partition(" error")[0] for item in found(tmp_path, text, **inside)]
    assert errors == ["far image", "web image", " berth:initImage"]
    assert found(tmp_path, text, nat_gateways="none") == []
    mirrored = found(tmp_path, text, **inside, init_image=f"{OWN}/busybox")
    assert [item.partition(" error")[0] for item in mirrored] == ["far image", "web image"]


def test_a_role_pulls_from_the_repositories_that_its_images_name(tmp_path: Path) -> None:
    built = deployed(tmp_path, f"services: {{web: {{image: {OWN}/team/web:1}}, db: {{image: postgres:17}}}}")
    policy = "aws:iam/rolePolicy:RolePolicy"
    web = json.loads(built.inputs(policy, "shop-test-web-execution-policy")["policy"])["Statement"]
    pulls = [item["Resource"] for item in web if "ecr:BatchGetImage" in item["Action"]]
    assert pulls == [["arn:aws:ecr:us-east-1:123456789012:repository/team/web"]]
    assert "ecr:" not in built.inputs(policy, "shop-test-db-execution-policy")["policy"]


def test_more_ways_in_than_ecs_takes_and_one_place_for_two(tmp_path: Path) -> None:
    ports = ", ".join(f'"{number}:{number}"' for number in range(8080, 8086))
    assert "has 6 ways in" in " ".join(found(tmp_path, f"services: {{web: {{image: w, ports: [{ports}]}}}}"))
    two = """
services:
  a: {image: w, ports: ["99:99"], x-berth: {ingress: [{port: 99, protocol: tcp}, {port: 99, path: /, priority: 3}]}}
  b: {image: w, ports: ["98:99"], x-berth: {ingress: [{port: 99, path: /b, priority: 3}]}}
  c: {image: w, expose: ["99"], x-berth: {ingress: {protocol: tcp}}}
"""
    said = " ".join(found(tmp_path, two))
    assert "b x-berth.ingress error: has the priority 3 of a on port 80" in said
    assert "c x-berth.ingress error: takes port 99 of the Network Load Balancer, as a does" in said


def test_a_web_acl_without_http_says_that_it_filters_nothing(tmp_path: Path) -> None:
    acl = "arn:aws:wafv2:us-east-1:123456789012:regional/webacl/shop/1"
    (warning,) = found(tmp_path, "services: {web: {image: w}}", web_acl_arn=acl)
    assert warning.startswith(" berth:webAclArn warning: ")
