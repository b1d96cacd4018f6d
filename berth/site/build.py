"""Builds the site of ``docs/`` into ``.berth/site``: ``make docs``. MkDocs is no part of what a deployment needs.

https://www.mkdocs.org/user-guide/cli/
"""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Sequence

from berth.diagnostics import BerthError
from berth.setup import aside
from berth.setup.places import OWN, ROOT

COMMANDS = {"build": ("build", "--strict"), "serve": ("serve", "--dev-addr", "127.0.0.1:8000")}
"""Not ``--quiet``, with which ``--strict`` counts no warnings."""


def main(arguments: Sequence[str]) -> int:
    """``build`` (the default) or ``serve``; MkDocs's exit code, or 1 where it cannot be installed."""
    command = arguments[0] if arguments else "build"
    try:
        programs = aside.install("MkDocs", OWN / "docs", ROOT / "docs" / "requirements.txt")
    except BerthError as error:
        print(error, file=sys.stderr)
        return 1
    # The theme's maker advertises a successor at every start otherwise.
    environment = {**os.environ, "NO_MKDOCS_2_WARNING": "1"}
    code = subprocess.run([programs / "mkdocs", *COMMANDS[command]], cwd=ROOT, env=environment, check=False).returncode
    if command == "build" and not code:
        print(f"the documentation: {OWN / 'site' / 'index.html'}")
    return code


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
