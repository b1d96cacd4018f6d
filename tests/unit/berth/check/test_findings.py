"""What `berth check` finds, of which stacks, and that it is what a preview begins with."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from berth.check.findings import check
from berth.compose import loader
from berth.diagnostics import Severity
from berth.stackfile import ROOT
from tests.unit.berth.check.project import WEB, compose, one, stack

FARGATE = {"platform": "ecs-fargate"}
LOST = f"{WEB}    container_name: front\n"
"""One thing that ECS adapts, and Docker Compose does not."""


def test_a_sound_project_has_no_findings(tmp_path: Path) -> None:
    for name in ("one", "two"):
        stack(tmp_path, name, **FARGATE)
    compose(tmp_path, WEB)
    report = check(tmp_path)
    assert (report.stacks, report.findings) == (("one", "two"), ())


def test_a_finding_of_several_stacks_is_one(tmp_path: Path) -> None:
    stack(tmp_path, "two", **FARGATE)
    stack(tmp_path, "one", **FARGATE)
    stack(tmp_path, "local")
    compose(tmp_path, LOST)
    finding = one(check(tmp_path))
    assert finding.stacks == ("one", "two")
    assert (finding.diagnostic.key, finding.diagnostic.line) == ("container_name", 4)


def test_only_the_stacks_that_are_asked_for(tmp_path: Path) -> None:
    stack(tmp_path, "cloud", **FARGATE)
    stack(tmp_path, "local")
    compose(tmp_path, LOST)
    assert check(tmp_path, stacks=["local", "local"]).findings == ()
    assert one(check(tmp_path, stacks=["cloud"])).stacks == ("cloud",)


def test_a_file_that_loads_for_one_stack_alone(tmp_path: Path) -> None:
    stack(tmp_path, "cloud", **FARGATE)
    stack(tmp_path, "local")
    stack(tmp_path, "set", **FARGATE, variables="{TAG: '1'}")
    compose(tmp_path, f"{WEB}  # the variable is\n    command: 'echo ${{TAG}}'\n")
    finding = one(check(tmp_path))
    assert (finding.stacks, finding.diagnostic.key) == (("cloud",), "${TAG}")
    assert finding.diagnostic.severity is Severity.ERROR


def test_a_profile_that_one_stack_lacks(tmp_path: Path) -> None:
    stack(tmp_path, "all", profiles="[data]")
    stack(tmp_path, "some")
    compose(tmp_path, f"{WEB}    depends_on: [db]\n  db: {{image: d, profiles: [data]}}\n")
    finding = one(check(tmp_path))
    assert finding.stacks == ("some",)
    assert (finding.diagnostic.key, finding.diagnostic.line) == ("depends_on", 4)


def test_files_replace_the_stacks_own(tmp_path: Path) -> None:
    stack(tmp_path, "cloud", **FARGATE, composeFiles="[gone.yaml]")
    (tmp_path / "app").mkdir()
    other = compose(tmp_path / "app", LOST, "other.yaml")
    assert one(check(tmp_path, files=[str(other)])).diagnostic.file == "app/other.yaml"
    assert one(check(tmp_path)).diagnostic.file == "gone.yaml"


def test_the_findings_are_those_of_the_platforms_rules(tmp_path: Path) -> None:
    """Of the stack's own file, of Docker Compose's rules and of ECS's, each with its place."""
    stack(tmp_path, "cloud", platform="ecs-ec2", instanceType="t4g.micro")
    stack(tmp_path, "local", secrets="{tokn: a}")
    compose(tmp_path, f"{WEB}    secrets: [token]\nsecrets:\n  token:\n    file: gone.txt\n")
    found = [(item.stacks, item.diagnostic.file, item.diagnostic.line) for item in check(tmp_path).findings]
    assert found == [
        (("cloud",), "Pulumi.cloud.yaml", 3),
        (("local",), "Pulumi.local.yaml", 2),
        (("cloud", "local"), "compose.yaml", 7),
    ]


def test_those_of_the_whole_application_come_first_then_by_service_and_line(tmp_path: Path) -> None:
    stack(tmp_path, "cloud", **FARGATE)
    text = "services:\n  b:\n    image: a\n    tty: true\n    ipc: host\n    devices: [/dev/null]\n"
    compose(tmp_path, f"{text}  a: {{image: a, ipc: host}}\nnetworks:\n  default: {{name: own}}\n")
    errors = [item.diagnostic for item in check(tmp_path).findings if item.diagnostic.key != "deploy.resources"]
    assert [(item.service, item.line) for item in errors] == [("", 9), ("a", 7), ("b", 5), ("b", 6)]


@pytest.mark.parametrize(
    ("content", "line", "words"),
    [
        ("config: {berth:zone: 3}", 1, "no such setting"),
        ("config:\n  berth:platform: ecs\n", 2, "ecs-fargate"),
        ("config:\n  berth:zones: [\n", 3, "the YAML breaks here"),
        ("config:\n  berth:secrets: *hunter2\n", 2, "the YAML breaks here"),
        ("config: [a]\n", 1, "no mapping"),
        ("- a\n", None, "no mapping"),
        ("config:\n  berth:secrets: {token: [hunter2]}\n", 2, "[secret]"),
    ],
)
def test_a_broken_stack_file_is_a_finding(tmp_path: Path, content: str, line: int | None, words: str) -> None:
    stack(tmp_path, "sound")
    compose(tmp_path, WEB)
    (tmp_path / "Pulumi.dev.yaml").write_text(content)
    finding = one(check(tmp_path))
    found = finding.diagnostic
    assert (finding.stacks, found.file, found.line) == (("dev",), "Pulumi.dev.yaml", line)
    assert words in found.message
    assert "hunter2" not in str(found)


def test_a_stack_file_that_is_no_text(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_bytes(b"config: \xff\xfe\n")
    assert "YAML" in one(check(tmp_path)).diagnostic.message


def test_a_project_or_a_stack_that_is_not_there(tmp_path: Path) -> None:
    assert one(check(tmp_path)).diagnostic.message == "the project has no stack"
    compose(tmp_path, WEB)
    stack(tmp_path, "dev")
    finding = one(check(tmp_path, stacks=["dve", "dev"]))
    assert (finding.stacks, finding.diagnostic.file) == (("dve",), "Pulumi.dve.yaml")


@pytest.mark.parametrize(("text", "line"), [("services:\n  web: [\n", 3), ("services: {web: {prots: 1}}", 1)])
def test_a_broken_compose_file_is_one_finding_of_all_stacks(tmp_path: Path, text: str, line: int) -> None:
    stack(tmp_path, "cloud", **FARGATE)
    stack(tmp_path, "local")
    compose(tmp_path, text)
    finding = one(check(tmp_path))
    assert finding.stacks == ("cloud", "local")
    assert (finding.diagnostic.file, finding.diagnostic.line) == ("compose.yaml", line)


def test_stacks_share_one_reading_where_they_ask_for_the_same(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    read: list[tuple[str, ...]] = []
    reading = loader._Compose.read
    monkeypatch.setattr(loader._Compose, "read", lambda self: read.append(self.profiles) or reading(self))
    stack(tmp_path, "cloud", **FARGATE)
    stack(tmp_path, "local", secrets="{token: a}")
    stack(tmp_path, "more", profiles="[data]")
    compose(tmp_path, f"{WEB}  db: {{image: d, profiles: [data]}}\n")
    check(tmp_path)
    assert read == [(), ("data",)]


def test_it_loads_no_package_of_an_engine_a_cloud_or_docker(tmp_path: Path) -> None:
    for name, platform in (("a", "compose"), ("b", "ecs-ec2"), ("c", "ecs-fargate")):
        stack(tmp_path, name, platform=platform)
    compose(tmp_path, f"{WEB}    ipc: host\n")
    program = (
        "import sys; from pathlib import Path; from berth.check.findings import check; "
        f"assert check(Path({str(tmp_path)!r})).findings; "
        "print(sorted({'pulumi', 'boto3', 'botocore', 'docker', 'rich'} & set(sys.modules)))"
    )
    result = subprocess.run([sys.executable, "-c", program], cwd=ROOT, capture_output=True, text=True, check=False)
    assert (result.stdout, result.stderr) == ("[]\n", "")
