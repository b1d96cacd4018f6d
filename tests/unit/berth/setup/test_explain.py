"""What real tools printed, without a network and on a full disk."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from berth.diagnostics import ToolError
from berth.setup import explain
from berth.setup.explain import DISK_FULL, NETWORK, need_space


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        # apt-get, curl, go and pulumi in a network namespace without an interface
        ("W: Failed to fetch …/InRelease  Temporary failure resolving 'deb.example.org'", NETWORK),
        ("curl: (6) Could not resolve host: get.pulumi.com", NETWORK),
        ('go: github.com/google/uuid@v1.6.0: Get "…": dial udp 10.0.0.1:53: connect: network is unreachable', NETWORK),
        ('warning: Error downloading plugin: Get "…": dial tcp: lookup get.pulumi.com: no such host', NETWORK),
        # pip, there and where connections are refused or never answered
        ("Failed to establish a new connection: [Errno -3] Temporary failure in name resolution", NETWORK),
        ("NewConnectionError('…: Failed to establish a new connection: [Errno 111] Connection refused')", NETWORK),
        ("ConnectTimeoutError(<…>, 'Connection to example.org timed out. (connect timeout=30.0)')", NETWORK),
        ('ReadTimeoutError("…: Read timed out. (read timeout=30.0)")', NETWORK),
        # pip through a proxy that accepts connections and says nothing
        ("WARNING: Retrying (…) after connection broken by 'ProxyError(…, TimeoutError('timed out'))': /x/", NETWORK),
        # pip, python, go and tar on a tmpfs that was full
        ("ERROR: Could not install packages due to an OSError: [Errno 28] No space left on device", DISK_FULL),
        ("go: writing stat cache: write /tmp/x: no space left on device", DISK_FULL),
        ("tar: x: Wrote only 4096 of 10240 bytes\ntar: Error is not recoverable: No space left on device", DISK_FULL),
        ("ERROR: No matching distribution found for rich==99", None),
        ("error: subprocess-exited-with-error", None),
    ],
)
def test_the_reason(said: str, reason: explain.Reason | None) -> None:
    assert explain.explain(f"first line\n{said}\nlast line") == reason


def test_room_is_looked_for_where_the_folder_will_be(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    def usage(folder: Path) -> object:
        asked.append(folder)
        return shutil._ntuple_diskusage(10**10, 10**10, 300 * 2**20)

    monkeypatch.setattr(explain.shutil, "disk_usage", usage)
    need_space(tmp_path / "not" / "there", 300, "installing")
    with pytest.raises(ToolError) as caught:
        need_space(tmp_path / "not" / "there", 301, "installing")
    assert asked == [tmp_path, tmp_path]
    message = f"the disk is full: installing takes 301 MB in {tmp_path}/not/there, and 300 MB are free"
    assert caught.value.diagnostics[0].message == message
