"""Which log drivers ECS has, and which of their options.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_LogConfiguration.html
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from berth.compose.support.rule import Rule
from berth.untyped import inside

Found = tuple[str, Rule]
"""A key's path below the service, and its rule."""

AWSLOGS = frozenset(
    (
        *("awslogs-create-group", "awslogs-datetime-format", "awslogs-group", "awslogs-multiline-pattern"),
        *("awslogs-region", "awslogs-stream-prefix", "max-buffer-size", "mode"),
    )
)
SPLUNK = ("splunk-token", "splunk-url")
"""What it cannot do without."""

DOCKER = ("json-file", "local", "journald", "none")
"""Drivers that keep the log on the machine, or nowhere."""


def check_logging(logging: Mapping[str, Any]) -> Iterator[Found]:
    """The options alone are a finding where there is no driver that says it all."""
    driver, options = logging.get("driver"), inside(logging, "options")
    if driver in (None, ""):
        if options:
            yield "logging.options", Rule("adapted", "Berth sets the log's own options; see `berth:logRetentionDays`")
    elif driver == "awslogs":
        for name in sorted(options.keys() - AWSLOGS):
            yield f"logging.options.{name}", Rule("refused", "ECS has no such option of awslogs", "Leave it out.")
    elif driver == "splunk":
        for name in SPLUNK:
            if not options.get(name):
                yield f"logging.options.{name}", Rule("refused", "splunk needs it", f"Set {name}.")
    elif driver in DOCKER:
        message = f"logs go to CloudWatch Logs, not to {driver!r}; see `berth:logRetentionDays`"
        yield "logging.driver", Rule("adapted", message)
    elif driver != "awsfirelens":
        message = f"logs go to CloudWatch Logs, not to {driver!r}"
        advice = "Leave it out and forward the log from CloudWatch Logs, or route it by `awsfirelens`."
        yield "logging.driver", Rule("refused", message, advice)
