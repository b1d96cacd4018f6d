"""What GitHub's workflows need in an AWS account: where the state is, and the roles that they take."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import pulumi
import pulumi_aws as aws

from berth.components.github_role import GitHubRole, GitHubRoleArgs
from berth.components.role import Statement, policy
from bootstrap.boundary import boundary
from bootstrap.environments import Environments, EnvironmentsArgs
from bootstrap.grants import Account as Where
from bootstrap.grants import all_statements, read_statements
from bootstrap.permissions import GRANTS
from bootstrap.state import State

UPDATE = 2 * 3600
"""Seconds that an update may take; the workflow asks for as long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AccountArgs:
    """``applications`` are the names of the Compose files' applications, ``environments`` those on GitHub.

    ``external_arns`` are those of external secrets and parameters that tasks read. With ``pull_request_environments``
    there is a role for these, too; ``pull_request_external_arns`` are what their tasks read, ``project`` is Pulumi's.
    """

    repository: str
    applications: Sequence[str]
    environments: Sequence[str] = ("dev", "prod")
    branch: str = "main"
    region: str = "us-east-1"
    external_arns: Sequence[str] = ()
    oidc_provider_arn: str | None = None
    pull_request_environments: bool = False
    pull_request_external_arns: Sequence[str] = ()
    project: str = "berth"


class Account(pulumi.ComponentResource):
    """The state's bucket and key, the boundary of all stacks' roles, and two roles: one looks, the other deploys.
    Where it is asked for, there is a third one, for the environments of pull requests.
    """

    outputs: Mapping[str, pulumi.Output[str]]

    def __init__(self, name: str, args: AccountArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:bootstrap:Account", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        identity = aws.get_caller_identity_output(opts=pulumi.InvokeOutputOptions(parent=self))
        partition = identity.arn.apply(lambda arn: arn.split(":")[1])
        state = State(f"{name}-state", child)
        limit = aws.iam.Policy(
            f"{name}-boundary",
            path="/github/",
            description="The most that a role of a stack can do",
            policy=policy(boundary(args.applications, args.external_arns, partition, identity.account_id)),
            opts=child,
        )
        where = Where(
            partition=partition,
            account_id=identity.account_id,
            region=args.region,
            names=args.applications,
            boundary_arn=limit.arn,
        )
        preview = GitHubRole(
            f"{name}-preview",
            GitHubRoleArgs(
                repository=args.repository,
                subjects=["pull_request", f"ref:refs/heads/{args.branch}"],
                provider_arn=args.oidc_provider_arn,
                policies=_with_state(read_statements(GRANTS, where), state.read_statements()),
                description="Previews and looks for drift: reads, and changes nothing",
            ),
            child,
        )
        deploy = GitHubRole(
            f"{name}-deploy",
            GitHubRoleArgs(
                repository=args.repository,
                subjects=[f"environment:{environment}" for environment in args.environments],
                provider_arn=preview.provider_arn,
                policies=_with_state(all_statements(GRANTS, where), state.write_statements()),
                max_session_duration=UPDATE,
                description="Deploys what was merged",
            ),
            child,
        )
        environments = None
        if args.pull_request_environments:
            environments = Environments(
                f"{name}-environment",
                EnvironmentsArgs(
                    repository=args.repository,
                    provider_arn=preview.provider_arn,
                    where=where,
                    state=state,
                    project=args.project,
                    duration=UPDATE,
                    external_arns=args.pull_request_external_arns,
                ),
                child,
            )
        self.outputs = {
            "AWS_PREVIEW_ROLE_ARN": preview.arn,
            "AWS_DEPLOY_ROLE_ARN": deploy.arn,
            "AWS_REGION": pulumi.Output.from_input(args.region),
            "PULUMI_BACKEND_URL": state.backend_url(args.region),
            "secretsProvider": state.secrets_provider(args.region),
            "permissionsBoundaryArn": limit.arn,
            **(environments.outputs if environments else {}),
        }
        self.register_outputs(dict(self.outputs))


def _with_state(
    policies: Mapping[str, Sequence[Statement]], state: Sequence[Statement]
) -> Mapping[str, Sequence[Statement]]:
    return {**policies, "state": state}
