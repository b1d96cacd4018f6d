"""Commands with a log, and a line for each step."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from berth.diagnostics import ToolError
from berth.setup.steps import CommandFailed
from tests.unit.berth.setup.conftest import Said

ROOT = Path(__file__).resolve().parents[4]


def test_a_finished_step_is_one_line_and_all_else_is_in_the_log(steps: Said, tmp_path: Path) -> None:
    with steps.step("Packages", "a minute") as step:
        assert step.run("sh", "-c", "echo one; echo two >&2") == "one\ntwo\n"
        step.done("all there")
    assert steps.lines == [".. Packages         a minute", "ok Packages         all there  0 s"]
    assert (tmp_path / "setup.log").read_text().splitlines()[1:] == [
        "-- Packages",
        "$ sh -c echo one; echo two >&2",
        "one",
        "two",
        "Packages: all there",
    ]


def test_a_command_that_fails_is_one_clear_error(steps: Said, tmp_path: Path) -> None:
    with pytest.raises(ToolError) as caught, steps.step("Packages") as step:
        step.run("sh", "-c", "echo first; echo the reason; exit 3")
    (finding,) = caught.value.diagnostics
    assert finding.message == "Packages: echo first; echo the reason; exit 3 failed: the reason"
    assert str(tmp_path / "setup.log") in finding.advice
    assert not any(line.startswith("ok") for line in steps.lines)


def test_a_network_that_does_not_reach(steps: Said) -> None:
    with pytest.raises(ToolError) as caught, steps.step("Packages") as step:
        step.run(sys.executable, "-c", "import sys; sys.exit('curl: (6) Could not resolve host: x')")
    assert "the network does not reach it" in str(caught.value)
    assert "HTTPS_PROXY" in str(caught.value)


def test_a_missing_command(steps: Said) -> None:
    with pytest.raises(ToolError) as caught, steps.step("Packages") as step:
        step.run("no-such-command")
    assert "no-such-command" in str(caught.value)


def test_a_command_that_takes_too_long_ends_with_all_it_started(steps: Said, tmp_path: Path) -> None:
    started = time.monotonic()
    with steps.step("Packages") as step, pytest.raises(CommandFailed) as caught:
        step.run("sh", "-c", f"sleep 60 & echo $! > {tmp_path}/pid; wait", timeout=0.5)
    assert time.monotonic() - started < 20
    assert "took too long" in str(caught.value)
    gone((tmp_path / "pid").read_text())


def test_a_killed_setup_takes_its_command_along(tmp_path: Path) -> None:
    command = f"'sh', '-c', 'echo $$ > {tmp_path}/pid; exec sleep 60'"
    program = (
        "from pathlib import Path; from berth.setup.steps import Steps\n"
        f"with Steps(Path('{tmp_path}/log')).step('x') as step: step.run({command})"
    )
    process = subprocess.Popen([sys.executable, "-c", program], cwd=ROOT, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 20
    while not (tmp_path / "pid").exists() or not (tmp_path / "pid").read_text():
        assert time.monotonic() < deadline
        time.sleep(0.05)
    process.send_signal(signal.SIGKILL)
    process.wait()
    gone((tmp_path / "pid").read_text())


def gone(pid: str) -> None:
    deadline = time.monotonic() + 10
    while time.monotonic() < deadline:
        try:
            os.kill(int(pid), 0)
        except ProcessLookupError:
            return
        if Path(f"/proc/{int(pid)}/stat").read_text().split()[2] == "Z":  # ended, and nobody has asked for its code
            return
        time.sleep(0.05)
    raise AssertionError(f"process {pid} is still there")


def test_what_was_there_is_printed_only_on_request(tmp_path: Path) -> None:
    quiet = Said(tmp_path / "log", everything=False)
    quiet.found("Docker", "28.2.2")
    quiet.say("Docker", "starting it")
    assert quiet.lines == ["-- Docker           starting it"]
    assert "Docker: 28.2.2" in (tmp_path / "log").read_text()
