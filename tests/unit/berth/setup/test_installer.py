"""Pulumi's installer, run by Pulumi's own package; only the download of the script is replaced."""

from __future__ import annotations

import http.server
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from berth.setup import installer
from berth.setup.cli import in_folder, version_of
from tests.unit.berth.setup.conftest import Machine, Said

INSTALLER = """#!/bin/sh
# The options of https://get.pulumi.com/install.sh that Pulumi's package gives it.
set -e
while [ $# -gt 0 ]; do
    case $1 in
    --no-edit-path) shift ;;
    --install-root) root=$2; shift 2 ;;
    --version) version=$2; shift 2 ;;
    *) echo "unknown option $1" >&2; exit 2 ;;
    esac
done
mkdir -p "$root/bin"
printf '#!/bin/sh\\necho v%s\\n' "$version" > "$root/bin/pulumi"
cp "$root/bin/pulumi" "$root/bin/pulumi-language-python"
chmod 755 "$root/bin/"*
"""


@pytest.fixture
def script(machine: Machine, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], None]:
    """Sets what the address of the installer would answer."""
    made = machine.folder / "install.sh"
    site = machine.folder / "site"
    site.mkdir()
    (site / "sitecustomize.py").write_text(
        "import shutil, sys\n"
        "if '-c' in sys.orig_argv:\n"
        "    import pulumi.automation._cmd as command\n"
        f"    command._download_to_file = lambda address, file: shutil.copyfile({str(made)!r}, file)\n"
    )
    monkeypatch.setenv("PYTHONPATH", str(site))
    monkeypatch.setattr(installer, "unreachable_because", lambda address: "")
    return lambda text: (made.write_text(text), None)[1]


def test_it_installs_into_the_cache(script: Callable[[str], None], machine: Machine, steps: Said) -> None:
    script(INSTALLER)
    assert installer.install(steps, "3.250.0")
    folder = installer.folder("3.250.0")
    assert in_folder(folder)
    assert version_of(str(folder / "bin" / "pulumi")) == "3.250.0"
    assert [path.name for path in folder.parent.iterdir() if path.name.startswith("pulumi")] == ["pulumi-3.250.0"]


def test_one_that_fails_leaves_nothing_to_use(script: Callable[[str], None], machine: Machine, steps: Said) -> None:
    script("#!/bin/sh\necho 'curl: (7) Failed to connect: Connection refused'\nexit 1\n")
    assert not installer.install(steps, "3.250.0")
    assert not installer.folder("3.250.0").exists()
    assert steps.lines[-1].startswith("-- Pulumi           its installer does not work here: ")
    assert "the network does not reach it" in steps.lines[-1]


def test_an_address_that_does_not_answer(machine: Machine, steps: Said, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(installer, "ADDRESS", "http://127.0.0.1:9/install.sh")
    assert not installer.install(steps, "3.250.0")
    (line,) = steps.lines
    assert line.startswith("-- Pulumi           http://127.0.0.1:9/install.sh cannot be reached: ")
    assert "refused" in line


@pytest.mark.parametrize(("code", "why"), [(200, ""), (403, "it answers 403")])
def test_what_an_address_answers(tmp_path: Path, code: int, why: str) -> None:
    class Answer(http.server.BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self.send_response(code)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    with http.server.HTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.handle_request, daemon=True).start()
        assert installer.unreachable_because(f"http://127.0.0.1:{server.server_port}/install.sh") == why
