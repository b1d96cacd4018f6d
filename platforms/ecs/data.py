"""An application's secrets on AWS, and what its containers read of them."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, replace

import pulumi
import pulumi_aws as aws

from berth.components.secret import Rotation, Secret, SecretArgs
from berth.compose.model import Application
from berth.platforms.ecs.arns import is_parameter
from berth.platforms.ecs.logs import secret_options
from berth.platforms.ecs.plan import ServicePlan
from berth.platforms.ecs.tags import tags_of
from berth.platforms.surroundings import Surroundings
from berth.platforms.values import Values
from berth.settings import Settings

SECRET_PARTS = 7
"""Of a secret's ARN, by colons; a key, a stage and a version may follow:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class SecretReference:
    """``arn``: what a role may read. ``value_from``: what ECS reads, down to the version, so that a changed secret
    redeploys the services that use it."""

    arn: pulumi.Input[str]
    value_from: pulumi.Input[str]


def create_secrets(
    prefix: str,
    application: Application,
    values: Values,
    settings: Settings,
    around: Surroundings,
    opts: pulumi.ResourceOptions,
) -> dict[str, SecretReference]:
    """A Secrets Manager secret for each of the application's; the external ones are looked up."""
    references: dict[str, SecretReference] = {}
    contents: dict[str, pulumi.Input[str]] = {
        **values.secrets,
        **{name: around.secrets[name] for name in values.given},
    }
    for name, value in sorted(contents.items()):
        rotation = settings.secret_rotation.get(name)
        args = _secret_args(settings, f"Compose secret {name}", value, _labels(application, name))
        if rotation:
            args = replace(args, rotation=Rotation(lambda_arn=rotation.lambda_arn, days=rotation.days))
        secret = Secret(f"{prefix}-{name}", args, opts)
        references[name] = _whole(secret)
    for name, declared in sorted(application.secrets.items()):
        if declared.external and name not in references:
            external = declared.external_name or name
            if external.startswith("arn:"):
                references[name] = existing_reference(external)
            else:
                arn = aws.secretsmanager.get_secret_output(
                    name=external, opts=pulumi.InvokeOutputOptions(provider=opts.provider)
                ).arn
                references[name] = SecretReference(arn=arn, value_from=arn)
    return references


def existing_reference(arn: str) -> SecretReference:
    """A secret, or a key of its JSON, or a parameter of SSM: what ECS reads is the ARN as it is, and a role may read
    what is before the key, the stage and the version."""
    return SecretReference(arn=arn if is_parameter(arn) else ":".join(arn.split(":")[:SECRET_PARTS]), value_from=arn)


def create_environment_secret(
    prefix: str,
    plan: ServicePlan,
    settings: Settings,
    given: Mapping[str, pulumi.Input[str]],
    opts: pulumi.ResourceOptions,
) -> tuple[SecretReference | None, Mapping[str, pulumi.Input[str]]]:
    """One secret for what is sensitive of a service: variables and options of its log driver; and each one's
    ``valueFrom``, a key of its JSON. ``given`` are the variables whose values the program has.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/secrets-envvar-secrets-manager.html
    """
    sensitive = plan.sensitive_variables | secret_options(plan.service)
    if not sensitive:
        return None, {}
    name = plan.service.name
    late = {key: given[key] for key in sorted(sensitive.keys() & given.keys())}
    content: pulumi.Input[str] = json.dumps(sensitive, sort_keys=True)
    if late:
        content = pulumi.Output.json_dumps({**sensitive, **late}, sort_keys=True)
    secret = Secret(
        f"{prefix}-{name}-environment",
        _secret_args(settings, f"Sensitive variables of {name}", content),
        opts,
    )
    references = {key: pulumi.Output.concat(secret.arn, f":{key}::", secret.version_id) for key in sensitive}
    return _whole(secret), references


def _labels(application: Application, secret: str) -> Mapping[str, str]:
    """A secret may be the stack's alone."""
    return application.secrets[secret].labels if secret in application.secrets else {}


def _secret_args(
    settings: Settings, description: str, value: pulumi.Input[str], labels: Mapping[str, str] | None = None
) -> SecretArgs:
    return SecretArgs(
        value=pulumi.Output.secret(value),
        description=description,
        kms_key_id=settings.kms_key_arn,
        recovery_window_days=30 if settings.protect_data else 0,
        tags=tags_of(settings, labels or {}),
    )


def _whole(secret: Secret) -> SecretReference:
    return SecretReference(arn=secret.arn, value_from=secret.value_from)
