"""A tool in a virtual environment of its own, for what few users need: Checkov, MkDocs."""

from __future__ import annotations

import shutil
import subprocess
import sys
import venv
from pathlib import Path

from berth.diagnostics import Diagnostic, ToolError
from berth.setup.explain import Reason, explain


def install(name: str, folder: Path, requirements: Path) -> Path:
    """The folder of its programs: ``requirements`` is installed into ``folder`` unless it is there already.

    Raises:
        ToolError: pip fails.
    """
    mark = folder / "installed.txt"  # last, so that what was interrupted is made anew
    if not mark.exists() or mark.read_bytes() != requirements.read_bytes():
        print(f"installing {name} into {folder}", file=sys.stderr, flush=True)
        venv.create(folder, clear=True, with_pip=True)
        command = [folder / "bin" / "python", "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        result = subprocess.run([*command, "--requirement", requirements], capture_output=True, text=True, check=False)
        if result.returncode:
            reason = explain(result.stderr) or Reason(
                result.stderr.strip(), "It comes from PyPI, as all of requirements.txt does; try again with a network."
            )
            raise ToolError(Diagnostic(message=f"{name} cannot be installed: {reason.message}", advice=reason.advice))
        shutil.copyfile(requirements, mark)
    return folder / "bin"
