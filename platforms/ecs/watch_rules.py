"""What the settings of alarms leave open."""

from __future__ import annotations

from collections.abc import Iterator

from berth.diagnostics import Diagnostic, Severity
from berth.settings import Settings


def check_watch(settings: Settings, stack: str) -> Iterator[Diagnostic]:
    """Alarms that nobody hears of: a topic without subscribers may get them later, from a chat's or a pager's side."""
    if settings.alarms and not (settings.alarm_emails or settings.alarm_topic_arn):
        yield Diagnostic(
            severity=Severity.WARNING,
            file=f"Pulumi.{stack}.yaml",
            key="berth:alarms",
            message="nobody hears of the alarms yet",
            advice="Set berth:alarmEmails or berth:alarmTopicArn, or subscribe to the topic that the output alarmTopic "
            "names.",
        )
