"""Where a finding is: the line of its key, or of the nearest part above it that its file has.

The files are read as PyYAML's trees of nodes, which know their lines; anchors, merge keys (``<<``), ``extends`` and
``include`` are followed, as what they bring in stands elsewhere. A file that is no YAML has no lines: Compose's own
message names the one where it breaks.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import BinaryIO

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from berth.compose.items import UNKNOWN, item_names
from berth.diagnostics import Diagnostic

Loader: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)

MERGE = "tag:yaml.org,2002:merge"

OLDER: Mapping[str, tuple[str, ...]] = {
    "deploy.replicas": ("scale",),
    "deploy.resources": ("mem_limit", "mem_reservation"),
    "deploy.resources.limits": ("mem_limit", "cpus"),
    "deploy.resources.reservations": ("mem_reservation",),
}
"""Keys of a service that say the same as one below ``deploy``."""


@dataclass(frozen=True, slots=True)
class Place:
    path: Path
    line: int


@dataclass(frozen=True, slots=True)
class _Found:
    """How much of a key has no place, in characters, and the place of the part above."""

    left: int
    place: Place | None


def with_lines(findings: Iterable[Diagnostic], files: Sequence[Path], directory: Path) -> tuple[Diagnostic, ...]:
    """The findings with the file and the line of their key, where there is one.

    ``files`` are the Compose files in the order in which they are merged: the last that has the key wins. What a
    finding says of ``Pulumi.STACK.yaml`` is looked up below ``directory``. Files are named from ``directory``.
    """
    trees, directory = _Trees(), directory.resolve()
    return tuple(_with_line(finding, files, directory, trees) for finding in findings)


def _with_line(finding: Diagnostic, files: Sequence[Path], directory: Path, trees: _Trees) -> Diagnostic:
    paths = _candidates(finding.file, files, directory)
    if not paths:
        return finding
    place = None if finding.line is not None else locate(finding, paths, trees)
    if place is None:
        return replace(finding, file=_name(paths[0], directory))
    return replace(finding, file=_name(place.path, directory), line=place.line)


def _candidates(file: str, files: Sequence[Path], directory: Path) -> tuple[Path, ...]:
    """The files that a finding about ``file`` can be in; one about the first may be about what others make of it."""
    if file.startswith("Pulumi."):
        return (directory / file,)
    if not file or not files:
        return ()
    if file in _names(files[0], files, directory):
        return tuple(files)
    named = [path for path in files if file in _names(path, files, directory)]
    included = files[0].parent / file
    return tuple(named[-1:]) or ((included,) if included.is_file() else ())


def _names(path: Path, files: Sequence[Path], directory: Path) -> tuple[str, ...]:
    return path.name, _name(path, directory), _name(path, files[0].parent)


def _name(path: Path, directory: Path) -> str:
    return path.relative_to(directory).as_posix() if path.is_relative_to(directory) else str(path)


def locate(finding: Diagnostic, files: Sequence[Path], trees: _Trees | None = None) -> Place | None:
    """The place of a finding's key in the last of ``files`` that has it, else of the nearest part above it.

    None where not even the service, or the top-level key, is in a file.
    """
    trees = trees or _Trees()
    variable = re.fullmatch(r"\$\{(\w+)\}", finding.key)
    key = re.sub(r"\.?\[(\w*)\]", r".\1", finding.key)  # Compose's own messages: environment.[0]
    best = _Found(len(key) + 2, None)
    for path in [part for file in files for part in _with_included(file, trees, frozenset())]:
        for root in trees.of(path):
            if variable:
                line = _line_of_variable(root, variable[1])
                if line:
                    return Place(path, line)
                continue
            if finding.service:
                found = _in_service(root, path, finding.service, key, trees, frozenset())
            else:
                below = f"config.{key}" if finding.file.startswith("Pulumi.") else key
                found = _below(root, path, below, "")
            if found.place and found.left <= best.left:
                best = found
    return best.place


@dataclass(frozen=True, slots=True)
class _Trees:
    """Each file's documents, read once."""

    read: dict[Path, tuple[Node, ...]] = field(default_factory=dict[Path, tuple[Node, ...]])

    def of(self, path: Path) -> tuple[Node, ...]:
        if path not in self.read:
            try:
                with path.open("rb") as stream:
                    self.read[path] = tuple(_documents(stream))
            except (OSError, yaml.YAMLError, RecursionError):
                self.read[path] = ()
        return self.read[path]


def _documents(stream: BinaryIO) -> Iterator[Node]:
    """``yaml.compose_all``, whose types are not known."""
    loader = Loader(stream)
    while loader.check_node():
        node = loader.get_node()
        assert node is not None
        yield node


def _with_included(path: Path, trees: _Trees, seen: frozenset[Path]) -> Iterator[Path]:
    """The files that a file includes, and then the file, which goes over them."""
    if path in seen:
        return
    for root in trees.of(path):
        for entry in _items(_value(root, "include")):
            paths = _value(entry, "path") if isinstance(entry, MappingNode) else entry
            for item in _items(paths) if isinstance(paths, SequenceNode) else (paths,):
                if isinstance(item, ScalarNode):
                    yield from _with_included((path.parent / item.value).resolve(), trees, seen | {path})
    yield path


def _in_service(
    root: Node, path: Path, service: str, key: str, trees: _Trees, seen: frozenset[tuple[Path, str]]
) -> _Found:
    """The key in the service, or in the service that it extends; at the least the service itself."""
    entry = _entry(_value(root, "services"), service)
    if entry is None or (path, service) in seen:
        return _Found(len(key) + 2, None)
    name, node = entry
    best = _Found(len(key) + 1, Place(path, _line(name)))
    for spelled in (key, *OLDER.get(key, ())):
        found = _below(node, path, spelled, "") if key else best
        if found.place and found.left < best.left and (spelled == key or not found.left):
            best = found
    for base, other in _extended(node, path, service):
        for tree in trees.of(base) if best.left else ():
            found = _in_service(tree, base, other, key, trees, seen | {(path, service)})
            if found.left < min(best.left, len(key) + 1):
                best = found
    return best


def _extended(service: Node, path: Path, name: str) -> Iterator[tuple[Path, str]]:
    """https://docs.docker.com/reference/compose-file/services/#extends"""
    extends = _value(service, "extends")
    if isinstance(extends, ScalarNode):
        yield path, extends.value
    elif isinstance(extends, MappingNode):
        file, base = _value(extends, "file"), _value(extends, "service")
        yield (
            (path.parent / file.value).resolve() if isinstance(file, ScalarNode) else path,
            base.value if isinstance(base, ScalarNode) else name,
        )


def _below(node: Node | None, path: Path, key: str, section: str) -> _Found:
    """The dotted ``key`` below a node. Names may have dots of their own: the longest that fits is taken."""
    options: list[tuple[str, Node, Node]] = []
    if isinstance(node, MappingNode):
        options = [(name.value, name, value) for name, value in _entries(node)]
    elif isinstance(node, SequenceNode):
        options = [(name, item, item) for item in node.value for name in item_names(section, _plain(item))]
        variable = [option for option in options if option[0] == UNKNOWN]
        options += [(str(index), item, item) for index, item in enumerate(node.value)]
        if not any(_begins(key, name) for name, _, _ in options) and len(variable) == 1:
            options = [(key.partition(".")[0], *variable[0][1:])]
    fitting = [option for option in options if _begins(key, option[0])]
    if not fitting:
        return _Found(len(key), None)
    name, place, value = max(fitting, key=lambda option: len(option[0]))
    rest = key[len(name) + 1 :]
    below = _below(value, path, rest, name) if rest else _Found(0, None)
    return below if below.place else _Found(len(rest), Place(path, _line(place)))


def _begins(key: str, name: str) -> bool:
    return key == name or key.startswith(f"{name}.")


def _entries(node: MappingNode, seen: frozenset[int] = frozenset()) -> Iterator[tuple[ScalarNode, Node]]:
    """A mapping's keys and values: its own, then those that it merges, which go below."""
    merged: list[Node] = []
    for name, value in node.value:
        if name.tag == MERGE:
            merged += value.value if isinstance(value, SequenceNode) else [value]
        elif isinstance(name, ScalarNode):
            yield name, value
    for other in merged:
        if isinstance(other, MappingNode) and id(other) not in seen:  # an anchor may merge itself
            yield from _entries(other, seen | {id(node)})


def _entry(node: Node | None, name: str) -> tuple[ScalarNode, Node] | None:
    entries = _entries(node) if isinstance(node, MappingNode) else iter(())
    return next((entry for entry in entries if entry[0].value == name), None)


def _value(node: Node | None, name: str) -> Node | None:
    entry = _entry(node, name)
    return entry[1] if entry else None


def _items(node: Node | None) -> Sequence[Node]:
    return node.value if isinstance(node, SequenceNode) else ()


def _plain(item: Node) -> str | Mapping[str, str]:
    if isinstance(item, MappingNode):
        return {name.value: value.value for name, value in _entries(item) if isinstance(value, ScalarNode)}
    return item.value if isinstance(item, ScalarNode) else ""


def _line_of_variable(root: Node, name: str) -> int | None:
    """The first value that has ``$NAME`` or ``${NAME…}`` in it."""
    pattern = re.compile(rf"(?<!\$)(\$\$)*\$\{{?{name}\b")
    waiting, seen = [root], set[int]()
    lines: list[int] = []
    while waiting:
        node = waiting.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, ScalarNode):
            lines += [_line(node)] if pattern.search(node.value) else []
        elif isinstance(node, MappingNode):
            waiting += [part for pair in node.value for part in pair]
        else:
            waiting += node.value
    return min(lines, default=None)


def _line(node: Node) -> int:
    return int(node.start_mark.line) + 1
