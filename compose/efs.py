"""Volumes that are an EFS file system which exists already, by what the Compose file says of them.

https://docs.docker.com/reference/compose-file/volumes/#external
https://docs.docker.com/reference/compose-file/volumes/#driver_opts
https://docs.aws.amazon.com/efs/latest/ug/mounting-fs-mount-cmd-dns-name.html
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from berth.compose.model import Volume

NAME = re.compile(r"(fs-[0-9a-f]+)(?::(?:(fsap-[0-9a-f]+)|(/\S*)))?")
ADDRESS = re.compile(r"(fs-[0-9a-f]+)\.efs\.([\w-]+)\.amazonaws\.com(?:\.cn)?")


@dataclass(frozen=True, slots=True, kw_only=True)
class ExistingFileSystem:
    """``path`` is what is mounted of it, or the access point's; ``region`` None: not said. ``root``: a container's root
    is root there too, although the file system's policy grants that to nobody else."""

    id: str
    path: str = "/"
    access_point: str | None = None
    region: str | None = None
    root: bool = False


def existing_file_system(volume: Volume) -> ExistingFileSystem | None:
    """Of an external volume ``fs-…``, ``fs-…:/path`` or ``fs-…:fsap-…``, or of NFS at a file system's address."""
    root = volume.extension.root_access
    if volume.external:
        match = NAME.fullmatch(volume.external_name or "")
        if match is None:
            return None
        return ExistingFileSystem(id=match[1], access_point=match[2], path=match[3] or "/", root=root)
    options = volume.driver_opts
    if options.get("type") not in ("nfs", "nfs4") or options.keys() - {"type", "o", "device"}:
        return None
    host, _, path = options.get("device", "").rpartition(":")
    match = ADDRESS.fullmatch(nfs_options(volume).get("addr", host))
    return ExistingFileSystem(id=match[1], region=match[2], path=path or "/", root=root) if match else None


def nfs_options(volume: Volume) -> dict[str, str]:
    """``addr=…,ro`` by name."""
    return {
        key: value
        for key, _, value in (option.partition("=") for option in volume.driver_opts.get("o", "").split(",") if option)
    }
