"""actionlint, which checks GitHub's workflow files: the one on PATH, or one built from its Go module into the cache.

PyPI's package of it downloads a program from elsewhere as it is installed; the Go module proxy has the source.
https://github.com/rhysd/actionlint
"""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

from berth.diagnostics import BerthError
from berth.setup.goproxy import find_go
from berth.setup.places import OWN, ROOT, VENV, cache
from berth.setup.steps import Steps

VERSION = "v1.7.12"
MODULE = f"github.com/rhysd/actionlint/cmd/actionlint@{VERSION}"


def find(steps: Steps) -> Path:
    """The program.

    Raises:
        ToolError: there is none, and neither Go nor the Go module proxy can be had.
    """
    found = shutil.which("actionlint")
    if found:
        steps.found("actionlint", found)
        return Path(found)
    folder = cache() / f"actionlint-{VERSION}"
    program = folder / "actionlint"
    if program.exists():
        steps.found("actionlint", str(program))
        return program
    go = find_go(steps)
    work = cache() / "actionlint.new"
    with steps.step("actionlint", "half a minute") as step:
        environment = {
            **os.environ,
            "GOBIN": str(work),
            "GOPATH": str(work / "go"),
            "GOFLAGS": "-modcacherw",  # so that it can be removed
            "GOTOOLCHAIN": "local",
            "CGO_ENABLED": "0",
        }
        step.run(go, "install", MODULE, environment=environment, timeout=900)
        folder.mkdir(parents=True, exist_ok=True)
        (work / "actionlint").replace(program)
        shutil.rmtree(work)
        step.done(f"{VERSION}, built from its Go module, {program}")
    return program


def main() -> int:
    """``python -m berth.setup.actionlint [ARGUMENT...]``: check the checkout's workflows, with shellcheck of .venv."""
    os.chdir(ROOT)
    try:
        program = find(Steps(OWN / "setup.log"))
    except BerthError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    os.environ["PATH"] = f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"
    os.execv(program, ["actionlint", *sys.argv[1:]])


if __name__ == "__main__":
    sys.exit(main())
