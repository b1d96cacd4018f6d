"""Whose credentials the program's own calls use."""

from __future__ import annotations

import time

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError, ParamValidationError, ReadTimeoutError

from berth.components.aws_access import AwsAccess, is_passing

KEYS = ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_PROFILE", "AWS_SESSION_TOKEN")


@pytest.fixture(autouse=True)
def no_credentials(monkeypatch: pytest.MonkeyPatch, tmp_path) -> None:
    for key in KEYS:
        monkeypatch.delenv(key, raising=False)
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


def access_key(access: AwsAccess) -> str | None:
    credentials = access.client("ecs")._request_signer._credentials
    return credentials and credentials.access_key


def test_region_and_endpoint_are_those_given() -> None:
    client = AwsAccess(region="eu-west-3", endpoint="http://localhost:4566").client("ecs")
    assert client.meta.region_name == "eu-west-3"
    assert client.meta.endpoint_url == "http://localhost:4566"


def test_only_an_emulator_on_this_machine_gets_invented_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    assert access_key(AwsAccess(region="eu-west-1", endpoint="http://127.0.0.1:4566")) == "test"
    assert access_key(AwsAccess(region="eu-west-1", endpoint="https://aws.example.com")) is None
    assert access_key(AwsAccess(region="eu-west-1")) is None
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "own")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "own")
    assert access_key(AwsAccess(region="eu-west-1", endpoint="http://127.0.0.1:4566")) == "own"


def test_inputs_of_a_dynamic_resource_are_the_whole_of_it() -> None:
    access = AwsAccess(region="eu-west-1", endpoint="http://localhost:1")
    assert AwsAccess(**access.as_inputs()) == access


def refusal(code: str, status: int) -> ClientError:
    return ClientError({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "DescribeServices")


@pytest.mark.parametrize(
    ("error", "passing"),
    [
        (refusal("ThrottlingException", 400), True),
        (refusal("RequestLimitExceeded", 503), True),
        (refusal("ServerException", 500), True),
        (refusal("AccessDeniedException", 400), False),
        (refusal("ClusterNotFoundException", 400), False),
        (EndpointConnectionError(endpoint_url="https://ecs"), True),
        (ReadTimeoutError(endpoint_url="https://ecs"), True),
        (ParamValidationError(report="cluster"), False),
        (RuntimeError("the service is gone"), False),
    ],
)
def test_only_what_may_be_over_in_a_minute_is_waited_out(error: Exception, passing: bool) -> None:
    assert is_passing(error) is passing


def test_a_look_is_repeated_through_a_passing_fault_and_no_longer_than_its_deadline(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    now = [0.0]
    monkeypatch.setattr(time, "monotonic", lambda: now[0])
    monkeypatch.setattr(time, "sleep", lambda seconds: now.__setitem__(0, now[0] + seconds))
    access = AwsAccess(region="eu-west-1")
    fault = refusal("ThrottlingException", 400)

    def failing(until: float) -> str:
        if now[0] < until:
            raise fault
        return "found"

    assert access.look(lambda: failing(30), deadline=60) == "found"
    assert 30 <= now[0] < 40
    with pytest.raises(ClientError):
        access.look(lambda: failing(1000), deadline=60)
    assert 60 < now[0] < 70
