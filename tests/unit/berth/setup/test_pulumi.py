"""The places that have Pulumi, in their order. Downloads and builds are functions that leave a program behind."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from berth.diagnostics import ToolError
from berth.setup import goproxy, installer, pulumi, toolchain_folder
from berth.setup.cli import Found
from berth.setup.steps import Steps
from tests.unit.berth.setup.conftest import Machine, Said


@pytest.fixture
def asked(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What was downloaded or built; Pulumi's hosts answer unless a test says otherwise."""
    done: list[str] = []

    def install(steps: Steps, version: str) -> bool:
        done.append("installer")
        machine.pulumi(installer.folder(version) / "bin", version)
        return True

    def build(steps: Steps, parts: Sequence[str]) -> None:
        done.extend(parts)
        for part in parts:
            machine.program(goproxy.program(part), "case $1 in version) echo v3.250.0 ;; esac")

    monkeypatch.setattr(installer, "install", install)
    monkeypatch.setattr(goproxy, "build", build)
    return done


@pytest.fixture
def unreachable(asked: list[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installer, "install", lambda steps, version: False)


def test_path_comes_first(machine: Machine, steps: Said, asked: list[str]) -> None:
    machine.pulumi(machine.bin)
    machine.pulumi(machine.beside / "bin")
    assert pulumi.find(steps) == Found("3.250.0", f"{machine.bin}/pulumi")
    assert steps.lines == [f"ok Pulumi           3.250.0, {machine.bin}/pulumi"]
    assert asked == []


def test_then_a_toolchain_folder(machine: Machine, steps: Said, asked: list[str]) -> None:
    machine.pulumi(machine.bin, "3.1.0")  # too old
    machine.pulumi(machine.beside / "bin")
    found = pulumi.find(steps)
    assert found.source == f"toolchain folder {machine.beside}"
    assert found.lines == (f'export PATH={machine.beside}/bin:"$PATH"',)
    assert asked == []


def test_then_pulumis_installer_and_once(machine: Machine, steps: Said, asked: list[str]) -> None:
    machine.pulumi(machine.beside / "bin", "3.1.0")
    first = pulumi.find(steps)
    assert first.lines == (f'export PATH={machine.cache}/pulumi-3.250.0/bin:"$PATH"',)
    assert pulumi.find(steps) == first
    assert asked == ["installer"]


@pytest.mark.usefixtures("unreachable")
def test_then_a_build_and_once(machine: Machine, steps: Said, asked: list[str]) -> None:
    first = pulumi.find(steps)
    assert first.lines == (f'export PATH={goproxy.folder()}/bin:"$PATH"',)
    assert pulumi.find(steps) == first
    assert asked == ["python-host", "cli"]


def test_a_named_folder_comes_before_the_one_beside(
    machine: Machine, steps: Said, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    machine.pulumi(machine.beside / "bin")
    machine.pulumi(machine.folder / "named" / "bin", "3.251.0")
    monkeypatch.setenv(toolchain_folder.VARIABLE, str(machine.folder / "named"))
    assert pulumi.find(steps).source == f"toolchain folder {machine.folder}/named"


@pytest.mark.parametrize(
    ("version", "why"), [(None, "has neither `env` nor bin/pulumi"), ("3.1.0", "has Pulumi 3.1.0")]
)
def test_a_named_folder_that_does_not_do_is_one_clear_error(
    machine: Machine,
    steps: Said,
    asked: list[str],
    monkeypatch: pytest.MonkeyPatch,
    version: str | None,
    why: str,
) -> None:
    if version:
        machine.pulumi(machine.folder / "named" / "bin", version)
    monkeypatch.setenv(toolchain_folder.VARIABLE, str(machine.folder / "named"))
    with pytest.raises(ToolError) as caught:
        pulumi.find(steps)
    assert caught.value.diagnostics[0].message == f"PULUMI_TOOLCHAIN is {machine.folder}/named, which {why}"
    assert "Pulumi 3.250.0 or later" in caught.value.diagnostics[0].advice


def test_a_folder_that_unpacks_itself_does_so_in_one_step(machine: Machine, steps: Said, asked: list[str]) -> None:
    machine.pulumi(machine.folder / "unpacked")
    machine.beside.mkdir()
    count = machine.folder / "count"
    (machine.beside / "env").write_text(f'echo x >> {count}\nexport PATH={machine.folder}/unpacked:"$PATH"\n')
    found = pulumi.find(steps)
    assert found.source == f"toolchain folder {machine.beside}"
    assert steps.lines[0].split() == ["..", "Pulumi", "half", "a", "minute"]
    once = count.read_text()
    steps.output.truncate(0)
    assert pulumi.find(steps) == found
    assert ".." not in steps.output.getvalue()
    assert count.read_text() == once + "x\n"  # sourced for its PATH


def plugin_list(**versions: str) -> str:
    return json.dumps([{"name": name.replace("_", "-"), "version": version} for name, version in versions.items()])


def with_plugins(machine: Machine, plugins: str) -> Found:
    machine.pulumi(machine.bin, plugins=plugins)
    return Found("3.250.0", str(machine.bin / "pulumi"))


def test_plugins_that_are_there(machine: Machine, steps: Said, asked: list[str]) -> None:
    found = with_plugins(machine, plugin_list(aws="7.51.1", docker_build="0.0.22"))
    assert pulumi.plugins(steps, found) == ()
    assert steps.lines == ["ok plugin aws       7.51.1", "ok plugin docker-build 0.0.22"]


def test_a_plugin_of_another_version_is_downloaded(machine: Machine, steps: Said, asked: list[str]) -> None:
    found = with_plugins(machine, plugin_list(aws="7.0.0", docker_build="0.0.22"))
    assert pulumi.plugins(steps, found) == ()
    assert asked == []
    assert "ok plugin aws       7.51.1, downloaded by Pulumi into its own folder" in steps.lines[1]
    assert "pulumi plugin install resource aws 7.51.1\n" in (machine.folder / "setup.log").read_text()


def test_plugins_that_cannot_be_downloaded_are_built(machine: Machine, steps: Said, asked: list[str]) -> None:
    log = machine.folder / "calls"
    answers = "*ls*) echo '[]' ;; *--file*) exit 0 ;; *) echo no such host; exit 1 ;;"
    script = f'echo "$*" >> {log}; case $* in {answers} esac'
    machine.program(machine.bin / "pulumi", script)
    lines = pulumi.plugins(steps, Found("3.250.0", "here"))
    assert lines == ("export PULUMI_DISABLE_AUTOMATIC_PLUGIN_ACQUISITION=true",)
    assert asked == ["aws", "docker-build"]
    calls = log.read_text().splitlines()
    # One download that failed is enough to know.
    assert [call.split()[-1] for call in calls] == ["--json", "7.51.1"] + [
        f"{goproxy.folder()}/bin/pulumi-resource-{name}" for name in ("aws", "docker-build")
    ]
    why = "pulumi plugin install resource aws 7.51.1: the network does not reach it"
    assert f"-- plugin aws       Pulumi cannot download it: {why}" in steps.lines
