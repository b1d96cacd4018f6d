"""Which stacks a commit touches, in a git repository of the test."""

from __future__ import annotations

import json
import subprocess
from argparse import ArgumentParser
from collections.abc import Callable
from pathlib import Path

import pytest

from berth.changed.git import changed_files
from berth.changed.inputs import touched
from berth.changed.options import add_arguments
from berth.changed.program import program_parts
from berth.changed.run import run
from berth.diagnostics import ToolError
from berth.stackfile import ROOT

FILES = {
    "__main__.py": "import pulumi\n\ndef later():\n    from program.model import X\n",
    "program/__init__.py": "",
    "program/model.py": "import shared\nX = 1\n",
    "program/table.toml": "",
    "shared.py": "",
    "helper/tool.py": "import program",
    "Pulumi.yaml": "name: test",
    "requirements.txt": "pulumi==1",
    "policy/rules.py": "",
    "policy-config.json": "{}",
    "docs/page.md": "",
    "tests/test_x.py": "import program",
    "Pulumi.dev.yaml": "config:\n  berth:platform: ecs-ec2\n  berth:composeFiles: [app/compose.yaml]\n",
    "Pulumi.prod.yaml": "config: {berth:platform: ecs-fargate, berth:composeFiles: [app/compose.yaml, app/prod.yaml]}",
    "Pulumi.local.yaml": "config:\n  berth:composeFiles: [other/compose.yaml]\n",
    "app/compose.yaml": """
name: app
include: [database/compose.yaml]
services:
  web:
    build: {context: ./web, additional_contexts: [shared=./assets]}
    env_file: [web.env, {path: maybe.env, required: false}]
    secrets: [key]
    configs: [site]
    label_file: labels
    volumes: ["./static:/static:ro"]
  job:
    extends: {file: ../common/jobs.yaml, service: job}
secrets: {key: {file: key.txt}}
configs: {site: {file: ./site.toml}}
""",
    "app/prod.yaml": "services:\n  web: {environment: {A: b}}\n",
    "app/.env": "",
    "app/web.env": "",
    "app/labels": "",
    "app/key.txt": "key",
    "app/site.toml": "",
    "app/static/index.html": "",
    "app/web/Dockerfile": "FROM scratch\n",
    "app/web/.dockerignore": "notes\n*.md\n",
    "app/web/main.py": "",
    "app/web/notes/one.txt": "",
    "app/web/README.md": "",
    "app/assets/logo.svg": "",
    "app/README.md": "",
    "app/database/compose.yaml": "services:\n  db: {image: postgres, env_file: db.env}\n",
    "app/database/db.env": "",
    "common/jobs.yaml": "services:\n  job: {image: busybox, env_file: job.env}\n",
    "common/job.env": "",
    "other/compose.yaml": "name: other\nservices:\n  web: {image: nginx}\n",
}
CLOUD = ["dev", "prod"]


def git(directory: Path, *arguments: str) -> str:
    names = ["-c", "user.name=test", "-c", "user.email=test@example.com", "-c", "commit.gpgsign=false"]
    return subprocess.run(["git", *names, *arguments], cwd=directory, check=True, capture_output=True, text=True).stdout


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The files, below a repository's own folder."""
    top = tmp_path_factory.mktemp("repository").resolve()
    for name, text in FILES.items():
        file = top / "deploy" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    git(top, "init", "--quiet", "--initial-branch=main")
    git(top, "add", ".")
    git(top, "commit", "--quiet", "--message", "first")
    return top / "deploy"


@pytest.mark.parametrize(
    ("names", "stacks"),
    [
        (["docs/page.md", "tests/test_x.py", "helper/tool.py", "app/README.md"], []),
        (["Pulumi.dev.yaml"], ["dev"]),
        (["app/prod.yaml"], ["prod"]),
        (["other/compose.yaml"], ["local"]),
        *[
            ([name], CLOUD)
            for name in (
                *("app/compose.yaml", "app/.env", "app/web.env", "app/maybe.env", "app/key.txt", "app/site.toml"),
                *("app/labels", "app/static/index.html", "app/static/removed.html"),
                *("app/database/compose.yaml", "app/database/db.env", "common/jobs.yaml", "common/job.env"),
                *("app/web/main.py", "app/web/removed.py", "app/web/Dockerfile", "app/web/.dockerignore"),
                "app/assets/logo.svg",
            )
        ],
        (["app/web/notes/one.txt"], []),
        (["app/web/README.md"], []),
        *[
            ([name], ["dev", "local", "prod"])
            for name in (
                *("__main__.py", "program/model.py", "program/table.toml", "program/removed.py", "shared.py"),
                *("Pulumi.yaml", "requirements.txt", "policy/rules.py", "policy-config.json"),
            )
        ],
    ],
    ids=lambda value: ",".join(value),
)
def test_a_stack_is_touched_by_its_inputs_alone(project: Path, names: list[str], stacks: list[str]) -> None:
    found = touched(project, ["dev", "local", "prod"], [project / name for name in names])
    assert [item.stack for item in found] == stacks
    assert all(Path(names[0]).name in item.reason for item in found)


def test_what_cannot_be_read_may_have_changed(project: Path, tmp_path: Path) -> None:
    (tmp_path / "__main__.py").touch()
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {berth:composeFiles: [gone.yaml]}")
    (found,) = touched(tmp_path, ["dev"], [tmp_path / "README.md"])
    assert "cannot be read" in found.reason and "gone.yaml" in found.reason
    assert touched(tmp_path, ["dev"], []) == ()


def test_a_variable_in_the_name_of_an_env_file_is_a_doubt(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").touch()
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {berth:composeFiles: [compose.yaml]}")
    (tmp_path / "compose.yaml").write_text("name: x\nservices: {web: {image: nginx, env_file: '${WHICH:-a}.env'}}")
    (tmp_path / "a.env").touch()
    (found,) = touched(tmp_path, ["dev"], [tmp_path / "README.md"])
    assert found.reason == "compose.yaml: env_file depends on a variable: ${WHICH:-a}.env"


def test_a_context_that_is_the_whole_project_has_all_but_what_it_ignores(tmp_path: Path) -> None:
    (tmp_path / "__main__.py").touch()
    (tmp_path / "Pulumi.dev.yaml").write_text("config: {berth:composeFiles: [compose.yaml]}")
    (tmp_path / "compose.yaml").write_text("name: x\nservices: {web: {build: .}}")
    (tmp_path / "Dockerfile").write_text("FROM scratch\n")
    (tmp_path / ".dockerignore").write_text("docs\n")
    assert touched(tmp_path, ["dev"], [tmp_path / "docs" / "page.md"]) == ()
    assert [item.reason for item in touched(tmp_path, ["dev"], [tmp_path / "main.go"])] == ["main.go"]


def test_this_program_is_what_it_imports() -> None:
    parts = {str(path.relative_to(ROOT)) for path in program_parts(ROOT)}
    assert {"__main__.py", "compose", "components", "platforms", "settings", "reporting.py", "diagnostics.py"} <= parts
    assert "berth/__init__.py" in parts
    assert not parts & {"berth", "tests", "docs", "tools", "examples"}


@pytest.fixture
def change(project: Path) -> Callable[..., None]:
    """Run the command in the project, as from the shell."""

    def call(*arguments: str) -> None:
        parser = ArgumentParser()
        add_arguments(parser)
        assert run(parser.parse_args(arguments), project) == 0

    return call


def test_the_command_prints_a_matrix(
    project: Path, change: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    change("--json")
    assert capsys.readouterr().out == "[]\n"
    (project / "app" / "new.env").touch()  # neither committed nor named
    (project / "app" / "maybe.env").touch()
    (project / "program" / "model.py").rename(project / "program" / "other.py")
    try:
        assert changed_files("HEAD", project) == {
            *(project / "app" / name for name in ("new.env", "maybe.env")),
            *(project / "program" / name for name in ("model.py", "other.py")),
        }
        change("--json", "--cloud")
        said = capsys.readouterr()
        assert json.loads(said.out) == CLOUD
        assert "dev: program/model.py, program/other.py" in said.err
        change()
        assert capsys.readouterr().out == "dev\nlocal\nprod\n"
    finally:
        (project / "program" / "other.py").rename(project / "program" / "model.py")
        (project / "app" / "new.env").unlink()
        (project / "app" / "maybe.env").unlink()


def test_all_have_changed_since_a_commit_that_nobody_has(
    change: Callable[..., None], capsys: pytest.CaptureFixture[str]
) -> None:
    change("--json", "--base", "0" * 40)
    said = capsys.readouterr()
    assert json.loads(said.out) == ["dev", "local", "prod"]
    assert "no commit 0000" in said.err
    change("--all", "--cloud")
    assert capsys.readouterr().out == "dev\nprod\n"


def test_outside_of_a_repository_git_says_so(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="not a git repository"):
        changed_files("HEAD", tmp_path)
