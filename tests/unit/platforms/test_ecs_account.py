"""One clear error for each way that AWS does not let us in."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.stub import Stubber

from berth.components.aws_access import AwsAccess
from berth.diagnostics import ToolError
from berth.platforms.ecs.account import check_account


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for key in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN", "AWS_PROFILE"):
        monkeypatch.delenv(key, raising=False)
    for key in ("AWS_SHARED_CREDENTIALS_FILE", "AWS_CONFIG_FILE"):
        monkeypatch.setenv(key, str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def problem(access: AwsAccess) -> str:
    with pytest.raises(ToolError) as caught:
        check_account(access, stack="dev")
    (finding,) = caught.value.diagnostics
    return f"{finding.message} | {finding.advice}"


def answering(monkeypatch: pytest.MonkeyPatch, **error: Any) -> AwsAccess:
    client = boto3.client("sts", region_name="eu-west-1", aws_access_key_id="a", aws_secret_access_key="b")
    stubber = Stubber(client)
    if error:
        stubber.add_client_error("get_caller_identity", **error)
    else:
        stubber.add_response("get_caller_identity", {"Account": "1"})
    stubber.activate()
    monkeypatch.setattr(AwsAccess, "client", lambda *_: client)
    return AwsAccess(region="eu-west-1")


def test_an_account_that_answers(monkeypatch: pytest.MonkeyPatch) -> None:
    check_account(answering(monkeypatch), stack="dev")


def test_no_credentials() -> None:
    text = problem(AwsAccess(region="eu-west-1"))
    assert "no AWS credentials" in text
    assert "AWS_PROFILE" in text


def test_a_profile_that_does_not_exist(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_PROFILE", "nobody")
    text = problem(AwsAccess(region="eu-west-1"))
    assert "nobody" in text
    assert "correct AWS_PROFILE" in text


def test_expired_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    access = answering(monkeypatch, service_error_code="ExpiredToken", service_message="The token is expired")
    text = problem(access)
    assert "ExpiredToken" in text
    assert "Log in again" in text


def test_wrong_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    access = answering(monkeypatch, service_error_code="InvalidClientTokenId", service_message="invalid")
    assert "Check AWS_PROFILE and the access keys." in problem(access)


def test_no_way_to_aws() -> None:
    text = problem(AwsAccess(region="eu-west-1", endpoint="http://127.0.0.1:9"))
    assert "AWS does not answer" in text
    assert "http://127.0.0.1:9" in text
    assert "Pulumi.dev.yaml: berth:awsEndpoint" in text
