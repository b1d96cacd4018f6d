"""A hash of all that goes into an image: the same on every machine, so that nothing is built twice."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping
from pathlib import Path

from berth.compose.model import Build

LENGTH = 16


def content_hash(build: Build, *, platform: str, args: Mapping[str, str]) -> str:
    """Sixteen hexadecimal digits over the context (as ``.dockerignore`` leaves it), Dockerfile and arguments."""
    digest = hashlib.sha256()

    def add(*parts: str | bytes) -> None:
        for part in parts:
            data = part if isinstance(part, bytes) else part.encode()
            digest.update(len(data).to_bytes(8, "big") + data)

    add("berth-1", platform, build.target or "", build.dockerfile_inline or "")
    for key, value in sorted(args.items()):
        add("arg", key, value)
    for key, value in sorted(build.labels.items()):
        add("label", key, value)
    dockerfile = build.context / (build.dockerfile or "Dockerfile")
    if build.dockerfile_inline is None:
        add("dockerfile", dockerfile.read_bytes())
    for name, context in [("", str(build.context)), *sorted(build.additional_contexts.items())]:
        folder = Path(context)
        add("context", name)
        if not folder.is_dir():
            add(context)  # an image or a URL: its name is all that there is to hash
            continue
        for path in _files(folder, dockerfile):
            add(*_describe(folder, path))
    return digest.hexdigest()[:LENGTH]


def _files(folder: Path, dockerfile: Path) -> list[str]:
    """Paths below ``folder`` that BuildKit would send, sorted."""
    from docker.utils.build import exclude_paths  # here, as it loads a client that only these rules are needed of

    return sorted(
        path
        for path in exclude_paths(str(folder), ignore_patterns(folder, dockerfile))
        if not (folder / path).is_dir() or (folder / path).is_symlink()
    )


def ignore_files(folder: Path, dockerfile: Path) -> tuple[Path, Path]:
    """Where the rules of what is not sent may stand; a Dockerfile's own file wins.

    https://docs.docker.com/build/concepts/context/#filename-and-location
    """
    return dockerfile.with_name(f"{dockerfile.name}.dockerignore"), folder / ".dockerignore"


def ignore_patterns(folder: Path, dockerfile: Path) -> list[str]:
    """The rules that hold for a context, as they are written."""
    file = next((path for path in ignore_files(folder, dockerfile) if path.is_file()), None)
    lines = [line.strip() for line in file.read_text().splitlines()] if file else []
    return [line for line in lines if line and not line.startswith("#")]


def _describe(folder: Path, relative: str) -> tuple[str | bytes, ...]:
    """Kind, path, executable bit and content. Times and owners differ between checkouts and do not count."""
    path = folder / relative
    name = relative.replace(os.sep, "/")
    if path.is_symlink():
        return "link", name, os.readlink(path)
    with path.open("rb") as stream:
        content = hashlib.file_digest(stream, "sha256").digest()
    executable = "x" if path.stat().st_mode & 0o111 else "-"
    return "file", name, executable, content
