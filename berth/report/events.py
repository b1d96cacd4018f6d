"""What Pulumi's engine said of a preview, as plain data: the steps of its plan, policies' words, diagnostics."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

Operation = Literal["create", "update", "replace", "delete", "same"]

OPERATIONS: tuple[Operation, ...] = ("create", "update", "replace", "delete", "same")

UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
"""In the place of a value that is known only once its resource is there.
https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/plugin/rpc.go"""

SECRET = "[secret]"

Inputs = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """What happens to one resource. ``old`` and ``new`` are its inputs; None where there is no such side.

    ``parent`` is a URN. ``changed`` are the paths of properties that the provider says differ, ``causes`` those for
    which it is replaced. ``first_deleted``: the old one is deleted before the new one is there. ``protect`` is before
    and after.
    """

    operation: Operation
    urn: str
    old: Inputs | None = None
    new: Inputs | None = None
    parent: str = ""
    changed: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    first_deleted: bool = False
    protect: tuple[bool, bool] = (False, False)

    @property
    def type(self) -> str:
        """``aws:ecs/service:Service``, without its parents' types."""
        return type_of(self.urn)

    @property
    def name(self) -> str:
        return name_of(self.urn)

    @property
    def inputs(self) -> Inputs:
        """Those that it is to have, or of a deleted one those that it had."""
        return self.new if self.new is not None else self.old or {}


@dataclass(frozen=True, slots=True, kw_only=True)
class Message:
    """A diagnostic of the engine, the program or a provider. ``severity`` is ``error``, ``warning`` or ``info``."""

    severity: str
    text: str
    urn: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Violation:
    """What a policy says of a resource. ``mandatory`` ones forbid a deployment."""

    rule: str
    text: str
    urn: str
    mandatory: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """``steps`` are in the engine's order, each resource once. ``complete``: it says what stays the same, too.

    ``failed``: the preview has ended with an error, or has not ended.
    """

    project: str
    stack: str
    steps: tuple[Step, ...] = ()
    messages: tuple[Message, ...] = ()
    violations: tuple[Violation, ...] = ()
    config: Mapping[str, str] = field(default_factory=dict[str, str])
    complete: bool = True
    failed: bool = False


def secret_of(step: Step, path: str) -> str:
    """``SECRET`` where the property's value is one, else nothing."""
    value = step.inputs.get(path.partition(".")[0].partition("[")[0])
    return SECRET if isinstance(value, str) and SECRET in value else ""


@lru_cache(maxsize=8192)
def type_of(urn: str) -> str:
    return urn.split("::", 3)[2].rpartition("$")[2] if urn.count("::") >= 3 else ""


@lru_cache(maxsize=8192)
def name_of(urn: str) -> str:
    return urn.split("::", 3)[3] if urn.count("::") >= 3 else urn
