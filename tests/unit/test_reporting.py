"""Debug messages stay away unless they are asked for; warnings and errors reach the user."""

from __future__ import annotations

import json
import runpy
from pathlib import Path

import pulumi
import pytest

from berth.diagnostics import Diagnostic, PlatformError, Severity
from berth.reporting import drop_debug_messages, one_clear_error, report

ROOT = Path(__file__).parents[2]


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
    monkeypatch.setattr(pulumi.log, "warn", lambda message, _resource: printed.append(message))
    lost = Diagnostic(message="lost", severity=Severity.WARNING)
    with pytest.raises(PlatformError, match="one\ntwo"):
        report([Diagnostic(message="one"), lost, Diagnostic(message="two")])
    assert printed == ["lost"]


def test_an_error_of_the_user_is_pulumis_own() -> None:
    with pytest.raises(pulumi.RunError, match=r"compose\.yaml: no such file"), one_clear_error():
        raise PlatformError(Diagnostic(file="compose.yaml", message="no such file"))


def run_program(directory: Path, monkeypatch: pytest.MonkeyPatch, **settings: str) -> str:
    """What stops the program of a stack ``dev`` with these settings in ``directory``."""
    monkeypatch.chdir(directory)
    monkeypatch.setenv("PULUMI_CONFIG", json.dumps({f"berth:{name}": value for name, value in settings.items()}))
    pulumi.runtime.set_mocks(Nothing(), project="berth", stack="dev")
    with pytest.raises(pulumi.RunError) as caught:
        runpy.run_path(str(ROOT / "__main__.py"))
    return str(caught.value)


class Nothing(pulumi.runtime.Mocks):
    """Nothing is created: the findings come first."""

    def new_resource(self, args: pulumi.runtime.MockResourceArgs) -> tuple[str, dict[str, object]]:
        raise AssertionError(args.name)

    def call(self, args: pulumi.runtime.MockCallArgs) -> dict[str, object]:
        raise AssertionError(args.token)


def test_a_preview_names_the_line_of_a_setting(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "Pulumi.dev.yaml").write_text("config:\n  berth:platform: compose\n  berth:zoness: 3\n")
    assert run_program(tmp_path, monkeypatch, zoness="3").startswith("Pulumi.dev.yaml:3: berth:zoness: no such setting")


@pytest.mark.parametrize(
    ("attribute", "message"),
    [("prots: [80]", "prots: no such key in Compose files"), ("ipc: host", "ipc: ECS gives no")],
)
def test_a_preview_names_the_line_of_an_attribute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, attribute: str, message: str
) -> None:
    """Both where Compose refuses the file and where the platform refuses the application."""
    (tmp_path / "compose.yaml").write_text(f"name: shop\nservices:\n  web:\n    image: nginx\n    {attribute}\n")
    error = run_program(tmp_path, monkeypatch, platform="ecs-fargate")
    assert error.startswith(f"compose.yaml:5: service 'web': {message}")


def test_ctrl_c_is_no_traceback() -> None:
    with pytest.raises(pulumi.RunError, match="interrupted"), one_clear_error():
        raise KeyboardInterrupt
