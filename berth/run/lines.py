"""The lines that one container logs, each once, as they come."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from berth.untyped import inside


@dataclass(slots=True)
class Lines:
    """A stream of CloudWatch Logs, read on from where the last look ended.

    https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_GetLogEvents.html
    """

    client: Any
    group: str
    stream: str
    token: str | None = field(default=None)

    def new(self) -> Iterator[str]:
        """The lines since the last look; none where the container has not said anything yet."""
        while True:
            where = {"logGroupName": self.group, "logStreamName": self.stream, "startFromHead": True}
            try:
                page = self.client.get_log_events(**where, **({"nextToken": self.token} if self.token else {}))
            except self.client.exceptions.ResourceNotFoundException:
                return
            yield from (event["message"].rstrip("\n") for event in page["events"])
            at_end = page["nextForwardToken"] == self.token or not page["events"]
            self.token = page["nextForwardToken"]
            if at_end:
                return


def log_place(definition: Mapping[str, Any], container: str) -> tuple[str, str] | None:
    """The group, and what begins the streams' names; None where another driver takes the log elsewhere.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/using_awslogs.html
    """
    item = next(item for item in definition["containerDefinitions"] if item["name"] == container)
    log = inside(item, "logConfiguration")
    options = inside(log, "options")
    if log.get("logDriver") != "awslogs" or "awslogs-stream-prefix" not in options:
        return None
    return options["awslogs-group"], f"{options['awslogs-stream-prefix']}/{container}"
