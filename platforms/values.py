"""The values of an application's secrets and configs, by the order in which their sources win.

A value set with ``pulumi config set --secret --path 'berth:secrets.NAME'`` wins over the Compose file's source.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from berth.compose.model import Application, FileObject
from berth.diagnostics import Diagnostic, Severity
from berth.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Values:
    """``secrets`` and ``configs``: name -> content, without the external ones, which live elsewhere.

    ``build_secrets`` are those of builds: no running service needs them, so they are stored nowhere. ``given`` are the
    secrets of services whose values the program around the application has.
    """

    secrets: Mapping[str, str]
    configs: Mapping[str, bytes]
    build_secrets: Mapping[str, str] = field(default_factory=dict[str, str])
    given: frozenset[str] = frozenset()
    diagnostics: tuple[Diagnostic, ...] = ()


def read_values(application: Application, settings: Settings) -> Values:
    """Every secret's and config's value that a service uses; what is missing is a finding, not an exception."""
    used_secrets = {grant.source for service in application.services.values() for grant in service.secrets}
    used_secrets |= {
        source for service in application.services.values() for source in service.extension.secret_environment.values()
    }
    used_configs = {grant.source for service in application.services.values() for grant in service.configs}
    built = {source for service in application.services.values() if service.build for source in service.build.secrets}
    findings: list[Diagnostic] = []
    known: dict[str, str] = {}
    for name in sorted(used_secrets | built):
        value = _secret(application, settings, name, findings, build=name in built)
        if value is not None:
            known[name] = value
    configs: dict[str, bytes] = {}
    for name in sorted(used_configs):
        config = application.configs[name]
        if not config.external:
            content = _content(application, config, "configs", findings)
            if content is not None:
                configs[name] = content
    return Values(
        secrets={name: value for name, value in known.items() if name in used_secrets},
        configs=configs,
        build_secrets={name: value for name, value in known.items() if name in built},
        given=frozenset(name for name in used_secrets & application.secrets.keys() if application.secrets[name].given),
        diagnostics=tuple(findings),
    )


def _secret(
    application: Application, settings: Settings, name: str, findings: list[Diagnostic], *, build: bool
) -> str | None:
    secret = application.secrets.get(name)
    if secret is None:
        findings.append(_undeclared(application, name))
        return None
    if secret.given:
        return None
    if name in settings.secrets:
        return settings.secrets[name]
    if secret.external:
        if build:
            findings.append(_external_in_build(application, name))
        return None
    content = _content(application, secret, "secrets", findings)
    if content is None:
        return None
    if settings.protect_data and secret.file:
        findings.append(_from_checkout(application, name))
    return content.decode(errors="surrogateescape")


def _content(application: Application, item: FileObject, kind: str, findings: list[Diagnostic]) -> bytes | None:
    if item.content is not None:
        return item.content.encode()
    if item.environment is not None:
        value = application.environment.get(item.environment)
        if value is None:
            findings.append(
                Diagnostic(
                    file=application.file,
                    key=f"{kind}.{item.name}.environment",
                    message=f"the variable {item.environment} is not set",
                    advice=_how_to_set(item, kind, f"set {item.environment} in the environment or in .env"),
                )
            )
        return None if value is None else value.encode()
    if item.file is not None and not item.file.is_file():
        findings.append(
            Diagnostic(
                file=application.file,
                key=f"{kind}.{item.name}.file",
                message=f"no such file: {item.file}",
                advice=_how_to_set(item, kind, "create the file"),
            )
        )
        return None
    return item.file.read_bytes() if item.file else b""  # Compose leaves an empty `content` out


def _how_to_set(item: FileObject, kind: str, other: str) -> str:
    if kind == "configs":
        return f"{other[0].upper()}{other[1:]}."
    return f"Run `pulumi config set --secret --path 'berth:secrets.{item.name}'` for this stack, or {other}."


def _undeclared(application: Application, name: str) -> Diagnostic:
    return Diagnostic(
        file=application.file,
        key=f"secrets.{name}",
        message="a service's x-berth.secret_environment names a secret that the file does not declare",
        advice=f"Add {name} under the top-level `secrets`.",
    )


def _external_in_build(application: Application, name: str) -> Diagnostic:
    return Diagnostic(
        file=application.file,
        key=f"secrets.{name}.external",
        message="a build needs this secret's value, which an external secret does not give",
        advice=f"Run `pulumi config set --secret --path 'berth:secrets.{name}'` for this stack.",
    )


def _from_checkout(application: Application, name: str) -> Diagnostic:
    return Diagnostic(
        severity=Severity.WARNING,
        file=application.file,
        key=f"secrets.{name}.file",
        message="a stack that protects data takes this secret from a file of the checkout",
        advice=f"Run `pulumi config set --secret --path 'berth:secrets.{name}'` for this stack.",
    )
