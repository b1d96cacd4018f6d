"""A case: a Compose file, and what each platform must make of it, stated by hand in ``expected.yaml``."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from berth.compose.loader import load_application
from berth.compose.model import Application
from berth.diagnostics import ComposeError, Diagnostic
from tests.conformance.facts import FactLoader

CASES = Path(__file__).parent / "cases"
PLATFORMS = ("ecs-ec2", "ecs-fargate")
PROJECT = "case"
"""The application's name, with which the names of its resources begin."""

_FINDING = re.compile(r"(\S+) (\S+) (error|warning): (.+)")


@dataclass(frozen=True, slots=True)
class Finding:
    """An expected diagnostic: ``SERVICE KEY SEVERITY: part of the message``; ``-`` stands for no service or key."""

    service: str
    key: str
    severity: str
    part: str

    @classmethod
    def parse(cls, text: str) -> Finding:
        match = _FINDING.fullmatch(text)
        assert match, f"not `SERVICE KEY SEVERITY: part of the message`: {text!r}"
        service, key, severity, part = match.groups()
        return cls("" if service == "-" else service, "" if key == "-" else key, severity, part)

    def matches(self, diagnostic: Diagnostic) -> bool:
        where = (diagnostic.service, diagnostic.key, str(diagnostic.severity))
        said = f"{diagnostic.message} {diagnostic.advice}"
        return where == (self.service, self.key, self.severity) and self.part in said


@dataclass(frozen=True, slots=True)
class Expectation:
    """What one platform must say of the file, how many resources of a kind it makes, and facts about them."""

    settings: Mapping[str, Any]
    findings: Sequence[Finding]
    resources: Mapping[str, int]
    facts: Mapping[str, Any]

    @property
    def refused(self) -> bool:
        return any(finding.severity == "error" for finding in self.findings)


@dataclass(frozen=True, slots=True)
class Case:
    """``load`` are arguments of the loader; ``refused`` is what it says of a file that it does not load."""

    name: str
    about: str
    reference: str
    load: Mapping[str, Any] = field(default_factory=dict)
    refused: Sequence[Finding] = ()
    platforms: Mapping[str, Expectation] = field(default_factory=dict)

    @property
    def directory(self) -> Path:
        return CASES / self.name

    @property
    def files(self) -> Sequence[str]:
        return self.load.get("files", ["compose.yaml"])

    def application(self) -> Application:
        """The application, loaded once however many tests ask for it.

        Raises:
            ComposeError: the file is refused.
        """
        loaded = _load(self.name)
        if isinstance(loaded, ComposeError):
            raise loaded
        return loaded


def names() -> list[str]:
    """Every case, by the name of its folder."""
    return sorted(path.parent.name for path in CASES.glob("*/expected.yaml"))


@cache
def case(name: str) -> Case:
    """The case in the folder of this name."""
    data = yaml.load((CASES / name / "expected.yaml").read_text(), FactLoader)
    unknown = data.keys() - {"about", "reference", "load", "settings", "refused", "both", *PLATFORMS}
    assert not unknown, f"{name}: no such keys: {', '.join(sorted(unknown))}"
    shared = data.get("both") or {}
    expected = {
        platform: _expectation(data.get("settings") or {}, shared, data.get(platform) or {})
        for platform in (() if "refused" in data else PLATFORMS)
    }
    return Case(
        name=name,
        about=data["about"],
        reference=data["reference"],
        load=data.get("load") or {},
        refused=[Finding.parse(text) for text in data.get("refused") or ()],
        platforms=expected,
    )


def _expectation(settings: Mapping[str, Any], shared: Mapping[str, Any], own: Mapping[str, Any]) -> Expectation:
    for part in (shared, own):
        unknown = part.keys() - {"settings", "diagnostics", "resources", "facts"}
        assert not unknown, f"no such keys: {', '.join(sorted(unknown))}"
    facts = {subject: dict(paths) if isinstance(paths, dict) else paths for subject, paths in _part(shared, "facts")}
    for subject, paths in _part(own, "facts"):
        below = facts.get(subject)
        facts[subject] = {**below, **paths} if isinstance(below, dict) and isinstance(paths, dict) else paths
    return Expectation(
        settings={**settings, **dict(_part(shared, "settings")), **dict(_part(own, "settings"))},
        findings=[Finding.parse(text) for part in (shared, own) for text in part.get("diagnostics") or ()],
        resources={**dict(_part(shared, "resources")), **dict(_part(own, "resources"))},
        facts=facts,
    )


def _part(section: Mapping[str, Any], key: str) -> Sequence[tuple[str, Any]]:
    return list((section.get(key) or {}).items())


@cache
def _load(name: str) -> Application | ComposeError:
    described = case(name)
    arguments = {"project_name": PROJECT, "variables": {}, "strict_variables": True, **described.load}
    arguments["files"] = described.files
    try:
        return load_application(directory=described.directory, **arguments)
    except ComposeError as error:
        return error
