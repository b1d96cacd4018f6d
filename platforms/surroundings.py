"""The Pulumi program around an application: Berth's own has nothing of it, another has values and a component."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # half a second to load, which plans have no use for
    import pulumi


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What a program gives an application of its own.

    Attributes:
        name: The component as findings call it.
        parent: The component that the application's resources belong to.
        secrets: Compose secret -> a value that only an update knows; plain values are among the settings.
        environment: Service -> variable -> value, over the Compose file's. What is no plain string only an update
            knows, and then it may be secret.
        default_region: Where the program's default AWS provider goes: in this region it is the application's, too.
    """

    name: str = ""
    parent: pulumi.ComponentResource | None = None
    secrets: Mapping[str, pulumi.Input[str]] = field(default_factory=dict[str, "pulumi.Input[str]"])
    environment: Mapping[str, Mapping[str, pulumi.Input[str]]] = field(
        default_factory=dict[str, "Mapping[str, pulumi.Input[str]]"]
    )
    default_region: str | None = None


ALONE = Surroundings()
"""Around Berth's own program there is nothing."""
