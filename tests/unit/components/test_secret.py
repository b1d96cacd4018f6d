from __future__ import annotations

from typing import Any

import pulumi
import pytest
from pulumi.runtime import rpc

from berth.components.secret import Rotation, Secret, SecretArgs
from tests.unit.recorder import Recorder, start

SECRET = "aws:secretsmanager/secret:Secret"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"


def made(args: SecretArgs) -> tuple[Recorder, dict[str, Any]]:
    recorder = start(Recorder(outputs={VERSION: {"versionId": "v1"}}))
    seen: dict[str, Any] = {}

    @pulumi.runtime.test
    async def program() -> None:
        secret = Secret("key", args)
        seen["value_from"] = await secret.value_from.future()
        seen["arn"] = await secret.arn.future()
        seen["version_id"] = await secret.version_id.future()
        seen["arn_is_secret"] = await secret.value_from.is_secret()

    program()
    return recorder, seen


def test_secret_is_deleted_at_once_by_default_and_named_after_the_stack():
    recorder, _ = made(SecretArgs(value="v", description="d", tags={"a": "b"}))
    assert recorder.one(SECRET, "key").inputs == {
        "namePrefix": "berth/test/key-",
        "description": "d",
        "recoveryWindowInDays": 0,
        "tags": {"a": "b"},
    }


def test_own_key_and_recovery_window():
    recorder, _ = made(SecretArgs(value="v", kms_key_id="arn:kms", recovery_window_days=30))
    inputs = recorder.one(SECRET, "key").inputs
    assert (inputs["kmsKeyId"], inputs["recoveryWindowInDays"]) == ("arn:kms", 30)


def test_value_is_a_secret_and_nothing_else_carries_it():
    recorder, _ = made(SecretArgs(value="hunter2"))
    version = recorder.one(VERSION, "key-value").inputs
    assert rpc.is_rpc_secret(version["secretString"])
    assert rpc.unwrap_rpc_secret(version["secretString"]) == "hunter2"
    assert version["secretId"] == "key-id"
    assert "hunter2" not in str(recorder.one(SECRET).inputs)


def test_containers_read_this_version_of_the_value():
    _, seen = made(SecretArgs(value="v"))
    arn = "arn:aws:mock:us-east-1:123456789012:key"
    assert seen == {"arn": arn, "version_id": "v1", "value_from": f"{arn}:::v1", "arn_is_secret": False}


@pytest.mark.parametrize("days", [1, 6, 31, -1])
def test_recovery_window_that_aws_does_not_have_is_refused(days: int):
    with pytest.raises(ValueError, match=rf"0 or 7 to 30 \(got {days}\)"):
        SecretArgs(value="v", recovery_window_days=days)


def test_a_rotated_secret_is_read_in_its_current_version():
    recorder, seen = made(SecretArgs(value="v", rotation=Rotation(lambda_arn="arn:aws:lambda:f", days=7)))
    assert seen["value_from"] == seen["arn"]
    assert recorder.one("aws:secretsmanager/secretRotation:SecretRotation", "key-rotation").inputs == {
        "secretId": "key-id",
        "rotationLambdaArn": "arn:aws:lambda:f",
        "rotationRules": {"automaticallyAfterDays": 7},
    }
