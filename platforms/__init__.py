"""How an application becomes resources: one package a platform, each with ``check`` and ``deploy``."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from compose.model import Application
from diagnostics import Diagnostic
from settings import Settings

if TYPE_CHECKING:  # else what only plans would load the SDK
    import pulumi


class Platform(Protocol):
    """What each platform's package offers.

    ``check`` finds what does not fit, without creating anything; ``deploy`` creates it and returns the outputs.
    """

    def check(self, application: Application, settings: Settings, *, stack: str) -> list[Diagnostic]: ...

    def deploy(self, application: Application, settings: Settings) -> Mapping[str, pulumi.Input[object]]: ...


PACKAGES = {
    "compose": "platforms.compose",
    "ecs-ec2": "platforms.ecs.platform",
    "ecs-fargate": "platforms.ecs.platform",
}


def platform_for(settings: Settings) -> Platform:
    """The settings' platform, imported only when it is asked for: a local stack loads no AWS package."""
    return cast(Platform, import_module(PACKAGES[settings.platform]))
