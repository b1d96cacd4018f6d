"""A finding's line is the one that says what it is about; in these files a comment marks it."""

from __future__ import annotations

from pathlib import Path

import pytest

from berth.compose.locate import locate, with_lines
from berth.diagnostics import ComposeError, Diagnostic
from berth.platforms.application import read_application
from berth.platforms.ecs.rules import check
from berth.settings import Settings
from tests.unit.compose.files import load

HERE = "# here"


def marked(text: str) -> int:
    """The number of the one line with the mark."""
    (line,) = [number for number, line in enumerate(text.splitlines(), 1) if HERE in line]
    return line


def write(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def line(directory: Path, text: str, key: str, service: str = "web") -> int | None:
    finding = Diagnostic(file="compose.yaml", service=service, key=key, message="x")
    place = locate(finding, [write(directory / "compose.yaml", text)])
    return place.line if place else None


OF_A_SERVICE = [
    ("deploy.resources.limits", "deploy:\n      resources:\n        limits: {memory: 1g} # here"),
    ("deploy.resources.limits", "deploy: {replicas: 2}\n    mem_limit: 1g # here"),
    ("deploy.replicas", "deploy: {resources: {}}\n    scale: 3 # here"),
    ("deploy.resources.limits", "deploy: # here\n      replicas: 2"),
    ("ports.8080", "ports:\n      - '80:8080'\n      - '8080:80' # here"),
    ("ports.80", "ports: # here\n      - '8080:80'"),  # 80 is the container's
    ("ports.53", "ports:\n      - 80:80\n      - 127.0.0.1:53:5353/udp # here"),
    ("ports.9000", "ports:\n      - 80\n      - 9000 # here"),
    ("ports.9000", "ports:\n      - 80\n      - 9000/udp # here"),
    ("ports.8001", "ports:\n      - 80:80\n      - 8000-8002:8000-8002 # here"),
    ("ports.8080", "ports:\n      - 80:80\n      - '${PORT:-8080}:80' # here"),
    ("ports.9999", "ports:\n      - 80:80\n      - '${PORT}:80' # here"),
    (
        "ports.8080.mode",
        "ports:\n      - {target: 1}\n      - target: 80\n        published: 8080\n        mode: host # here",
    ),
    ("volumes./app", "volumes:\n      - a:/application\n      - ./src:/app:ro # here"),
    ("volumes./app", "volumes:\n      - '${SRC:-./src}:/app/' # here\n      - /app/sub"),
    ("volumes./var/lib/x.y", "volumes:\n      - a:/var/lib/x\n      - b:/var/lib/x.y # here"),
    (
        "volumes./app.volume.subpath",
        "volumes:\n      - type: volume\n        target: /app\n        volume: {subpath: a} # here",
    ),
    ("tmpfs./run", "tmpfs:\n      - /tmp\n      - /run:size=64m # here"),
    ("tmpfs./run", "tmpfs: /run # here"),
    ("secrets.token", "secrets:\n      - other\n      - token # here"),
    ("configs.site.uid", "configs:\n      - source: site\n        uid: nobody # here"),
    ("networks.default.aliases", "networks:\n      default:\n        aliases: [a] # here"),
    ("networks.my.net.aliases", "networks:\n      my:\n        net: {}\n      my.net:\n        aliases: [a] # here"),
    ("networks.back.ipv4_address", "networks:\n      - front\n      - back # here"),
    ("environment.B", "environment:\n      - A=1\n      - B=2 # here"),
    ("environment.[1]", "environment:\n      - A=1\n      - {B: c} # here"),
    ("sysctls.net.core.somaxconn", "sysctls:\n      net.core.rmem: 1\n      net.core.somaxconn: 1 # here"),
    ("links.db:database", "links:\n      - db\n      - db:database # here"),
    ("depends_on.db.condition", "depends_on:\n      db: {condition: service_healthy} # here"),
    ("x-berth.ingress.port", "x-berth:\n      ingress: {path: /} # here"),
    ("build.additional_contexts.base", "build:\n      additional_contexts:\n        base: service:base # here"),
]


@pytest.mark.parametrize(("key", "attribute"), OF_A_SERVICE)
def test_a_key_of_a_service(tmp_path: Path, key: str, attribute: str) -> None:
    before = "services:\n  other: {image: o, ports: ['8080:80'], scale: 3}\n  web:\n    image: nginx\n    "
    text = f"{before}{attribute}\n"
    assert line(tmp_path, text, key) == marked(text)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        (
            "networks.front.internal",
            "services: {a: {networks: [front]}}\nnetworks:\n  front:\n    internal: true # here",
        ),
        ("networks.front.internal", "services: {}\nnetworks:\n  front: # here"),
        ("secrets.token.file", "secrets:\n  a: {file: b}\n  token:\n    file: c # here"),
        ("services", "name: a\nservices: {} # here"),
        ("${TAG}", "services:\n  a: {image: '$$TAG ${TAGS}'}\n  b: {image: 'x:${TAG:-}'} # here\n  c: {image: $TAG}"),
    ],
)
def test_a_key_of_the_whole_file(tmp_path: Path, key: str, text: str) -> None:
    assert line(tmp_path, text, key, service="") == marked(text)


@pytest.mark.parametrize(
    ("key", "text"),
    [
        ("restart", "x-base: &base\n  restart: always # here\nservices:\n  web:\n    <<: *base\n    image: a"),
        ("restart", "x-base: &base\n  restart: always\nservices:\n  web:\n    <<: *base\n    restart: 'no' # here"),
        (
            "tty",
            "x-a: &a {init: true}\nx-b: &b\n  tty: true # here\nservices:\n  web:\n    <<: [*a, *b]\n    image: a",
        ),
        ("healthcheck.timeout", "x-h: &h\n  timeout: 3s # here\nservices:\n  web:\n    healthcheck: *h"),
        ("tty", "services:\n  base:\n    tty: true # here\n  web:\n    extends: {service: base}\n    image: a"),
        ("tty", "services:\n  base:\n    tty: true\n  web:\n    extends: base\n    tty: false # here"),
        ("init", "services:\n  base: {tty: true}\n  web: # here\n    extends: base"),
        ("init", "services:\n  web: &w # here\n    <<: *w\n    extends: web"),
        ("", "services:\n  db: {}\n  web: {} # here"),
        ("tty", "services: {db: {tty: true}}\n---\nservices:\n  web:\n    tty: true # here"),
    ],
)
def test_what_stands_elsewhere(tmp_path: Path, key: str, text: str) -> None:
    assert line(tmp_path, text, key) == marked(text)


@pytest.mark.parametrize("text", ["services: {db: {}}", "services: [web", "", "- web", "services: web", "\x00"])
def test_nothing_fits(tmp_path: Path, text: str) -> None:
    assert line(tmp_path, text, "image") is None
    assert line(tmp_path, text, "networks.a", service="") is None


def test_the_last_of_several_files_wins_that_has_the_key(tmp_path: Path) -> None:
    base = write(tmp_path / "base.yaml", "services:\n  web:\n    tty: true\n    init: true\n")
    more = write(tmp_path / "more.yaml", "services:\n  web: {tty: false}\n")
    found = [
        with_lines([Diagnostic(file="base.yaml", service="web", key=key, message="x")], [base, more], tmp_path)[0]
        for key in ("tty", "init")
    ]
    assert [(item.file, item.line) for item in found] == [("more.yaml", 2), ("base.yaml", 4)]
    (named,) = with_lines(
        [Diagnostic(file="more.yaml", service="web", key="init", message="x")], [base, more], tmp_path
    )
    assert (named.file, named.line) == ("more.yaml", 2)


def test_a_service_of_an_included_file_and_of_one_that_is_extended(tmp_path: Path) -> None:
    (tmp_path / "parts").mkdir()
    write(tmp_path / "parts/db.yaml", "services:\n  db:\n    tty: true\n")
    write(tmp_path / "parts/base.yaml", "services:\n  base:\n    image: a\n    init: true\n")
    main = write(
        tmp_path / "compose.yaml",
        "include: [{path: [parts/db.yaml]}]\nservices: {web: {extends: {file: parts/base.yaml, service: base}}}\n",
    )
    findings = [
        Diagnostic(file="compose.yaml", service=service, key=key, message="x")
        for service, key in (("db", "tty"), ("web", "init"))
    ]
    found = with_lines(findings, [main], tmp_path)
    assert [(item.file, item.line) for item in found] == [("parts/db.yaml", 3), ("parts/base.yaml", 4)]


def test_files_are_named_from_the_project(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    main = write(tmp_path / "app/compose.yaml", "services:\n  web:\n    tty: true\n")
    finding = Diagnostic(file="compose.yaml", service="web", key="tty", message="no terminal")
    (found,) = with_lines([finding], [main], tmp_path)
    assert str(found) == "app/compose.yaml:3: service 'web': tty: no terminal"
    assert with_lines([found], [main], tmp_path) == (found,)
    (elsewhere,) = with_lines([finding], [main], tmp_path / "other")
    assert elsewhere.file == str(main)
    machine = Diagnostic(message="Docker does not answer")
    assert with_lines([machine], [main], tmp_path) == (machine,)


def test_a_setting_is_found_in_its_stacks_file(tmp_path: Path) -> None:
    main = write(tmp_path / "compose.yaml", "config: {berth:zones: 1}\n")
    write(tmp_path / "Pulumi.dev.yaml", "config:\n  aws:region: a\n  berth:secrets:\n    db:\n      secure: x\n")
    for key, wanted in (("berth:secrets.db", 4), ("berth:secrets.other", 3), ("berth:zones", 1)):
        (found,) = with_lines([Diagnostic(file="Pulumi.dev.yaml", key=key, message="x")], [main], tmp_path)
        assert (found.file, found.line) == ("Pulumi.dev.yaml", wanted)
    (missing,) = with_lines([Diagnostic(file="Pulumi.prod.yaml", key="berth:zones", message="x")], [main], tmp_path)
    assert missing.line is None


EVERY_KIND = """\
services:
  web:
    image: nginx
    container_name: front # container_name
    devices: [/dev/null] # devices
    cap_add:
      - NET_ADMIN # cap_add.NET_ADMIN
    ports:
      - "80:80" # ports.80
      - "127.0.0.1:81:81" # ports.81
    volumes:
      - .:/src # volumes./src
    depends_on:
      db:
        condition: service_started
        restart: true # depends_on.db.restart
    networks:
      front:
        priority: 3 # networks.front.priority
    healthcheck:
      test: [CMD, "true"]
      interval: 1s # healthcheck.interval
    deploy:
      resources:
        limits: # deploy.resources.limits
          cpus: 32
    x-berth:
      ingress:
        port: 9 # x-berth.ingress.port
  db:
    image: postgres:17
    stop_signal: SIGINT # stop_signal
    networks: [front]
    logging:
      driver: syslog # logging.driver
networks:
  front:
    ipam: {config: [{subnet: 10.1.0.0/16}]} # networks.front.ipam
"""
"""Each finding's key is the comment on its line."""


def test_findings_about_a_loaded_file(tmp_path: Path) -> None:
    application = load(tmp_path, EVERY_KIND)
    found = with_lines(check(application, Settings(platform="ecs-fargate"), stack="prod"), application.files, tmp_path)
    lines = EVERY_KIND.splitlines()
    assert {item.key: lines[(item.line or 0) - 1].partition("# ")[2] for item in found} == {
        item.key: item.key for item in found
    }
    assert {item.key for item in found} == {line.partition("# ")[2] for line in lines if "# " in line}


@pytest.mark.parametrize(
    "text",
    [
        "services:\n  web:\n    image: nginx\n    prots: [80] # here\n",
        # Compose does not say which item it is.
        "services:\n  web:\n    image: nginx\n    ports: # here\n      - '80:80'\n      - target: x\n",
        "services:\n  web:\n    image: a\n   tty: true # here\n",
        "services: {web: {image: a}}\nvolumes: {}\nservices: {} # here\n",
        "services:\n  web:\n    image: a\n    x-berth:\n      ingress:\n        port: 0 # here\n",
        "services:\n  web:\n    image: 'a:${TAG}' # here\n",
        "services:\n  web:\n    image: a\n    command: '${A:?say}' # here\n",
        "services:\n  db: {image: a}\n  web:\n    image: a\n    networks: [back] # here\n",
    ],
)
def test_what_compose_itself_refuses_has_a_line(tmp_path: Path, text: str) -> None:
    write(tmp_path / "compose.yaml", text)
    with pytest.raises(ComposeError) as caught:
        read_application(Settings(platform="ecs-fargate"), tmp_path)
    (finding,) = caught.value.diagnostics
    assert (finding.file, finding.line) == ("compose.yaml", marked(text))
