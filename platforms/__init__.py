"""How an application becomes resources: one package a platform, each with ``check`` and ``deploy``."""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from berth.compose.model import Application
from berth.diagnostics import Diagnostic
from berth.platforms.surroundings import Surroundings
from berth.settings import Settings

if TYPE_CHECKING:  # half a second to load, which `berth check` has no use for
    from berth.platforms.outputs import ApplicationOutputs


class Rules(Protocol):
    """What each platform knows of an application from files alone: no Docker, no AWS, no Pulumi, no network."""

    def check(self, application: Application, settings: Settings, *, stack: str) -> list[Diagnostic]: ...


class Platform(Protocol):
    """What each platform's package offers.

    ``complete`` adds to the settings what another stack shares. ``check`` finds what does not fit, without creating
    anything: first by the platform's rules, then by asking;
    ``deploy`` creates it in the program that is ``around`` it, and returns the outputs.
    """

    def complete(self, settings: Settings, *, stack: str) -> Settings: ...

    def check(self, application: Application, settings: Settings, *, stack: str) -> list[Diagnostic]: ...

    def deploy(self, application: Application, settings: Settings, around: Surroundings) -> ApplicationOutputs: ...


PACKAGES = {
    "compose": "berth.platforms.compose",
    "ecs-ec2": "berth.platforms.ecs",
    "ecs-fargate": "berth.platforms.ecs",
}


def platform_for(settings: Settings) -> Platform:
    """The settings' platform, imported only when it is asked for: a local stack loads no AWS package."""
    return cast(Platform, import_module(f"{PACKAGES[settings.platform]}.platform"))


def rules_for(settings: Settings) -> Rules:
    """The rules that the settings' platform begins its ``check`` with; they load no package of a cloud."""
    return cast(Rules, import_module(f"{PACKAGES[settings.platform]}.rules"))
