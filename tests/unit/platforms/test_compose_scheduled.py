"""A service with a schedule on this machine: built, not started, and said so."""

from __future__ import annotations

from typing import Any

import pytest

from berth.components.compose_project import service_goals
from berth.compose.model import Application
from berth.diagnostics import Severity
from berth.platforms.compose import rules
from berth.platforms.compose.definition import service_definitions
from berth.platforms.compose.platform import compose_override
from berth.settings import Settings
from tests.unit.applications import application, service


def scheduled(**raw: Any) -> Application:
    report = service("report", extension={"schedule": "rate(1 hour)"})
    given = {"image": "x", **raw}
    return application(report, service("web"), raw={"services": {"report": given, "web": {"image": "x"}}})


@pytest.mark.parametrize(
    ("raw", "rests"),
    [
        ({}, {"deploy": {"replicas": 0}}),
        (
            {"deploy": {"replicas": 2, "resources": {"limits": {"memory": "64M"}}}},
            {"deploy": {"replicas": 0, "resources": {"limits": {"memory": "64M"}}}},
        ),
        ({"scale": 2}, {"scale": 0}),
    ],
)
def test_it_does_not_start_with_the_others(raw: dict[str, Any], rests: dict[str, Any]) -> None:
    app = scheduled(**raw)
    assert compose_override(app, Settings()) == {"services": {"report": rests}}
    definitions = service_definitions(app, Settings())
    assert definitions["report"] == {"image": "x", **raw, **rests}
    assert service_goals(definitions) == {"web": "running"}


def test_it_is_said_how_to_run_it() -> None:
    (finding,) = rules.check(scheduled(), Settings(), stack="local")
    assert (finding.service, finding.key, finding.severity) == ("report", "x-berth.schedule", Severity.WARNING)
    assert "python -m berth run -s local report" in finding.advice


def test_other_services_are_not_touched() -> None:
    assert compose_override(application(service("web")), Settings()) == {}
