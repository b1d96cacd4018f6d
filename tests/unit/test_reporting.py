"""Debug messages stay away unless they are asked for; warnings and errors reach the user."""

from __future__ import annotations

import pulumi
import pytest

from diagnostics import Diagnostic, PlatformError, Severity
from reporting import drop_debug_messages, one_clear_error, report


@pytest.fixture(autouse=True)
def debug(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What reaches the SDK's own ``debug``."""
    said: list[str] = []
    monkeypatch.setattr(pulumi.log, "debug", said.append)
    return said


@pytest.mark.parametrize(("variable", "expected"), [("", []), ("1", ["registering"])])
def test_debug_messages_are_sent_on_demand(
    debug: list[str], monkeypatch: pytest.MonkeyPatch, variable: str, expected: list[str]
) -> None:
    monkeypatch.setenv("BERTH_DEBUG", variable)
    drop_debug_messages()
    pulumi.log.debug("registering")
    assert debug == expected


def test_warnings_are_printed_and_errors_raised_together(monkeypatch: pytest.MonkeyPatch) -> None:
    printed: list[str] = []
    monkeypatch.setattr(pulumi.log, "warn", printed.append)
    lost = Diagnostic(message="lost", severity=Severity.WARNING)
    with pytest.raises(PlatformError, match="one\ntwo"):
        report([Diagnostic(message="one"), lost, Diagnostic(message="two")])
    assert printed == ["lost"]


def test_an_error_of_the_user_is_pulumis_own() -> None:
    with pytest.raises(pulumi.RunError, match=r"compose\.yaml: no such file"), one_clear_error():
        raise PlatformError(Diagnostic(file="compose.yaml", message="no such file"))
