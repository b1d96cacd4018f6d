"""The doctor's report: what is there, what is missing, and what to do; with nothing but the standard library."""

from __future__ import annotations

import json
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from berth import doctor

PLUGINS = json.dumps([{"name": "aws", "version": "7.51.1"}, {"name": "docker-build", "version": "0.0.22"}])
HEALTHY = {"pulumi version": "v3.250.0", "pulumi plugin": PLUGINS, "docker version": "28.2.2"}


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    """What the tools of this machine answer, by their first two words; a test takes some away."""
    answers = dict(HEALTHY)
    monkeypatch.setattr(doctor, "said", lambda *command: answers.get(" ".join(command[:2])))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
    monkeypatch.delenv("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", raising=False)
    for variable in ("AWS_PROFILE", "AWS_ACCESS_KEY_ID"):
        monkeypatch.delenv(variable, raising=False)
    for variable in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(variable, str(tmp_path / "none"))
    root = tmp_path / "checkout"
    (root / ".venv").mkdir(parents=True)
    text = (doctor.ROOT / "requirements.txt").read_text()
    (root / "requirements.txt").write_text(text)
    (root / ".venv" / ".installed").write_text(text)
    monkeypatch.setattr(doctor, "ROOT", root)
    return answers


def report(capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    code = doctor.main()
    return code, capsys.readouterr().out


def test_a_machine_that_has_all(capsys: pytest.CaptureFixture[str]) -> None:
    code, said = report(capsys)
    assert code == 0
    assert "MISSING" not in said
    for part in ("v3.250.0", "7.51.1", "0.0.22", "28.2.2", "make rehearse"):
        assert part in said


@pytest.mark.parametrize(
    ("gone", "name", "advice"),
    [
        ("pulumi version", "Pulumi", "https://www.pulumi.com/docs/install/"),
        ("docker version", "Docker", "tools/start-docker"),
    ],
)
def test_what_is_missing_says_how_to_get_it(
    machine: dict[str, str], capsys: pytest.CaptureFixture[str], gone: str, name: str, advice: str
) -> None:
    del machine[gone]
    code, said = report(capsys)
    assert code == 1
    lines = said.splitlines()
    (index,) = (index for index, line in enumerate(lines) if line.startswith("MISSING"))
    assert lines[index].split() == ["MISSING", name]
    assert advice in lines[index + 1]


def test_packages_of_another_requirements_are_missing(capsys: pytest.CaptureFixture[str]) -> None:
    with (doctor.ROOT / "requirements.txt").open("a") as file:
        file.write("new==1.0\n")
    code, said = report(capsys)
    assert code == 1
    assert "make setup" in said


@pytest.mark.parametrize(("closed", "code"), [("false", 0), ("true", 1)])
def test_a_plugin_is_downloaded_unless_that_is_off(
    machine: dict[str, str], monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], closed: str, code: int
) -> None:
    machine["pulumi plugin"] = json.dumps([{"name": "aws", "version": "7.0.0"}])
    monkeypatch.setenv("PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION", closed)
    found, said = report(capsys)
    assert found == code
    assert "pulumi plugin install resource aws 7.51.1" in said


def test_a_builder_whose_process_has_ended(tmp_path: Path) -> None:
    path = tmp_path / "builder.sock"
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        assert doctor.connects(str(path))
    assert path.exists()
    assert not doctor.connects(str(path))


def test_credentials_are_named_by_where_they_come_from(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "shop")
    assert doctor.aws().found == "by AWS_PROFILE"


def test_it_needs_no_package(monkeypatch: pytest.MonkeyPatch) -> None:
    program = "import sys; sys.path.insert(0, '.'); import berth.doctor; print(*sys.modules)"
    root = Path(__file__).resolve().parents[3]
    printed = subprocess.run(
        [sys.executable, "-S", "-c", program], cwd=root, capture_output=True, text=True, check=True
    ).stdout
    assert "berth.doctor" in printed.split()
