"""Compose's labels as AWS tags: of ``deploy`` on a service and its tasks, and of volumes, networks and secrets.

Tags that AWS does not take are left out with a warning; a container's own labels stay Docker labels: any text will do.
https://docs.aws.amazon.com/tag-editor/latest/userguide/best-practices-and-strats.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from berth.compose.model import Application
from berth.diagnostics import Diagnostic, Severity, WhereKey
from berth.settings import Settings

MAXIMUM_TAGS, MAXIMUM_KEY, MAXIMUM_VALUE = 50, 128, 256
RESERVED = "aws:"
CHARACTERS = re.compile(r"[\w\s+\-=.:/@]*")
"""Letters, digits and spaces of any script, and a few signs."""

OWN = 1
"""Tags that a component adds itself: a name."""


def tags_of(settings: Settings, labels: Mapping[str, str]) -> dict[str, str]:
    """The stack's tags and, over them, the labels that AWS takes as such."""
    return {**settings.tags, **{key: value for key, value in labels.items() if _problem(key, value) is None}}


def check_tags(application: Application, settings: Settings, stack: str) -> Iterator[Diagnostic]:
    """Every finding about the stack's tags, and about labels that become some."""
    for key, value in sorted(settings.tags.items()):
        if problem := _problem(key, value):
            yield Diagnostic(
                file=f"Pulumi.{stack}.yaml", key=f"berth:tags.{key}", message=f"AWS takes no such tag: {problem}"
            )
    for service, path, labels in _labels(application, settings):
        where: WhereKey = {"file": application.file, "service": service, "key": path}
        for key, value in sorted(labels.items()):
            if problem := _problem(key, value):
                yield Diagnostic(
                    **where,
                    severity=Severity.WARNING,
                    message=f"{key!r} is not set on AWS, where labels are tags: {problem}",
                )
        if len(tags_of(settings, labels)) > MAXIMUM_TAGS - OWN:
            yield Diagnostic(
                **where,
                message=f"on AWS labels are tags, and with berth:tags these are more than {MAXIMUM_TAGS - OWN}",
                advice="Leave some out.",
            )


def _labels(application: Application, settings: Settings) -> Iterator[tuple[str, str, Mapping[str, str]]]:
    """The service, the path and the labels, of all that carries tags."""
    for name, service in sorted(application.services.items()):
        yield name, "deploy.labels", service.deploy.labels
    if settings.platform == "ecs-fargate":  # on instances no resource stands for a network
        for name, network in sorted(application.networks.items()):
            yield "", f"networks.{name}.labels", network.labels
    if settings.platform == "ecs-fargate" or settings.volume_storage == "efs":  # a Docker volume takes any label
        for name, volume in sorted(application.volumes.items()):
            yield "", f"volumes.{name}.labels", volume.labels
    for name, secret in sorted(application.secrets.items()):
        yield "", f"secrets.{name}.labels", secret.labels


def _problem(key: str, value: str) -> str | None:
    if not key or len(key) > MAXIMUM_KEY:
        return f"a tag's key has 1 to {MAXIMUM_KEY} characters"
    if key.lower().startswith(RESERVED):
        return f"{RESERVED!r} is AWS's own"
    if len(value) > MAXIMUM_VALUE:
        return f"a tag's value has {MAXIMUM_VALUE} characters at most"
    if not CHARACTERS.fullmatch(key) or not CHARACTERS.fullmatch(value):
        return "a tag has letters, digits, spaces and + - = . _ : / @"
    return None
