"""What ``docker compose`` says of a file that it refuses, in words that name the file, the service and the key.

The table holds one row for each kind of message; a message that no row knows is passed on as it is.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import yaml

from berth.compose.keys import keys_at
from berth.diagnostics import Diagnostic
from berth.untyped import mapping

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


def complaints(files: Sequence[Path], stderr: str) -> tuple[Diagnostic, ...]:
    """What Compose printed before it gave up: one finding, or one for each variable without a value."""
    lines = [line for line in stderr.splitlines() if line.strip() and not line.startswith("time=")]
    text = " ".join(line.strip() for line in lines)
    return tuple(_complaint(files, part) for part in re.split(r" (?=error while interpolating )", text))


def _complaint(files: Sequence[Path], text: str) -> Diagnostic:
    file = _named_file(files, text)
    text = re.sub(r"^(validating|failed to parse) .+?: |: invalid compose project$", "", text)
    text = text.replace("must be a array", "must be a list")
    for pattern, describe in _ROWS:
        match = re.search(pattern, text)
        if match:
            return _located(files, describe(file, match), match)
    return Diagnostic(file=file, message=text or "docker compose refused the file without a message")


def _named_file(files: Sequence[Path], text: str) -> str:
    """The file that a message names, an included one too; else the first."""
    named = re.match(r"(?:validating|failed to parse) (.+?): ", text)
    path = Path(named[1]) if named else next((path for path in files if str(path) in text), files[0])
    return str(path.relative_to(files[0].parent)) if path.is_relative_to(files[0].parent) else path.name


def _located(files: Sequence[Path], finding: Diagnostic, match: re.Match[str]) -> Diagnostic:
    """The finding with the service whose attribute holds what the message quotes, and the file that says so."""
    quoted = Path(match[1]).name if match.groups() else ""
    for path in reversed(files):
        for name, service in _services(path).items():
            value: Any = service
            for key in finding.key.split("."):
                value = mapping(value).get(key)
            if value is None or not finding.key:
                continue
            if finding.service == name and len(files) > 1 and finding.file == files[0].name:
                return replace(finding, file=path.name)
            if not finding.service and finding.key in ("ports", "env_file") and quoted in str(value):
                return replace(finding, service=name, file=path.name)
    return finding


def _services(path: Path) -> Mapping[str, Any]:
    try:
        services = yaml.load(path.read_text(), yaml.BaseLoader)["services"]
        return {name: service for name, service in services.items() if isinstance(service, Mapping)}
    except (OSError, UnicodeDecodeError, yaml.YAMLError, TypeError, KeyError, AttributeError):
        return {}


def _yaml(file: str, match: re.Match[str]) -> Diagnostic:
    return Diagnostic(
        file=file,
        line=int(match[2]),
        message=f"the YAML ends or breaks at line {match[2]}: {match[4]}",
        advice="Check brackets, quotes and indentation there.",
    )


def _unknown_key(file: str, match: re.Match[str]) -> Diagnostic:
    parts, key = match[1].strip().split(".") if match[1].strip() else [], match[2]
    if parts == ["services"]:
        return Diagnostic(
            file=file,
            service=key,
            key="services",
            message="not a service name",
            advice="Use letters, digits, hyphens, underscores and dots.",
        )
    return _suggest(file, [*parts, key])


def _false_schema(file: str, match: re.Match[str]) -> Diagnostic:
    return _suggest(file, match[1].split("."))


def _suggest(file: str, path: Sequence[str]) -> Diagnostic:
    close = difflib.get_close_matches(path[-1], keys_at(path[:-1]), n=1, cutoff=0.7)
    hint = f"Did you mean {close[0]!r}?" if close else "Keys of your own start with x-."
    service, key = _split(".".join(path))
    return Diagnostic(file=file, service=service, key=key, message="no such key in Compose files", advice=hint)


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


def _duplicate(file: str, match: re.Match[str]) -> Diagnostic:
    return Diagnostic(
        file=file,
        line=int(match[1]),
        key=match[2],
        message=f"line {match[1]} has the key again, after line {match[3]}",
        advice="Write each key once; put both values under it.",
    )


_SET = "Set it in .env, in the shell or in berth:variables."

_ROWS: tuple[tuple[str, Callable[[str, re.Match[str]], Diagnostic]], ...] = (
    (r"go-yaml load error in (\w+).* at (?:L\d+\.C\d+-)?L(\d+)\.C(\d+)[^:]*: (.*)", _yaml),
    (r'line (\d+): mapping key "([^"]+)" already defined at line (\d+)', _duplicate),
    (r"^(services\.\S+) false schema", _false_schema),
    (r"^(\S*) ?additional properties '([^']+)' not allowed", _unknown_key),
    (r"^(\S+\.\S+) (?:value )?(must be .*)", _at_path("{1}")),
    (r"^(\w+) (must be a mapping)", _at_path("{1}", "Write `name: …` below it, without a hyphen.")),
    (r"^(\S+\.\S+) ('.*' does not match pattern .*)", _at_path("{1}")),
    (
        r"error while interpolating (\S+): required variable (\w+) is missing a value(?:: (.+))?",
        lambda file, match: replace(
            _at_path("the variable {1} must be set", _SET)(file, match),
            message=f"the variable {match[2]} must be set" + (f": {match[3]}" if match[3] else ""),
        ),
    ),
    (
        r"error while interpolating (\S+): failed to cast to expected type: .*parsing (.*): ",
        _at_path("{1} is no number"),
    ),
    (
        r"invalid interpolation format for (\S+?)\.? You may need",
        _at_path("a variable is written wrongly", "Write ${NAME} or ${NAME:-default}; a plain $ is $$."),
    ),
    (r"'(services\[[^']+)' (.*\bduration\b.*)", _at_path("{1}", "Write a duration like 90s or 1m30s.")),
    (r"'(services\[[^']+)' (invalid (?:size|suffix).*)", _at_path("{1}", "Write a size like 64m or 1g.")),
    (r"'(services\[[^']+)' (.*)", _at_path("{1}")),
    (
        r"invalid (?:containerPort|hostPort|IP address|proto|start port|port)\S*: (\S+)",
        lambda file, match: Diagnostic(
            file=file,
            key="ports",
            message=f"{match[1]!r} is no port",
            advice='Write "8080:80": the port of the host, then that of the container, 1 to 65535.',
        ),
    ),
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
        _of_service(
            "depends_on",
            "there is no service {1}",
            "Correct the name, add the service, or name its profile in `berth:profiles`.",
        ),
    ),
    (
        r'cannot extend service "([^"]+)".*: service "([^"]+)" not found',
        _of_service("extends", "there is no service {1}", "Correct the name, or add the service."),
    ),
    (
        r"service (\S+) declares mutually exclusive `(\w+)` and `(\w+)`",
        _of_service("{1}", "has both `{1}` and `{2}`, which exclude each other", "Leave one of them out."),
    ),
    (
        r"services\.([^.\s]+): can't set distinct values on '([^']+)' and '([^']+)'",
        _of_service("{1}", "is not what `{2}` says, and both mean the same", "Leave `{1}` out."),
    ),
    (r"^((?:secrets|configs|networks|volumes)\.[^\s:]+): (.*)", _at_path("{1}")),
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
    (
        r"^(empty compose file|top-level object must be a mapping)",
        lambda file, match: Diagnostic(file=file, message=match[1], advice="Begin it with `services:`."),
    ),
)
