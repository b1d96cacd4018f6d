"""What holds of every workflow file: pinned actions, least permissions, no text of strangers in a script.

https://docs.github.com/en/actions/reference/security/secure-use
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from berth.workflow.__main__ import ROOT, _parser, make_run
from berth.workflow.job import LEFT_OUT, would_run

WORKFLOWS = sorted((ROOT / ".github" / "workflows").glob("*.yml"))
FILES = [*WORKFLOWS, *sorted((ROOT / ".github" / "actions").glob("*/action.yml"))]
PERMISSIONS = {
    "preview.check": {"contents": "read", "security-events": "write"},
    "preview.preview": {"contents": "read", "id-token": "write", "pull-requests": "write"},
    "deploy.changed": {"contents": "read"},
    "deploy.dev": {"contents": "read", "id-token": "write"},
    "deploy.prod": {"contents": "read", "id-token": "write"},
    "up.up": {"contents": "read", "id-token": "write"},
    "drift.stacks": {"contents": "read"},
    "drift.drift": {"contents": "read", "id-token": "write", "issues": "write"},
    "environment.up": {"contents": "read", "id-token": "write", "pull-requests": "write"},
    "environment.down": {"contents": "read", "id-token": "write", "pull-requests": "write"},
    "environment.none": {},
    "environment.sweep": {"contents": "read", "id-token": "write", "pull-requests": "read"},
}
"""What each job's token may do, and why: docs/pull-requests.md."""


def read(name: str) -> dict[str, Any]:
    return yaml.safe_load((ROOT / ".github" / "workflows" / f"{name}.yml").read_text())


def jobs() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in WORKFLOWS:
        for name, job in yaml.safe_load(path.read_text())["jobs"].items():
            yield f"{path.stem}.{name}", job


def steps() -> Iterator[dict[str, Any]]:
    for path in FILES:
        content = yaml.safe_load(path.read_text())
        for part in content.get("jobs", {"action": content.get("runs")}).values():
            yield from part.get("steps", ())


@pytest.mark.parametrize("path", FILES, ids=lambda path: f"{path.parent.name}/{path.stem}")
def test_actions_are_pinned_by_commit_with_the_version_beside_it(path: Path) -> None:
    used = re.findall(r"uses: (\S+)(.*)", path.read_text())
    for name, rest in used:
        if not name.startswith("./"):
            assert re.fullmatch(r"[\w.-]+(/[\w.-]+)+@[0-9a-f]{40}", name), name
            assert re.fullmatch(r" # v\d+\.\d+\.\d+", rest), f"{name}{rest}"


def test_an_action_has_one_version() -> None:
    pins = {match for path in FILES for match in re.findall(r"uses: ([^.\s]\S+)@(\w+)", path.read_text())}
    assert len({name for name, _ in pins}) == len(pins)
    assert {name for name, _ in pins} == set(LEFT_OUT)


def test_a_job_may_do_what_the_table_says() -> None:
    assert {name: job["permissions"] for name, job in jobs()} == PERMISSIONS
    assert {path.stem: yaml.safe_load(path.read_text())["permissions"] for path in WORKFLOWS} == {
        path.stem: {} for path in WORKFLOWS
    }


def test_no_script_has_an_expression_in_it() -> None:
    scripts = [step["run"] for step in steps() if "run" in step]
    assert len(scripts) > 10
    assert not [script for script in scripts if "${{" in script], "pass it by env: it may be a stranger's text"


def test_a_forks_code_never_meets_a_token() -> None:
    for path in WORKFLOWS:
        events = yaml.safe_load(path.read_text())[True]  # YAML reads `on` as true
        assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(events), path.name


def test_the_checkout_keeps_no_token() -> None:
    for step in steps():
        if str(step.get("uses")).startswith("actions/checkout@"):
            assert step["with"]["persist-credentials"] is False


def test_secrets_are_in_the_env_of_the_step_that_needs_them() -> None:
    for name, job in jobs():
        assert "secrets." not in json.dumps(job.get("env", {})), name
    for step in steps():
        if "secrets." in json.dumps(step):
            assert "secrets." in json.dumps(step["env"]) and re.search(
                r"berth (preview|up|drift|down|sweep) ", step["run"]
            )


def test_previews_give_way_and_updates_never_do() -> None:
    found = {name: job["concurrency"] for name, job in jobs() if "concurrency" in job}
    assert {name: item["cancel-in-progress"] for name, item in found.items()} == {
        "preview.check": True,
        "preview.preview": True,
        "up.up": False,
        "drift.drift": False,
        "environment.up": False,
        "environment.down": False,
        "environment.sweep": False,
    }
    assert "matrix.stack" in found["preview.preview"]["group"] and "number" in found["preview.preview"]["group"]
    assert found["up.up"]["group"] == "up-${{ inputs.stack }}"
    assert found["environment.up"] == found["environment.down"], "one environment, one run at a time"
    assert found["environment.up"]["group"] == "environment-${{ github.event.pull_request.number }}"


@pytest.mark.parametrize(
    ("owner", "role", "stacks", "runs"),
    [
        ("acme", "arn", '["dev"]', True),
        ("stranger", "arn", '["dev"]', False),
        ("acme", "", '["dev"]', False),
        ("acme", "arn", "[]", False),
    ],
    ids=["own branch", "fork", "before the set-up", "nothing changed"],
)
def test_who_is_previewed(tmp_path: Path, owner: str, role: str, stacks: str, runs: bool) -> None:
    event = tmp_path / "event.json"
    event.write_text(json.dumps({"pull_request": {"number": 7, "head": {"repo": {"full_name": f"{owner}/shop"}}}}))
    arguments = ["x", "preview", "--event", str(event), "--repository", "acme/shop", "--output"]
    options = _parser().parse_args([*arguments, f"check.stacks={stacks}", "--var", f"AWS_PREVIEW_ROLE_ARN={role}"])
    run = make_run(options, ROOT)
    assert would_run(read("preview")["jobs"]["preview"], run) is runs
    note = next(step for step in read("preview")["jobs"]["check"]["steps"] if "no preview" in step.get("name", ""))
    assert would_run(note, run) is (owner != "acme" or not role)


@pytest.mark.parametrize(
    ("dev", "stacks", "runs"),
    [
        ("success", ["dev", "prod"], True),
        ("skipped", ["prod"], True),
        ("failure", ["dev", "prod"], False),
        ("cancelled", ["dev", "prod"], False),
        ("success", ["dev"], False),
    ],
)
def test_prod_follows_dev(dev: str, stacks: list[str], runs: bool) -> None:
    run = make_run(_parser().parse_args(["x", "prod"]), ROOT)
    run.contexts["needs"] = {
        "changed": {"result": "success", "outputs": {"stacks": json.dumps(stacks)}},
        "dev": {"result": dev, "outputs": {}},
    }
    assert would_run(read("deploy")["jobs"]["prod"], run) is runs


def test_what_is_deployed_waits_for_its_environment() -> None:
    assert read("up")["jobs"]["up"]["environment"] == "${{ inputs.stack }}"
    assert {name: job["with"]["stack"] for name, job in read("deploy")["jobs"].items() if "with" in job} == {
        "dev": "dev",
        "prod": "prod",
    }


LABELLED, OTHER = ("bug", "environment"), ("bug",)


@pytest.mark.parametrize(
    ("action", "label", "labels", "job"),
    [
        ("labeled", "environment", LABELLED, "up"),
        ("labeled", "bug", LABELLED, ""),
        ("synchronize", "", LABELLED, "up"),
        ("synchronize", "", OTHER, ""),
        ("reopened", "", LABELLED, "up"),
        ("reopened", "", (), ""),
        ("unlabeled", "environment", OTHER, "down"),
        ("unlabeled", "bug", ("environment",), ""),
        ("closed", "", LABELLED, "down"),
        ("closed", "", OTHER, ""),
    ],
)
@pytest.mark.parametrize(("owner", "role"), [("acme", "arn"), ("stranger", "arn"), ("acme", "")])
def test_who_has_an_environment(
    tmp_path: Path, action: str, label: str, labels: tuple[str, ...], job: str, owner: str, role: str
) -> None:
    pull = {
        "number": 7,
        "state": "closed" if action == "closed" else "open",
        "head": {"repo": {"full_name": f"{owner}/shop"}},
        "labels": [{"name": name} for name in labels],
    }
    event = {"action": action, "pull_request": pull, **({"label": {"name": label}} if label else {})}
    running = {name for name in read("environment")["jobs"] if would(tmp_path, name, event, role)}
    if owner == "acme" and role:
        assert running == ({job} if job else set())
    else:
        assert running == ({"none"} if label == "environment" and job == "up" else set())


def test_a_closed_pull_request_gets_none(tmp_path: Path) -> None:
    pull = {"number": 7, "state": "closed", "head": {"repo": {"full_name": "acme/shop"}}, "labels": []}
    event = {"action": "labeled", "pull_request": pull, "label": {"name": "environment"}}
    assert not would(tmp_path, "up", event, "arn")


@pytest.mark.parametrize("name", ["schedule", "workflow_dispatch"])
def test_the_sweep_is_of_no_pull_request(tmp_path: Path, name: str) -> None:
    jobs = read("environment")["jobs"]
    assert {job for job in jobs if would(tmp_path, job, {}, "arn", name)} == {"sweep"}
    assert {job for job in jobs if would(tmp_path, job, {}, "", name)} == set()


def would(tmp_path: Path, job: str, event: dict[str, Any], role: str, name: str = "pull_request") -> bool:
    file = tmp_path / "event.json"
    file.write_text(json.dumps(event))
    arguments = ["x", job, "--event", str(file), "--event-name", name, "--repository", "acme/shop"]
    run = make_run(_parser().parse_args([*arguments, "--var", f"AWS_ENVIRONMENT_ROLE_ARN={role}"]), ROOT)
    return would_run(read("environment")["jobs"][job], run)


def test_environments_take_their_own_role_in_their_own_github_environment() -> None:
    roles: dict[str, set[str]] = {}
    for name, job in jobs():
        for step in job.get("steps", ()):
            if "role-to-assume" in step.get("with", {}):
                roles.setdefault(step["with"]["role-to-assume"], set()).add(f"{name} in {job.get('environment', '')}")
    assert roles == {
        "${{ vars.AWS_PREVIEW_ROLE_ARN }}": {"preview.preview in ", "drift.drift in "},
        "${{ vars.AWS_DEPLOY_ROLE_ARN }}": {"up.up in ${{ inputs.stack }}"},
        "${{ vars.AWS_ENVIRONMENT_ROLE_ARN }}": {
            f"environment.{job} in pull-requests" for job in ("up", "down", "sweep")
        },
    }
