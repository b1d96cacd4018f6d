"""An IAM role that workflows of one GitHub repository take by OIDC, without any key that lasts.

https://docs.github.com/en/actions/how-tos/secure-your-work/security-harden-deployments/oidc-in-aws
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from berth.components.container_json import canonical
from berth.components.naming import autonamed
from berth.components.role import MAXIMUM_NAME, Statement, policy
from berth.diagnostics import BerthError, Diagnostic

ISSUER = "token.actions.githubusercontent.com"
AUDIENCE = "sts.amazonaws.com"
"""What aws-actions/configure-aws-credentials asks for."""

PATH = "/github/"
"""The role's: a right to change roles by their names' start does not reach it."""

HOUR = 3600

_REPOSITORY = re.compile(r"[\w.-]+(@\d+)?/[\w.-]+(@\d+)?")
"""``owner/name``, or with the ids of immutable subject claims, ``owner@1/name@2``:
https://docs.github.com/en/actions/concepts/security/openid-connect#immutable-subject-claims
"""

_SUBJECT = re.compile(r"pull_request|environment:[^:*?]+|ref:refs/(heads|tags)/[^:*?]+")


@dataclass(frozen=True, slots=True, kw_only=True)
class GitHubRoleArgs:
    """``subjects`` are which of the repository's runs may take the role, without the repository:
    ``environment:prod``, ``ref:refs/heads/main``, ``pull_request``.

    ``provider_arn`` is the account's OIDC provider of GitHub, of which there can be one; None makes it.
    ``policies`` are managed policies by name, each with its statements and of 6,144 characters at most.
    ``permissions_boundary`` is a policy's ARN: https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_boundaries.html
    """

    repository: str
    subjects: Sequence[str]
    provider_arn: pulumi.Input[str] | None = None
    policies: Mapping[str, Sequence[Statement]] = field(default_factory=dict[str, Sequence[Statement]])
    managed_policy_arns: Sequence[str] = ()
    max_session_duration: int = HOUR
    permissions_boundary: pulumi.Input[str] | None = None
    description: str = ""
    tags: Mapping[str, str] = field(default_factory=dict[str, str])


class GitHubRole(pulumi.ComponentResource):
    """The role, its policies, and where there is none yet the account's OIDC provider.

    Raises:
        BerthError: the repository or a subject is not one: a wildcard would let others in.
    """

    arn: pulumi.Output[str]
    provider_arn: pulumi.Output[str]

    def __init__(self, name: str, args: GitHubRoleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        if problems := list(_problems(name, args)):
            raise BerthError(*problems)
        super().__init__("berth:components:GitHubRole", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        self.provider_arn = pulumi.Output.from_input(
            args.provider_arn
            or aws.iam.OpenIdConnectProvider(
                f"{name}-github", url=f"https://{ISSUER}", client_id_lists=[AUDIENCE], tags=dict(args.tags), opts=child
            ).arn
        )
        role = aws.iam.Role(
            autonamed(name, MAXIMUM_NAME),
            path=PATH,
            description=args.description or None,
            assume_role_policy=self.provider_arn.apply(lambda arn: trust_policy(arn, args.repository, args.subjects)),
            max_session_duration=args.max_session_duration,
            permissions_boundary=args.permissions_boundary,
            tags=dict(args.tags),
            opts=child,
        )
        for label, statements in args.policies.items():
            made = aws.iam.Policy(
                f"{name}-{label}", path=PATH, policy=policy(statements), tags=dict(args.tags), opts=child
            )
            aws.iam.RolePolicyAttachment(f"{name}-{label}", role=role.name, policy_arn=made.arn, opts=child)
        for managed in args.managed_policy_arns:
            label = managed.rpartition("/")[2]
            aws.iam.RolePolicyAttachment(f"{name}-{label}", role=role.name, policy_arn=managed, opts=child)
        self.arn = role.arn
        self.register_outputs({"arn": self.arn, "provider_arn": self.provider_arn})


def trust_policy(provider_arn: str, repository: str, subjects: Sequence[str]) -> str:
    """Who may take the role: tokens for AWS, of exactly these runs of this repository."""
    return canonical(
        {
            "Version": "2012-10-17",
            "Statement": [
                {
                    "Effect": "Allow",
                    "Action": "sts:AssumeRoleWithWebIdentity",
                    "Principal": {"Federated": provider_arn},
                    "Condition": {
                        "StringEquals": {
                            f"{ISSUER}:aud": AUDIENCE,
                            f"{ISSUER}:sub": sorted(f"repo:{repository}:{subject}" for subject in subjects),
                        }
                    },
                }
            ],
        }
    )


def _problems(name: str, args: GitHubRoleArgs) -> Iterator[Diagnostic]:
    if not _REPOSITORY.fullmatch(args.repository):
        yield Diagnostic(
            key=f"{name}: repository",
            message=f"must be one repository (got {args.repository!r}): a wildcard lets other repositories in",
            advice="Write OWNER/NAME, or OWNER@ID/NAME@ID where the repository has immutable subject claims.",
        )
    if not args.subjects:
        yield Diagnostic(key=f"{name}: subjects", message="nobody could take the role", advice="Name one or more.")
    for subject in args.subjects:
        if not _SUBJECT.fullmatch(subject):
            yield Diagnostic(
                key=f"{name}: subjects",
                message=f"must name runs without a wildcard (got {subject!r})",
                advice="Write environment:NAME, ref:refs/heads/BRANCH, ref:refs/tags/TAG or pull_request.",
            )
