"""Whether images that others have built run on the stack's CPU architecture, asked before anything is created."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import docker
from docker.errors import DockerException

from berth.compose.model import Application
from berth.diagnostics import Diagnostic
from berth.settings import Settings
from berth.untyped import entries

TIMEOUT = 10
"""Seconds that Docker and a registry may take to answer; all images are asked for at once."""

Platforms = frozenset[str]
Ask = Callable[[str], Platforms]


def registry_platforms(image: str) -> Platforms:
    """What an image's registry says, asked by Docker with the logins that it has; empty where it can't be asked.

    https://docs.docker.com/reference/api/engine/version/v1.51/#tag/Distribution
    """
    try:
        client = docker.from_env(timeout=TIMEOUT)
        try:
            api: Any = client.api  # its types leave this method out
            platforms = entries(api.inspect_distribution(image)["Platforms"])
        finally:
            client.close()
    except (DockerException, OSError):  # OSError: its timeouts
        return frozenset()
    # An attestation beside an image has the platform unknown/unknown.
    return frozenset(f"{item['os']}/{item['architecture']}" for item in platforms if item.get("os") != "unknown")


def check_images(
    application: Application, settings: Settings, *, stack: str, ask: Ask = registry_platforms
) -> list[Diagnostic]:
    """A finding for each image of which its registry says that it lacks the stack's platform.

    ``ask`` maps an image to the platforms that it has (``linux/amd64``); none where they can't be learnt (no Docker,
    no login, no network), which is no finding: ECS pulls with rights of its own.
    """
    images = {name: item.image for name, item in application.services.items() if item.image and not item.build}
    names = sorted({*images.values(), settings.init_image})
    with ThreadPoolExecutor(max_workers=len(names)) as pool:
        found = dict(zip(names, pool.map(ask, names), strict=True))
    wanted = settings.docker_platform
    lacking = {
        name: f"{name} is for {', '.join(sorted(platforms))}, but the stack runs {wanted}"
        for name, platforms in found.items()
        if platforms and wanted not in platforms
    }
    findings = [
        Diagnostic(
            file=application.file,
            service=service,
            key="image",
            message=lacking[image],
            advice="Take a tag that has it, build the image for both, or set berth:cpuArchitecture for the stack.",
        )
        for service, image in sorted(images.items())
        if image in lacking
    ]
    if settings.init_image in lacking:
        findings.append(
            Diagnostic(
                file=f"Pulumi.{stack}.yaml",
                key="berth:initImage",
                message=lacking[settings.init_image],
                advice="Take an image with a shell that has it.",
            )
        )
    return findings
