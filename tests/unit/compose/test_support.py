"""Each attribute is honoured, adapted or refused, as the platforms' documentation has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from berth.compose.model import Application
from berth.compose.support import check_support, table
from berth.diagnostics import Diagnostic, Severity
from tests.unit.applications import application
from tests.unit.compose.files import load

ROOT = Path(__file__).parents[3]
ECS = ("ecs-ec2", "ecs-fargate")

REFUSED = [
    ("volumes", "['./src:/app']", "volumes./app"),
    ("volumes", "['/var/run/docker.sock:/var/run/docker.sock']", "volumes./var/run/docker.sock"),
    ("volumes", "['/data']", "volumes./data"),
    ("volumes", "[{type: image, source: i, target: /i}]", "volumes./i"),
    ("tmpfs", "['/run:size=1m,noexec']", "tmpfs./run"),
    ("ports", "['127.0.0.1:5432:5432']", "ports.5432"),
    ("ports", "['192.168.1.5:80:8080']", "ports.80"),
    ("ports", "['5000:5000/sctp']", "ports.5000.protocol"),
    ("network_mode", "host", "network_mode"),
    ("network_mode", "none", "network_mode"),
    ("network_mode", "'container:other'", "network_mode"),
    ("pid", "host", "pid"),
    ("ipc", "host", "ipc"),
    ("uts", "host", "uts"),
    ("userns_mode", "host", "userns_mode"),
    ("runtime", "nvidia", "runtime"),
    ("group_add", "[mail]", "group_add"),
    ("stop_signal", "SIGQUIT", "stop_signal"),
    ("pull_policy", "never", "pull_policy"),
    ("external_links", "[db]", "external_links"),
    ("volumes_from", "[other]", "volumes_from"),
    ("post_start", "[{command: a}]", "post_start"),
    ("models", "[llm]", "models"),
    ("entrypoint", "[]", "entrypoint"),
    ("healthcheck", "{interval: 10s}", "healthcheck.test"),
    ("logging", "{driver: syslog}", "logging.driver"),
    ("logging", "{driver: awslogs, options: {tag: a}}", "logging.options.tag"),
    ("logging", "{driver: splunk, options: {splunk-url: 'https://splunk'}}", "logging.options.splunk-token"),
    ("configs", "[site]", "configs.site"),
    ("configs", "[{source: site, target: /etc/site.conf}]", "configs.site"),
    ("deploy", "{mode: global}", "deploy.mode"),
    ("networks", "{default: {ipv4_address: 172.16.238.10}}", "networks.default.ipv4_address"),
]
ADAPTED = [
    ("logging", "{driver: json-file, options: {max-size: 10m}}", "logging.driver"),
    ("logging", "{options: {max-size: 10m}}", "logging.options"),
    ("container_name", "own", "container_name"),
    ("restart", "'no'", "restart"),
    ("restart", "'on-failure:3'", "restart"),
    ("stop_grace_period", "5m", "stop_grace_period"),
    ("tmpfs", "/tmp", "tmpfs./tmp"),
    ("ports", "['7000-7005:70']", "ports.7000-7005"),
    ("ports", "[{target: 80, published: 80, mode: host}]", "ports.80.mode"),
    ("ports", "[{target: 80, published: 80, app_protocol: http}]", "ports.80.app_protocol"),
    ("expose", "['53/udp']", "expose.53/udp"),
    ("healthcheck", "{test: 'true', start_interval: 1s}", "healthcheck.start_interval"),
    ("configs", "[{source: site, target: /etc/nginx/nginx.conf}]", "configs.site"),
    ("deploy", "{update_config: {parallelism: 2}}", "deploy.update_config.parallelism"),
    ("deploy", "{restart_policy: {max_attempts: 2}}", "deploy.restart_policy.max_attempts"),
    ("deploy", "{restart_policy: {condition: on-failure}}", "deploy.restart_policy.condition"),
    ("deploy", "{placement: {preferences: [{spread: node.labels.zone}]}}", "deploy.placement.preferences"),
    ("deploy", "{rollback_config: {order: stop-first}}", "deploy.rollback_config"),
    ("deploy", "{endpoint_mode: dnsrr}", "deploy.endpoint_mode"),
    ("deploy", "{resources: {limits: {pids: 10}}}", "deploy.resources.limits.pids"),
    ("annotations", "{a: b}", "annotations"),
    ("cpu_shares", "512", "cpu_shares"),
    ("pids_limit", "10", "pids_limit"),
    ("mem_swappiness", "10", "mem_swappiness"),
    ("networks", "{default: {priority: 1}}", "networks.default.priority"),
]
HONOURED = [
    ("environment", "{A: b}"),
    ("restart", "unless-stopped"),
    ("stop_grace_period", "30s"),
    ("network_mode", "bridge"),
    ("stop_signal", "SIGTERM"),
    ("ipc", "private"),
    ("deploy", "{replicas: 2, update_config: {order: start-first}, resources: {limits: {memory: 64M}}}"),
    ("deploy", "{placement: {max_replicas_per_node: 1}}"),
    ("deploy", "{mode: replicated, endpoint_mode: vip}"),
    ("tmpfs", "'/tmp:size=64m,mode=1777'"),
    ("volumes", "['data:/data:ro']"),
    ("volumes", "[{type: volume, source: data, target: /d, volume: {subpath: a}}]"),
    ("ports", "['8080:80', '0.0.0.0:8081:81']"),
    ("expose", "['8000', '9000-9002']"),
    ("cap_add", "[CAP_SYS_PTRACE]"),
    ("cap_drop", "[ALL]"),
    ("sysctls", "{net.core.somaxconn: 1024}"),
    ("ulimits", "{nofile: 1024}"),
    ("healthcheck", "{test: [CMD, 'true'], interval: 10s}"),
    ("healthcheck", "{disable: true}"),
    ("logging", "{driver: awslogs}"),
    ("logging", "{driver: awslogs, options: {awslogs-group: /shop, mode: non-blocking}}"),
    ("logging", "{driver: splunk, options: {splunk-url: 'https://splunk', splunk-token: t}}"),
    ("logging", "{driver: awsfirelens, options: {Name: http}}"),
    ("develop", "{watch: [{path: ., action: rebuild}]}"),
    ("profiles", "[]"),
    ("secrets", "[token]"),
    ("networks", "{default: {aliases: [www]}}"),
    ("x-own", "{any: thing}"),
]
FARGATE_ALONE = [
    ("privileged", "true", Severity.ERROR),
    ("extra_hosts", "['a:10.0.0.1']", Severity.ERROR),
    ("cap_add", "[NET_ADMIN]", Severity.ERROR),
    ("ulimits", "{nproc: 100}", Severity.ERROR),
    ("devices", "['/dev/kvm:/dev/kvm:r']", Severity.ERROR),
    ("dns", "1.1.1.1", Severity.ERROR),
    ("dns_search", "example.com", Severity.ERROR),
    ("security_opt", "['no-new-privileges:true']", Severity.ERROR),
    ("gpus", "all", Severity.ERROR),
    ("gpus", "[{driver: nvidia, count: 2, capabilities: [utility]}]", Severity.ERROR),
    ("deploy", "{resources: {reservations: {devices: [{capabilities: [gpu], count: 1}]}}}", Severity.ERROR),
    ("deploy", "{placement: {constraints: [node.labels.disk == ssd, node.platform.arch!=arm64]}}", Severity.ERROR),
    ("mem_limit", "64m\n    memswap_limit: 64m", Severity.WARNING),
    ("hostname", "own", Severity.WARNING),
    ("shm_size", "128m", Severity.WARNING),
]
EC2_ALONE = [
    ("cpus", "0.5", "cpus", Severity.WARNING),
    ("deploy", "{resources: {limits: {cpus: '0.5'}}}", "deploy.resources.limits.cpus", Severity.WARNING),
    ("extra_hosts", "['host.docker.internal:host-gateway']", "extra_hosts", Severity.ERROR),
]
DECLARED = """
volumes: {data: {}}
secrets: {token: {environment: TOKEN}}
configs: {site: {content: text}}
models: {llm: {model: ai/model}}
"""
"""What the values above name; the loader leaves out what no service uses."""


LOADED: dict[str, Application] = {}


def findings(directory: Path, key: str, value: str, platform: str, rest: str = DECLARED) -> list[Diagnostic]:
    text = f"services:\n  web:\n    image: nginx\n    {key}: {value}\n  other: {{image: other}}\n{rest}"
    if text not in LOADED:  # once for both platforms
        LOADED[text] = load(directory, text)
    found = check_support(LOADED[text], platform)
    return [finding for finding in found if not (key == "models" and not finding.service)]  # one more at the top


@pytest.mark.parametrize("platform", ECS)
@pytest.mark.parametrize(("key", "value", "path"), REFUSED)
def test_refused(tmp_path: Path, platform: str, key: str, value: str, path: str) -> None:
    (finding,) = findings(tmp_path, key, value, platform)
    assert (finding.file, finding.service, finding.key) == ("compose.yaml", "web", path)
    assert finding.severity is Severity.ERROR
    assert finding.message
    assert finding.advice.endswith(".")


@pytest.mark.parametrize("platform", ECS)
@pytest.mark.parametrize(("key", "value", "path"), ADAPTED)
def test_adapted(tmp_path: Path, platform: str, key: str, value: str, path: str) -> None:
    (finding,) = findings(tmp_path, key, value, platform)
    assert (finding.service, finding.key, finding.severity) == ("web", path, Severity.WARNING)
    assert finding.message


@pytest.mark.parametrize("platform", ECS)
@pytest.mark.parametrize(("key", "value"), HONOURED)
def test_honoured(tmp_path: Path, platform: str, key: str, value: str) -> None:
    assert findings(tmp_path, key, value, platform) == []


@pytest.mark.parametrize(("key", "value", "severity"), FARGATE_ALONE)
def test_what_fargate_has_less(tmp_path: Path, key: str, value: str, severity: Severity) -> None:
    assert findings(tmp_path, key, value, "ecs-ec2") == []
    (finding,) = findings(tmp_path, key, value, "ecs-fargate")
    assert finding.key.partition(".")[0] == ("memswap_limit" if key == "mem_limit" else key)
    assert finding.severity is severity


@pytest.mark.parametrize(("key", "value", "path", "severity"), EC2_ALONE)
def test_what_an_instance_has_less(tmp_path: Path, key: str, value: str, path: str, severity: Severity) -> None:
    (finding,) = findings(tmp_path, key, value, "ecs-ec2")
    assert (finding.key, finding.severity) == (path, severity)
    assert len(findings(tmp_path, key, value, "ecs-fargate")) == (key == "extra_hosts")


@pytest.mark.parametrize(
    ("key", "value", "path", "severity"),
    [
        ("devices", "['vendor.com/gpu=all']", "devices.vendor.com/gpu=all", Severity.ERROR),
        ("security_opt", "['label:type:svirt']", "security_opt.label:type:svirt", Severity.ERROR),
        ("security_opt", "['seccomp:unconfined']", "security_opt.seccomp:unconfined", Severity.ERROR),
        ("gpus", "[{device_ids: ['0']}]", "gpus.0.device_ids", Severity.ERROR),
        ("gpus", "[{driver: amd, count: 1}]", "gpus.0.driver", Severity.ERROR),
        ("gpus", "[{count: 1, capabilities: [video]}]", "gpus.0.capabilities", Severity.WARNING),
        (
            "deploy",
            "{resources: {reservations: {devices: [{capabilities: [tpu], count: 1}]}}}",
            "deploy.resources.reservations.devices.0.capabilities",
            Severity.ERROR,
        ),
        (
            "deploy",
            "{placement: {constraints: [node.role == manager]}}",
            "deploy.placement.constraints.node.role == manager",
            Severity.ERROR,
        ),
        (
            "deploy",
            "{placement: {constraints: [disk]}}",
            "deploy.placement.constraints.disk",
            Severity.ERROR,
        ),
        (
            "deploy",
            "{placement: {max_replicas_per_node: 2}}",
            "deploy.placement.max_replicas_per_node",
            Severity.ERROR,
        ),
        ("memswap_limit", "64m", "memswap_limit", Severity.WARNING),
        ("mem_limit", "64m\n    memswap_limit: 128m", "memswap_limit", Severity.WARNING),
        ("mem_limit", "64m\n    memswap_limit: -1", "memswap_limit", Severity.WARNING),
        ("mem_limit", "64m\n    memswap_limit: 32m", "memswap_limit", Severity.ERROR),
    ],
)
def test_what_an_instance_takes_by_value(tmp_path: Path, key: str, value: str, path: str, severity: Severity) -> None:
    (finding,) = findings(tmp_path, key, value, "ecs-ec2")
    assert (finding.key, finding.severity) == (path, severity)
    assert finding.message
    assert finding.severity is Severity.WARNING or finding.advice.endswith(".")


def test_docker_compose_honours_its_own_file(tmp_path: Path) -> None:
    assert findings(tmp_path, "pid", "host", "compose") == []


@pytest.mark.parametrize("platform", ECS)
def test_an_attribute_of_the_future_is_an_error(platform: str) -> None:
    raw = {"services": {"web": {"image": "nginx", "teleport": True, "deploy": {"orbit": 1}}}, "planets": ["a"]}
    found = check_support(application(raw=raw), platform)
    assert [(item.service, item.key) for item in found] == [
        ("", "planets"),
        ("web", "deploy.orbit"),
        ("web", "teleport"),
    ]
    assert all(item.severity is Severity.ERROR and "does not know" in item.message for item in found)


def test_the_sample_fits_both_platforms(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SESSION_KEY", "x")
    shop = load(ROOT / "examples/shop")
    assert check_support(shop, "ecs-fargate") == []
    (finding,) = check_support(shop, "ecs-ec2")  # one bridge for both networks: the README says so
    assert (finding.key, finding.severity) == ("networks", Severity.WARNING)


def test_an_instance_keeps_no_networks_apart(tmp_path: Path) -> None:
    text = """
services: {web: {image: w, networks: [front]}, db: {image: d, networks: [back]}}
networks: {front: {}, back: {internal: true}}
"""
    (finding,) = check_support(load(tmp_path, text), "ecs-ec2")
    assert (finding.key, finding.severity) == ("networks", Severity.WARNING)
    assert "front" in finding.message
    assert "`internal`" in finding.message
    assert check_support(load(tmp_path, text), "ecs-fargate") == []


def test_a_link_is_a_name_in_a_network(tmp_path: Path) -> None:
    assert findings(tmp_path, "links", "[other]", "ecs-ec2") == []
    (finding,) = findings(tmp_path, "links", "['other:db']", "ecs-ec2")
    assert (finding.key, finding.severity) == ("links.other:db", Severity.ERROR)
    assert "`aliases`" in finding.advice


def test_health_is_what_the_file_checks(tmp_path: Path) -> None:
    """ECS does not look at a HEALTHCHECK of the image:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/healthcheck.html"""
    (finding,) = findings(tmp_path, "depends_on", "{other: {condition: service_healthy}}", "ecs-fargate")
    assert (finding.key, finding.severity) == ("depends_on.other.condition", Severity.WARNING)


def test_a_service_that_runs_once_takes_no_requests(tmp_path: Path) -> None:
    text = """
services:
  migrate: {image: m, ports: ["80:80"], restart: on-failure, deploy: {replicas: 2}}
  web: {image: w, depends_on: {migrate: {condition: service_completed_successfully}}}
"""
    found = check_support(load(tmp_path, text), "ecs-fargate")
    assert {item.key for item in found} == {"ports", "restart", "deploy.replicas"}
    assert all(item.severity is Severity.WARNING and item.service == "migrate" for item in found)


@pytest.mark.parametrize(
    ("rest", "path"),
    [
        ("networks: {default: {external: true}}", "networks.default.external"),
        ("networks: {default: {driver: macvlan}}", "networks.default.driver"),
        ("networks: {default: {name: own}}", "networks.default.name"),
        ("networks: {default: {ipam: {config: [{subnet: 10.1.0.0/16}]}}}", "networks.default.ipam"),
        ("volumes: {data: {name: own}}", "volumes.data.name"),
        ("volumes: {data: {driver: nfs}}", "volumes.data.driver"),
        ("volumes: {data: {external: true}}", "volumes.data.external"),
        ("volumes: {data: {driver_opts: {type: nfs}}}", "volumes.data.driver_opts"),
    ],
)
def test_what_services_share(tmp_path: Path, rest: str, path: str) -> None:
    mount = "['data:/data']" if rest.startswith("volumes") else "[]"
    (finding,) = findings(tmp_path, "volumes", mount, "ecs-fargate", rest)
    assert (finding.file, finding.service, finding.key) == ("compose.yaml", "", path)
    warned = path.rpartition(".")[2] in ("name", "ipam")
    assert finding.severity is (Severity.WARNING if warned else Severity.ERROR)


def test_what_runs_once_may_say_so(tmp_path: Path) -> None:
    text = """
services:
  migrate: {image: m, restart: "no"}
  web: {image: w, depends_on: {migrate: {condition: service_completed_successfully}}}
"""
    assert check_support(load(tmp_path, text), "ecs-fargate") == []


def test_a_build_keeps_what_makes_the_image(tmp_path: Path) -> None:
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    text = """
services:
  web:
    build:
      {context: ., args: {A: b}, target: t, ssh: [default], no_cache: true, network: default, tags: [a],
       secrets: [{source: s, target: t}], additional_contexts: {base: "service:other", docs: ./}}
  other: {build: .}
secrets: {s: {environment: S}}
"""
    found = {item.key: item.severity for item in check_support(load(tmp_path, text), "ecs-ec2")}
    assert found == {
        "build.additional_contexts.base": Severity.ERROR,
        "build.no_cache": Severity.WARNING,
        "build.secrets.s.target": Severity.ERROR,
        "build.ssh": Severity.ERROR,
        "build.tags": Severity.WARNING,
    }


@pytest.mark.parametrize("platform", ECS)
@pytest.mark.parametrize("section", sorted(table.SECTIONS))
def test_every_refusal_says_what_to_write_instead(section: str, platform: str) -> None:
    rules = [support.on(platform, "a value") for support in table.SECTIONS[section].values()]
    assert rules
    assert all(rule.kind in ("honoured", "adapted", "refused") for rule in rules)
    assert all(rule.message for rule in rules if rule.kind != "honoured")
    assert all(rule.advice.endswith(".") for rule in rules if rule.kind == "refused")
    assert not any("{value}" in rule.message + rule.advice for rule in rules)
