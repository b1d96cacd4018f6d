"""What the real ``docker compose`` refuses comes out as one finding that names the file, the service and the key."""

from __future__ import annotations

from pathlib import Path

import pytest

from berth.compose.complaints import complaints, missing_file
from berth.diagnostics import ComposeError
from tests.unit.compose.files import complaint, load

WEB = "services: {web: {image: nginx}}"

OF_A_SERVICE = [
    ("build: {context: ., dockerfil: x}", "build.dockerfil", "'dockerfile'"),
    ("deploy: {replica: 2}", "deploy.replica", "'replicas'"),
    ("deploy: {resources: {limit: {memory: 1m}}}", "deploy.resources.limit", "'limits'"),
    ("healthcheck: {tset: [CMD, a]}", "healthcheck.tset", "'test'"),
    ("networks: {default: {alias: [a]}}", "networks.default.alias", "'aliases'"),
    ("teleport: true", "teleport", "x-"),
    ("environment: 3", "environment", "mapping"),
    ("ports: 80", "ports", "list"),
    ("ports: ['abc']", "ports", "'abc'"),
    ("ports: ['80:99999']", "ports", "'99999'"),
    ("stop_grace_period: 3x", "stop_grace_period", "1m30s"),
    ("mem_limit: 12q", "mem_limit", "64m"),
    ("deploy: {replicas: many}", "deploy.replicas", "many"),
    ("volumes: ['data:/data']", "volumes", "data"),
    ("networks: [back]", "networks", "back"),
    ("secrets: [token]", "secrets", "token"),
    ("configs: [site]", "configs", "site"),
    ("depends_on: [db]", "depends_on", "db"),
    ("depends_on: [web]", "depends_on", "web -> web"),
    ("depends_on: {db: {condition: healthy}}", "depends_on.db.condition", "service_healthy"),
    ("env_file: none.env", "env_file", "none.env"),
    ("extends: {service: base}", "extends", "base"),
    ("command: '${A'", "command", "$$"),
    ("command: '${A:?say which}'", "command", "say which"),
    ("command: '${A:?}'", "command", "A must be set"),
    ("network_mode: host\n    networks: [default]", "network_mode", "networks"),
    ("scale: 2\n    deploy: {replicas: 3}", "scale", "deploy.replicas"),
    ("configs: [{source: site, uid: nobody}]\nconfigs: {site: {content: a}}", "configs.site.uid", "nobody"),
    ("expose: [http]", "expose.http", "'http'"),
    ("ports: [{target: 80, published: http}]", "ports.http", "'http'"),
    ("x-berth: {ingress: {port: 0}}", "x-berth.ingress.port", "greater"),
]


@pytest.mark.parametrize(("attribute", "key", "words"), OF_A_SERVICE)
def test_of_a_service(tmp_path: Path, attribute: str, key: str, words: str) -> None:
    finding = complaint(tmp_path, f"services:\n  other: {{image: o}}\n  web:\n    image: nginx\n    {attribute}\n")
    assert (finding.file, finding.service, finding.key) == ("compose.yaml", "web", key)
    assert words in f"{finding.message} {finding.advice}"
    assert str(tmp_path / "compose.yaml") not in finding.message


@pytest.mark.parametrize(
    ("text", "key", "words"),
    [
        ("servces: {}", "servces", "'services'"),
        ("services: [web]", "services", "mapping"),
        ("services: {}", "services", "no service"),
        ("services: {web: {image: a, profiles: [debug]}}", "services", "berth:profiles"),
        (f"{WEB}\nnetworks: {{default: {{intrnal: true}}}}", "networks.default.intrnal", "'internal'"),
        (f"{WEB}\nsecrets: {{token: {{flie: a}}}}", "secrets.token.flie", "'file'"),
        ("services: {web: {image: a, configs: [site]}}\nconfigs: {site: {}}", "configs.site", "content"),
        (f"{WEB}\nservices: {{}}", "services", "line 2"),
        (
            "services: {web: {image: a, volumes: ['data:/data']}}\nvolumes: {data: {x-berth: {uid: root}}}",
            "volumes.data.x-berth.uid",
            "root",
        ),
    ],
)
def test_of_the_whole_file(tmp_path: Path, text: str, key: str, words: str) -> None:
    finding = complaint(tmp_path, text)
    assert (finding.file, finding.service, finding.key) == ("compose.yaml", "", key)
    assert words in f"{finding.message} {finding.advice}"


@pytest.mark.parametrize("text", ["", "- a\n"])
def test_a_file_that_is_no_compose_file(tmp_path: Path, text: str) -> None:
    finding = complaint(tmp_path, text)
    assert finding.file == "compose.yaml"
    assert "services:" in finding.advice


@pytest.mark.parametrize(
    ("more", "key"),
    [
        ("services: {web: {prots: [1]}}", "prots"),
        ("services: {web: {ports: 3}}", "ports"),
        ("services: {web: {ports: ['abc']}}", "ports"),
        ("services: {web: {command: '${A:?which}'}}", "command"),
        ("services: {web: {env_file: none.env}}", "env_file"),
    ],
)
def test_the_file_among_several_that_is_wrong(tmp_path: Path, more: str, key: str) -> None:
    (tmp_path / "more.yaml").write_text(more)
    finding = complaint(tmp_path, WEB, files=["compose.yaml", "more.yaml"])
    assert (finding.file, finding.service, finding.key) == ("more.yaml", "web", key)


def test_broken_yaml_in_the_second_file(tmp_path: Path) -> None:
    (tmp_path / "more.yaml").write_text("services: {web: [")
    assert complaint(tmp_path, WEB, files=["compose.yaml", "more.yaml"]).file == "more.yaml"


def test_a_folder_with_a_space(tmp_path: Path) -> None:
    (tmp_path / "my app").mkdir()
    finding = complaint(tmp_path / "my app", "services: {web: {image: nginx, prots: [1]}}")
    assert (finding.file, finding.service, finding.key) == ("compose.yaml", "web", "prots")


def test_an_included_file(tmp_path: Path) -> None:
    (tmp_path / "inc.yaml").write_text("services: {api: {image: a, prots: [1]}}")
    finding = complaint(tmp_path, f"include: [inc.yaml]\n{WEB}")
    assert (finding.file, finding.service, finding.key) == ("inc.yaml", "api", "prots")
    assert "'ports'" in finding.advice


def test_every_variable_without_a_value_is_a_finding(tmp_path: Path) -> None:
    text = "services: {web: {image: nginx, environment: {A: '${A:?one}', B: '${B:?two}'}}}"
    with pytest.raises(ComposeError) as caught:
        load(tmp_path, text)
    found = {(item.service, item.key, item.message) for item in caught.value.diagnostics}
    assert found == {
        ("web", "environment.A", "the variable A must be set: one"),
        ("web", "environment.B", "the variable B must be set: two"),
    }


def test_a_file_of_another_name_is_named(tmp_path: Path) -> None:
    (tmp_path / "docker-compose.yml").write_text(WEB)
    finding = missing_file(tmp_path / "compose.yaml", tmp_path)
    assert finding.file == "compose.yaml"
    assert "docker-compose.yml" in finding.advice


def test_a_message_that_no_row_knows_is_passed_on(tmp_path: Path) -> None:
    files = [tmp_path / "compose.yaml"]
    (finding,) = complaints(files, 'time="…" level=warning msg="obsolete"\nthe moon is full\n')
    assert (finding.file, finding.message) == ("compose.yaml", "the moon is full")
    (silent,) = complaints(files, "")
    assert "without a message" in silent.message
