"""The workflows, run here as they stand in their files: a pull request's, from a changed Compose file to the comment;
a deployment, and the nightly look at what was changed by hand; the end of environments of pull requests.

The steps are the files' own, against an AWS emulator, or this machine's Docker, and a GitHub on loopback. Actions of
elsewhere are left out (checkout, Python, Pulumi's CLI, caches, BuildKit, OIDC, code scanning), and so is the set-up of
tools/setup: what is on this machine is in their place.
"""

from __future__ import annotations

import json
import os
import secrets
import shutil
import subprocess
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from berth.emulator.process import emulator
from berth.rehearsal.plan import plan_rehearsal
from berth.rehearsal.workspace import ROOT
from tests.e2e.workspace import containers, copy_checkout, docker
from tests.github import FakeGitHub, fake_github

pytestmark = pytest.mark.e2e

SMALL = """
services:
  web:
    image: ${BUSYBOX_IMAGE:-busybox:1.37}
    command: [sleep, "1000"]
    stop_grace_period: 1s
"""
REPOSITORY = "acme/shop"
PULL_REQUEST = 7
PASSPHRASE = "of this test alone"


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """A clone of the project, where GitHub's runner has the merge of a pull request, or the branch."""

    directory: Path
    hub: FakeGitHub

    def commit(self, message: str) -> None:
        names = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
        for arguments in (["add", "--all"], [*names, "commit", "--quiet", "--message", message]):
            subprocess.run(["git", *arguments], cwd=self.directory, check=True)

    def run(self, workflow: str, job: str, *arguments: str, labels: Sequence[str] = (), **happened: str) -> str:
        """A job, which must succeed; all that it printed. ``happened`` is more of the event."""
        event = self.directory.parent / "event.json"
        head = {"repo": {"full_name": REPOSITORY}}
        pull = {"number": PULL_REQUEST, "head": head, "labels": [{"name": name} for name in labels]}
        event.write_text(json.dumps({"pull_request": pull, **happened}))
        state = self.directory.parent / "state"
        state.mkdir(exist_ok=True)
        result = subprocess.run(
            [
                *("tools/run-workflow", f".github/workflows/{workflow}.yml", job),
                *("--repository", REPOSITORY, "--event", str(event)),
                *("--var", "AWS_PREVIEW_ROLE_ARN=arn", "--var", "AWS_ENVIRONMENT_ROLE_ARN=arn"),
                *("--var", f"PULUMI_BACKEND_URL=file://{state}"),
                *("--secret", f"PULUMI_CONFIG_PASSPHRASE={PASSPHRASE}"),
                # They run tools/setup, which has tests of its own: here it would work on the environment of this test.
                *("--without", "./.github/actions/python", "--without", "./.github/actions/pulumi"),
                *arguments,
            ],
            cwd=self.directory,
            env={**self.own(), "GITHUB_API_URL": self.hub.address, "GITHUB_TOKEN": self.hub.token},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=600,
            check=False,
        )
        assert result.returncode == 0, result.stdout
        return result.stdout

    def berth(self, *arguments: str) -> None:
        self.by_hand("python", "-m", "berth", *arguments)

    def by_hand(self, *command: str) -> None:
        """A command that somebody runs, on the workflows' state."""
        state = {
            "PULUMI_BACKEND_URL": f"file://{self.directory.parent}/state",
            "PULUMI_CONFIG_PASSPHRASE": PASSPHRASE,
        }
        subprocess.run(
            ["tools/run", *command],
            cwd=self.directory,
            env={**self.own(), **state},
            check=True,
        )

    def own(self) -> dict[str, str]:
        """This process's environment without what tools/run has set for this checkout."""
        ours = ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_OPTION_POLICY_PACK", "GITHUB_")
        return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
    """Its first commit is for the test, which changes the stack's settings before."""
    directory = tmp_path / "checkout"
    directory.mkdir()
    copy_checkout(directory)
    (directory / ".venv").symlink_to(ROOT / ".venv")
    if (ROOT / ".berth").exists():
        shutil.copytree(
            ROOT / ".berth", directory / ".berth", ignore=lambda _, names: {"rehearsal", "checkov"} & set(names)
        )
    with (directory / ".gitignore").open("a") as ignored:
        ignored.write(".venv\n")
    subprocess.run(["git", "init", "--quiet", "--initial-branch=main"], cwd=directory, check=True)
    with fake_github(REPOSITORY) as hub:
        yield Checkout(directory=directory, hub=hub)


@pytest.fixture
def dev(checkout: Checkout, tmp_path: Path) -> Iterator[None]:
    """The sample's ``dev``, at an emulator without containers."""
    with emulator(tmp_path, containers=False) as aws:
        file = checkout.directory / "Pulumi.dev.yaml"
        settings = plan_rehearsal(file, endpoint=aws.endpoint, images={}).settings
        configure(file, settings)
        checkout.commit("base")
        yield


@pytest.fixture
def local(checkout: Checkout) -> Iterator[str]:
    """A small application in ``local``, removed at the end; its Compose project."""
    project = f"berth-e2e-{secrets.token_hex(4)}"
    (checkout.directory / "compose.yaml").write_text(SMALL)
    configure(checkout.directory / "Pulumi.local.yaml", {"composeFiles": ["compose.yaml"], "projectName": project})
    checkout.commit("base")
    yield project
    checkout.berth("down", "local")
    assert containers(project) == {}


def configure(file: Path, settings: Mapping[str, object]) -> None:
    file.write_text(yaml.safe_dump({"config": {f"berth:{name}": value for name, value in settings.items()}}))


@pytest.mark.usefixtures("dev")
def test_a_change_of_the_compose_file_is_previewed_in_one_comment(checkout: Checkout) -> None:
    compose = checkout.directory / "examples" / "shop" / "compose.yaml"
    text = compose.read_text()
    assert "{DATABASE_HOST: database}" in text
    compose.write_text(text.replace("{DATABASE_HOST: database}", "{DATABASE_HOST: database, GREETING: hello}", 1))
    checkout.commit("the api greets")

    said = checkout.run("preview", "check")
    assert '== output stacks=["dev", "prod"]' in said
    assert "local" not in said.partition("== output")[2]
    sarif = json.loads((checkout.directory / "berth.sarif").read_text())
    assert sarif["version"] == "2.1.0"

    said = checkout.run("preview", "preview", "--output", 'check.stacks=["dev", "prod"]', "--matrix", "stack=dev")
    (comment,) = checkout.hub.comments
    assert comment["html_url"] in said
    assert comment["issue_url"].endswith(f"/issues/{PULL_REQUEST}")
    marker, _, report = comment["body"].partition("\n")
    assert marker == "<!-- berth:preview:berth/dev -->"
    assert "api" in report
    assert report.strip() in said.partition("== summary")[2]


def test_what_is_merged_is_deployed_and_what_is_changed_by_hand_is_an_issue(checkout: Checkout, local: str) -> None:
    said = checkout.run("deploy", "changed", "--var", "AWS_DEPLOY_ROLE_ARN=arn")
    assert '== output stacks=["dev", "prod"]' in said  # there is no commit before: all of the cloud's
    checkout.run("up", "up", "--input", "stack=local")
    assert set(containers(local)) == {"web"}

    night = ("drift", "drift", "--output", 'stacks.stacks=["local"]', "--matrix", "stack=local")
    said = checkout.run(*night)
    assert "local is as its files say" in said
    assert checkout.hub.issues == []

    docker("rm", "--force", containers(local)["web"])
    checkout.run(*night)
    (issue,) = checkout.hub.issues
    assert (issue["title"], issue["state"]) == ("Drift of local", "open")
    assert "ComposeUp" in issue["body"]

    checkout.berth("up", "local", "--refresh")
    checkout.run(*night)
    (issue,) = checkout.hub.issues
    assert issue["state"] == "closed"


def test_environments_go_with_their_pull_requests(checkout: Checkout) -> None:
    """Of three that were made, and have nothing in them: one is closed, one has lost its label unseen, one stays."""
    state = checkout.directory.parent / "state"
    state.mkdir()
    for name in ("pr-7", "pr-8", "pr-9"):
        checkout.by_hand("pulumi", "stack", "init", name)
    checkout.hub.add_pull(8, "bug")
    checkout.hub.add_pull(9, "environment")

    said = checkout.run("environment", "down", action="closed", labels=["environment"])
    (comment,) = checkout.hub.comments
    assert comment["html_url"] in said
    marker, _, report = comment["body"].partition("\n")
    assert marker == "<!-- berth:environment:berth/pr-7 -->"
    assert report.startswith("### Environment `pr-7` is gone")

    said = checkout.run("environment", "sweep", "--event-name", "schedule")
    assert "pr-8: pull request 8 is not open with the label environment" in said
    assert sorted(file.name for file in (state / ".pulumi" / "stacks" / "berth").glob("*.json")) == ["pr-9.json"]
