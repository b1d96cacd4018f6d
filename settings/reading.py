"""Settings from plain values and from Pulumi's configuration; what is wrong is named by its setting."""

from __future__ import annotations

import collections.abc
import difflib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, get_origin

from pydantic import BaseModel, ValidationError
from pydantic.alias_generators import to_camel

from berth.diagnostics import Diagnostic, SettingsError
from berth.settings.model import Settings, setting_names
from berth.settings.sharing import Shared, attach


def parse_settings(values: Mapping[str, Any], *, stack: str) -> Settings:
    """The settings of ``stack`` from plain values by camelCase name.

    Raises:
        SettingsError: one finding for each unknown or malformed setting.
    """
    file = f"Pulumi.{stack}.yaml"
    allowed = setting_names()
    findings = [
        Diagnostic(
            file=file,
            key=f"berth:{name}",
            message="no such setting",
            advice=_suggestion(name, allowed),
        )
        for name in values
        if name not in allowed
    ]
    known = {name: value for name, value in values.items() if name in allowed}
    try:
        settings = Settings.model_validate(known)
    except ValidationError as error:
        findings += [_malformed(file, detail) for detail in error.errors()]
        raise SettingsError(*findings) from None
    if findings:
        raise SettingsError(*findings)
    return settings


def attach_settings(settings: Settings, shared: Shared, *, stack: str) -> Settings:
    """The settings of ``stack`` with what another stack shares.

    Raises:
        SettingsError: the two do not fit.
    """
    try:
        return attach(settings, shared, stack=stack)
    except ValueError as error:
        key, _, message = str(error).partition(": ")
        raise SettingsError(Diagnostic(file=f"Pulumi.{stack}.yaml", key=f"berth:{key}", message=message)) from None


def _suggestion(name: str, allowed: tuple[str, ...]) -> str:
    close = difflib.get_close_matches(name, allowed, n=1)
    hint = f"Did you mean {close[0]!r}? " if close else ""
    return f"{hint}Allowed: {', '.join(sorted(allowed))}."


def _malformed(file: str, detail: Mapping[str, Any]) -> Diagnostic:
    path = [str(part) for part in detail["loc"]]
    if not path:  # the cross-field check names its setting first
        key, _, message = str(detail["ctx"]["error"]).partition(": ")
        return Diagnostic(file=file, key=f"berth:{key}", message=message)
    got = detail["input"] if path[0] != "secrets" else "[secret]"
    return Diagnostic(file=file, key=f"berth:{'.'.join(path)}", message=f"{detail['msg']} (got {got!r})")


def read_settings() -> Settings:
    """The running stack's settings, from its Pulumi configuration.

    Raises:
        SettingsError: see ``parse_settings``.
    """
    import pulumi  # here, as the commands that only look at settings do without an SDK that takes a second to load
    from pulumi.runtime.config import get_config_env

    prefix = f"{pulumi.get_project()}:"
    values: dict[str, Any] = {}
    for key, text in get_config_env().items():
        if key.startswith(prefix):
            name = key.removeprefix(prefix)
            if text != "":  # an empty default in Pulumi.yaml: not set
                values[name] = _plain(name, text)
    return parse_settings(values, stack=pulumi.get_stack())


def project_directory() -> Path:
    """The folder of ``Pulumi.yaml``: relative paths in the settings start there."""
    return Path.cwd()  # where Pulumi starts the program


def _plain(name: str, text: str) -> Any:
    """Pulumi hands every value over as text; those of lists and maps are JSON."""
    field = next((field for key, field in Settings.model_fields.items() if to_camel(key) == name), None)
    if field is None or not _structured(field.annotation):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _structured(annotation: Any) -> bool:
    """Whether a setting is a list, a map or a group of its own."""
    group = isinstance(annotation, type) and issubclass(annotation, BaseModel)
    return group or get_origin(annotation) in (tuple, Mapping, collections.abc.Mapping)
