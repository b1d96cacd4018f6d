"""How the program's own few calls reach AWS, as the provider's do."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any, TypeVar
from urllib.parse import urlparse

POLL = 3.0
LOOPBACK = ("localhost", "127.0.0.1", "::1")
Found = TypeVar("Found")

THROTTLED = frozenset(
    {"Throttling", "ThrottlingException", "ThrottledException", "RequestLimitExceeded", "TooManyRequestsException"}
)
"""https://docs.aws.amazon.com/sdkref/latest/guide/feature-retry-behavior.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class AwsAccess:
    """A region, and with ``endpoint`` an emulator in AWS's place.

    Credentials come from where the provider takes them, too:
    https://boto3.amazonaws.com/v1/documentation/api/latest/guide/credentials.html
    An emulator on this machine that the environment has none for gets invented ones.
    """

    region: str
    endpoint: str | None = None

    @property
    def poll(self) -> float:
        """Seconds between two looks at what AWS is doing; an emulator is faster, and counts no requests."""
        return POLL if self.endpoint is None else POLL / 10

    def client(self, service: str) -> Any:
        """A boto3 client of ``service`` ("ecs", "logs", …).

        Its session is its own: boto3's default one is for a single thread, and keeps the first credentials it found.
        """
        import boto3  # slow to load, and a preview calls nothing
        from botocore.config import Config

        return boto3.session.Session().client(
            service,
            region_name=self.region,
            endpoint_url=self.endpoint,
            config=Config(
                retries={"mode": "standard", "total_max_attempts": 3 if self.endpoint else 8},
                connect_timeout=10,
            ),
            **self._credentials(),
        )

    def look(self, ask: Callable[[], Found], deadline: float) -> Found:
        """What ``ask`` finds, which changes nothing; until ``deadline`` (``time.monotonic``) a passing fault is
        waited out: a deployment that goes well must not fail because AWS could not be asked for two minutes.
        """
        while True:
            try:
                return ask()
            except Exception as error:
                if not is_passing(error) or time.monotonic() > deadline:
                    raise
                time.sleep(self.poll)

    def as_inputs(self) -> dict[str, Any]:
        """As a dynamic resource keeps it; ``AwsAccess(**inputs)`` is the way back."""
        return asdict(self)

    def _credentials(self) -> Mapping[str, str]:
        own = any(key in os.environ for key in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE"))
        if own or not self.endpoint or urlparse(self.endpoint).hostname not in LOOPBACK:
            return {}
        return {"aws_access_key_id": "test", "aws_secret_access_key": "test"}


def is_passing(error: Exception) -> bool:
    """Whether AWS can't be reached, is throttling or is failing, which it may not be in a minute."""
    from botocore import exceptions

    if isinstance(error, exceptions.ClientError):
        status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
        return status == 429 or status >= 500 or error.response["Error"]["Code"] in THROTTLED
    return isinstance(error, exceptions.ConnectionError | exceptions.HTTPClientError)  # refused, cut, or too slow
