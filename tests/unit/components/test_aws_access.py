"""Whose credentials the program's own calls use."""

from __future__ import annotations

import pytest

from components.aws_access import AwsAccess

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
