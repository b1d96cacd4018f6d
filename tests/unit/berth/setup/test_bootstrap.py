"""The virtual environment made anew."""

from __future__ import annotations

from pathlib import Path

import pytest

from berth.diagnostics import ToolError
from berth.setup import bootstrap


def test_another_checkouts_environment_is_not_emptied_through_a_link(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    file = tmp_path / "other" / ".venv" / "file"
    file.parent.mkdir(parents=True)
    file.touch()
    link = tmp_path / ".venv"
    link.symlink_to(file.parent)
    monkeypatch.setattr(bootstrap, "VENV", link)
    monkeypatch.setattr(bootstrap, "_run", lambda *command: pytest.fail(f"it ran {command}"))
    with pytest.raises(ToolError, match=f"(?s){link} is a link to {file.parent}.*Run tools/setup there"):
        bootstrap.make()
    assert file.exists()
