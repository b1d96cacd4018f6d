"""The builders of ``docker buildx create``: https://docs.docker.com/build/builders/

Nothing but the standard library: the doctor asks before anything is installed.
"""

from __future__ import annotations

import os
from pathlib import Path


def own_builders() -> list[Path]:
    """A file each, by name; none where Docker's own builder is the only one."""
    folder = Path(os.environ.get("DOCKER_CONFIG", Path.home() / ".docker")) / "buildx" / "instances"
    return sorted(folder.glob("*"))
