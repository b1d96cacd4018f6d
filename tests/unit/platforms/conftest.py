from __future__ import annotations

import boto3
import pytest
from botocore.stub import Stubber

from berth.components.aws_access import AwsAccess
from tests.unit.quick import quick_sdk as quick_sdk


@pytest.fixture
def ecs(monkeypatch: pytest.MonkeyPatch) -> Stubber:
    """The answers of every client that is asked for: those of ECS."""
    client = boto3.client("ecs", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
    monkeypatch.setattr(AwsAccess, "client", lambda *_: client)
    stubber = Stubber(client)
    stubber.activate()
    return stubber
