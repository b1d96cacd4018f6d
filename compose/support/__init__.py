"""Which attributes of a Compose file a platform honours, adapts or refuses. Nothing is silently ignored."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compose.model import Application
from compose.support import table
from compose.support.table import Rule, Support
from compose.support.values import check_values
from diagnostics import Diagnostic, Severity

__all__ = ["check_support"]

UNKNOWN = Rule("refused", "Berth does not know this attribute yet", "Leave it out, or set it by `x-berth.override`.")
DRIVERS = {"networks": ("", "bridge", "default", "overlay"), "volumes": ("", "local")}

Row = tuple[str, str, Rule]
"""A service (or none), a key's path, and its rule."""


def check_support(application: Application, platform: str) -> list[Diagnostic]:
    """Every attribute that ``platform`` (``ecs-ec2``, ``ecs-fargate``) adapts or refuses."""
    rows = [*_top_level(application.raw, platform)]
    for name, service in sorted((application.raw.get("services") or {}).items()):
        rows += _service(name, service, platform, run_once=application.run_once(name))
    return [_diagnostic(application, *row) for row in rows if row[2].kind != "honoured"]


def _top_level(raw: Mapping[str, Any], platform: str) -> Iterator[Row]:
    yield from _keys("", "", raw, table.TOP_LEVEL, platform)
    parts = {
        "networks": table.NETWORK,
        "volumes": table.VOLUME,
        "secrets": table.FILE_OBJECT,
        "configs": table.FILE_OBJECT,
    }
    for part, rules in parts.items():
        for name, declared in sorted((raw.get(part) or {}).items()):
            path = f"{part}.{name}."
            yield from _keys("", path, declared or {}, rules, platform)
            driver = (declared or {}).get("driver") or ""
            if part in DRIVERS and driver not in DRIVERS[part]:
                rule = Rule("refused", f"ECS has no driver {driver!r}", "Leave `driver` out.")
                yield "", f"{path}driver", rule


def _service(name: str, service: Mapping[str, Any], platform: str, *, run_once: bool) -> Iterator[Row]:
    yield from _keys(name, "", service, table.SERVICE, platform)
    deploy = service.get("deploy") or {}
    sections: list[tuple[str, Any, Mapping[str, Support]]] = [
        ("build.", service.get("build"), table.BUILD),
        ("deploy.", deploy, table.DEPLOY),
        ("healthcheck.", service.get("healthcheck"), table.HEALTHCHECK),
    ]
    for path, rules in table.DEPLOY_PARTS.items():
        part: Any = deploy
        for key in path.split("."):
            part = (part or {}).get(key)
        sections.append((f"deploy.{path}.", part, rules))
    for network, attachment in (service.get("networks") or {}).items():
        sections.append((f"networks.{network}.", attachment, table.SERVICE_NETWORK))
    for path, section, rules in sections:
        yield from _keys(name, path, section or {}, rules, platform)
    for key, rule in check_values(service, platform, run_once=run_once):
        yield name, key, rule


def _keys(
    service: str, path: str, section: Mapping[str, Any], rules: Mapping[str, Support], platform: str
) -> Iterator[Row]:
    """One row for each attribute that is set; an empty one says nothing."""
    for key, value in sorted(section.items()):
        if key.startswith("x-") or value is None or value is False or value in ([], {}, ""):
            continue
        yield service, f"{path}{key}", rules[key].on(platform) if key in rules else UNKNOWN


def _diagnostic(application: Application, service: str, key: str, rule: Rule) -> Diagnostic:
    return Diagnostic(
        file=application.file,
        service=service,
        key=key,
        message=rule.message,
        advice=rule.advice,
        severity=Severity.WARNING if rule.kind == "adapted" else Severity.ERROR,
    )
