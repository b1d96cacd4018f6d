"""The AWS provider of a stack."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TypeAlias

import pulumi
import pulumi_aws as aws

from berth.platforms.surroundings import Surroundings
from berth.settings import Settings

PROFILE = "berth-emulator"

Choice: TypeAlias = pulumi.ProviderResource | None
"""None: the program's default provider."""


def choose_provider(parent: pulumi.ComponentResource, around: Surroundings, name: str, settings: Settings) -> Choice:
    """The AWS provider of ``parent``'s resources: the one that the program gave it, or its default one, or its own."""
    given = parent.get_provider("aws:index/provider:Provider")
    if given is not None:
        if isinstance(given, aws.Provider):
            given.region.apply(lambda region: _agree(around.name, settings.region, region))
        return given
    if around.default_region == settings.region and settings.aws_endpoint is None:
        return None
    # Two applications of one program have a provider each.
    return make_provider(f"{name}-aws" if around.parent else "aws", settings, pulumi.ResourceOptions(parent=parent))


def _agree(application: str, region: str, providers: str | None) -> None:
    """The calls that Berth makes itself go to ``region``.

    Raises:
        pulumi.RunError: the provider's is another.
    """
    if providers and providers != region:
        where = f"{application}: region" if application else "region"
        raise pulumi.RunError(f"{where}: is {region}, and that of the AWS provider is {providers}; give both the same")


def make_provider(name: str, settings: Settings, opts: pulumi.ResourceOptions) -> aws.Provider:
    """The AWS provider of a stack; at an emulator's endpoint it asks for no account and gives up soon."""
    if settings.aws_endpoint is None:
        return aws.Provider(name, region=settings.region, opts=opts)
    return aws.Provider(
        name,
        region=settings.region,
        access_key="test",
        secret_key="test",
        skip_credentials_validation=True,
        skip_metadata_api_check=True,
        skip_requesting_account_id=True,
        s3_use_path_style=True,
        max_retries=5,  # an emulator drops a connection now and then
        profile=PROFILE,
        shared_config_files=[emulator_profile(settings.aws_endpoint)],
        opts=opts,
    )


def emulator_profile(endpoint: str) -> str:
    """A file of AWS configuration that sends every call to ``endpoint``; its path from the program's folder.

    The provider's own ``endpoints`` would say the same, but take it 3 s to validate, in every preview.
    https://docs.aws.amazon.com/sdkref/latest/guide/feature-ss-endpoints.html
    """
    file = Path(".berth", "emulators", f"{re.sub(r'[^A-Za-z0-9.]+', '-', endpoint)}.config")
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(f"[profile {PROFILE}]\nendpoint_url = {endpoint}\n")
    return str(file)
