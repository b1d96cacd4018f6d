"""A monthly budget: what counts, and who hears of it when."""

from __future__ import annotations

from typing import Any

import pytest

from berth.components.budget import Budget, BudgetArgs
from tests.unit.components.build import build
from tests.unit.recorder import Recorder

BUDGET = "aws:budgets/budget:Budget"


def budget(**args: Any) -> Any:
    calls = {"aws:index/getCallerIdentity:getCallerIdentity": {"accountId": "123456789012"}}
    return build(lambda opts: {"name": Budget("shop", BudgetArgs(**args), opts).name}, Recorder(calls=calls)).inputs(
        BUDGET
    )


def test_a_notice_at_80_percent_spent_and_when_the_forecast_is_above():
    inputs = budget(limit=50, emails=["a@example.com"], tags={"team": "a"})
    assert {key: inputs[key] for key in ("budgetType", "timeUnit", "limitAmount", "limitUnit", "tags")} == {
        "budgetType": "COST",
        "timeUnit": "MONTHLY",
        "limitAmount": "50",
        "limitUnit": "USD",
        "tags": {"team": "a"},
    }
    assert [(item["notificationType"], item["threshold"]) for item in inputs["notifications"]] == [
        ("ACTUAL", 80),
        ("FORECASTED", 100),
    ]
    for item in inputs["notifications"]:
        assert item["comparisonOperator"] == "GREATER_THAN"
        assert item["thresholdType"] == "PERCENTAGE"
        assert item["subscriberEmailAddresses"] == ["a@example.com"]
    assert "costFilters" not in inputs
    assert inputs["accountId"] == "123456789012"


def test_a_tag_leaves_other_costs_out():
    """https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html"""
    inputs = budget(limit=5, topic_arns=["arn:topic"], tag=("stack", "shop-prod"))
    assert inputs["costFilters"] == [{"name": "TagKeyValue", "values": ["user:stack$shop-prod"]}]
    assert inputs["notifications"][0]["subscriberSnsTopicArns"] == ["arn:topic"]


def test_a_budget_that_nobody_hears_of_is_refused():
    with pytest.raises(ValueError, match="needs emails or topic_arns"):
        BudgetArgs(limit=5)
