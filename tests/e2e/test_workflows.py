"""The workflow of a pull request, run here as it stands in its file, from a changed Compose file to the comment.

The steps are the file's own, against an AWS emulator and a GitHub on loopback. Actions of elsewhere are left out
(checkout, Python, Pulumi's CLI, caches, BuildKit, OIDC, code scanning), and so is the set-up of tools/setup: what is on
this machine is in their place.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import yaml

from berth.emulator.process import emulator
from berth.rehearsal.plan import plan_rehearsal
from berth.rehearsal.workspace import ROOT
from tests.e2e.workspace import copy_checkout
from tests.github import FakeGitHub, fake_github

pytestmark = pytest.mark.e2e

REPOSITORY = "acme/shop"
PULL_REQUEST = 7


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkout:
    """The merge of a pull request that changes the sample's Compose file, in a clone of the project."""

    directory: Path
    hub: FakeGitHub

    def commit(self, message: str) -> None:
        names = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
        for arguments in (["add", "--all"], [*names, "commit", "--quiet", "--message", message]):
            subprocess.run(["git", *arguments], cwd=self.directory, check=True)

    def run(self, job: str, *arguments: str) -> str:
        """A job of the preview's workflow, which must succeed; all that it printed."""
        event = self.directory.parent / "event.json"
        head = {"repo": {"full_name": REPOSITORY}}
        event.write_text(json.dumps({"pull_request": {"number": PULL_REQUEST, "head": head}}))
        state = self.directory.parent / "state"
        state.mkdir(exist_ok=True)
        result = subprocess.run(
            [
                *("tools/run-workflow", ".github/workflows/preview.yml", job),
                *("--repository", REPOSITORY, "--event", str(event)),
                *("--var", "AWS_PREVIEW_ROLE_ARN=arn", "--var", f"PULUMI_BACKEND_URL=file://{state}"),
                *("--secret", "PULUMI_CONFIG_PASSPHRASE=of this test alone"),
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

    def own(self) -> dict[str, str]:
        """This process's environment without what tools/run has set for this checkout."""
        ours = ("PULUMI_BACKEND_URL", "PULUMI_CONFIG_PASSPHRASE", "PULUMI_OPTION_POLICY_PACK", "GITHUB_")
        return {name: value for name, value in os.environ.items() if not name.startswith(ours)}


@pytest.fixture
def checkout(tmp_path: Path) -> Iterator[Checkout]:
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
    with emulator(tmp_path, containers=False) as aws, fake_github(REPOSITORY) as hub:
        file = directory / "Pulumi.dev.yaml"
        settings = plan_rehearsal(file, endpoint=aws.endpoint, images={}).settings
        file.write_text(yaml.safe_dump({"config": {f"berth:{name}": value for name, value in settings.items()}}))
        subprocess.run(["git", "init", "--quiet", "--initial-branch=main"], cwd=directory, check=True)
        made = Checkout(directory=directory, hub=hub)
        made.commit("base")
        yield made


def test_a_change_of_the_compose_file_is_previewed_in_one_comment(checkout: Checkout) -> None:
    compose = checkout.directory / "examples" / "shop" / "compose.yaml"
    text = compose.read_text()
    assert "{DATABASE_HOST: database}" in text
    compose.write_text(text.replace("{DATABASE_HOST: database}", "{DATABASE_HOST: database, GREETING: hello}", 1))
    checkout.commit("the api greets")

    said = checkout.run("check")
    assert '== output stacks=["dev", "prod"]' in said
    assert "local" not in said.partition("== output")[2]
    sarif = json.loads((checkout.directory / "berth.sarif").read_text())
    assert sarif["version"] == "2.1.0"

    said = checkout.run("preview", "--output", 'check.stacks=["dev", "prod"]', "--matrix", "stack=dev")
    (comment,) = checkout.hub.comments
    assert comment["html_url"] in said
    assert comment["issue_url"].endswith(f"/issues/{PULL_REQUEST}")
    marker, _, report = comment["body"].partition("\n")
    assert marker == "<!-- berth:preview:berth/dev -->"
    assert "api" in report
    assert report.strip() in said.partition("== summary")[2]
