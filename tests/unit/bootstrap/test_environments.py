"""The role for pull requests' environments: what it may do for them, and that it may do nothing to other stacks."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from berth.components.load_balancer import load_balancer_name
from berth.components.naming import ENVIRONMENT_TAG, autonamed
from berth.diagnostics import BerthError
from berth.environments import NAME, settings_of
from berth.platforms.ecs.deploy import EcsApplication
from berth.settings import Settings, attach_settings
from berth.stackfile import ROOT
from bootstrap.account import Account, AccountArgs
from bootstrap.environments import BASE, GITHUB_ENVIRONMENT
from bootstrap.permissions import GRANTS
from bootstrap.permissions.environments import BOUNDARY
from bootstrap.permissions.environments import GRANTS as OWN_GRANTS
from bootstrap.state import CONTEXT
from tests.unit.bootstrap.evaluation import permits
from tests.unit.bootstrap.test_account import built as built
from tests.unit.bootstrap.test_account import policies
from tests.unit.components.build import Built, build
from tests.unit.compose.files import load
from tests.unit.hooks import accept_hooks
from tests.unit.platforms.test_ecs_shared import CLUSTER, DEV
from tests.unit.quick import quick_sdk as quick_sdk
from tests.unit.recorder import Recorder

pytestmark = pytest.mark.filterwarnings("ignore:.*has been deprecated:DeprecationWarning")  # as pulumi_aws.s3 loads

EVERYTHING = """
services:
  web:
    build: {context: .}
    expose: ["80"]
    volumes: ["data:/data"]
    secrets: [key]
    x-berth:
      ingress: {path: /}
      scaling: {max: 3, memory: 70, schedule: [{when: "cron(0 8 ? * MON-FRI *)", min: 2}]}
      deployment: {strategy: blue_green, bake_time: 0, error_percent: 5}
  queue: {image: q, expose: ["9000"], x-berth: {ingress: {protocol: tcp}}}
  tick: {image: t, x-berth: {schedule: "rate(1 day)"}}
  job: {image: j}
  last: {image: l, depends_on: {job: {condition: service_completed_successfully}}}
volumes: {data: {}}
secrets: {key: {file: ./key.txt}}
"""
LB = "arn:aws:elasticloadbalancing:us-east-1:123456789012:"
ECS = "arn:aws:ecs:us-east-1:123456789012:"
EC2 = "arn:aws:ec2:us-east-1:123456789012:"
EFS = "arn:aws:elasticfilesystem:us-east-1:123456789012:"
IAM = "arn:aws:iam::123456789012:"
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:"
LOGS = "arn:aws:logs:us-east-1:123456789012:log-group:/ecs/berth/"
KEY = "arn:aws:kms:us-east-1:123456789012:key/1"
STATE = "arn:aws:mock:us-east-1:123456789012:berth-state/.pulumi/"
STATE_KEY = "arn:aws:mock:us-east-1:123456789012:berth-state"
"""The mock's ARN of the bucket, and of the key."""

HAS = {f"aws:ResourceTag/{ENVIRONMENT_TAG}": "pr-7"}
GETS = {f"aws:RequestTag/{ENVIRONMENT_TAG}": "pr-7"}
RULE = f"{LB}listener-rule/app/shop-dev-1/2/3/4"


def statements(built: Built, name: str = "environment") -> list[dict[str, Any]]:
    boundary = f"berth-{name}-boundary"
    return [item for key, found in policies(built, name).items() if key != boundary for item in found]


def boundary(built: Built) -> list[dict[str, Any]]:
    return policies(built, "environment-boundary")["berth-environment-boundary"]


@pytest.mark.parametrize(
    ("action", "arn", "context", "allowed"),
    [
        ("ecs:CreateService", f"{ECS}service/shop-dev-1/shop-pr-7-web-1", {}, True),
        ("ecs:UpdateService", f"{ECS}service/shop-dev-1/shop-dev-web-1", {}, False),
        ("ecs:DeleteService", f"{ECS}service/shop-prod-1/shop-prod-web-1", {}, False),
        ("ecs:RegisterTaskDefinition", f"{ECS}task-definition/shop-pr-7-web:1", {}, True),
        ("ecs:RunTask", f"{ECS}task-definition/shop-prod-web:1", {}, False),
        ("ecs:StopTask", f"{ECS}task/shop-prod-1/a", {}, False),
        ("ecs:DeleteCluster", f"{ECS}cluster/shop-dev-1", {}, False),
        ("elasticloadbalancing:CreateRule", f"{LB}listener/app/shop-dev-1/2/3", GETS, True),
        ("elasticloadbalancing:CreateRule", f"{LB}listener/app/shop-dev-1/2/3", {}, False),
        ("elasticloadbalancing:CreateRule", f"{LB}listener/app/shop-prod-1/2/3", GETS, False),
        ("elasticloadbalancing:AddTags", RULE, {"elasticloadbalancing:CreateAction": "CreateRule"}, True),
        ("elasticloadbalancing:AddTags", RULE, {}, False),
        ("elasticloadbalancing:DeleteRule", RULE, HAS, True),
        ("elasticloadbalancing:DeleteRule", RULE, {}, False),
        ("elasticloadbalancing:ModifyRule", RULE, {f"aws:ResourceTag/{ENVIRONMENT_TAG}": "prod"}, False),
        ("elasticloadbalancing:CreateListener", f"{LB}loadbalancer/app/shop-dev-1/2", GETS, True),
        ("elasticloadbalancing:DeleteLoadBalancer", f"{LB}loadbalancer/app/shop-dev-1/2", {}, False),
        ("elasticloadbalancing:DeleteTargetGroup", f"{LB}targetgroup/shop-pr-7-web-1/2", HAS, True),
        ("elasticloadbalancing:DeleteTargetGroup", f"{LB}targetgroup/shop-prod-web-1/2", {}, False),
        ("ec2:CreateSecurityGroup", f"{EC2}security-group/*", GETS, True),
        ("ec2:CreateSecurityGroup", f"{EC2}security-group/*", {}, False),
        ("ec2:CreateTags", f"{EC2}security-group/sg-1", {"ec2:CreateAction": "CreateSecurityGroup"}, True),
        ("ec2:CreateTags", f"{EC2}security-group/sg-1", {}, False),
        ("ec2:DeleteSecurityGroup", f"{EC2}security-group/sg-1", HAS, True),
        ("ec2:DeleteSecurityGroup", f"{EC2}security-group/sg-1", {"aws:ResourceTag/Name": "shop-dev-ingress"}, False),
        (
            *("ec2:AuthorizeSecurityGroupIngress", f"{EC2}security-group/sg-1"),
            *({"aws:ResourceTag/Name": "shop-dev-ingress"}, True),
        ),
        (
            *("ec2:AuthorizeSecurityGroupIngress", f"{EC2}security-group/sg-1"),
            *({"aws:ResourceTag/Name": "shop-prod-ingress"}, False),
        ),
        ("ec2:DeleteVpc", f"{EC2}vpc/vpc-1", HAS, False),
        ("elasticfilesystem:CreateMountTarget", f"{EFS}file-system/fs-1", HAS, True),
        ("elasticfilesystem:DeleteFileSystem", f"{EFS}file-system/fs-1", {}, False),
        ("elasticfilesystem:TagResource", f"{EFS}file-system/fs-1", {}, False),
        ("secretsmanager:GetSecretValue", f"{SECRET}shop-pr-7-key-1", {}, True),
        ("secretsmanager:GetSecretValue", f"{SECRET}shop-prod-key-1", {}, False),
        ("secretsmanager:GetSecretValue", f"{SECRET}shop-dev-key-1", {}, False),
        ("logs:GetLogEvents", f"{LOGS}pr-7/shop-pr-7-web-1", {}, True),
        ("logs:GetLogEvents", f"{LOGS}prod/shop-prod-web-1", {}, False),
        ("iam:PassRole", f"{IAM}role/shop-pr-7-web-task-1", {"iam:PassedToService": "ecs-tasks.amazonaws.com"}, True),
        ("iam:PassRole", f"{IAM}role/shop-prod-web-task-1", {"iam:PassedToService": "ecs-tasks.amazonaws.com"}, False),
        ("iam:CreateRole", f"{IAM}role/shop-pr-7-web-task-1", {}, False),
        ("kms:Decrypt", KEY, {}, False),
        ("kms:Decrypt", KEY, {"kms:ViaService": "secretsmanager.us-east-1.amazonaws.com"}, True),
        ("kms:Decrypt", STATE_KEY, {}, False),
    ],
)
def test_it_works_on_environments_and_on_no_other_stack(
    built: Built, action: str, arn: str, context: dict[str, str], allowed: bool
) -> None:
    assert permits(statements(built), action, arn, context) is allowed


def test_a_role_is_made_only_within_the_environments_own_boundary(built: Built) -> None:
    arn, other = built.values["environmentsBoundaryArn"], built.values["permissionsBoundaryArn"]
    assert arn != other
    for action in ("iam:CreateRole", "iam:PutRolePolicy", "iam:AttachRolePolicy"):
        for within, allowed in ((arn, True), (other, False)):
            context = {"iam:PermissionsBoundary": within}
            assert permits(statements(built), action, f"{IAM}role/shop-pr-7-web", context) is allowed


@pytest.mark.parametrize(
    ("action", "arn", "context", "allowed"),
    [
        ("secretsmanager:GetSecretValue", f"{SECRET}shop-pr-7-key-1", {}, True),
        ("secretsmanager:GetSecretValue", f"{SECRET}shop-prod-key-1", {}, False),
        ("secretsmanager:GetSecretValue", f"{SECRET}token-AbCdEf", {}, False),
        ("kms:Decrypt", KEY, {}, False),
        ("elasticfilesystem:ClientMount", f"{EFS}file-system/fs-1", HAS, True),
        ("elasticfilesystem:ClientMount", f"{EFS}file-system/fs-1", {}, False),
        ("elasticloadbalancing:ModifyRule", RULE, HAS, True),
        ("elasticloadbalancing:ModifyRule", RULE, {}, False),
        ("iam:PassRole", f"{IAM}role/shop-prod-web-task-1", {}, False),
        ("ecs:RunTask", f"{ECS}task-definition/shop-prod-web:1", {}, False),
    ],
)
def test_nor_do_the_roles_that_it_makes(
    built: Built, action: str, arn: str, context: dict[str, str], allowed: bool
) -> None:
    assert permits(boundary(built), action, arn, context) is allowed


@pytest.mark.parametrize(
    ("key", "read", "written"),
    [
        ("meta.yaml", True, False),
        ("stacks/berth/pr-7.json", True, True),
        ("stacks/berth/pr-7.json.bak", True, True),
        ("stacks/berth/pr-7.pulumi-tags", True, True),
        ("stacks/berth/dev.json", True, False),
        ("stacks/berth/prod.json", True, False),
        ("stacks/other/prod.json", False, False),
        ("history/berth/pr-7/pr-7-1.history.json", True, True),
        ("history/berth/dev/dev-1.checkpoint.json", False, False),
        ("backups/berth/pr-7/pr-7.1.json.bak", True, True),
        ("backups/berth/prod/prod.1.json.bak", False, False),
        ("locks/organization/berth/pr-7/9e3f.json", True, True),
        ("locks/organization/berth/prod/9e3f.json", False, False),
    ],
)
def test_of_the_state_it_writes_the_environments(built: Built, key: str, read: bool, written: bool) -> None:
    """The keys are those that Pulumi makes in a folder: history, backups, locks and states."""
    for action, allowed in (("GetObject", read), ("PutObject", written), ("DeleteObject", written)):
        assert permits(statements(built), f"s3:{action}", f"{STATE}{key}", {}) is allowed


@pytest.mark.parametrize(
    ("context", "actions"),
    [
        ({"aws:s3:arn": STATE_KEY}, {"Decrypt", "GenerateDataKey"}),
        ({CONTEXT: "dev"}, {"Decrypt", "Encrypt"}),
        ({CONTEXT: "prod"}, set()),
        ({}, set()),
    ],
    ids=["the bucket's objects", "dev's secrets", "prod's secrets", "secrets without a context"],
)
def test_it_decrypts_what_environments_take_from_dev(built: Built, context: dict[str, str], actions: set[str]) -> None:
    request = {f"kms:EncryptionContext:{key}": value for key, value in context.items()}
    asked = ("Decrypt", "Encrypt", "GenerateDataKey")
    assert {item for item in asked if permits(statements(built), f"kms:{item}", STATE_KEY, request)} == actions


def deployed(directory: Path, **chosen: Any) -> Built:
    """A pull request's environment of an application that uses all there is, with the settings that ``up`` writes."""
    owner = Settings(platform="ecs-ec2", ingress="alb", domain=chosen.pop("domain"), certificate_arn="arn:c")
    shared = DEV.model_copy(update={"domain": owner.domain, "hosted_zone_id": None})
    own = settings_of("pr-7", BASE, owner)
    given = Settings.model_validate({"platform": "ecs-ec2", **own, **chosen})
    (directory / "key.txt").write_text("x")
    (directory / "Dockerfile").write_text("FROM scratch\n")
    application = load(directory, EVERYTHING)
    balancer = {"arn": "arn:lb", "arnSuffix": "a", "dnsName": "lb", "zoneId": "Z", "securityGroups": ["sg-lb"]}
    recorder = Recorder(
        calls={
            "aws:ecr/getAuthorizationToken:getAuthorizationToken": {"userName": "AWS", "password": "login"},
            "aws:lb/getListener:getListener": {"loadBalancerArn": "arn:lb", "port": 443, "protocol": "HTTPS"},
            "aws:lb/getLoadBalancer:getLoadBalancer": balancer,
            "aws:ecs/getCluster:getCluster": {"arn": CLUSTER, "clusterName": "dev"},
        },
        outputs={
            "aws:ecr/repository:Repository": {"repositoryUrl": "1.dkr.ecr/x", "registryId": "1"},
            "docker-build:index:Image": {"digest": "sha256:" + "a" * 64},
            "aws:lb/loadBalancer:LoadBalancer": {"dnsName": "lb", "zoneId": "Z", "arnSuffix": "l"},
            "aws:lb/targetGroup:TargetGroup": {"arnSuffix": "t"},
            "aws:secretsmanager/secretVersion:SecretVersion": {"versionId": "v1"},
        },
    )

    def make(opts: Any) -> dict[str, Any]:
        accept_hooks()
        EcsApplication("shop-pr-7", application, attach_settings(given, shared, stack="pr-7"), opts)
        return {}

    return build(make, recorder)


@pytest.fixture(scope="module")
def environments(tmp_path_factory: pytest.TempPathFactory) -> list[Built]:
    """On instances behind a domain and on a port, and on Fargate."""
    directory = tmp_path_factory.mktemp("environment")
    fargate = deployed(directory, domain="dev.example.com", platform="ecs-fargate")
    return [fargate, *(deployed(directory, domain=domain) for domain in ("dev.example.com", None))]


def kind(type_token: str) -> str:
    """``aws:ecs/service:Service`` -> ``ecs.Service``, as grants have it."""
    module, _, name = type_token.removeprefix("aws:").partition("/")
    return f"{module}.{name.rpartition(':')[2]}"


def test_every_kind_of_resource_of_an_environment_has_its_grant_and_no_other(environments: list[Built]) -> None:
    made = {kind(item) for each in environments for item in each.types() if item.startswith("aws:")}
    assert {name for grant in OWN_GRANTS for name in grant.types} == made
    assert [grant for grant in OWN_GRANTS if len(grant.why) < 4] == []


def test_what_is_known_by_its_tag_has_it(environments: list[Built]) -> None:
    """``TAGGED`` are the resources whose actions are conditioned on the tag."""
    tagged = {
        *("aws:ec2/securityGroup:SecurityGroup", "aws:efs/fileSystem:FileSystem", "aws:efs/accessPoint:AccessPoint"),
        *("aws:lb/listener:Listener", "aws:lb/listenerRule:ListenerRule", "aws:lb/loadBalancer:LoadBalancer"),
        *("aws:lb/targetGroup:TargetGroup", "aws:servicediscovery/httpNamespace:HttpNamespace"),
        "aws:appautoscaling/target:Target",
    }
    found = [item for each in environments for item in each.recorder.resources if item.type in tagged]
    assert {item.type for item in found} == tagged
    assert [item.name for item in found if item.inputs["tags"].get(ENVIRONMENT_TAG) != "pr-7"] == []


def test_it_may_do_less_than_who_deploys() -> None:
    def actions(grants: Any) -> set[str]:
        return {
            f"{item.service}:{action}"
            for item in grants
            for action in (*item.looks, *item.reads, *item.makes, *item.writes)
        }

    assert actions(OWN_GRANTS) < actions(GRANTS)
    assert {item.split(":")[0] for item in actions(BOUNDARY)} == {
        *("ecr", "ecs", "elasticfilesystem", "elasticloadbalancing", "iam", "kms", "logs", "secretsmanager"),
        "ssmmessages",
    }


@pytest.mark.parametrize("application", ["shop", "an-application-of-a-long-name"])
def test_a_long_name_that_was_cut_is_among_them(application: str) -> None:
    recorder = Recorder(
        calls={
            "aws:index/getCallerIdentity:getCallerIdentity": {
                "accountId": "123456789012",
                "arn": "arn:aws:iam::123456789012:user/admin",
            }
        },
        outputs={"aws:kms/key:Key": {"keyId": "key-1"}},
    )
    arguments = AccountArgs(repository="acme/shop", applications=[application], pull_request_environments=True)
    made = build(lambda opts: Account("berth", arguments, opts).outputs, recorder)
    group = f"{LB}targetgroup/{load_balancer_name(f'{application}-pr-7-web')}-1234567/2"
    listener = f"{LB}listener/app/{autonamed(f'{application}-dev', 32)}-1234567/2/3"
    assert permits(statements(made), "elasticloadbalancing:CreateTargetGroup", group, GETS)
    assert permits(statements(made), "elasticloadbalancing:CreateRule", listener, GETS)
    deploy = statements(made, "deploy")
    group = f"{LB}targetgroup/{load_balancer_name(f'{application}-prod-web')}-1234567/2"
    assert permits(deploy, "elasticloadbalancing:CreateTargetGroup", group, {})
    assert not permits(statements(made), "elasticloadbalancing:DeleteTargetGroup", group, {})


def test_two_applications_whose_names_run_into_each_other_are_refused() -> None:
    arguments = AccountArgs(repository="a/b", applications=["shop", "shop-pr"], pull_request_environments=True)
    calls = {"aws:index/getCallerIdentity:getCallerIdentity": {"accountId": "1", "arn": "arn:aws:iam::1:user/x"}}
    with pytest.raises(BerthError, match="shop-pr's resources have names as those of shop's environments"):
        build(lambda opts: Account("berth", arguments, opts).outputs, Recorder(calls=calls))


def test_it_is_there_where_it_was_asked_for(built: Built) -> None:
    assert {"AWS_ENVIRONMENT_ROLE_ARN", "environmentsBoundaryArn"} <= set(built.values)
    calls = {"aws:index/getCallerIdentity:getCallerIdentity": {"accountId": "1", "arn": "arn:aws:iam::1:user/x"}}
    recorder = Recorder(calls=calls, outputs={"aws:kms/key:Key": {"keyId": "key-1"}})
    arguments = AccountArgs(repository="acme/shop", applications=["shop"])
    plain = build(lambda opts: Account("berth", arguments, opts).outputs, recorder)
    assert plain.names("aws:iam/role:Role") == ["berth-deploy", "berth-preview"]
    assert not {"AWS_ENVIRONMENT_ROLE_ARN", "environmentsBoundaryArn"} & set(plain.values)


def test_the_names_are_those_of_the_command_line_and_the_workflow() -> None:
    assert NAME.fullmatch("pr-7")
    workflow = (ROOT / ".github" / "workflows" / "environment.yml").read_text()
    assert workflow.count(f"environment: {GITHUB_ENVIRONMENT}\n") == 3
    assert json.dumps(CONTEXT) == '"stack"'
    assert f"context_{CONTEXT}={BASE}" in (ROOT / "docs" / "pull-requests.md").read_text()
