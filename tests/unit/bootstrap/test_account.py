"""The account's set-up: who may take which role, and that what these may do is what Berth's resources need."""

from __future__ import annotations

import json
import re
from fnmatch import fnmatchcase
from typing import Any

import pytest

from berth.stackfile import ROOT
from bootstrap.account import Account, AccountArgs
from bootstrap.boundary import ANYWHERE
from bootstrap.page import TABLES, with_tables
from bootstrap.permissions import GRANTS
from guard.pack import RULES, excepted
from guard.rule import Resource
from tests.unit.berth.cost.test_resources import created
from tests.unit.components.build import Built, build
from tests.unit.platforms.iam import table
from tests.unit.quick import quick_sdk as quick_sdk
from tests.unit.recorder import Recorder

pytestmark = pytest.mark.filterwarnings("ignore:.*has been deprecated:DeprecationWarning")  # as pulumi_aws.s3 loads

LONGEST = 6144
"""Characters of a managed policy without white space: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""

OF_THE_SET_UP = {"iam.OpenIdConnectProvider", "iam.Policy"}
"""What only an administrator makes, by components.github_role."""

MOST_ATTACHED = 10
SECRET = "arn:aws:secretsmanager:us-east-1:123456789012:secret:token-AbCdEf"


@pytest.fixture(scope="module")
def built() -> Built:
    recorder = Recorder(
        calls={
            "aws:index/getCallerIdentity:getCallerIdentity": {
                "accountId": "123456789012",
                "arn": "arn:aws:iam::123456789012:user/admin",
                "userId": "x",
                "id": "x",
            }
        },
        outputs={"aws:kms/key:Key": {"keyId": "key-1"}},
    )

    def make(opts: Any) -> dict[str, Any]:
        arguments = AccountArgs(
            repository="acme/shop",
            applications=["shop", "billing-and-reports"],
            external_arns=[f"{SECRET}:password::", "arn:aws:ssm:us-east-1:123456789012:parameter/shop/key"],
            pull_request_environments=True,
        )
        return Account("berth", arguments, opts).outputs

    return build(make, recorder)


def policies(built: Built, role: str) -> dict[str, list[dict[str, Any]]]:
    found = {}
    for item in built.recorder.of("aws:iam/policy:Policy"):
        if item.name.startswith(f"berth-{role}"):
            found[item.name] = json.loads(item.inputs["policy"])["Statement"]
    return found


def allowed(built: Built, role: str) -> set[str]:
    return {action for statements in policies(built, role).values() for item in statements for action in item["Action"]}


def test_previews_and_drift_look_and_environments_deploy(built: Built) -> None:
    subjects = {
        item.name: json.loads(item.inputs["assumeRolePolicy"])["Statement"][0]["Condition"]["StringEquals"][
            "token.actions.githubusercontent.com:sub"
        ]
        for item in built.recorder.of("aws:iam/role:Role")
    }
    assert subjects == {
        "berth-preview": ["repo:acme/shop:pull_request", "repo:acme/shop:ref:refs/heads/main"],
        "berth-deploy": ["repo:acme/shop:environment:dev", "repo:acme/shop:environment:prod"],
        "berth-environment": ["repo:acme/shop:environment:pull-requests"],
    }
    assert built.inputs("aws:iam/role:Role", "berth-deploy")["maxSessionDuration"] == 7200
    up = (ROOT / ".github" / "workflows" / "up.yml").read_text()
    assert "role-duration-seconds: 7200" in up


def test_who_previews_changes_nothing(built: Built) -> None:
    reading = re.compile(r"\w[\w-]*:(Describe|Get|List|View)|ecr:BatchGetImage|kms:Decrypt")
    assert [action for action in sorted(allowed(built, "preview")) if not reading.match(action)] == []
    assert allowed(built, "preview") < allowed(built, "deploy") | {"s3:GetObject"}


def test_every_policy_fits(built: Built) -> None:
    for role in ("preview", "deploy", "environment", "boundary"):
        found = policies(built, role)
        assert 0 < len(found) <= MOST_ATTACHED
        for name, statements in found.items():
            assert len(json.dumps(statements, separators=(",", ":"))) + 60 < LONGEST, name


def test_the_policy_pack_has_nothing_against_it(built: Built) -> None:
    config = json.loads((ROOT / "bootstrap" / "policy-config.json").read_text())
    found = [
        f"{rule.name}: {resource.name}: {message}"
        for resource in built.recorder.resources
        for rule in RULES
        if resource.type in rule.types and not excepted(resource.name, config.get(rule.name, {}))
        for message in rule.check(
            Resource(type=resource.type, name=resource.name, inputs=resource.inputs),
            {name: option["default"] for name, option in rule.options.items()},
        )
    ]
    assert found == []
    names = {resource.name for resource in built.recorder.resources}
    assert {item["resource"] for rule in config.values() for item in rule["exceptions"]} <= names


def test_every_kind_of_resource_has_its_grant_and_no_other() -> None:
    assert {name for grant in GRANTS for name in grant.types} == created() - OF_THE_SET_UP
    assert [grant.service for grant in GRANTS if len(grant.why) < 8] == []
    assert [grant for grant in GRANTS if (grant.reads or grant.writes) and not grant.resources] == []


def test_a_role_is_made_only_within_the_boundary(built: Built) -> None:
    boundary = built.values["permissionsBoundaryArn"]
    dangerous = {"iam:AttachRolePolicy", "iam:CreateRole", "iam:PutRolePermissionsBoundary", "iam:PutRolePolicy"}
    statements = [item for found in policies(built, "deploy").values() for item in found]
    for item in statements:
        if dangerous & set(item["Action"]):
            assert item["Condition"] == {"StringEquals": {"iam:PermissionsBoundary": [boundary]}}
        if "iam:PassRole" in item["Action"]:
            assert "iam:PassedToService" in item["Condition"]["StringEquals"]
    forbidden = re.compile(
        r"iam:(\w*User|\w*Group|\w*AccessKey|\w*PolicyVersion|DeleteRolePermissionsBoundary|\w*OpenID)"
    )
    assert [action for action in allowed(built, "deploy") if forbidden.match(action)] == []
    assert not {"iam:CreatePolicy", "iam:DeletePolicy", "sts:AssumeRole"} & allowed(built, "deploy")


def test_the_workflows_own_roles_are_out_of_reach(built: Built) -> None:
    for item in built.recorder.of("aws:iam/role:Role"):
        own = f"arn:aws:iam::123456789012:role{item.inputs['path']}{item.name}"
        for statements in policies(built, "deploy").values():
            for statement in statements:
                if any(action.startswith("iam:") for action in statement["Action"]):
                    assert not [arn for arn in statement["Resource"] if fnmatchcase(own, arn)]


def test_the_boundary_lets_each_role_do_what_it_is_for(built: Built) -> None:
    """docs/iam.md has every permission of a stack's roles."""
    needed = {item.action for item in table()} - {"sts:AssumeRole", "managed policy"}
    (statements,) = policies(built, "boundary").values()
    within = [pattern for item in statements for pattern in item["Action"]]
    assert [action for action in sorted(needed) if not any(fnmatchcase(action, pattern) for pattern in within)] == []
    assert len(set(ANYWHERE)) == len(ANYWHERE)
    reads = (item["Resource"] for item in statements if "secretsmanager:GetSecretValue" in item["Action"])
    assert [secret for secrets in reads for secret in secrets] == [
        "arn:aws:secretsmanager:*:123456789012:secret:billing-and-reports-*",
        "arn:aws:secretsmanager:*:123456789012:secret:shop-*",
        SECRET,
    ]


def test_the_state_is_encrypted_versioned_and_outlived_by_its_key(built: Built) -> None:
    assert built.inputs("aws:s3/bucketVersioning:BucketVersioning")["versioningConfiguration"] == {"status": "Enabled"}
    waits = built.options["aws:s3/bucket:Bucket", "berth-state"].depends_on
    assert [type(item).__name__ for item in waits] == ["Key"]
    policy = json.loads(built.inputs("aws:s3/bucketPolicy:BucketPolicy")["policy"])["Statement"]
    assert [(item["Effect"], item["Condition"]) for item in policy] == [
        ("Deny", {"Bool": {"aws:SecureTransport": "false"}})
    ]
    assert built.values["PULUMI_BACKEND_URL"] == "s3://berth-state-id?region=us-east-1"
    state = policies(built, "preview")["berth-preview-state"]
    assert {action for item in state for action in item["Action"]} == {"kms:Decrypt", "s3:GetObject", "s3:ListBucket"}


def test_the_page_has_the_tables_as_they_are() -> None:
    text = (ROOT / "docs" / "github-roles.md").read_text()
    assert with_tables(text) == text, "run tools/run tools/github-roles"
    assert text.count("\n| `") == sum(len(grants) for grants, _ in TABLES.values())
