"""A Compose application in a program of somebody else's, under mocks: names, outputs, what it takes from around it."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
import pytest

from berth import ComposeApplication, ComposeApplicationArgs
from tests.unit.application.conftest import ORDERS, Run
from tests.unit.components.build import Built

ECS = ("ecs-ec2", "ecs-fargate")
TASK = "aws:ecs/taskDefinition:TaskDefinition"
VERSION = "aws:secretsmanager/secretVersion:SecretVersion"
GROUP = "aws:ec2/securityGroup:SecurityGroup"


def ecs(platform: Any = "ecs-fargate", **more: Any) -> ComposeApplicationArgs:
    return ComposeApplicationArgs(**{"platform": platform, "region": "eu-west-1", **more})


def container(built: Built, service: str, application: str = "orders") -> dict[str, Any]:
    listed = json.loads(built.inputs(TASK, f"{application}-test-{service}")["containerDefinitions"])
    return next(item for item in listed if item["name"] == service)


def stored(built: Built, secret: str) -> str:
    """What is in a secret of Secrets Manager, which has to be secret in the state."""
    value = built.inputs(VERSION, f"{secret}-value")["secretString"]
    assert value[pulumi.runtime.rpc._special_sig_key] == pulumi.runtime.rpc._special_secret_sig
    return value["value"]


@pytest.mark.parametrize("platform", ECS)
def test_each_service_has_what_others_refer_to(run: Run, platform: str) -> None:
    def program(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        orders = ComposeApplication("orders", ecs(platform), opts)
        api, worker = orders.services["api"], orders.services["worker"]
        return {
            **{name: getattr(api, name) for name in ("arn", "task_role_arn", "task_role_name", "execution_role_arn")},
            **{name: getattr(api, name) for name in ("security_group_ids", "log_group", "task_definition_arn")},
            "worker groups": worker.security_group_ids,
            "image": worker.image,
            "url": api.url,
            "no url": worker.url,
            "vpc": orders.vpc_id,
            "subnets": orders.public_subnet_ids,
            "cluster": orders.cluster_arn,
        }

    values = run(program).values
    arn = "arn:aws:mock:us-east-1:123456789012:"
    assert values["arn"] == f"{arn}orders-test-api"
    assert values["task_role_arn"] == f"{arn}orders-test-api-task"
    assert values["task_role_name"] == "orders-test-api-task"
    assert values["execution_role_arn"] == f"{arn}orders-test-api-execution"
    assert (values["log_group"], values["task_definition_arn"]) == ("orders-test-api", f"{arn}orders-test-api")
    assert (values["image"], values["no url"]) == ("python:3.13", None)
    assert (values["vpc"], values["cluster"]) == ("orders-test-id", f"{arn}orders-test")
    assert values["subnets"] == ["orders-test-public-0-id", "orders-test-public-1-id"]
    if platform == "ecs-fargate":
        assert values["url"] == "http://lb.example.com/"
        assert values["security_group_ids"] == [f"orders-test-network-{name}-id" for name in ("back", "front")]
        assert values["worker groups"] == ["orders-test-network-back-id"]
    else:
        assert values["security_group_ids"] == values["worker groups"] == ["orders-test-instances-id"]


def test_on_this_machine_there_are_urls_alone(run: Run, tmp_path: Path) -> None:
    def program(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        orders = ComposeApplication("orders", ComposeApplicationArgs(platform="compose"), opts)
        assert orders.vpc_id is None and orders.cluster_arn is None
        assert orders.services["api"].task_role_arn is None
        return {}

    built = run(program)
    assert built.inputs("pulumi-python:dynamic/berth:ComposeUp", "orders")["project_name"] == "orders"


@pytest.mark.parametrize("platform", ["compose", *ECS])
def test_two_of_a_program_share_no_name(run: Run, platform: str) -> None:
    def program(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        for name in ("orders", "returns"):
            ComposeApplication(name, ecs(platform), opts)
        return {}

    names = Counter((item.type, item.name) for item in run(program).recorder.resources)
    assert [name for name, count in names.items() if count > 1] == []
    assert all(("orders" in name) != ("returns" in name) for _, name in names), "each is one's own"


@pytest.mark.parametrize("platform", ECS)
def test_outputs_reach_containers_by_secrets_manager(run: Run, platform: str) -> None:
    def program(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        bucket = aws.s3.Bucket("reports")
        args = ecs(
            platform,
            secrets={"db-password": pulumi.Output.secret("of-the-program")},
            environment={"api": {"REPORTS": bucket.id, "KEY": pulumi.Output.secret("key-1"), "MODE": "off"}},
        )
        ComposeApplication("orders", args, opts)
        return {}

    built = run(program)
    assert stored(built, "orders-test-db-password") == "of-the-program"
    assert json.loads(stored(built, "orders-test-api-environment")) == {"REPORTS": "reports-id", "KEY": "key-1"}
    api = container(built, "api")
    assert api["environment"] == [{"name": "MODE", "value": "off"}]
    arn = "arn:aws:mock:us-east-1:123456789012:orders-test-api-environment"
    assert api["secrets"] == [{"name": name, "valueFrom": f"{arn}:{name}::v1"} for name in ("KEY", "REPORTS")]
    text = json.dumps([item.inputs for item in built.recorder.resources if item.type != VERSION])
    assert "key-1" not in text and "of-the-program" not in text


def test_outputs_reach_containers_of_this_machine(run: Run) -> None:
    def program(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        args = ComposeApplicationArgs(
            platform="compose",
            secrets={"db-password": pulumi.Output.secret("of-the-program")},
            environment={"api": {"KEY": pulumi.Output.secret("key-$1"), "MODE": "off"}},
        )
        ComposeApplication("orders", args, opts)
        return {}

    up = run(program).inputs("pulumi-python:dynamic/berth:ComposeUp", "orders")
    given = up["override"]["services"]["api"]["environment"]
    assert given.keys() == {"KEY", "MODE"}
    values = {f"${{{name}}}": value for name, value in up["environment"]["value"].items()}
    assert {name: values[place] for name, place in given.items()} == {"KEY": "key-$1", "MODE": "off"}
    assert up["secrets"]["value"]["db-password"] == "of-the-program"
    rest = json.dumps({name: value for name, value in up.items() if name not in ("environment", "secrets")})
    assert "key-$1" not in rest and "of-the-program" not in rest


@pytest.mark.parametrize("platform", ["compose", *ECS])
def test_a_preview_needs_none_of_the_values(run: Run, platform: str) -> None:
    def program(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        unknown = pulumi.Output.from_input(pulumi.runtime.rpc.UNKNOWN)
        late = aws.s3.Bucket("reports").arn.apply(str)
        args = ecs(platform, secrets={"db-password": late}, environment={"api": {"REPORTS": unknown}})
        ComposeApplication("orders", args, opts)
        return {}

    types = run(program, preview=True).types()
    assert types & {TASK, "pulumi-python:dynamic/berth:ComposeUp"}


def test_the_programs_provider_makes_everything(run: Run) -> None:
    def program(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        provider = aws.Provider("theirs", region="eu-west-1", profile="their-account")
        given = pulumi.ResourceOptions(providers=[provider])
        ComposeApplication("orders", ecs(), pulumi.ResourceOptions.merge(opts, given))
        return {}

    built = run(program)
    assert built.names("pulumi:providers:aws") == ["theirs"]
    options = built.options["aws:ecs/cluster:Cluster", "orders-test"]
    assert options.parent is not None
    assert {getattr(options.parent.get_provider("aws:ecs/cluster:Cluster"), "_name", None)} == {"theirs"}


@pytest.mark.parametrize(
    ("region", "config", "own"),
    [(None, "eu-west-1", []), ("eu-west-1", "eu-west-1", []), ("eu-west-1", "us-east-1", ["orders-test-aws"])],
)
def test_the_default_provider_is_used_in_its_own_region(
    run: Run, region: str | None, config: str, own: list[str]
) -> None:
    def program(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        ComposeApplication("orders", ecs(region=region), opts)
        return {}

    built = run(program, aws_region=config)
    assert built.names("pulumi:providers:aws") == own
    logs = json.loads(built.inputs(TASK, "orders-test-api")["containerDefinitions"])[0]["logConfiguration"]
    assert logs["options"]["awslogs-region"] == "eu-west-1"


def test_two_use_another_stacks_network_and_cluster(run: Run) -> None:
    shared = {
        "platform": "ecs-fargate",
        "region": "eu-north-1",
        "cpuArchitecture": "x86_64",
        "vpcId": "vpc-1",
        "vpcCidr": "10.0.0.0/16",
        "publicSubnetIds": ["subnet-1", "subnet-2"],
        "clusterArn": "arn:aws:ecs:eu-north-1:123456789012:cluster/dev",
    }

    def program(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        args = ecs(region=None, settings={"sharedStack": "acme/berth/dev"})
        made = [ComposeApplication(name, args, opts) for name in ("orders", "returns")]
        return {"vpc": made[0].vpc_id}

    outputs = {"acme/berth/dev": {"outputs": {"shared": shared}}}
    calls = {
        "pulumi:pulumi:readStackOutputs": lambda asked: outputs[asked["name"]],
        "aws:ecs/getCluster:getCluster": {"arn": shared["clusterArn"], "clusterName": "dev"},
    }
    Path("compose.yaml").write_text(ORDERS.replace("x-berth: {ingress: {path: /}}", ""))
    built = run(program, calls=calls, aws_region="eu-west-1")
    assert built.values["vpc"] == "vpc-1"
    assert built.names("pulumi:pulumi:StackReference") == [
        f"{name}-test-acme/berth/dev" for name in ("orders", "returns")
    ]
    assert built.inputs("pulumi:providers:aws", "orders-test-aws")["region"] == "eu-north-1"


def test_the_emulator_gets_a_provider_of_the_applications_own(run: Run) -> None:
    def program(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        args = ecs(region=None, settings={"awsEndpoint": "http://localhost:4566"})
        ComposeApplication("orders", args, opts)
        return {}

    assert run(program, aws_region="eu-west-1").inputs("pulumi:providers:aws", "orders-test-aws")["profile"]


def test_a_provider_of_another_region_is_refused(run: Run) -> None:
    def program(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        provider = aws.Provider("theirs", region="us-east-1")
        ComposeApplication(
            "orders", ecs(), pulumi.ResourceOptions.merge(opts, pulumi.ResourceOptions(provider=provider))
        )
        return {}

    with pytest.raises(pulumi.RunError, match="region: is eu-west-1, and that of the AWS provider is us-east-1"):
        run(program)


def test_protection_and_transformations_reach_every_resource(run: Run) -> None:
    kept: set[str] = set()

    def keep(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        kept.add(args.type_)
        if args.type_ != "aws:cloudwatch/logGroup:LogGroup":
            return None
        return pulumi.ResourceTransformationResult(props={**args.props, "retention_in_days": 365}, opts=args.opts)

    resources: list[pulumi.Resource] = []

    def program(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        more = pulumi.ResourceOptions(protect=True, transformations=[keep])
        resources.append(ComposeApplication("orders", ecs(), pulumi.ResourceOptions.merge(opts, more)))
        return {}

    built = run(program)
    groups = built.recorder.of("aws:cloudwatch/logGroup:LogGroup")
    assert {group.inputs["retentionInDays"] for group in groups} == {365}
    assert built.types() <= kept
    below = [child for root in resources for child in root._childResources]
    assert below and all(child._protect for child in below)


def test_the_programs_own_settings_are_not_read(run: Run, tmp_path: Path) -> None:
    (tmp_path / "other.yaml").write_text(ORDERS.replace("worker", "other"))

    def program(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        orders = ComposeApplication("orders", ecs(files=["other.yaml"]), opts)
        assert orders.services.keys() == {"api", "other"}
        return {}

    config = {"berth_platform": "compose", "berth_composeFiles": '["nowhere.yaml"]', "berth_regoin": "x"}
    assert "aws:ecs/cluster:Cluster" in run(program, **config).types()


def test_files_lie_in_a_folder_of_their_own(run: Run, tmp_path: Path) -> None:
    folder = tmp_path / "deploy"
    folder.mkdir()
    (folder / "orders.yaml").write_text(ORDERS.replace("file: ./db-password.txt", "file: ../db-password.txt"))

    def program(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        ComposeApplication("orders", ecs(directory="deploy", files=["orders.yaml"]), opts)
        return {}

    assert stored(run(program), "orders-test-db-password") == "of the file"
