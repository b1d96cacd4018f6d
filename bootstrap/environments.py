"""The role that workflows take for pull requests' environments, and the boundary of these environments' own roles."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

import pulumi
import pulumi_aws as aws

from berth.components.github_role import GitHubRole, GitHubRoleArgs
from berth.components.role import policy
from berth.diagnostics import BerthError, Diagnostic
from bootstrap.boundary import external_statements
from bootstrap.grants import Account, all_statements
from bootstrap.permissions.environments import BOUNDARY, GRANTS
from bootstrap.state import State

BASE = "dev"
"""The stack that they start from, and on whose cluster and load balancer they run."""

GITHUB_ENVIRONMENT = "pull-requests"
"""Of its runs is the role: of any branch, as pull requests come from any."""


@dataclass(frozen=True, slots=True, kw_only=True)
class EnvironmentsArgs:
    """``where`` is the account with the applications' ``names``; ``external_arns`` are those of external secrets and
    parameters that the environments' tasks read. ``project`` is Pulumi's, ``duration`` seconds."""

    repository: str
    provider_arn: pulumi.Input[str]
    where: Account
    state: State
    project: str
    duration: int
    external_arns: Sequence[str] = ()


class Environments(pulumi.ComponentResource):
    """Less than the role that deploys: what of ``SHOP-pr-…`` and of stacks ``pr-…``.

    Raises:
        BerthError: one application's name is another's with ``-pr``: their resources could not be told apart.
    """

    role_arn: pulumi.Output[str]
    boundary_arn: pulumi.Output[str]

    def __init__(self, name: str, args: EnvironmentsArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        if problems := list(_problems(args.where.names)):
            raise BerthError(*problems)
        super().__init__("berth:bootstrap:Environments", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        where = replace(
            args.where,
            names=[f"{application}-pr" for application in args.where.names],
            bases=[f"{application}-{BASE}" for application in args.where.names],
            project=args.project,
        )
        (limits,) = all_statements(BOUNDARY, where).values()
        boundary = aws.iam.Policy(
            f"{name}-boundary",
            path="/github/",
            description="The most that a role of a pull request's environment can do",
            policy=policy([*limits, *external_statements(args.external_arns)]),
            opts=child,
        )
        within = replace(where, boundary_arn=boundary.arn)
        role = GitHubRole(
            name,
            GitHubRoleArgs(
                repository=args.repository,
                subjects=[f"environment:{GITHUB_ENVIRONMENT}"],
                provider_arn=args.provider_arn,
                policies={
                    **all_statements(GRANTS, within),
                    "state": args.state.environment_statements(args.project, BASE),
                },
                max_session_duration=args.duration,
                description="Makes and removes environments of pull requests",
            ),
            child,
        )
        self.role_arn = role.arn
        self.boundary_arn = boundary.arn
        self.register_outputs({"role_arn": self.role_arn, "boundary_arn": self.boundary_arn})

    @property
    def outputs(self) -> Mapping[str, pulumi.Output[str]]:
        return {"AWS_ENVIRONMENT_ROLE_ARN": self.role_arn, "environmentsBoundaryArn": self.boundary_arn}


def _problems(names: Sequence[str]) -> Iterator[Diagnostic]:
    for name in names:
        for other in names:
            if other == f"{name}-pr" or other.startswith(f"{name}-pr-"):
                yield Diagnostic(
                    key="applications",
                    message=f"{other}'s resources have names as those of {name}'s environments",
                    advice="Give one of the two another name, or an account of its own.",
                )
