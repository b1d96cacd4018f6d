"""A monthly budget of AWS costs, with notices before it is spent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from berth.components.naming import autonamed

MAXIMUM_NAME = 100
"""https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_Budget.html"""

NOTICES = (("ACTUAL", 80), ("FORECASTED", 100))
"""What is compared, and at how many percent somebody hears of it. AWS forecasts after about five weeks of use:
https://docs.aws.amazon.com/cost-management/latest/userguide/budgets-best-practices.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BudgetArgs:
    """``limit`` is US dollars a month. ``tag`` (key, value) leaves all other costs out, once the key is activated:
    https://docs.aws.amazon.com/awsaccountbilling/latest/aboutv2/activating-tags.html

    Raises:
        ValueError: nobody would hear of it.
    """

    limit: int
    emails: Sequence[str] = ()
    topic_arns: Sequence[pulumi.Input[str]] = ()
    tag: tuple[str, str] | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        if not self.emails and not self.topic_arns:
            raise ValueError("a budget needs emails or topic_arns")


class Budget(pulumi.ComponentResource):
    """AWS writes to the addresses itself: there is nothing to confirm, and no topic whose key it would need."""

    name: pulumi.Output[str]

    def __init__(self, name: str, args: BudgetArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:Budget", name, None, opts)
        filters = None
        if args.tag:
            key, value = args.tag
            filters = [aws.budgets.BudgetCostFilterArgs(name="TagKeyValue", values=[f"user:{key}${value}"])]
        # The provider itself does not know the account where it is told not to ask for it, as for an emulator.
        identity = aws.get_caller_identity_output(opts=pulumi.InvokeOutputOptions(parent=self))
        budget = aws.budgets.Budget(
            autonamed(name, MAXIMUM_NAME),
            account_id=identity.account_id,
            budget_type="COST",
            time_unit="MONTHLY",
            limit_amount=str(args.limit),
            limit_unit="USD",
            cost_filters=filters,
            notifications=[
                aws.budgets.BudgetNotificationArgs(
                    notification_type=kind,
                    comparison_operator="GREATER_THAN",
                    threshold=percent,
                    threshold_type="PERCENTAGE",
                    subscriber_email_addresses=list(args.emails),
                    subscriber_sns_topic_arns=list(args.topic_arns),
                )
                for kind, percent in NOTICES
            ],
            tags=dict(args.tags),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.name = budget.name
        self.register_outputs({"name": self.name})
