"""The doctor's report: what is there, what is missing, and what to do; with nothing but the standard library."""

from __future__ import annotations

import json
import shutil
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from berth import doctor
from berth.setup.cli import Found

PLUGINS = json.dumps([{"name": "aws", "version": "7.51.1"}, {"name": "docker-build", "version": "0.0.22"}])
PULUMI = Found("3.250.0", "/usr/bin/pulumi")
HEALTHY = {"pulumi plugin": PLUGINS, "docker version": "28.2.2"}


@pytest.fixture(autouse=True)
def machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> dict[str, str]:
    """What the tools of this machine answer, by their first two words; a test takes some away."""
    answers = dict(HEALTHY)
    monkeypatch.setattr(doctor, "said", lambda *command: answers.get(" ".join(command[:2])))
    monkeypatch.setattr(doctor, "on_path", lambda wanted: (PULUMI, ""))
    monkeypatch.setenv("DOCKER_CONFIG", str(tmp_path))
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
    for part in ("3.250.0, /usr/bin/pulumi", "7.51.1", "0.0.22", "28.2.2", "make rehearse"):
        assert part in said


def advice_for(name: str, said: str) -> str:
    """The line under the only one that says MISSING."""
    lines = said.splitlines()
    (index,) = (index for index, line in enumerate(lines) if line.startswith("MISSING"))
    assert lines[index].split()[1:] == name.split()
    return lines[index + 1].strip()


def test_docker_that_does_not_answer(machine: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    del machine["docker version"]
    code, said = report(capsys)
    assert code == 1
    assert "systemctl start docker" in advice_for("Docker", said)


def test_a_pulumi_that_does_not_fit(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr(doctor, "on_path", lambda wanted: (None, f"/bin/pulumi is 3.1.0, and {wanted} is needed"))
    code, said = report(capsys)
    assert code == 1
    assert advice_for("Pulumi", said).startswith("/bin/pulumi is 3.1.0, and 3.250.0 is needed; `make setup`")


def test_packages_of_another_requirements_are_missing(capsys: pytest.CaptureFixture[str]) -> None:
    with (doctor.ROOT / "requirements.txt").open("a") as file:
        file.write("new==1.0\n")
    code, said = report(capsys)
    assert code == 1
    assert "make setup" in said


def test_a_plugin_of_another_version_is_missing(machine: dict[str, str], capsys: pytest.CaptureFixture[str]) -> None:
    machine["pulumi plugin"] = json.dumps([{"name": "aws", "version": "7.0.0"}, *json.loads(PLUGINS)[1:]])
    code, said = report(capsys)
    assert code == 1
    assert "pulumi plugin install resource aws 7.51.1" in advice_for("plugin aws", said)


def test_a_builder_whose_process_has_ended(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "builder.sock"
    (tmp_path / "buildx" / "instances").mkdir(parents=True)
    described = {"Name": "local", "Driver": "remote", "Nodes": [{"Endpoint": f"unix://{path}"}]}
    (tmp_path / "buildx" / "instances" / "local").write_text(json.dumps(described))
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(path))
        server.listen()
        assert report(capsys)[0] == 0
    assert path.exists()
    code, said = report(capsys)
    assert code == 1
    assert f"nothing answers at unix://{path}" in advice_for("BuildKit", said)


def test_a_disk_without_room(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    little = shutil._ntuple_diskusage(10**10, 10**10, 300 * 2**20)
    monkeypatch.setattr(doctor.shutil, "disk_usage", lambda folder: little)
    assert report(capsys)[0] == 0  # all of it is installed
    (doctor.ROOT / ".venv" / ".installed").unlink()
    assert "MISSING  disk, checkout" in report(capsys)[1]
    assert doctor.disk()[0].advice.startswith("300 MB free")


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
