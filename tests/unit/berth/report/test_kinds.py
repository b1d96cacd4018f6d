"""Each kind of change, from a real preview: what its report must say, told from what was changed in the files.

tools/record-previews has the application and the changes.
"""

from __future__ import annotations

import pytest

from berth.report.model import SHARED, Level
from tests.unit.berth.report.previews import (
    RECORDED,
    about,
    component,
    dangers,
    event,
    group,
    lines,
    made,
    report,
    text,
)

CHANGED = ("create", "update", "replace", "delete")


def services(name: str) -> dict[str, str]:
    return {item.service: item.verb for item in report(name).groups}


@pytest.mark.parametrize("name", ["unchanged", "local-unchanged"])
def test_nothing_changes(name: str) -> None:
    found = report(name)
    assert (found.changes, found.groups, found.dangers, found.downtime, found.resources) == (0, (), (), (), ())
    assert not found.failed


@pytest.mark.parametrize(
    ("name", "service", "said"),
    [
        ("image", "api", ["image shop/api 1.4.0 → 1.5.0"]),
        ("image.json", "api", ["image shop/api 1.4.0 → 1.5.0"]),
        ("memory", "api", ["container memory limit 512 → 1024 MiB", "task memory 1024 → 2048 MiB"]),
        ("variables", "api", ["2 variables added: LOG_FORMAT, TRACING", "1 variable removed: REGION"]),
        ("variables", "api", ["LOG_LEVEL info → debug"]),
        ("env-file", "api", ["new value of a variable from an env file or the shell"]),
        ("stack-secret", SHARED, ["secret api_key: new value"]),
        ("stack-secret", "api", ["new tasks start, for the new value of api_key"]),
        ("secret-added", "worker", ["secret db_password given at /run/secrets/db_password"]),
        ("secret-removed", "api", ["secret api_key given no more (/run/secrets/api_key)"]),
        ("config", "web", ["config /etc/site/name: 1 line changed, 1 added"]),
        ("built", "web", ["image is built anew"]),
        ("built-and-memory", "web", ["image is built anew", "task memory 1024 → 2048 MiB"]),
        ("scale", "api", ["replicas 1 → 3"]),
        ("port", "api", ["port 9000", "load balancer targets 0 → 1"]),
        ("host", "web", ["shop.example.com/ → store.example.com/"]),
        ("health", "api", ["health check interval 5 s → 10 s"]),
        ("stop-first", "worker", ["image shop/worker 2.0 → 2.1"]),
        ("exec", "api", ["shell access by ECS Exec no → yes"]),
        ("nat", "worker", ["public addresses of tasks yes → no"]),
        ("nat", SHARED, ["2 NAT gateways", "2 public addresses"]),
        ("policy", "worker", ["command work → work --fast"]),
        ("volume-removed", "db", ["volume data at /var/lib/postgresql/data mounted no more"]),
        ("managed", "db", ["created: database"]),
        ("local-image", "api", ["command sleep 1d → sleep 2d", "memory limit 64 → 128 MiB", "1 variable added: MODE"]),
        ("local-volume-removed", "web", ["volumes data:/data → none"]),
    ],
)
def test_a_change_is_told_of_its_service_in_a_reviewers_words(name: str, service: str, said: list[str]) -> None:
    told = lines(report(name), service)
    for part in said:
        assert part in told


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("image", {"api": "changed"}),
        ("variables", {"api": "changed"}),
        ("secret-added", {"worker": "changed"}),
        ("config", {"web": "changed"}),
        ("service-added", {"cache": "new"}),
        ("service-removed", {"worker": "removed"}),
        ("scale", {"api": "changed"}),
        ("secret-removed", {"api": "changed", SHARED: "changed"}),
        ("local-image", {"api": "changed"}),
    ],
)
def test_only_the_services_that_change_are_told(name: str, wanted: dict[str, str]) -> None:
    assert services(name) == wanted


@pytest.mark.parametrize(
    ("name", "level", "service", "word"),
    [
        ("volume-removed", Level.DATA, "db", "file system with the volume data is deleted"),
        ("volume-removed.json", Level.DATA, "db", "file system with the volume data is deleted"),
        ("managed", Level.DATA, "db", "file system with the volume data is deleted"),
        ("kms", Level.DATA, "db", "file system with the volume data is replaced"),
        ("kms", Level.DATA, "web", "image repository is replaced"),
        ("renamed", Level.DATA, "db", "file system with the volume data is deleted"),
        ("port", Level.OPEN, "api", "TCP port 9000 is opened to the internet"),
        ("secret-removed", Level.OPEN, "api", "secret api_key no longer given"),
        ("secret-removed", Level.OPEN, "", "secret api_key is deleted"),
        ("secret-added", Level.OPEN, "worker", "the execution role may do more: secretsmanager:GetSecretValue"),
        ("unprotected", Level.OPEN, "", "protection of the file system is taken away"),
        ("host", Level.GONE, "web", "shop.example.com/ is answered no more"),
        ("renamed", Level.GONE, "", "load balancer is deleted"),
        ("service-removed", Level.CARE, "worker", "log group is deleted"),
        ("local-volume-removed", Level.DATA, "", "volume data is no longer part of the project"),
        ("local-renamed", Level.DATA, "", "Compose project report-previews is replaced"),
    ],
)
def test_a_dangerous_change_is_found(name: str, level: Level, service: str, word: str) -> None:
    found = about(report(name), word)
    assert [(item.level, ", ".join(item.services)) for item in found] == [(level, service)], dangers(report(name))


def test_what_a_role_gains_is_told_once_for_all_that_gain_it() -> None:
    (found,) = about(report("exec"), "ssmmessages")
    assert found.services == ("api", "db", "report", "web", "worker")
    assert "OpenDataChannel on everything (*)" in found.what


@pytest.mark.parametrize(
    "name",
    ["image", "memory", "variables", "config", "scale", "health", "built", "stop-first", "env-file", "service-added"],
)
def test_an_everyday_change_is_not_called_dangerous(name: str) -> None:
    assert report(name).dangers == ()


def test_renaming_a_stack_opens_no_port_that_was_not_open_and_closes_no_host() -> None:
    assert about(report("renamed"), "opened") == []
    assert about(report("renamed"), "answered no more") == []


def test_a_service_of_which_only_tags_change_is_told_all_the_same() -> None:
    task, service = "aws:ecs/taskDefinition:TaskDefinition", "aws:ecs/service:Service"
    sides = [{"tags": {"team": team}, "containerDefinitions": "[]"} for team in ("a", "b")]
    steps = [
        component("TaskDefinition", "shop-test-api"),
        event("replace", task, "shop-test-api", *sides, component="TaskDefinition"),
        event("update", service, "shop-test-api", *sides, component="Service"),
    ]
    assert group(made(steps), "api").lines == ("changed: ECS service",)


def test_the_worst_is_told_first() -> None:
    levels = [item.level for item in report("renamed").dangers]
    assert levels == sorted(levels)
    assert set(levels) == set(Level)


@pytest.mark.parametrize(
    ("name", "wanted"),
    [
        ("stop-first", {"worker": "stop-first"}),
        ("secret-added", {"worker": "stop-first"}),
        ("nat", {"db": "stop-first", "worker": "stop-first"}),
        ("managed", {"db": "without the data"}),
        ("renamed", {"all services": "the load balancer"}),
        ("local-image", {"api": "recreated"}),
        ("local-volume-removed", {"web": "recreated"}),
        ("local-renamed", {"all services": "the Compose project is replaced"}),
    ],
)
def test_downtime_is_expected_of_these(name: str, wanted: dict[str, str]) -> None:
    found = report(name).downtime
    assert {item.service for item in found} == wanted.keys()
    for service, why in wanted.items():
        assert any(item.service == service and why in item.why for item in found)


@pytest.mark.parametrize(
    "name", ["image", "memory", "scale", "port", "host", "exec", "service-added", "first", "secret-removed"]
)
def test_no_downtime_is_expected_of_these(name: str) -> None:
    assert report(name).downtime == ()


def test_a_first_deployment_is_said_to_be_one() -> None:
    assert all(report(name).nothing_runs for name in ("first", "local-first"))
    assert not any(report(name).nothing_runs for name in ("service-added", "refused", "unchanged", "renamed"))
    assert {group(report("first"), service).verb for service in ("web", "api", "worker", "db", "report")} == {"new"}


def test_a_refused_file_is_the_headline_with_all_that_is_wrong() -> None:
    found = report("refused")
    assert found.failed and found.changes == 0
    told = " ".join(item.text for item in found.errors)
    assert "service 'api': pid" in told
    assert "service 'api': privileged" in told
    assert "unhandled error" not in told


def test_a_protected_resource_is_told_by_its_name() -> None:
    found = report("protected")
    (error,) = found.errors
    assert 'resource "shop-test" cannot be deleted' in " ".join(error.text.split())
    assert "urn:" not in error.text
    assert about(found, "file system")


def test_a_preview_that_ends_half_way_says_why_and_counts_no_costs() -> None:
    """Another platform under the same name: the provider refuses to plan it."""
    found = report("platform")
    assert found.failed and found.changes > 0
    (error,) = found.errors
    assert "force_new_deployment should be true" in error.text
    assert found.cost is None


def test_a_policy_that_forbids_is_an_error_and_a_hint_is_none() -> None:
    found = report("policy")
    assert found.failed
    assert [(item.rule, item.severity) for item in found.policies] == [
        ("https-only", "error"),
        ("images-by-digest", "info"),
    ]
    assert [item.rule for item in found.errors] == ["https-only"]


def test_what_a_provider_says_of_its_own_schema_is_no_warning() -> None:
    assert "Unexpected type at field" in text("image.jsonl")
    said = [item.text for item in report("image").messages]
    assert len(said) == 2 and all("Fargate's 0.25 vCPU" in item for item in said)  # the sizes of api and web


@pytest.mark.parametrize(
    ("name", "differences"),
    [
        ("image", {}),
        ("nat", {"NAT gateways": 65.70, "public IPv4 addresses": 2 * 3.65 - 4 * 3.65 - 0.02}),
        ("secret-removed", {"secrets": -0.40}),
        ("scale", {"tasks of api": 21.26, "public IPv4 addresses": 7.30}),
        ("service-removed", {"tasks of worker": -9.01, "public IPv4 addresses": -3.65}),
        (
            "managed",
            {"database postgres": 13.98, "tasks of db": -9.01, "public IPv4 addresses": -3.65, "hosted zones": 0.5},
        ),
    ],
)
def test_what_a_change_costs(name: str, differences: dict[str, float]) -> None:
    """By hand: AWS's prices of us-east-1, 730 hours. A task has 0.25 vCPU and 0.5 or 1 GB; each has an address."""
    cost = report(name).cost
    assert cost is not None
    assert {item.what: item.difference for item in cost.items} == pytest.approx(differences, abs=0.011)
    assert cost.after - cost.before == pytest.approx(sum(differences.values()), abs=0.03)


@pytest.mark.parametrize("name", [name for name in RECORDED if name.startswith("local")])
def test_on_this_machine_nothing_costs(name: str) -> None:
    assert report(name).cost is None


def test_both_forms_of_a_log_say_the_same() -> None:
    for name in ("image", "volume-removed"):
        events, document = report(f"{name}.jsonl"), report(f"{name}.json")
        assert [events.counts[key] for key in CHANGED] == [document.counts[key] for key in CHANGED]
        assert events.groups == document.groups
        assert events.dangers == document.dangers
        assert events.messages == document.messages
        assert events.resources == document.resources
        assert (events.blind, document.blind) == (False, True)


def test_the_picture_has_every_service_with_its_change() -> None:
    drawn = report("service-removed").picture
    assert drawn is not None
    changes = {node.name: (node.kind, node.change) for node in drawn.nodes if node.name}
    assert changes["worker"] == ("service", "delete")
    assert changes["report"] == ("scheduled", None)
    assert ("", "web") in [(edge.source, edge.target) for edge in drawn.edges]
    local = report("local-image").picture
    assert local is not None
    assert ("web", "api") in [(edge.source, edge.target) for edge in local.edges]
    assert {node.name: node.change for node in local.nodes}["api"] == "update"
    managed = report("managed").picture
    assert managed is not None
    assert {node.name: node.kind for node in managed.nodes}["db"] == "managed"
