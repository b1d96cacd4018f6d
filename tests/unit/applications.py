"""Small applications by hand, for tests that need no Compose file."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from berth.compose.model import Application, Network, Service


def service(name: str = "web", **fields: Any) -> Service:
    """A service with an image, on the default network."""
    return Service(**{"name": name, "image": "nginx:1.29", "networks": {"default": {}}, **fields})


def application(*services: Service, **fields: Any) -> Application:
    """An application of these services, with one network."""
    return Application(
        **{
            "name": "shop",
            "directory": Path("/app"),
            "files": (Path("/app/compose.yaml"),),
            "services": {item.name: item for item in services},
            "networks": {"default": Network(name="default")},
            **fields,
        }
    )
