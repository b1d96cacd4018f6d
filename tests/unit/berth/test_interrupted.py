"""What a killed run left is put right; what a living one holds is left alone."""

from __future__ import annotations

import json
import os
import socket
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from botocore.exceptions import EndpointConnectionError

from berth import interrupted
from berth.diagnostics import ToolError
from berth.interrupted import state_folder, take_up

STAMP = "2026-11-25T22:11:52.269499598Z"
URN = "urn:pulumi:dev::berth::berth:components:Cluster$aws:ecs/cluster:Cluster::one-dev"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The state's folder, which the environment names."""
    monkeypatch.setenv("PULUMI_BACKEND_URL", f"file://{tmp_path}?no_tmp_dir=true")
    (tmp_path / ".pulumi" / "stacks" / "berth").mkdir(parents=True)
    return tmp_path / ".pulumi"


@pytest.fixture
def dead() -> int:
    """The number of a process that is no more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    process.wait()
    return process.pid


def lock(root: Path, pid: int, host: str | None = None) -> Path:
    folder = root / "locks" / "organization" / "berth" / "dev"
    folder.mkdir(parents=True, exist_ok=True)
    text = json.dumps({"pid": pid, "username": "me", "hostname": host or socket.gethostname(), "timestamp": STAMP})
    (folder / "one.json").write_text(text)
    return folder / "one.json"


def state(root: Path, *operations: dict[str, Any]) -> Path:
    file = root / "stacks" / "berth" / "dev.json"
    file.write_text(json.dumps({"version": 3, "checkpoint": {"latest": {"pending_operations": list(operations)}}}))
    return file


class FakeCli:
    """Keeps what it is asked for; exports ``deployment``, and keeps what is imported."""

    def __init__(self, deployment: dict[str, Any] | None = None) -> None:
        self.asked: list[tuple[str, ...]] = []
        self.exported = {"version": 3, "deployment": deployment or {}}
        self.imported: Any = None

    def run(self, *arguments: str) -> int:
        self.asked.append(arguments)
        return 0

    def output(self, *arguments: str) -> str:
        self.asked.append(arguments)
        if "import" in arguments:
            self.imported = json.loads(Path(arguments[-1]).read_text())
        return json.dumps(self.exported)

    def access(self) -> Any:
        cluster = {"clusterArn": "arn:cluster", "status": "ACTIVE"}
        client = SimpleNamespace(can_paginate=lambda _: False, describe_clusters=lambda **_: {"clusters": [cluster]})
        return SimpleNamespace(client=lambda _: client, poll=0)


def taken_up(cli: FakeCli | None = None) -> tuple[list[tuple[str, ...]], list[str]]:
    """What Pulumi was asked to do, and what the user was told."""
    said: list[str] = []
    cli = cli or FakeCli()
    take_up("dev", cli, said.append)
    return cli.asked, said


def test_nothing_is_done_where_nothing_was_interrupted(root: Path) -> None:
    state(root)
    assert taken_up() == ([], [])


def test_a_new_stack_has_no_state_yet(root: Path) -> None:
    assert taken_up() == ([], [])


def test_the_lock_of_a_dead_process_is_removed(root: Path, dead: int) -> None:
    lock(root, dead)
    asked, said = taken_up()
    assert asked == [("cancel", "--yes", "--stack", "dev", "--non-interactive")]
    assert f"process {dead}" in said[0] and STAMP in said[0]


def test_another_program_with_the_dead_ones_number_holds_nothing(root: Path) -> None:
    lock(root, os.getpid())  # this is Python
    assert taken_up()[0][0][0] == "cancel"


def test_a_running_pulumis_lock_is_left_alone(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(interrupted, "_is_pulumi", lambda pid: pid == 4711)
    lock(root, 4711)
    (root / "stacks" / "berth" / "dev.json.attrs").write_text("")  # that run is writing it
    with pytest.raises(ToolError, match="'dev' is being changed by another run: process 4711, since 2026"):
        taken_up()
    assert (root / "stacks" / "berth" / "dev.json.attrs").exists()


def test_of_another_machine_nothing_is_known(root: Path, dead: int) -> None:
    lock(root, dead, host="elsewhere")
    with pytest.raises(ToolError, match="on elsewhere") as caught:
        taken_up()
    assert "pulumi cancel --stack dev" in str(caught.value)


def test_what_aws_has_made_is_in_the_state_and_what_nothing_tells_is_named(root: Path) -> None:
    cluster = {"urn": URN, "type": "aws:ecs/cluster:Cluster", "inputs": {"name": "one-dev-1a2b3c4"}}
    key = {"urn": "urn:pulumi:dev::berth::aws:kms/key:Key::one-alarms", "type": "aws:kms/key:Key"}
    operations = [{"type": "creating", "resource": cluster}, {"type": "creating", "resource": key}]
    state(root, *operations)
    cli = FakeCli({"resources": [], "pending_operations": operations})
    asked, said = taken_up(cli)
    assert [command[:2] for command in asked] == [("stack", "export"), ("stack", "import")]
    assert "    aws:ecs/cluster:Cluster one-dev: arn:cluster" in said
    assert said[-1] == "    aws:kms/key:Key one-alarms"
    assert [item["id"] for item in cli.imported["deployment"]["resources"]] == ["arn:cluster"]
    assert cli.imported["deployment"]["pending_operations"] == []
    assert not Path(asked[-1][-1]).exists()


def test_nothing_is_forgotten_while_aws_does_not_answer(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    operation = {"type": "creating", "resource": {"urn": URN, "type": "aws:iam/role:Role", "inputs": {"name": "one"}}}
    state(root, operation)
    cli = FakeCli({"pending_operations": [operation]})

    def get_role(**_arguments: Any) -> Any:
        raise EndpointConnectionError(endpoint_url="https://iam.amazonaws.com")

    client = SimpleNamespace(can_paginate=lambda _: False, get_role=get_role)
    monkeypatch.setattr(cli, "access", lambda: SimpleNamespace(client=lambda _: client, poll=0))
    with pytest.raises(ToolError, match="can't be asked"):
        taken_up(cli)
    assert cli.imported is None


def test_of_what_was_being_deleted_aws_is_asked_by_the_run_that_follows(root: Path) -> None:
    cluster = {"urn": URN, "type": "aws:ecs/cluster:Cluster", "id": "arn:cluster"}
    operation = {"type": "deleting", "resource": cluster}
    state(root, operation)
    cli = FakeCli({"resources": [cluster], "pending_operations": [operation]})
    assert taken_up(cli)[1] == []
    assert cli.imported["deployment"]["resources"] == [{**cluster, "refreshBeforeUpdate": True}]


def test_attributes_that_a_kill_cut_short_are_removed_and_whole_ones_are_kept(root: Path) -> None:
    file = state(root)
    cut, whole = Path(f"{file}.attrs"), Path(f"{file}.bak.attrs")
    cut.write_text("")
    whole.write_text('{"user.cache_control":""}')
    asked, said = taken_up()
    assert asked == [] and "dev.json.attrs" in said[0]
    assert not cut.exists() and whole.exists()


@pytest.mark.parametrize(
    ("environment", "expected"),
    [
        ({"PULUMI_BACKEND_URL": "s3://bucket"}, None),
        ({"PULUMI_BACKEND_URL": "file:///state"}, Path("/state/.pulumi")),
        ({"PULUMI_BACKEND_URL": "file://~"}, Path.home() / ".pulumi"),
    ],
)
def test_only_a_folder_on_this_machine_can_be_looked_into(environment: dict[str, str], expected: Path | None) -> None:
    found = state_folder("dev", environment)
    assert (found and found.root) == expected


def test_a_login_names_the_backend_where_the_environment_does_not(tmp_path: Path) -> None:
    (tmp_path / "credentials.json").write_text('{"current": "file:///of/the/login"}')
    found = state_folder("dev", {"PULUMI_CREDENTIALS_PATH": str(tmp_path)})
    assert found is not None and found.root == Path("/of/the/login/.pulumi")
