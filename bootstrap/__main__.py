"""Once an account, by an administrator: ``make bootstrap REPOSITORY=owner/name``. docs/pull-requests.md"""

import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

import pulumi
import yaml

from berth.reporting import one_clear_error
from bootstrap.account import Account, AccountArgs

with one_clear_error():
    config = pulumi.Config()
    account = Account(
        "berth",
        AccountArgs(
            repository=config.require("repository"),
            applications=config.require_object("applications"),
            environments=config.require_object("environments"),
            branch=config.require("branch"),
            region=config.require("region"),
            external_arns=config.require_object("externalArns"),
            oidc_provider_arn=config.get("oidcProviderArn") or None,
            pull_request_environments=config.require_bool("pullRequestEnvironments"),
            pull_request_external_arns=config.require_object("pullRequestExternalArns"),
            project=yaml.safe_load((Path(__file__).parents[1] / "Pulumi.yaml").read_bytes())["name"],
        ),
    )
    for name, value in account.outputs.items():
        pulumi.export(name, value)
