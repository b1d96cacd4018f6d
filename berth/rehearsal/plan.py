"""A stack's settings as a rehearsal uses them: the same application and platform, nothing of the user's account."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlparse, urlsplit

import yaml

from berth.answer import Address
from berth.diagnostics import BerthError, Diagnostic
from berth.untyped import inside, is_mapping

PREFIX = "berth:"
OF_THE_ACCOUNT = (
    *("vpcId", "publicSubnetIds", "privateSubnetIds", "privateZoneId", "domain", "hostedZoneId", "certificateArn"),
    *("kmsKeyArn", "secretRotation", "accessLogBucket", "listenerArn", "webAclArn", "clusterArn"),
    *("sharedStack", "subdomain", "listenerPort", "permissionsBoundaryArn", "environmentsBoundaryArn"),
)
"""Settings that name what only the account has; the emulator's is empty."""

HELPERS = "BUSYBOX_IMAGE"
"""The variable of the base image that helper containers have, too: the setting ``initImage``."""

TIMEOUT = 180
"""Seconds that a deployment may take: nothing is pulled from afar."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RehearsalPlan:
    """``settings`` for the stack's file (names without ``berth:``), and ``notes`` on what differs from the real one."""

    settings: Mapping[str, Any]
    notes: tuple[str, ...]

    def address(self, url: str, places: Mapping[int, int]) -> Address:
        """How a URL that the stack publishes is asked on this machine.

        A load balancer is asked through the emulator, which tells them apart by host; an instance is this machine,
        where each of its ports has a place.
        """
        parts = urlsplit(url)
        if self.settings["platform"] == "ecs-ec2" and self.settings.get("ingress") != "alb":
            port = parts.port or 80
            return Address(url=f"http://localhost:{places.get(port, port)}{parts.path}")
        return Address(url=f"{self.settings['awsEndpoint']}{parts.path}", host=parts.netloc)


def plan_rehearsal(file: Path, *, endpoint: str, images: Mapping[str, str]) -> RehearsalPlan:
    """The settings in ``file``, with the emulator's ``endpoint`` and base ``images`` (variable -> image).

    Raises:
        BerthError: no such file, or a platform that needs no rehearsal.
    """
    if not file.exists():
        raise BerthError(Diagnostic(file=file.name, message="no such environment", advice="Rehearse dev or prod."))
    config = inside(yaml.safe_load(file.read_text()), "config")
    settings = {key.removeprefix(PREFIX): value for key, value in config.items() if key.startswith(PREFIX)}
    if settings.get("platform", "compose") == "compose":
        raise BerthError(
            Diagnostic(
                file=file.name,
                key="berth:platform",
                message="Docker Compose needs no rehearsal",
                advice=f"Run `make up STACK={file.name.split('.')[1]}`, or rehearse dev or prod.",
            )
        )
    notes = [f"{key}: left out, as it names what only your account has" for key in OF_THE_ACCOUNT if key in settings]
    if settings.get("protectData"):
        notes.append("protectData: off, so that all of it can be removed")
    if settings.get("retainVolumes"):
        notes.append("retainVolumes: off, so that nothing is left")
    if settings.get("flowLogs"):
        notes.append("flowLogs: off, as the emulator forgets most of what they are asked for")
    if invented := sorted(_encrypted(settings)):
        notes.append(f"invented values for the secrets {', '.join(invented)}")
    kept = {key: _invented(value, key) for key, value in settings.items() if key not in OF_THE_ACCOUNT}
    rehearsed = {
        **kept,
        "awsEndpoint": endpoint,
        "protectData": False,
        **({"retainVolumes": False} if "retainVolumes" in settings else {}),
        "managedServices": False,  # the emulator answers no DNS by which containers would find them
        **({"flowLogs": False} if "flowLogs" in settings else {}),
        "deployTimeout": TIMEOUT,
        "variables": {**inside(kept, "variables"), **images},
    }
    if HELPERS in images:
        rehearsed["initImage"] = images[HELPERS]
    return RehearsalPlan(settings=rehearsed, notes=tuple(notes))


def registry(endpoint: str) -> str:
    """The registry's ``HOST:PORT`` at an endpoint."""
    return urlparse(endpoint).netloc


def _encrypted(value: Any, name: str = "") -> list[str]:
    if is_mapping(value):
        if set(value) == {"secure"}:
            return [name]
        return [found for key, item in value.items() for found in _encrypted(item, key)]
    return []


def _invented(value: Any, name: str) -> Any:
    """Another passphrase's values can't be read here, and are not needed."""
    if is_mapping(value):
        if set(value) == {"secure"}:
            return f"rehearsal-of-{name}"
        return {key: _invented(item, key) for key, item in value.items()}
    return value
