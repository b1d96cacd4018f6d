"""Which files a stack's Compose files name. What they no longer name does not matter: then they have changed, too."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from berth.compose.content import ignore_files, ignore_patterns
from berth.compose.model import Application, Build
from berth.untyped import is_list, is_mapping

_BRINGS_IN = ("include", "extends", "env_file", "label_file")
"""Keys whose files Compose reads and does not print; a variable in their names cannot be followed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """``paths`` are files, and folders all of whose files count; ``builds`` are contexts with their ignore rules.

    ``doubts`` says why there may be further files: then any change is one.
    """

    paths: frozenset[Path]
    builds: tuple[Build, ...] = ()
    doubts: tuple[str, ...] = ()

    def has(self, file: Path) -> bool:
        """Whether a file of the checkout, by its absolute path, is among them."""
        return any(file.is_relative_to(path) for path in self.paths) or any(_sent(file, build) for build in self.builds)


@dataclass(slots=True)
class _Reading:
    paths: set[Path] = field(default_factory=set[Path])
    doubts: list[str] = field(default_factory=list[str])
    seen: set[Path] = field(default_factory=set[Path])


def named_files(application: Application) -> Named:
    """The files that an application is made of: Compose files with what they include, and all that these name."""
    builds = tuple(service.build for service in application.services.values() if service.build)
    reading = _Reading()
    for file in application.files:
        _read(file, application.directory, reading)
    reading.paths.add(application.directory / ".env")
    for item in (*application.secrets.values(), *application.configs.values()):
        if item.file:
            reading.paths.add(application.directory / item.file)
    contexts = {Path(text).resolve() for build in builds for text in _contexts(build)}
    paths = {path for path in reading.paths if path not in contexts}
    return Named(paths=frozenset(paths), builds=builds, doubts=tuple(reading.doubts))


def _read(file: Path, directory: Path, reading: _Reading) -> None:
    """Add a Compose file, and all of its texts that may be a path: relative to the file, or to the project's folder."""
    file = file.resolve()
    if file in reading.seen or not file.is_file():
        return
    reading.seen.add(file)
    reading.paths |= {file, file.parent / ".env"}
    content = yaml.load(file.read_bytes(), getattr(yaml, "CSafeLoader", yaml.SafeLoader))
    for keys, text in _texts(content, ()):
        brings_in = next((key for key in keys if key in _BRINGS_IN), None)
        if brings_in and "$" in text:
            reading.doubts.append(f"{file.name}: {brings_in} depends on a variable: {text}")
        for folder in {file.parent, directory}:
            for part in _candidates(text):
                path = (folder / part).resolve()
                if path.is_dir() and path in directory.resolve().parents:
                    continue  # `..` is a context or a mistake, and no file
                reading.paths.add(path)
                if brings_in in ("include", "extends"):
                    _read(path, directory, reading)


def _texts(value: Any, keys: tuple[str, ...]) -> Iterator[tuple[tuple[str, ...], str]]:
    """Every text below ``value``, with the keys above it."""
    if is_mapping(value):
        for key, item in value.items():
            yield from _texts(item, (*keys, str(key)))
    elif is_list(value):
        for item in value:
            yield from _texts(item, keys)
    elif isinstance(value, str) and value.strip() and "\n" not in value and "\0" not in value:
        yield keys, value


def _candidates(text: str) -> set[str]:
    """A path as it stands, or as in ``./site:/etc/site:ro`` and ``docs=./docs``; ``.`` is the project, and no file."""
    parts = {text, text.partition(":")[0], text.partition("=")[2]}
    return {part for part in parts if part.strip("./")}


def _contexts(build: Build) -> tuple[str, ...]:
    return (str(build.context), *build.additional_contexts.values())


def _sent(file: Path, build: Build) -> bool:
    """Whether a file, deleted ones too, is the Dockerfile or of what BuildKit sends of a context."""
    from docker.utils.build import PatternMatcher  # loads a client, of which only these rules are needed

    folder = build.context.resolve()
    dockerfile = (folder / (build.dockerfile or "Dockerfile")).resolve()
    if file in (dockerfile, *ignore_files(folder, dockerfile)):
        return True
    matcher = PatternMatcher(ignore_patterns(folder, dockerfile))
    for text in _contexts(build):
        context = Path(text).resolve()
        if file.is_relative_to(context) and not matcher.matches(str(file.relative_to(context))):
            return True
    return False
