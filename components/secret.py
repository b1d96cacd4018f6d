"""A secret in AWS Secrets Manager, with its value."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

MAXIMUM_BYTES = 65_536
"""https://docs.aws.amazon.com/secretsmanager/latest/userguide/reference_limits.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rotation:
    """A function that gives a secret a new value every ``days``; it lets Secrets Manager invoke it.

    https://docs.aws.amazon.com/secretsmanager/latest/userguide/rotate-secrets_lambda.html
    """

    lambda_arn: pulumi.Input[str]
    days: int = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretArgs:
    """``value`` has 1 to MAXIMUM_BYTES bytes.

    ``recovery_window_days`` is 0 (deleted at once, so that the name is free again) or 7 to 30. Without ``kms_key_id``
    the account's own key for Secrets Manager encrypts:
    https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_DeleteSecret.html
    """

    value: pulumi.Input[str]
    recovery_window_days: int = 0
    description: str = ""
    kms_key_id: pulumi.Input[str] | None = None
    rotation: Rotation | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        days = self.recovery_window_days
        if days != 0 and not 7 <= days <= 30:
            raise ValueError(f"recovery_window_days must be 0 or 7 to 30 (got {days})")


class Secret(pulumi.ComponentResource):
    """A secret named ``<project>/<stack>/<name>-…``; its value is a secret in Pulumi's state too.

    ``value_from`` is what a container's ``secrets`` take: this very version of the value. A new value is then a new
    task definition, so that it reaches running services, and a roll-back brings the old value back:
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html

    With a rotation it is the current version, whichever that is: the first value is out of use at once, as the function
    replaces it when the rotation is set up, and a task reads the newest as it starts.
    """

    arn: pulumi.Output[str]
    version_id: pulumi.Output[str]
    value_from: pulumi.Output[str]

    def __init__(self, name: str, args: SecretArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:Secret", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        secret = aws.secretsmanager.Secret(
            name,
            name_prefix=f"{pulumi.get_project()}/{pulumi.get_stack()}/{name}-",
            description=args.description or None,
            kms_key_id=args.kms_key_id,
            recovery_window_in_days=args.recovery_window_days,
            tags=dict(args.tags),
            opts=child,
        )
        version = aws.secretsmanager.SecretVersion(
            f"{name}-value", secret_id=secret.id, secret_string=pulumi.Output.secret(args.value), opts=child
        )
        self.arn = secret.arn
        self.version_id = version.version_id
        if args.rotation is None:
            self.value_from = pulumi.Output.concat(secret.arn, ":::", version.version_id)
        else:
            self.value_from = secret.arn
            aws.secretsmanager.SecretRotation(
                f"{name}-rotation",
                secret_id=secret.id,
                rotation_lambda_arn=args.rotation.lambda_arn,
                rotation_rules=aws.secretsmanager.SecretRotationRotationRulesArgs(
                    automatically_after_days=args.rotation.days
                ),
                opts=pulumi.ResourceOptions(parent=self, depends_on=[version]),
            )
        self.register_outputs({"arn": self.arn, "version_id": self.version_id, "value_from": self.value_from})
