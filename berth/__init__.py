"""Berth: one Compose file, every environment.

In a checkout the parts of this package lie beside its folder, where a newcomer finds them: ``berth.components`` is
``components/``. In the package that pip installs they lie in it.
"""

from pathlib import Path

__version__ = "0.1.0"

_HERE = Path(__file__).resolve().parent
if not (_HERE / "components").is_dir():
    __path__.append(str(_HERE.parent))
