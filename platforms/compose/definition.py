"""What a preview compares: each service's resolved attributes and what services share, without secret values."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pulumi

from berth.compose.model import Application
from berth.platforms.builds import plan_builds
from berth.platforms.surroundings import ALONE, Surroundings
from berth.platforms.values import Values
from berth.settings import Settings
from berth.untyped import inside, is_list, is_mapping

PATH_KEYS = frozenset({"context", "device", "file", "path", "source"})
"""Keys whose value may be a path of this machine; it is shown relative to the Compose file, the same on every one."""


def service_definitions(
    application: Application, settings: Settings, around: Surroundings = ALONE
) -> dict[str, dict[str, Any]]:
    """Service -> its attributes as the Compose file resolves them; sensitive variables are secret outputs. Those that
    the program gives are what they are there.
    """
    definitions: dict[str, dict[str, Any]] = {}
    for name, service in sorted(application.services.items()):
        attributes = _tidy(application.raw["services"][name], application.directory)
        if service.environment:
            attributes["environment"] = {
                key: pulumi.Output.secret(variable.value) if variable.sensitive else variable.value
                for key, variable in service.environment.items()
            } | dict(around.environment.get(name, {}))
        if service.build and settings.build_args:
            attributes["build"]["args"] = {**attributes["build"].get("args", {}), **settings.build_args}
        definitions[name] = {**attributes, **resting(application, name)}
    return definitions


def resting(application: Application, service: str) -> dict[str, Any]:
    """What keeps a scheduled service from starting with the others: nothing here would start it at its times.

    ``docker compose run`` starts it all the same. Compose refuses ``scale`` beside another number of replicas.
    """
    if application.services[service].schedule is None:
        return {}
    raw = application.raw.get("services", {}).get(service, {})
    return {"scale": 0} if "scale" in raw else {"deploy": {**(raw.get("deploy") or {}), "replicas": 0}}


def shared_definitions(
    application: Application, settings: Settings, values: Values, around: Surroundings = ALONE
) -> dict[str, Any]:
    """Networks, volumes, secrets (where from, never what) and configs (a hash of what they hold)."""
    parts = {
        key: _tidy(application.raw[key], application.directory)
        for key in ("networks", "volumes")
        if application.raw.get(key)
    }
    secrets = {
        name: "the program"
        if name in around.secrets
        else "stack configuration"
        if name in settings.secrets
        else _source(item, application.directory)
        for name, item in sorted(inside(application.raw, "secrets").items())
    }
    configs = {name: {"sha256": _sha256(content)} for name, content in sorted(values.configs.items())}
    return {**parts, **({"secrets": secrets} if secrets else {}), **({"configs": configs} if configs else {})}


def content_hashes(
    application: Application, settings: Settings, values: Values, around: Surroundings = ALONE
) -> dict[str, pulumi.Input[str]]:
    """Service -> a hash over its secrets, configs and sensitive variables, for those that have any.

    It tells of secrets: keep it one. Where a secret comes from counts too: Docker mounts a file's, but copies
    another's into the container, which fails in a container that was made for the former.
    """
    hashes: dict[str, pulumi.Input[str]] = {}
    for name, service in sorted(application.services.items()):
        parts = [
            *(
                ("secret", grant.source, grant.source in settings.secrets, values.secrets.get(grant.source, ""))
                for grant in service.secrets
            ),
            *(("config", grant.source, _sha256(values.configs.get(grant.source, b""))) for grant in service.configs),
            *(("variable", key, item.value) for key, item in sorted(service.environment.items()) if item.sensitive),
        ]
        given = [around.secrets[grant.source] for grant in service.secrets if grant.source in around.secrets]
        if given:
            hashes[name] = pulumi.Output.all(parts, *given).apply(_hash)
        elif parts:
            hashes[name] = _hash(parts)
    return hashes


def build_hashes(application: Application, settings: Settings) -> dict[str, str]:
    """Service -> a hash of what its image is built from, for those that are built."""
    return {name: build.tag for name, build in plan_builds(application, settings).items()}


def _tidy(value: Any, directory: Path, key: str = "") -> Any:
    """Plain data without nulls, which Pulumi does not keep, and with paths relative to ``directory``."""
    if is_mapping(value):
        return {
            name: dict[str, Any]() if item is None else _tidy(item, directory, name) for name, item in value.items()
        }
    if is_list(value):
        return [_tidy(item, directory, key) for item in value]
    if key in PATH_KEYS and isinstance(value, str) and Path(value).is_relative_to(directory):
        return f"./{Path(value).relative_to(directory)}"
    return value


def _source(secret: Mapping[str, Any], directory: Path) -> dict[str, Any]:
    return {key: value for key, value in _tidy(secret, directory).items() if key in ("file", "environment", "external")}


def _hash(parts: list[Any]) -> str:
    return _sha256(repr(parts).encode(errors="surrogateescape"))


def _sha256(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()[:16]
