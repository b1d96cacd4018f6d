"""`python -m berth check` as a user or a CI job runs it."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from pathlib import Path

from berth.stackfile import ROOT
from tests.unit.berth.check.project import WEB as OWN_WEB
from tests.unit.berth.check.project import compose

WEB = f"name: shop\n{OWN_WEB}"
FIELDS = ["stacks", "file", "line", "service", "key", "severity", "message", "advice"]


def berth(*arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "berth", "check", *arguments]
    return subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)


def test_exit_codes_and_what_is_printed(tmp_path: Path) -> None:
    sound = str(compose(tmp_path, WEB, "sound.yaml"))
    lost = str(compose(tmp_path, f"{WEB}    container_name: front\n", "lost.yaml"))
    refused = str(compose(tmp_path, f"{WEB}    ipc: host\n", "refused.yaml"))

    nothing = berth("-s", "prod", sound)
    assert (nothing.returncode, nothing.stdout, nothing.stderr) == (0, "Nothing found: stack prod.\n", "")
    assert json.loads(berth("--json", "-s", "prod", sound).stdout) == []

    warned = berth("-s", "prod", lost)
    assert warned.returncode == 0
    assert warned.stdout.endswith("0 errors, 1 warning: stack prod.\n")
    assert "\x1b" not in warned.stdout

    for form in ([], ["--json"], ["--sarif"]):
        assert berth(*form, "-s", "prod", refused).returncode == 1

    printed = json.loads(berth("--json", "-s", "prod", "-s", "dev", "-s", "local", refused).stdout)
    assert all(list(item) == FIELDS for item in printed)
    (error,) = [item for item in printed if item["severity"] == "error"]
    assert (error["stacks"], error["file"], error["line"]) == (["dev", "prod"], refused, 5)
    assert (error["service"], error["key"]) == ("web", "ipc")


def test_broken_input_comes_in_the_same_form(tmp_path: Path) -> None:
    broken = str(compose(tmp_path, "services: ["))
    for arguments in (["-s", "nope"], ["-s", "local", str(tmp_path / "gone.yaml")], ["-s", "local", broken]):
        result = berth("--json", *arguments)
        (finding,) = json.loads(result.stdout)
        assert (result.returncode, result.stderr, finding["severity"]) == (1, "", "error")
        assert len(json.loads(berth("--sarif", *arguments).stdout)["runs"][0]["results"]) == 1


def test_two_forms_at_once_are_a_mistake() -> None:
    result = berth("--json", "--sarif")
    assert (result.returncode, result.stdout) == (2, "")


def test_every_field_is_documented() -> None:
    text = (ROOT / "docs/check.md").read_text()
    assert re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE) == FIELDS
