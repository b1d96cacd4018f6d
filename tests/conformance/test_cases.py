"""Every case: exactly the diagnostics that it expects, and where it deploys the facts that it states."""

from __future__ import annotations

import pytest

from berth.diagnostics import ComposeError, Diagnostic
from berth.platforms.ecs.rules import check
from berth.settings import Settings
from tests.conformance import case as cases
from tests.conformance.case import Case, Finding, case
from tests.conformance.facts import look_up, wrong
from tests.conformance.limits import violations
from tests.conformance.plan import Planned, plan

LOADED = [name for name in cases.names() if not case(name).refused]
REFUSED = [name for name in cases.names() if case(name).refused]


@pytest.mark.parametrize("name", REFUSED)
def test_the_loader_refuses(name: str) -> None:
    with pytest.raises(ComposeError) as caught:
        case(name).application()
    fail_for(differences(case(name).refused, list(caught.value.diagnostics)))


@pytest.mark.parametrize("platform", cases.PLATFORMS)
@pytest.mark.parametrize("name", LOADED)
def test_a_platform(name: str, platform: str) -> None:
    described = case(name)
    expected = described.platforms[platform]
    settings = Settings(platform=platform, **expected.settings)
    found = check(described.application(), settings, stack="test")
    fail_for(differences(expected.findings, found))
    if expected.refused:
        assert not expected.facts and not expected.resources, "a file that is refused deploys nothing"
        return
    assert expected.facts, "a case that deploys states what"
    planned = plan(described.application(), settings)
    fail_for(wrong_facts(described, platform, planned))
    for task, inputs in planned.tasks.items():
        fail_for([f"task {task}: {line}" for line in violations(inputs, platform)])


def fail_for(problems: list[str]) -> None:
    """Fail with every problem on a line of its own."""
    if problems:
        pytest.fail("\n".join(problems), pytrace=False)


def differences(expected: list[Finding] | tuple[Finding, ...], found: list[Diagnostic]) -> list[str]:
    """What was expected and not said, and what was said and not expected."""
    left = list(found)
    missing = []
    for finding in expected:
        match = next((diagnostic for diagnostic in left if finding.matches(diagnostic)), None)
        if match is None:
            missing.append(f"expected, but not said: {finding}")
        else:
            left.remove(match)
    return [*missing, *(f"said, but not expected: {diagnostic}" for diagnostic in left)]


def wrong_facts(described: Case, platform: str, planned: Planned) -> list[str]:
    """Every fact that does not hold, as one line each."""
    expected = described.platforms[platform]
    found = [
        f"{planned.count(kind)} resources of kind {kind}, not {count}"
        for kind, count in expected.resources.items()
        if planned.count(kind) != count
    ]
    for subject, facts in expected.facts.items():
        actual = planned.subject(subject)
        for path, value in facts.items() if isinstance(facts, dict) else [("", facts)]:
            problem = wrong(look_up(actual, path), value)
            if problem:
                found.append(f"{subject}: {path or 'it'} {problem}")
    return found
