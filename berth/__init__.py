"""Berth: one Compose file, every environment.

In a checkout the parts of this package lie beside its folder, where a newcomer finds them: ``berth.components`` is
``components/``. In the package that pip installs they lie in it.

``ComposeApplication`` is for Pulumi programs. It is loaded when it is asked for: the command line needs no Pulumi SDK.
"""

from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from berth.application import ComposeApplication, ComposeApplicationArgs, ServiceOutputs

__all__ = ["ComposeApplication", "ComposeApplicationArgs", "ServiceOutputs"]

__version__ = "0.1.0"

_HERE = Path(__file__).resolve().parent
if not (_HERE / "components").is_dir():
    __path__.append(str(_HERE.parent))


def __getattr__(name: str) -> object:
    if name in __all__:
        return getattr(import_module("berth.application"), name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
