"""The AWS provider of a stack."""

from __future__ import annotations

import re
from pathlib import Path

import pulumi
import pulumi_aws as aws

from berth.settings import Settings

PROFILE = "berth-emulator"


def make_provider(settings: Settings, opts: pulumi.ResourceOptions) -> aws.Provider:
    """The AWS provider of a stack; at an emulator's endpoint it asks for no account and gives up soon."""
    if settings.aws_endpoint is None:
        return aws.Provider("aws", region=settings.region, opts=opts)
    return aws.Provider(
        "aws",
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
