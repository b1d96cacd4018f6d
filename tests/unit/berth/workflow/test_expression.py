"""GitHub's expressions: what Berth's workflows use has GitHub's meaning, and all else is refused."""

from __future__ import annotations

from typing import Any

import pytest

from berth.diagnostics import ToolError
from berth.workflow.expression import evaluate, filled, holds

LABELS = [{"name": "bug"}, {"name": "environment"}, {"id": 3}]
CONTEXTS: dict[str, dict[str, Any]] = {
    "github": {
        "event": {"pull_request": {"number": 7, "head": {"repo": None}, "labels": LABELS}},
        "repository": "Acme/Shop",
    },
    "vars": {"ROLE": "arn:aws:iam::1:role/x"},
    "env": {"STACK": "dev"},
    "steps": {"preview": {"outcome": "failure", "outputs": {"code": "2"}}},
    "needs": {"check": {"result": "success", "outputs": {"stacks": '["dev", "prod"]'}}},
}


@pytest.mark.parametrize(
    ("source", "value"),
    [
        ("github.event.pull_request.number", 7),
        ("github.event.pull_request.head.repo.full_name", None),
        ("github.repository == 'acme/shop'", True),
        ("vars.REGION || 'us-east-1'", "us-east-1"),
        ("vars.ROLE != ''", True),
        ("vars.NOTHING == ''", True),
        ("env.STACK == 'dev' && steps.preview.outcome != 'skipped'", True),
        ("!cancelled() && (steps.preview.outputs.code == '2' || false)", True),
        ("fromJSON(needs.check.outputs.stacks)", ["dev", "prod"]),
        ("contains(fromJSON(needs.check.outputs.stacks), 'prod')", True),
        ("contains(fromJSON(needs.check.outputs.stacks), 'local')", False),
        ("github.event.pull_request.labels.*.name", ["bug", "environment"]),
        ("contains(github.event.pull_request.labels.*.name, 'environment')", True),
        ("contains(github.event.issue.labels.*.name, 'environment')", False),
        ("'it''s'", "it's"),
        ("true && null", None),
        ("1 == 1", True),
    ],
)
def test_the_value(source: str, value: object) -> None:
    assert evaluate(source, CONTEXTS) == value


@pytest.mark.parametrize(
    ("source", "part"),
    [
        ("hashFiles('x')", "the function hashFiles is not known"),
        ("jobs.x", "the context jobs is not known"),
        ("steps.reveiw.outcome", "steps.reveiw is not known"),
        ("needs.chek.result", "needs.chek is not known"),
        ("github.event[0]", "nothing is known of '[0]'"),
        ("env.STACK > 1", "nothing is known of '> 1'"),
        ("env.STACK env.STACK", "'env' stands alone"),
        ("(true", "')' is missing"),
        ("github.", "something is missing"),
        ("", "something is missing"),
    ],
)
def test_what_is_not_known_is_refused(source: str, part: str) -> None:
    with pytest.raises(ToolError) as caught:
        evaluate(source, CONTEXTS)
    assert part in str(caught.value)


@pytest.mark.parametrize(
    ("condition", "failed", "held"),
    [
        (None, False, True),
        (None, True, False),
        ("env.STACK == 'dev'", True, False),
        ("${{ env.STACK == 'dev' }}", False, True),
        ("${{ !cancelled() }}", True, True),
        ("always() && env.STACK == 'prod'", True, False),
        ("failure()", True, True),
        ("failure()", False, False),
        ("success()", True, False),
    ],
)
def test_a_condition_without_a_word_on_failure_waits_for_success(condition: object, failed: bool, held: bool) -> None:
    assert holds(condition, CONTEXTS, failed=failed) is held


def test_a_text_is_filled() -> None:
    assert filled("up-${{ env.STACK }}-${{ github.event.pull_request.number }}${{ vars.NO }}", CONTEXTS) == "up-dev-7"
    assert filled("${{ needs.check.outputs.stacks != '[]' }}", CONTEXTS) == "true"
