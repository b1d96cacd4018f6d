"""The command: asks AWS, and prints or writes the two files. Nothing is changed."""

from __future__ import annotations

import os
import re
from argparse import Namespace
from pathlib import Path

from berth import stacks
from berth.components.aws_access import AwsAccess
from berth.diagnostics import Diagnostic, ToolError
from berth.draft.compose_file import draft_compose
from berth.draft.front import look_around
from berth.draft.stack_settings import draft_settings
from berth.draft.text import as_yaml
from berth.importing.live import read_live
from berth.platforms.ecs.account import check_account


def run(options: Namespace) -> int:
    """Draft a Compose file and settings; 0.

    Raises:
        ToolError: AWS does not answer, has no such service, or a file is there already.
    """
    from botocore.exceptions import ClientError  # slow to load

    access = AwsAccess(region=options.region or _region(options.existing), endpoint=options.endpoint)
    check_account(access, stack=options.stack)
    live = read_live(access, options.existing)
    try:
        front = look_around(access, live)
    except ClientError as error:
        message = f"what is around {live.name} cannot be asked for: {error.response['Error']['Message']}"
        raise ToolError(Diagnostic(message=message, advice="Check what AWS_PROFILE may read.")) from error
    draft = draft_compose(live, front, name=_name(options.name or live.name))
    settings, notes = draft_settings(live, front, main=draft.main)
    folder = Path(options.into) if options.into else None
    file = stacks.ROOT / f"Pulumi.{options.stack}.yaml"
    if folder:
        settings["composeFiles"] = [os.path.relpath(folder.absolute() / "compose.yaml", stacks.ROOT)]
    if options.endpoint:
        settings["awsEndpoint"] = options.endpoint
    compose = as_yaml(draft.document, draft.notes, f"{live.name} of {live.arn}")
    said = as_yaml({"config": {f"berth:{key}": value for key, value in settings.items()}}, notes, file.name)
    if folder is None:
        print(f"{compose}---\n{said}", end="")
        return 0
    _write({folder / "compose.yaml": compose, file: said})
    print(f"wrote {folder / 'compose.yaml'} and {file.name}; next: python -m berth check {options.stack}")
    return 0


def _write(files: dict[Path, str]) -> None:
    for file in files:
        if file.exists():
            raise ToolError(
                Diagnostic(file=str(file), message="is there already", advice="Move it, or take another name.")
            )
    for file, text in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")


def _region(existing: str) -> str:
    """Of a service's ARN, else of the environment and the profile."""
    if existing.startswith("arn:"):
        return existing.split(":")[3]
    import boto3  # slow to load

    region = boto3.session.Session().region_name
    if not region:
        advice = "Write --region, set AWS_REGION, or write the service's ARN."
        raise ToolError(Diagnostic(message="no region is known", advice=advice))
    return region


def _name(text: str) -> str:
    """As Compose wants a project's name: https://docs.docker.com/reference/compose-file/version-and-name/"""
    return re.sub(r"^[^a-z0-9]+", "", re.sub(r"[^a-z0-9_-]", "-", text.lower())) or "app"
