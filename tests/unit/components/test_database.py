"""What is asked of RDS: private, encrypted, and kept where it is protected."""

from __future__ import annotations

from typing import Any

import pytest

from berth.components.database import Database, DatabaseArgs, identifier
from tests.unit.components.build import Built, build
from tests.unit.recorder import Recorder

INSTANCE = "aws:rds/instance:Instance"
SUBNETS = "aws:rds/subnetGroup:SubnetGroup"
GROUP = "aws:rds/parameterGroup:ParameterGroup"
SECRET = "4dabf18193072939515e22adb298388d"
"""https://pkg.go.dev/github.com/pulumi/pulumi/sdk/v3/go/common/resource: the mark of a secret among plain inputs."""


def database(**args: Any) -> Built:
    def make(opts: Any) -> dict[str, Any]:
        made = Database(
            "shop-prod-db",
            DatabaseArgs(
                **{
                    "engine": "postgres",
                    "version": "16",
                    "family": "postgres16",
                    "user": "shop",
                    "password": "hunter22",
                    "database": "shop",
                    "subnet_ids": ["subnet-1", "subnet-2"],
                    "security_group_ids": ["sg-1"],
                    **args,
                }
            ),
            opts,
        )
        return {"host": made.host, "arn": made.arn}

    return build(make, Recorder(outputs={INSTANCE: {"address": "db.rds.example"}}))


def test_a_database_is_private_encrypted_and_backed_up() -> None:
    built = database()
    inputs = built.inputs(INSTANCE, "shop-prod-db")
    assert (inputs["engine"], inputs["engineVersion"], inputs["instanceClass"]) == ("postgres", "16", "db.t4g.micro")
    assert (inputs["username"], inputs["dbName"], "port" in inputs) == ("shop", "shop", False)
    assert database(port=6432).inputs(INSTANCE)["port"] == 6432
    assert inputs["publiclyAccessible"] is False
    assert (inputs["storageEncrypted"], inputs["storageType"], inputs["allocatedStorage"]) == (True, "gp3", 20)
    assert (inputs["backupRetentionPeriod"], inputs["autoMinorVersionUpgrade"], inputs["multiAz"]) == (7, True, False)
    assert inputs["vpcSecurityGroupIds"] == ["sg-1"]
    assert built.inputs(SUBNETS)["subnetIds"] == ["subnet-1", "subnet-2"]
    assert built.values["host"] == "db.rds.example"


def test_the_password_is_a_secret() -> None:
    assert database().inputs(INSTANCE)["password"] == {SECRET: "1b47061264138c4ac30d75fd1eb44270", "value": "hunter22"}


def test_unprotected_it_leaves_nothing() -> None:
    inputs = database().inputs(INSTANCE)
    assert (inputs["deletionProtection"], inputs["skipFinalSnapshot"]) == (False, True)
    assert inputs["deleteAutomatedBackups"] is True
    assert "finalSnapshotIdentifier" not in inputs


def test_protected_pulumi_and_aws_refuse_and_a_snapshot_is_kept() -> None:
    built = database(protect=True)
    inputs = built.inputs(INSTANCE)
    assert (inputs["deletionProtection"], inputs["skipFinalSnapshot"]) == (True, False)
    assert inputs["deleteAutomatedBackups"] is False
    assert inputs["finalSnapshotIdentifier"] == "shop-prod-db-final"  # the subnet group's name, which AWS makes unique
    assert built.options[INSTANCE, "shop-prod-db"].protect is True


def test_parameters_are_a_group_of_the_engines_family() -> None:
    built = database(parameters={"work_mem": "4096", "max_connections": "50"})
    group = built.inputs(GROUP, "shop-prod-db-postgres16")
    assert group["family"] == "postgres16"
    assert group["parameters"] == [
        {"name": "max_connections", "value": "50", "applyMethod": "pending-reboot"},
        {"name": "work_mem", "value": "4096", "applyMethod": "pending-reboot"},
    ]
    assert built.inputs(INSTANCE)["parameterGroupName"] == "shop-prod-db-postgres16"
    assert GROUP not in database().types()


def test_a_key_of_ones_own_encrypts_what_is_stored_and_what_is_measured() -> None:
    inputs = database(kms_key_arn="arn:key", insights=True).inputs(INSTANCE)
    assert inputs["kmsKeyId"] == inputs["performanceInsightsKmsKeyId"] == "arn:key"


def test_one_subnet_is_too_few() -> None:
    with pytest.raises(ValueError, match="two or more"):
        database(subnet_ids=["subnet-1"])


@pytest.mark.parametrize(
    ("name", "expected"),
    [("shop-prod-db", "shop-prod-db"), ("My_Shop--db", "my-shop-db"), ("1shop", "x-1shop"), ("a" * 50, "a" * 36)],
)
def test_a_name_as_rds_takes_it(name: str, expected: str) -> None:
    assert identifier(name, 36) == expected
