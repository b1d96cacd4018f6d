"""What is watched, and who hears of it."""

from __future__ import annotations

import re
from typing import Literal

from pydantic import Field, model_validator

from berth.settings.group import Group

BUDGET_EMAILS = 10
"""Addresses that one notification of a budget takes:
https://docs.aws.amazon.com/aws-cost-management/latest/APIReference/API_budgets_NotificationWithSubscribers.html"""

EMAIL = re.compile(r"[^@\s]+@[^@\s]+\.[^@\s]+")
TOPIC = re.compile(r"arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[A-Za-z0-9_-]+")


class AlarmThresholds(Group):
    """``cpu``, ``memory`` and ``file_system_io`` are percent, held for 15 minutes; ``errors`` are answers with a status
    of 5xx in five minutes; ``burst_credits`` is bytes, of file systems that have them."""

    cpu: int = Field(default=90, ge=1)
    memory: int = Field(default=90, ge=1)
    errors: int = Field(default=10, ge=1)
    file_system_io: int = Field(default=95, ge=1, le=100)
    burst_credits: int = Field(default=192_000_000_000, ge=0)


class WatchSettings(Group):
    """What is watched, and who hears of it. ``monthly_budget`` is US dollars; 0: none."""

    container_insights: Literal["disabled", "enabled", "enhanced"] = "disabled"
    dashboard: bool = False
    alarms: bool = False
    alarm_emails: tuple[str, ...] = ()
    alarm_topic_arn: str | None = None
    alarm_thresholds: AlarmThresholds = AlarmThresholds()
    monthly_budget: int = Field(default=0, ge=0)
    budget_tag: str | None = None

    @model_validator(mode="after")
    def _someone_hears(self) -> WatchSettings:
        for email in self.alarm_emails:
            if not EMAIL.fullmatch(email):
                raise ValueError(f"alarmEmails: {email!r} is no address of e-mail")
        if self.alarm_topic_arn and not TOPIC.fullmatch(self.alarm_topic_arn):
            raise ValueError(f"alarmTopicArn: must be the ARN of an SNS topic (got {self.alarm_topic_arn!r})")
        if self.alarm_topic_arn and self.alarm_emails:
            raise ValueError("alarmEmails: alarmTopicArn has subscribers of its own; leave one of the two out")
        someone = self.alarm_topic_arn or self.alarm_emails
        if self.monthly_budget and not someone:
            raise ValueError("monthlyBudget: nobody hears of it; needs alarmEmails or alarmTopicArn")
        if someone and not (self.alarms or self.monthly_budget):
            name = "alarmTopicArn" if self.alarm_topic_arn else "alarmEmails"
            raise ValueError(f"{name}: nothing is sent there; set alarms to true, or a monthlyBudget")
        if self.monthly_budget and len(self.alarm_emails) > BUDGET_EMAILS:
            raise ValueError(f"alarmEmails: a budget writes to {BUDGET_EMAILS} addresses; use one of a group")
        if self.budget_tag and not self.monthly_budget:
            raise ValueError("budgetTag: has a meaning with monthlyBudget only")
        return self
