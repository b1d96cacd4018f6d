"""A component's arguments as the settings that every application has, and what the program around it gives."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from inspect import isawaitable
from pathlib import PurePath
from typing import Any

import pulumi

from berth.application.args import ComposeApplicationArgs
from berth.application.wording import ARGUMENTS, title
from berth.diagnostics import Diagnostic, SettingsError
from berth.platforms.surroundings import Surroundings
from berth.settings import Settings, parse_settings
from berth.untyped import is_list, is_mapping

PROJECT = re.compile(r"[a-z0-9][a-z0-9_-]*")
"""https://docs.docker.com/reference/compose-file/version-and-name/#name-top-level-element"""


def read_args(name: str, args: ComposeApplicationArgs, *, stack: str, region: str | None) -> Settings:
    """The settings of one component; ``region`` is the program's.

    Raises:
        SettingsError: one finding for each argument that is malformed or contradicts another.
    """
    findings = list(_problems(name, args, region))
    if findings:
        raise SettingsError(*findings)
    own: dict[str, Any] = {
        "platform": args.platform,
        "composeFiles": [str(PurePath(args.directory, file)) for file in args.files],
        "projectName": name,
        "region": args.region or (None if "sharedStack" in args.settings else region),
        "profiles": args.profiles,
        "variables": args.variables,
        "secrets": {secret: value for secret, value in args.secrets.items() if isinstance(value, str)},
        "tags": args.tags,
        "domain": args.domain,
        "protectData": args.protect_data,
    }
    given = {key: value for key, value in own.items() if value is not None}
    return parse_settings({**args.settings, **given}, stack=stack)


def surround(
    name: str, args: ComposeApplicationArgs, parent: pulumi.ComponentResource, *, region: str | None
) -> Surroundings:
    """What the program, whose region is ``region``, gives the application."""
    return Surroundings(
        name=title(name),
        parent=parent,
        secrets={secret: value for secret, value in args.secrets.items() if not isinstance(value, str)},
        environment={service: dict(variables) for service, variables in args.environment.items() if variables},
        default_region=region,
    )


def _problems(name: str, args: ComposeApplicationArgs, region: str | None) -> Iterator[Diagnostic]:
    """What only a component can have wrong; the rest is as for every stack's settings."""
    file = title(name)
    if not PROJECT.fullmatch(name):
        message = "the application has this name with Docker Compose, too: small letters, digits, - and _"
        yield Diagnostic(file=file, key="name", message=message)
    if isinstance(args.files, str):
        yield Diagnostic(file=file, key="files", message=f"must be a list of files (got {args.files!r})")
    for setting, value in sorted(args.settings.items()):
        if setting in ARGUMENTS:
            message = f"is an argument of its own, {ARGUMENTS[setting]}"
            yield Diagnostic(file=file, key=f"settings.{setting}", message=message, advice="Write it there.")
        elif setting == "projectName":
            message = f"the project is named after the component, {name!r}, which keeps two of a program apart"
            yield Diagnostic(file=file, key="settings.projectName", message=message, advice="Leave it out.")
        elif _late(value):
            yield _too_late(file, f"settings.{setting}")
    for argument in ("platform", "region", "files", "profiles", "variables", "tags", "domain"):
        if _late(getattr(args, argument)):
            yield _too_late(file, argument)
    if args.platform != "compose" and not (args.region or region or "sharedStack" in args.settings):
        advice = "Write region, or run `pulumi config set aws:region REGION`."
        yield Diagnostic(file=file, key="region", message="is not known", advice=advice)
    values: dict[str, Any] = {f"secrets.{secret}": value for secret, value in args.secrets.items()}
    for service, variables in args.environment.items():
        values |= {f"environment.{service}.{variable}": value for variable, value in variables.items()}
    for key, value in sorted(values.items()):
        if not isinstance(value, str | pulumi.Output) and not isawaitable(value):
            kind = type(value).__name__
            yield Diagnostic(file=file, key=key, message=f"must be a string, or an output of one (got {kind})")


def _late(value: object) -> bool:
    """Whether an output is in it."""
    if is_mapping(value):
        return any(_late(item) for item in value.values())
    if is_list(value) or isinstance(value, tuple):
        return any(_late(item) for item in _items(value))
    return isinstance(value, pulumi.Output)


def _items(value: Any) -> Iterator[object]:
    yield from value


def _too_late(file: str, key: str) -> Diagnostic:
    return Diagnostic(
        file=file,
        key=key,
        message="is an output, of which an update knows the value, and a preview has to know what there will be",
        advice="Give a plain value: of the program's configuration, or of a stack that is up (a StackReference's "
        "get_output_details).",
    )


def program_region(configured: str | None, environment: Mapping[str, str]) -> str | None:
    """Where the program's default AWS provider goes: ``aws:region``, or as all of AWS's tools the environment says.

    https://www.pulumi.com/registry/packages/aws/installation-configuration/
    """
    found = (configured, environment.get("AWS_REGION"), environment.get("AWS_DEFAULT_REGION"))
    return next((region for region in found if region), None)
