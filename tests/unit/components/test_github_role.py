from __future__ import annotations

import json
from typing import Any

import pytest

from berth.components.github_role import GitHubRole, GitHubRoleArgs
from berth.components.role import Statement
from berth.diagnostics import BerthError
from tests.unit.components.build import Built, build

PROVIDER = "arn:aws:iam::123456789012:oidc-provider/token.actions.githubusercontent.com"


def made(**more: Any) -> Built:
    arguments = {"repository": "acme/shop", "subjects": ["environment:prod"], "provider_arn": PROVIDER, **more}

    def make(opts: Any) -> dict[str, Any]:
        role = GitHubRole("deploy", GitHubRoleArgs(**arguments), opts)
        return {"arn": role.arn, "provider": role.provider_arn}

    return build(make)


def test_only_these_runs_of_this_repository_may_take_the_role() -> None:
    built = made(subjects=["pull_request", "environment:prod", "ref:refs/heads/main"])
    assert json.loads(built.inputs("aws:iam/role:Role")["assumeRolePolicy"]) == {
        "Version": "2012-10-17",
        "Statement": [
            {
                "Effect": "Allow",
                "Action": "sts:AssumeRoleWithWebIdentity",
                "Principal": {"Federated": PROVIDER},
                "Condition": {
                    "StringEquals": {
                        "token.actions.githubusercontent.com:aud": "sts.amazonaws.com",
                        "token.actions.githubusercontent.com:sub": [
                            "repo:acme/shop:environment:prod",
                            "repo:acme/shop:pull_request",
                            "repo:acme/shop:ref:refs/heads/main",
                        ],
                    }
                },
            }
        ],
    }
    assert built.values["provider"] == PROVIDER
    assert "aws:iam/openIdConnectProvider:OpenIdConnectProvider" not in built.types()


@pytest.mark.parametrize(
    ("more", "part"),
    [
        ({"repository": "acme/*"}, "a wildcard lets other repositories in"),
        ({"repository": "*/shop"}, "must be one repository"),
        ({"repository": "acme"}, "must be one repository"),
        ({"repository": "acme/shop:ref"}, "must be one repository"),
        ({"subjects": []}, "nobody could take the role"),
        ({"subjects": ["*"]}, "without a wildcard (got '*')"),
        ({"subjects": ["environment:*"]}, "without a wildcard"),
        ({"subjects": ["ref:refs/heads/release/?"]}, "without a wildcard"),
        ({"subjects": ["pull_request", "refs/heads/main"]}, "got 'refs/heads/main'"),
    ],
)
def test_who_else_could_come_in_is_refused(more: dict[str, Any], part: str) -> None:
    with pytest.raises(BerthError) as caught:
        GitHubRole("deploy", GitHubRoleArgs(**{"repository": "acme/shop", "subjects": ["pull_request"], **more}))
    assert part in str(caught.value)


def test_a_repository_with_immutable_subjects_has_its_ids() -> None:
    built = made(repository="acme@1/shop.app@22")
    assert "repo:acme@1/shop.app@22:environment:prod" in built.inputs("aws:iam/role:Role")["assumeRolePolicy"]


def test_without_a_provider_it_is_made() -> None:
    built = made(provider_arn=None)
    provider = built.inputs("aws:iam/openIdConnectProvider:OpenIdConnectProvider", "deploy-github")
    assert provider == {
        "url": "https://token.actions.githubusercontent.com",
        "clientIdLists": ["sts.amazonaws.com"],
        "tags": {},
    }
    trust = json.loads(built.inputs("aws:iam/role:Role")["assumeRolePolicy"])["Statement"][0]
    assert trust["Principal"] == {"Federated": built.values["provider"]}


def test_the_role_has_its_policies_its_limits_and_a_path_of_its_own() -> None:
    boundary = "arn:aws:iam::123456789012:policy/limit"
    built = made(
        policies={"state": [Statement(actions=("s3:GetObject",), resources=["arn:aws:s3:::b/*"])]},
        managed_policy_arns=["arn:aws:iam::aws:policy/SecurityAudit"],
        max_session_duration=7200,
        permissions_boundary=boundary,
        tags={"a": "b"},
    )
    role = built.inputs("aws:iam/role:Role")
    assert (role["path"], role["maxSessionDuration"], role["permissionsBoundary"]) == ("/github/", 7200, boundary)
    policy = built.inputs("aws:iam/policy:Policy", "deploy-state")
    assert json.loads(policy["policy"])["Statement"] == [
        {"Effect": "Allow", "Action": ["s3:GetObject"], "Resource": ["arn:aws:s3:::b/*"]}
    ]
    assert policy["path"] == "/github/"
    attached = {
        item.inputs["policyArn"] for item in built.recorder.of("aws:iam/rolePolicyAttachment:RolePolicyAttachment")
    }
    assert attached == {"arn:aws:mock:us-east-1:123456789012:deploy-state", "arn:aws:iam::aws:policy/SecurityAudit"}
