"""What each image is built with on a stack, and the hash that names it: the same code for every platform."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from berth.compose.content import content_hash
from berth.compose.model import Application
from berth.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedBuild:
    """``tag``: a hash of all that goes in. ``platform``: as Docker names it. ``args``: the stack's over the file's."""

    tag: str
    platform: str
    args: Mapping[str, str]


def plan_builds(application: Application, settings: Settings) -> dict[str, PlannedBuild]:
    """Service -> how its image is built, for those that have a ``build``."""
    builds: dict[str, PlannedBuild] = {}
    for name, service in sorted(application.services.items()):
        if service.build:
            platform = service.platform or settings.docker_platform
            args = {**service.build.args, **settings.build_args}
            tag = content_hash(service.build, platform=platform, args=args)
            builds[name] = PlannedBuild(tag=tag, platform=platform, args=args)
    return builds
