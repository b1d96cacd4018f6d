from typing import Any

from docker import errors as errors
from docker import types as types

class DockerClient:
    """What it gives is `Any`: the stubs that type checkers bring along leave out half of the parameters."""

    def __getattr__(self, name: str) -> Any: ...

def from_env(*, timeout: float = ...) -> DockerClient: ...
