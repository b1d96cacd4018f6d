"""Base images for a rehearsal on a machine that can pull none: pushed to the emulator's own registry."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from pathlib import Path
from typing import Any

from berth.compose.loader import compose_binary
from berth.rehearsal.plan import HELPERS
from berth.rehearsal.workspace import ROOT


@cache
def base_images() -> dict[str, str]:
    """``PYTHON_IMAGE`` -> image on this machine, for each base of the examples; empty where public ones can be had."""
    printed = subprocess.run(
        [ROOT / "tools" / "base-images", "--if-offline"], stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    return dict(line.split("=", 1) for line in printed.splitlines())


def used(images: Mapping[str, str], files: Sequence[Path]) -> dict[str, str]:
    """Those of ``images`` whose variable the Compose files name, and that of the helper containers.

    https://docs.docker.com/reference/cli/docker/compose/config/
    """
    if not images:
        return {}
    command = [compose_binary(), *(word for file in files for word in ("--file", str(file))), "config", "--variables"]
    printed = subprocess.run(command, capture_output=True, text=True, check=False)
    if printed.returncode:
        return dict(images)  # what is wrong with the files is the preview's to say
    named = {line.split()[0] for line in printed.stdout.splitlines()} | {HELPERS}
    return {variable: image for variable, image in images.items() if variable in named}


def seed(images: Mapping[str, str], ecr: Any, registry: str) -> dict[str, str]:
    """Push every image to ``registry`` (``localhost:PORT``), where builders find it; its name there by variable."""
    with ThreadPoolExecutor() as pool:  # most of a push is compression
        pushes = {variable: pool.submit(_push, image, ecr, registry) for variable, image in images.items()}
    return {variable: push.result() for variable, push in pushes.items()}


def _push(image: str, ecr: Any, registry: str) -> str:
    repository = image.partition(":")[0]
    with contextlib.suppress(ecr.exceptions.RepositoryAlreadyExistsException):
        ecr.create_repository(repositoryName=repository)
    there = f"{registry}/{image}"
    subprocess.run(["docker", "tag", image, there], check=True)
    try:
        subprocess.run(["docker", "push", "--quiet", there], check=True, stdout=subprocess.DEVNULL)
    finally:
        subprocess.run(["docker", "rmi", "--no-prune", there], check=True, stdout=subprocess.DEVNULL)
    return there
