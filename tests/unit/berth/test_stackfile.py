"""A stack's file without Pulumi's engine."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from berth.diagnostics import BerthError, SettingsError
from berth.stackfile import ENCRYPTED, ROOT, read_stack, stack_names


def write(folder: Path, text: str) -> None:
    (folder / "Pulumi.dev.yaml").write_text(text)


def test_the_environments_of_this_program() -> None:
    assert {"dev", "local", "prod"} <= set(stack_names())
    assert [read_stack(name).platform for name in ("local", "dev", "prod")] == ["compose", "ecs-ec2", "ecs-fargate"]


def test_values_of_other_programs_and_blanks_do_not_count(tmp_path: Path) -> None:
    write(tmp_path, "config: {berth:zones: 3, berth:domain: '', aws:region: eu-west-1}\nencryptionsalt: v1:x\n")
    settings = read_stack("dev", tmp_path)
    assert (settings.zones, settings.domain, settings.region) == (3, None, "us-east-1")


def test_an_encrypted_value_stays_unknown(tmp_path: Path) -> None:
    write(tmp_path, "config: {berth:secrets: {db: {secure: v1:abc}, api: plain}}")
    assert read_stack("dev", tmp_path).secrets == {"db": ENCRYPTED, "api": "plain"}


def test_an_encrypted_setting_that_is_no_text_is_left_at_its_default(tmp_path: Path) -> None:
    secure = "{secure: v1:abc}"
    names = ("zones", "platform", "secrets", "region")
    write(tmp_path, "config:\n" + "".join(f"  berth:{name}: {secure}\n" for name in names))
    settings = read_stack("dev", tmp_path)
    assert (settings.zones, settings.platform, settings.secrets) == (2, "compose", {})
    assert settings.region == ENCRYPTED


def test_a_file_that_is_not_there(tmp_path: Path) -> None:
    write(tmp_path, "")
    with pytest.raises(BerthError) as caught:
        read_stack("prd", tmp_path)
    assert str(caught.value) == "Pulumi.prd.yaml: no such environment\n    Use one of dev, or write this file."


def test_a_setting_that_is_wrong(tmp_path: Path) -> None:
    write(tmp_path, "config: {berth:zone: 3}")
    with pytest.raises(SettingsError, match="Did you mean 'zones'"):
        read_stack("dev", tmp_path)


def test_it_does_without_pulumi() -> None:
    program = "import sys, berth.stackfile; sys.exit('pulumi' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", program], cwd=ROOT, check=False).returncode == 0
