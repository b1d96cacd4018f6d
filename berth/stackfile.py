"""A stack's settings read from its file, for the commands that run without Pulumi's engine."""

from __future__ import annotations

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from berth.diagnostics import BerthError, Diagnostic, SettingsError
from berth.settings import Settings, attach_settings, parse_settings
from berth.untyped import is_list, is_mapping

ROOT = Path(__file__).resolve().parent.parent
PREFIX = "berth:"
ENCRYPTED = "[encrypted]"
"""In place of a value that only the stack's own passphrase or key can decrypt."""


def _is_text(annotation: object) -> bool:
    return annotation in (str, str | None)


_NOT_TEXT = {field.alias for field in Settings.model_fields.values() if not _is_text(field.annotation)}


def stack_names(root: Path = ROOT) -> tuple[str, ...]:
    """Every environment that has a settings file, by name."""
    return tuple(sorted(path.name.split(".", 1)[1].rsplit(".", 1)[0] for path in root.glob("Pulumi.*.yaml")))


def read_stack(stack: str, root: Path = ROOT) -> Settings:
    """The settings of ``Pulumi.STACK.yaml`` over the defaults; encrypted texts are ``ENCRYPTED``, and what another
    stack shares is what its file foretells.

    An encrypted number, choice, list or map is left at its default, as there is no telling what it is.

    Raises:
        BerthError: there is no such file, it is no YAML of that form, or a setting in it is wrong.
    """
    file = root / f"Pulumi.{stack}.yaml"
    if not file.exists():
        raise BerthError(
            Diagnostic(
                file=file.name,
                message="no such environment",
                advice=f"Use one of {', '.join(stack_names(root))}, or write this file.",
            )
        )
    values = {key.removeprefix(PREFIX): value for key, value in _config(file).items() if key.startswith(PREFIX)}
    known = {key: _plain(value) for key, value in values.items() if value != ""}
    settings = parse_settings(
        {key: value for key, value in known.items() if value != ENCRYPTED or key not in _NOT_TEXT}, stack=stack
    )
    if settings.shared_stack is None:
        return settings
    from berth.foretold import foretell

    return attach_settings(settings, foretell(settings, root), stack=stack)


def secrets_provider(file: Path) -> str | None:
    """The KMS key or the like that a settings file names for encrypted values: ``awskms://…``."""
    content = yaml.safe_load(file.read_bytes())
    return content.get("secretsprovider") if is_mapping(content) else None


def _config(file: Path) -> Mapping[str, Any]:
    try:
        content = yaml.safe_load(file.read_bytes())
    except OSError as error:
        raise SettingsError(Diagnostic(file=file.name, message=f"cannot be read: {error.strerror}")) from None
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        # Not all of the error's text, nor what it quotes: that may be a secret.
        problem = re.sub(r" ?'[^']{2,}'", "", getattr(error, "problem", None) or "")
        raise SettingsError(
            Diagnostic(
                file=file.name,
                line=mark.line + 1 if mark else None,
                message=f"the YAML breaks here: {problem or 'not UTF-8, or a control character'}",
                advice="Check brackets, quotes and indentation there.",
            )
        ) from None
    config: object = content or {}
    if is_mapping(config):
        config = config.get("config") or {}
    if not is_mapping(config):
        raise SettingsError(
            Diagnostic(
                file=file.name, message="is no mapping of settings", advice="Write `config:`, and settings below."
            )
        )
    return {str(key): value for key, value in config.items()}


def _plain(value: Any) -> Any:
    if is_mapping(value):
        return ENCRYPTED if set(value) == {"secure"} else {key: _plain(item) for key, item in value.items()}
    return [_plain(item) for item in value] if is_list(value) else value
