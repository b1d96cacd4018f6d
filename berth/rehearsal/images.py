"""Base images for a rehearsal on a machine that can pull none: pushed to the emulator's own registry."""

from __future__ import annotations

import contextlib
import subprocess
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from functools import cache
from typing import Any

from berth.rehearsal.workspace import ROOT


@cache
def base_images() -> dict[str, str]:
    """``PYTHON_IMAGE`` -> image on this machine, for each of the sample's bases; empty where public ones can be had."""
    printed = subprocess.run(
        [ROOT / "tools" / "base-images", "--if-offline"], stdout=subprocess.PIPE, text=True, check=True
    ).stdout
    return dict(line.split("=", 1) for line in printed.splitlines())


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
