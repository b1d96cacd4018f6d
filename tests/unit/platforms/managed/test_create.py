"""An application with managed services under mocks: passwords, zones, keys and what protects."""

from __future__ import annotations

import json
from typing import Any

import pulumi
import pytest

from berth.compose.extension import ServiceExtension
from berth.compose.model import Application, FileObject, Grant, Variable
from berth.platforms.ecs.deploy import EcsApplication
from berth.platforms.surroundings import ALONE, Surroundings
from berth.settings import Settings
from tests.conformance.plan import revealed
from tests.unit.applications import application, service
from tests.unit.components.build import Built, build
from tests.unit.recorder import Recorder

INSTANCE = "aws:rds/instance:Instance"
ARN = "arn:aws:secretsmanager:eu-west-1:123456789012:secret:db-AbCdEf"
KEY = "arn:aws:kms:eu-west-1:123456789012:key/0a1b"
EXISTING = {
    "vpc_id": "vpc-1",
    "public_subnet_ids": ("subnet-1", "subnet-2"),
    "private_subnet_ids": ("subnet-3", "subnet-4"),
    "private_zone_id": "Z1",
}


def shop(secret: FileObject | None = None) -> Application:
    environment = {"POSTGRES_PASSWORD_FILE": Variable(value="/run/secrets/pw")}
    return application(
        service("web", secrets=(Grant(source="pw", target="/run/secrets/pw"),)),
        service(
            "db",
            image="postgres:16",
            environment=environment,
            secrets=(Grant(source="pw", target="/run/secrets/pw"),),
            extension=ServiceExtension(managed="rds"),
        ),
        secrets={"pw": secret or FileObject(name="pw", content="hunter22\n")},
    )


def deployed(
    app: Application, secret_string: str = "from-outside", around: Surroundings = ALONE, **settings: Any
) -> Built:
    recorder = Recorder(
        calls={
            "aws:index/getAvailabilityZones:getAvailabilityZones": {"names": ["eu-west-1a", "eu-west-1b"]},
            "aws:secretsmanager/getSecretVersion:getSecretVersion": lambda args: {
                "secretString": secret_string if args["secretId"] == ARN else "another's"
            },
        },
        outputs={
            "aws:secretsmanager/secretVersion:SecretVersion": {"versionId": "v1"},
            INSTANCE: {"address": "db.rds.example"},
        },
    )

    def make(opts: Any) -> dict[str, Any]:
        chosen = Settings(**{"platform": "ecs-fargate", **settings})
        root = EcsApplication("shop-test", app, chosen, opts, around=around)
        return {"log_groups": root.log_groups}

    return build(make, recorder)


def test_the_password_is_the_secrets_without_a_files_last_line_break() -> None:
    built = deployed(shop())
    assert revealed(built.inputs(INSTANCE)["password"]) == "hunter22"
    assert revealed(built.inputs("aws:secretsmanager/secretVersion:SecretVersion")["secretString"]) == "hunter22\n"
    assert set(built.values["log_groups"]) == {"web"}


@pytest.mark.parametrize(
    ("reference", "value"), [(ARN, "from-outside"), (f"{ARN}:password::", json.dumps({"password": "from-outside"}))]
)
def test_an_external_secrets_value_is_read_as_it_is_deployed(reference: str, value: str) -> None:
    built = deployed(shop(FileObject(name="pw", external=True, external_name=reference)), value)
    password = built.inputs(INSTANCE)["password"]
    assert revealed(password) == "from-outside"
    assert password != "from-outside", "it is marked as a secret"


def test_a_password_of_the_program_is_the_databases_too() -> None:
    given = Surroundings(name="ComposeApplication 'shop'", secrets={"pw": pulumi.Output.from_input("of-the-program\n")})
    built = deployed(shop(FileObject(name="pw", given=True)), around=given)
    assert revealed(built.inputs(INSTANCE)["password"]) == "of-the-program"
    version = built.inputs("aws:secretsmanager/secretVersion:SecretVersion")
    assert revealed(version["secretString"]) == "of-the-program\n"


def test_fargate_makes_the_domain_that_of_its_own_vpc() -> None:
    built = deployed(shop())
    assert built.inputs("aws:route53/zone:Zone")["name"] == "shop-test.internal"
    assert built.inputs("aws:ec2/vpcDhcpOptions:VpcDhcpOptions")["domainName"] == "shop-test.internal"
    record = built.inputs("aws:route53/record:Record")
    assert (record["name"], record["records"]) == ("db", ["db.rds.example"])
    options = built.options["berth:components:PrivateNames", "shop-test-db"]
    assert "VpcDhcpOptionsAssociation" in {type(item).__name__ for item in options.depends_on}


def test_a_vpc_of_others_keeps_its_domain() -> None:
    built = deployed(shop(), **EXISTING)
    assert built.inputs("aws:route53/record:Record")["zoneId"] == "Z1"
    assert not built.types() & {"aws:route53/zone:Zone", "aws:ec2/vpcDhcpOptions:VpcDhcpOptions"}


def test_one_key_encrypts_all_and_who_reads_a_secret_may_decrypt_with_it() -> None:
    built = deployed(shop(), kms_key_arn=KEY)
    assert built.inputs(INSTANCE)["kmsKeyId"] == KEY
    assert built.inputs("aws:secretsmanager/secret:Secret")["kmsKeyId"] == KEY
    assert built.inputs("aws:cloudwatch/logGroup:LogGroup")["kmsKeyId"] == KEY
    policy = json.loads(built.inputs("aws:iam/rolePolicy:RolePolicy", "shop-test-web-execution-policy")["policy"])
    assert [item["Resource"] for item in policy["Statement"] if item["Action"] == ["kms:Decrypt"]] == [[KEY]]


def test_protected_data_is_protected_by_pulumi() -> None:
    built = deployed(shop(), protect_data=True)
    assert built.options[INSTANCE, "shop-test-db"].protect is True


def test_a_stack_without_managed_services_has_none_of_their_resources() -> None:
    built = deployed(application(service("web")))
    assert not {item for item in built.types() if "rds" in item or "elasticache" in item or "route53" in item}


def test_a_rotated_secret_stands_in_the_task_without_a_version() -> None:
    rotation = {"pw": {"lambda_arn": "arn:aws:lambda:eu-west-1:123456789012:function:f"}}
    built = deployed(shop(), secret_rotation=rotation)
    definition = built.inputs("aws:ecs/taskDefinition:TaskDefinition")["containerDefinitions"]
    files = next(item for item in json.loads(definition) if item["name"] == "web-files")
    assert files["secrets"][0]["valueFrom"] == "arn:aws:mock:us-east-1:123456789012:shop-test-pw"
