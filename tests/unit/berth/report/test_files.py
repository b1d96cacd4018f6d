"""What a stack's files add to its log: containers that are known only later, dependencies, findings, parity, costs."""

from __future__ import annotations

from pathlib import Path

import pytest

from berth.cost.estimate import estimate
from berth.platforms.application import read_application
from berth.report.files_of import files_of
from berth.report.make import make_report
from berth.report.model import Report
from berth.stackfile import read_stack
from tests.unit.berth.report.applications import project, recorder
from tests.unit.berth.report.previews import lines, log, report


def with_files(kind: str, folder: Path) -> Report:
    return make_report(log(f"{kind}.jsonl"), files=files_of("test", project(folder, kind)))


def test_containers_that_aws_completes_are_compared_as_the_files_have_them(tmp_path: Path) -> None:
    """A new image has no digest before it is built, and with it nothing of the container is in the log."""
    assert "container memory limit" not in lines(report("built-and-memory"), "web")
    told = lines(with_files("built-and-memory", tmp_path), "web")
    assert "container memory limit 512 → 1024 MiB" in told
    assert "image is built anew" in told
    assert "image shop-test-web" not in told


def test_a_secret_with_a_new_value_is_no_other_secret(tmp_path: Path) -> None:
    told = lines(with_files("env-file", tmp_path), "api")
    assert told == "new value of a variable from an env file or the shell"


def test_a_service_that_is_redeployed_for_a_secrets_value_alone_is_told(tmp_path: Path) -> None:
    found = with_files("stack-secret", tmp_path)
    assert lines(found, "api") == "new tasks start, for the new value of api_key"
    assert [item.service for item in found.groups] == ["api", "shared by all"]


def test_a_first_deployment_says_what_each_service_is(tmp_path: Path) -> None:
    found = with_files("first", tmp_path)
    told = lines(found, "api")
    assert "image shop/api:1.4.0" in told
    assert "2 variables: LOG_LEVEL, REGION" in told
    assert "secret db_password given at /run/secrets/db_password" in told
    assert "volume data at /var/lib/postgresql/data" in lines(found, "db")
    assert not [value for value in recorder().SECRETS if value in repr(found)]


def test_the_values_of_secrets_and_env_files_are_known_to_be_hidden(tmp_path: Path) -> None:
    password, key, smtp, *_ = recorder().SECRETS
    assert {password, key, smtp} <= files_of("test", project(tmp_path)).hidden


def test_the_picture_has_the_files_dependencies(tmp_path: Path) -> None:
    drawn = with_files("managed", tmp_path).picture
    assert drawn is not None
    assert {(edge.source, edge.target, edge.label) for edge in drawn.edges} == {
        *(("web", "api", "healthy"), ("api", "db", "healthy"), ("worker", "api", "healthy"), ("", "web", "")),
    }
    assert {node.name: node.kind for node in drawn.nodes} == {
        **{"web": "service", "api": "service", "worker": "service", "db": "managed", "report": "scheduled"},
        "": "ingress",
    }


def test_what_the_program_has_said_is_no_finding_of_the_files_again(tmp_path: Path) -> None:
    found = with_files("image", tmp_path)
    assert len(files_of("test", tmp_path).support) == 2
    assert (len(found.messages), found.support) == (2, ())


def test_files_that_are_wrong_are_told_and_the_log_is_reported_all_the_same(tmp_path: Path) -> None:
    found = make_report(log("image.jsonl"), files=files_of("test", project(tmp_path, "refused")))
    assert [item.severity for item in found.support] == ["error", "error"]
    assert "image shop/api 1.4.0 → 1.5.0" in lines(found, "api")


def test_other_stacks_differ_by_their_settings_alone(tmp_path: Path) -> None:
    other = {"platform": "ecs-fargate", "cpuArchitecture": "arm64"}
    wrong = {"platform": "ecs-fargate", "composeFiles": ["none.yaml"], "zones": 0}
    found = files_of("test", project(tmp_path, local={}, prod=other, wrong=wrong)).parity
    assert any(
        line.startswith("api architecture: ") and "prod linux/arm64 | test linux/amd64" in line for line in found
    )
    assert all("berth:cpuArchitecture" in line for line in found if line.startswith("api"))
    assert any(line.startswith("wrong cannot be compared") for line in found)
    assert not any("local" in line for line in found)


@pytest.mark.parametrize("kind", ["first", "scale", "nat", "managed", "service-added", "secret-removed", "memory"])
def test_the_resources_cost_what_the_plan_of_the_files_costs(kind: str, tmp_path: Path) -> None:
    folder = project(tmp_path, kind)
    settings = read_stack("test", folder)
    cost = report(kind).cost
    assert cost is not None
    assert cost.after == pytest.approx(estimate(read_application(settings, folder), settings).monthly, abs=0.005)
