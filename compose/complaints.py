"""What ``docker compose`` says of a file that it refuses, in words that name the file, the service and the key.

The table holds one row for each kind of message; a message that no row knows is passed on as it is.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Sequence
from pathlib import Path

from compose.keys import BUILD_KEYS, SERVICE_KEYS, TOP_LEVEL_KEYS
from diagnostics import Diagnostic

STANDARD_NAMES = ("compose.yaml", "compose.yml", "docker-compose.yaml", "docker-compose.yml")


def missing_file(path: Path, directory: Path) -> Diagnostic:
    """No Compose file; with the one that lies beside it, if there is one."""
    near = [name for name in STANDARD_NAMES if (path.parent / name).is_file()]
    hint = f" There is {near[0]}." if near else ""
    return Diagnostic(
        file=str(path.relative_to(directory)) if path.is_relative_to(directory) else str(path),
        message="there is no such Compose file",
        advice=f"Set berth:composeFiles to the file's path from {directory}.{hint}",
    )


def missing_variables(file: str, messages: str) -> tuple[Diagnostic, ...]:
    """A finding for each variable that Compose warned of: on a cloud platform a blank is never what was meant."""
    names = dict.fromkeys(re.findall(r'The \\"(\w+)\\" variable is not set', messages))
    return tuple(
        Diagnostic(
            file=file,
            key=f"${{{name}}}",
            message="the variable is not set",
            advice=f"Set it in .env, in the shell or with `pulumi config set --path 'berth:variables.{name}'`, or "
            f"write a default: ${{{name}:-…}}.",
        )
        for name in names
    )


def complaint(files: Sequence[Path], stderr: str) -> Diagnostic:
    """One finding from what Compose printed before it gave up."""
    lines = [line for line in stderr.splitlines() if line.strip() and not line.startswith("time=")]
    text = " ".join(line.strip() for line in lines)
    file = next((path.name for path in files if str(path) in text), files[0].name)
    for pattern, describe in _ROWS:
        match = re.search(pattern, text)
        if match:
            return describe(file, match)
    return Diagnostic(file=file, message=text or "docker compose refused the file without a message")


def _yaml(file: str, match: re.Match[str]) -> Diagnostic:
    return Diagnostic(
        file=file,
        message=f"the YAML ends or breaks at line {match[2]}: {match[4]}",
        advice="Check brackets, quotes and indentation there.",
    )


def _unknown_key(file: str, match: re.Match[str]) -> Diagnostic:
    parts, key = match[1].strip().split(".") if match[1].strip() else [], match[2]
    if not parts:
        return _suggest(file, "", key, key, TOP_LEVEL_KEYS)
    if parts == ["services"]:
        return Diagnostic(
            file=file,
            service=key,
            key="services",
            message="not a service name",
            advice="Use letters, digits, hyphens, underscores and dots.",
        )
    path = ".".join([*parts[2:], key])
    return _suggest(file, parts[1], path, key, BUILD_KEYS if parts[-1] == "build" else ())


def _false_schema(file: str, match: re.Match[str]) -> Diagnostic:
    *_, key = match[2].split(".")
    return _suggest(file, match[1], match[2], key, SERVICE_KEYS)


def _suggest(file: str, service: str, path: str, key: str, known: Sequence[str]) -> Diagnostic:
    close = difflib.get_close_matches(key, known, n=1)
    hint = f"Did you mean {close[0]!r}?" if close else "Keys of your own start with x-."
    return Diagnostic(file=file, service=service, key=path, message="no such key in Compose files", advice=hint)


def _at_path(message: str, advice: str = "") -> Callable[[str, re.Match[str]], Diagnostic]:
    """A row whose first group is a dotted path and whose others go into the message."""

    def describe(file: str, match: re.Match[str]) -> Diagnostic:
        service, key = _split(match[1])
        return Diagnostic(file=file, service=service, key=key, message=message.format(*match.groups()), advice=advice)

    return describe


def _of_service(key: str, message: str, advice: str) -> Callable[[str, re.Match[str]], Diagnostic]:
    """A row whose first group is a service; the others go into the message and the advice."""

    def describe(file: str, match: re.Match[str]) -> Diagnostic:
        groups = match.groups()
        return Diagnostic(
            file=file,
            service=groups[0],
            key=key.format(*groups),
            message=message.format(*groups),
            advice=advice.format(*groups),
        )

    return describe


def _split(path: str) -> tuple[str, str]:
    """``services.web.deploy.replicas`` and ``services[web].deploy.replicas`` as service and key."""
    match = re.match(r"services(?:\.|\[)([^.\]]+)\]?\.?(.*)", path)
    return (match[1], match[2]) if match else ("", path)


_ROWS: tuple[tuple[str, Callable[[str, re.Match[str]], Diagnostic]], ...] = (
    (r"go-yaml load error in (\w+).* at L(\d+)\.C(\d+)[^:]*: (.*)", _yaml),
    (r"validating \S+: services\.([^.\s]+)\.(\S+) false schema", _false_schema),
    (r"validating \S+: (\S*) ?additional properties '([^']+)' not allowed", _unknown_key),
    (r"validating \S+: (\S+) (must be .*)", _at_path("{1}")),
    (
        r"error while interpolating (\S+): required variable (\w+) is missing a value: (.*)",
        _at_path("the variable {1} must be set: {2}", "Set it in .env, in the shell or in berth:variables."),
    ),
    (
        r"error while interpolating (\S+): failed to cast to expected type: .*parsing (.*): ",
        _at_path("{1} is no number"),
    ),
    (
        r"invalid interpolation format for (\S+?)\.? You may need",
        _at_path("a variable is written wrongly", "Write ${NAME} or ${NAME:-default}; a plain $ is $$."),
    ),
    (r"'(services\[[^']+)' (.*)", _at_path("{1}")),
    (
        r'service "([^"]+)" has neither an image nor a build',
        _of_service("image", "the service has neither image nor build", "Add `image:` or `build:`."),
    ),
    (
        r'service "([^"]+)" refers to undefined (network|volume|secret|config) ([^\s:]+)',
        _of_service("{1}s", "the {1} {2} is not declared", "Add {2} under the top-level `{1}s`."),
    ),
    (
        r'service "([^"]+)" depends on undefined service "?([^\s":]+)',
        _of_service("depends_on", "there is no service {1}", "Correct the name, or add the service."),
    ),
    (
        r"dependency cycle detected: ((\S+) -> .*)",
        lambda file, match: Diagnostic(
            file=file,
            service=match[2],
            key="depends_on",
            message=f"the services wait for each other: {match[1]}",
            advice="Remove one of these dependencies.",
        ),
    ),
    (
        r"env file (\S+) not found",
        lambda file, match: Diagnostic(
            file=file,
            key="env_file",
            message=f"there is no file {match[1]}",
            advice="Create it, or write `required: false` beside its `path`.",
        ),
    ),
    (
        r"open (\S+): no such file",
        lambda file, match: Diagnostic(
            file=file, message=f"there is no file {match[1]}", advice="Correct the path in `extends` or `include`."
        ),
    ),
)
