"""The hash of an image changes with all that goes into it, and with nothing else."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from berth.compose.content import content_hash
from berth.compose.model import Build


@pytest.fixture
def context(tmp_path: Path) -> Path:
    folder = tmp_path / "app"
    (folder / "src").mkdir(parents=True)
    (folder / "Dockerfile").write_text("FROM scratch\nCOPY . /\n")
    (folder / "src" / "main.py").write_text("print(1)\n")
    (folder / ".dockerignore").write_text("# editors'\n*.tmp\nsecret\n!keep.tmp\n")
    return folder


def hashed(context: Path, *, platform: str = "linux/amd64", args: dict[str, str] | None = None, **fields: Any) -> str:
    return content_hash(Build(context=context, **fields), platform=platform, args=args or {})


def test_it_is_sixteen_hexadecimal_digits_and_the_same_again(context: Path) -> None:
    assert len(hashed(context)) == 16
    assert int(hashed(context), 16)
    assert hashed(context) == hashed(context)


def test_it_is_the_same_in_another_checkout(context: Path, tmp_path: Path) -> None:
    first = hashed(context)
    os.utime(context / "src" / "main.py", (0, 0))
    (context / "src" / "main.py").chmod(0o600)
    assert hashed(context.rename(tmp_path / "elsewhere")) == first


def test_every_input_counts(context: Path) -> None:
    found = [
        hashed(context),
        hashed(context, platform="linux/arm64"),
        hashed(context, args={"A": "b"}),
        hashed(context, args={"A": "c"}),
        hashed(context, target="web"),
        hashed(context, labels={"a": "b"}),
        hashed(context, dockerfile_inline="FROM scratch"),
        hashed(context, additional_contexts={"base": "docker-image://alpine"}),
    ]
    (context / "src" / "main.py").write_text("print(2)\n")
    found.append(hashed(context))
    (context / "src" / "main.py").rename(context / "src" / "other.py")
    found.append(hashed(context))
    (context / "src" / "other.py").chmod(0o755)
    found.append(hashed(context))
    (context / "Dockerfile").write_text("FROM scratch\n")
    found.append(hashed(context))
    assert len(set(found)) == len(found)


def test_what_dockerignore_leaves_out_does_not_count(context: Path) -> None:
    first = hashed(context)
    (context / "notes.tmp").write_text("x")
    (context / "secret").mkdir()
    (context / "secret" / "key").write_text("x")
    assert hashed(context) == first
    (context / "keep.tmp").write_text("x")
    assert hashed(context) != first


def test_an_ignore_file_of_the_dockerfile_s_own_wins(context: Path) -> None:
    """https://docs.docker.com/build/concepts/context/#filename-and-location"""
    (context / "Dockerfile.dockerignore").write_text("src\n")
    first = hashed(context)
    (context / "src" / "main.py").write_text("print(2)\n")
    assert hashed(context) == first


def test_a_link_is_where_it_leads(context: Path) -> None:
    (context / "link").symlink_to("one")
    first = hashed(context)
    (context / "link").unlink()
    (context / "link").symlink_to("two")
    assert hashed(context) != first


def test_files_of_another_context_count(context: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    other.mkdir()
    (other / "a").write_text("1")
    first = hashed(context, additional_contexts={"other": str(other)})
    (other / "a").write_text("2")
    assert hashed(context, additional_contexts={"other": str(other)}) != first
