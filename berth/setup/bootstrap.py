"""The virtual environment, with rich in it, so that the next steps can show how far they are.

Nothing but the standard library, as nothing else is there yet. ``tools/setup`` has looked at Python's version.
"""

from __future__ import annotations

import subprocess
import sys

from berth.diagnostics import BerthError, Diagnostic, ToolError
from berth.setup import debian
from berth.setup.explain import explain
from berth.setup.places import BOOTSTRAPPED, VENV, pinned


def main() -> int:
    try:
        make()
    except BerthError as error:
        print(f"setup: {error}", file=sys.stderr)
        return 1
    return 0


def make() -> None:
    """Make the virtual environment anew, and install rich.

    Raises:
        ToolError: venv or pip failed, with what they said and what to do; or it is a link to another checkout's, which
            venv would empty and then refuse to fill.
    """
    if VENV.is_symlink():
        advice = "Run tools/setup there, or remove the link to get an environment of this checkout's own."
        raise ToolError(
            Diagnostic(message=f"{VENV} is a link to {VENV.resolve()}, which is not complete", advice=advice)
        )
    print(f"setup: making {VENV}", file=sys.stderr)
    if _run(sys.executable, "-c", "import ensurepip").returncode:
        _install_ensurepip()
    made = _run(sys.executable, "-m", "venv", "--clear", str(VENV))
    if made.returncode:
        raise _error(f"{sys.executable} could not make a virtual environment in {VENV}", made.stdout)
    installed = _run(
        *(str(VENV / "bin" / "python"), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"),
        *("--retries", "2", "--timeout", "15", f"rich=={pinned('rich')}"),
    )
    if installed.returncode:
        raise _error("pip could not install rich", installed.stdout)
    BOOTSTRAPPED.touch()


def _install_ensurepip() -> None:
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    package = f"python{version}-venv"
    problem = debian.install([package], lambda line: print(f"setup: {line}", file=sys.stderr))
    if problem:
        advice = f"{problem} On Debian or Ubuntu: apt-get install {package}."
        raise ToolError(Diagnostic(message="Python's venv module is missing", advice=advice))


def _error(message: str, output: str) -> ToolError:
    reason = explain(output)
    if reason:
        return ToolError(Diagnostic(message=f"{message}: {reason.message}", advice=reason.advice))
    return ToolError(Diagnostic(message=message, advice="\n    ".join(output.strip().splitlines()[-5:])))


def _run(*command: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False)


if __name__ == "__main__":
    sys.exit(main())
