"""How the program's own few calls reach AWS, as the provider's do."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any
from urllib.parse import urlparse

POLL = 3.0
LOOPBACK = ("localhost", "127.0.0.1", "::1")


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

    def as_inputs(self) -> dict[str, Any]:
        """As a dynamic resource keeps it; ``AwsAccess(**inputs)`` is the way back."""
        return asdict(self)

    def _credentials(self) -> Mapping[str, str]:
        own = any(key in os.environ for key in ("AWS_ACCESS_KEY_ID", "AWS_PROFILE"))
        if own or not self.endpoint or urlparse(self.endpoint).hostname not in LOOPBACK:
            return {}
        return {"aws_access_key_id": "test", "aws_secret_access_key": "test"}
