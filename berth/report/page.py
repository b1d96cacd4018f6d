"""The report as one HTML page for a browser: no script, nothing asked of a network, light and dark, and printable.

What it says, and in which order, is the comment's (``markdown``); it is never cut. The browser itself is told to run
no script and to load nothing: https://developer.mozilla.org/en-US/docs/Web/HTTP/Guides/CSP
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup

from berth.report import sentences
from berth.report.escape import plain
from berth.report.graph import lay_out
from berth.report.markdown import MARKS
from berth.report.model import SHARED, Finding, Property, Report

FOLDER = Path(__file__).with_name("templates")
DIRECTIVES = ("default-src 'none'", "base-uri 'none'", "form-action 'none'")


def page(report: Report) -> str:
    """All of the report, as a file that needs no other."""
    style = (FOLDER / "page.css").read_text()
    services = {item.service for item in report.groups}
    nodes = [node for node in report.picture.nodes if node.kind != "ingress"] if report.picture else []
    picture = report.picture if report.changes else None
    return (
        _environment()
        .get_template("page.html")
        .render(
            report=report,
            policy="; ".join((*DIRECTIVES, f"style-src '{_digest(style)}'")),
            style=Markup(style),
            headline=sentences.headline(report),
            downtime=sentences.downtime(report),
            told=sentences.told(report.groups),
            unchanged=[node.name for node in nodes if node.name not in services],
            anchors=anchors([*services, *(node.name for node in nodes)]),
            drawing=lay_out(picture) if picture else None,
        )
    )


def anchors(names: Iterable[str]) -> dict[str, str]:
    """Name -> the ``id`` of its section: the name itself, where it is as Compose has names."""
    found: dict[str, str] = {}
    for name in sorted(set(names)):
        text = "shared" if name == SHARED else f"service-{re.sub(r'[^A-Za-z0-9._-]+', '-', name)}"
        while text in found.values():
            text += "-"
        found[name] = text
    return found


@cache
def _environment() -> Environment:
    """Each value that a template prints is plain text on one line, and escaped; a slip in a name is an error."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=_shown,
    )
    own: dict[str, Any] = made.globals  # typed after the names that Jinja itself puts in
    own.update(danger=sentences.danger, cost=sentences.cost, cost_notes=sentences.cost_notes)
    own.update(MARKS=MARKS, others=_others, about=_about, value=_value)
    return made


def _shown(value: object) -> object:
    """Templates' own markup, and numbers, are left as they are."""
    return plain(value) if type(value) is str and not value.isprintable() else value


def _digest(style: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()}"


def _others(findings: tuple[Finding, ...]) -> list[Finding]:
    """Errors are told at the top."""
    return [item for item in findings if item.severity != "error"]


def _about(item: Finding) -> str:
    return sentences.some(item.about, 8)


def _value(item: Property, side: str | None) -> str:
    """A value that differs only where it cannot be shown is changed nonetheless."""
    return "changed" if item.before == item.after and side is not None else side if side is not None else ""
