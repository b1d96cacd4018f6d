"""SARIF as its specification and GitHub want it: every property that they require, and nothing that is secret."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from berth.check.findings import check
from berth.check.rules import rule_id
from berth.check.sarif import as_sarif
from berth.diagnostics import Diagnostic
from tests.unit.berth.check.project import WEB, compose, stack

REQUIRED = {
    "log": {"version", "runs"},
    "run": {"tool", "results"},
    "driver": {"name", "rules"},
    "rule": {"id", "shortDescription", "fullDescription", "help"},
    "result": {"ruleId", "level", "message", "locations"},
}
"""Sections 3.13 to 3.49 of https://docs.oasis-open.org/sarif/sarif/v2.1.0/sarif-v2.1.0.html, and GitHub's own."""


def complain_of(log: dict[str, Any]) -> None:
    """Fail where a required property is missing, is of another type, or points nowhere."""
    assert REQUIRED["log"] <= log.keys()
    assert log["version"] == "2.1.0"
    (run,) = log["runs"]
    assert REQUIRED["run"] <= run.keys()
    driver = run["tool"]["driver"]
    assert REQUIRED["driver"] <= driver.keys()
    ids = [rule["id"] for rule in driver["rules"]]
    assert len(ids) == len(set(ids))
    for rule in driver["rules"]:
        assert REQUIRED["rule"] <= rule.keys()
        assert all(rule[part]["text"] for part in ("shortDescription", "fullDescription", "help"))
    for result in run["results"]:
        assert REQUIRED["result"] <= result.keys()
        assert ids[result["ruleIndex"]] == result["ruleId"]
        assert result["level"] in ("error", "warning")
        assert result["message"]["text"]
        (location,) = result["locations"]
        uri = location["physicalLocation"]["artifactLocation"]["uri"]
        assert uri and not uri.startswith("/")
        assert type(location["physicalLocation"]["region"]["startLine"]) is int
        assert location["physicalLocation"]["region"]["startLine"] >= 1


def sarif(directory: Path) -> tuple[str, list[dict[str, Any]]]:
    """The text, and its results once the whole is as it must be."""
    text = as_sarif(check(directory), directory)
    log = json.loads(text)
    complain_of(log)
    return text, log["runs"][0]["results"]


def test_results_have_their_rule_level_and_place(tmp_path: Path) -> None:
    stack(tmp_path, "dev", platform="ecs-fargate", composeFiles="['my app/compose.yaml']")
    (tmp_path / "my app").mkdir()
    compose(tmp_path / "my app", f"{WEB}    ports:\n      - '127.0.0.1:80:80'\n    container_name: front\n")
    results = {result["ruleId"]: result for result in sarif(tmp_path)[1]}
    assert {rule: result["level"] for rule, result in results.items()} == {
        "ports.*": "error",
        "container_name": "warning",
    }
    place = results["ports.*"]["locations"][0]["physicalLocation"]
    assert place == {"artifactLocation": {"uri": "my%20app/compose.yaml"}, "region": {"startLine": 5}}
    text = results["ports.*"]["message"]["text"]
    assert text.startswith("service 'web': ports.80: is for 127.0.0.1 only")
    assert "stacks: dev" in text


def test_findings_without_a_place_and_none_at_all(tmp_path: Path) -> None:
    (result,) = sarif(tmp_path)[1]
    assert result["ruleId"] == "settings"
    assert result["locations"][0]["physicalLocation"]["region"] == {"startLine": 1}
    stack(tmp_path, "local")
    compose(tmp_path, WEB)
    assert sarif(tmp_path)[1] == []


def test_a_file_outside_of_the_project_has_its_whole_address(tmp_path: Path) -> None:
    project = tmp_path / "project"
    project.mkdir()
    stack(project, "dev", platform="ecs-fargate", composeFiles="[../compose.yaml]")
    outside = compose(tmp_path, f"{WEB}    ipc: host\n")
    uris = {result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] for result in sarif(project)[1]}
    assert uris == {outside.as_uri()}


def test_no_value_of_a_secret_is_in_it(tmp_path: Path) -> None:
    stack(tmp_path, "dev", platform="ecs-fargate", secrets="{token: hunter2, tokn: hunter2}", protectData="true")
    stack(tmp_path, "local", secrets="{tokn: hunter2}")
    (tmp_path / "secret.txt").write_text("hunter2")
    (tmp_path / "web.env").write_text("PASSWORD=hunter2\n")
    compose(
        tmp_path,
        f"{WEB}    ipc: host\n    env_file: web.env\n    secrets: [token, key]\n"
        "secrets: {token: {file: secret.txt, labels: {a: b}}, key: {file: secret.txt}}\n",
    )
    text, results = sarif(tmp_path)
    assert {"ipc", "secrets.*.file", "secrets.*.labels", "berth:secrets.*"} <= {item["ruleId"] for item in results}
    assert "hunter2" not in text


@pytest.mark.parametrize(
    ("service", "key", "wanted"),
    [
        ("web", "deploy.resources.limits", "deploy.resources.limits"),
        ("web", "ports.8080", "ports.*"),
        ("web", "ports", "ports"),
        ("web", "ports.8080.mode", "ports.*.mode"),
        ("web", "volumes./var/lib/x.y", "volumes.*"),
        ("web", "volumes./app.volume.subpath", "volumes.*.volume.subpath"),
        ("web", "networks.my.net.ipv4_address", "networks.*.ipv4_address"),
        ("web", "secrets.token.uid", "secrets.*.uid"),
        ("web", "depends_on.db.condition", "depends_on.*.condition"),
        ("web", "environment.PASSWORD", "environment.*"),
        ("web", "environment.[0]", "environment.*"),
        ("web", "build.additional_contexts.base", "build.additional_contexts.*"),
        ("web", "x-berth.ingress.port", "x-berth.ingress.port"),
        ("web", "x-berth.ingress.1.port", "x-berth.ingress.port"),
        ("web", "x-berth.ingress.prot", "x-berth.ingress.*"),
        ("web", "x-berth.secret_environment.DB", "x-berth.secret_environment.*"),
        ("web", "enviroment", "*"),
        ("web", "deploy.replica", "deploy.*"),
        ("web", "name", "name"),
        ("", "networks.front.internal", "networks.*.internal"),
        ("", "volumes.data.x-berth.uid", "volumes.*.x-berth.uid"),
        ("", "secrets.token.file", "secrets.*.file"),
        ("", "services", "services"),
        ("", "servces", "*"),
        ("", "${TAG}", "${*}"),
        ("", "berth:secrets.token", "berth:secrets.*"),
        ("", "berth:zones", "berth:zones"),
        ("", "berth:zone", "berth:*"),
        ("", "", "file"),
    ],
)
def test_a_rules_name_has_nothing_of_the_users_own(service: str, key: str, wanted: str) -> None:
    assert rule_id(Diagnostic(file="compose.yaml", service=service, key=key, message="x")) == wanted


def test_a_whole_stack_file_is_a_rule_of_its_own() -> None:
    assert rule_id(Diagnostic(file="Pulumi.dev.yaml", message="x")) == "settings"
