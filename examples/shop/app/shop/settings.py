"""What the services read at their start: the shop's settings file and the secrets."""

import tomllib
from pathlib import Path


def settings() -> dict:
    return tomllib.loads(Path("/etc/shop/shop.toml").read_text())


def secret(name: str) -> str:
    return Path("/run/secrets", name).read_text().strip()
