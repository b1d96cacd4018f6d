"""No value of a secret is in any report: not one of the engine's, not one of files, not one that looks like it."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from berth.report.make import Files, make_report
from berth.report.markdown import as_markdown
from berth.report.model import Finding
from berth.report.read import parse_log
from berth.report.terminal import show
from tests.unit.berth.report.applications import recorder
from tests.unit.berth.report.previews import RECORDED, by_hand, event, made, report, text


def in_terminal(found: object) -> str:
    console = Console(file=io.StringIO(), width=200)
    show(found, console)  # type: ignore[arg-type]
    return console.file.getvalue()  # type: ignore[attr-defined]


@pytest.mark.parametrize("name", RECORDED)
def test_a_recorded_application_has_secrets_and_no_report_has_their_values(name: str) -> None:
    values = recorder().SECRETS
    assert len(values) == 5
    found = report(name)
    for said in (text(name), as_markdown(found), in_terminal(found), repr(found)):
        assert not [value for value in values if value in said]


@pytest.mark.parametrize("name", ["first.jsonl", "config.jsonl", "local-first.jsonl"])
def test_a_configs_content_is_in_no_report(name: str) -> None:
    found = report(name)
    for said in (as_markdown(found), in_terminal(found)):
        assert "another line" not in said and "third line" not in said


def test_the_changed_value_of_an_env_file_is_told_by_its_name_alone() -> None:
    said = as_markdown(report("env-file"))
    assert "new value of a variable from an env file" in said
    assert "    secretString: changed" in said


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("password", "open sesame"),
        ("apiToken", "gh" + "p_" + "a" * 36),
        ("url", "postgres://shop:open-sesame@db/shop"),
        ("note", "-----BEGIN " + "RSA PRIVATE KEY-----"),
        ("accessKey", "AKIA" + "ABCDEFGHIJKLMNOP"),
    ],
)
def test_what_only_looks_like_a_secret_is_hidden_too(name: str, value: str) -> None:
    found = made([event("update", "aws:x/y:Y", "shop-test-y", {name: "a"}, {name: value})])
    for said in (as_markdown(found), in_terminal(found)):
        assert value not in said
        assert "sesame" not in said


def test_values_that_files_mark_as_secret_are_nowhere_even_where_a_message_repeats_them() -> None:
    log = parse_log(
        by_hand(
            [event("update", "aws:x/y:Y", "shop-test-y", {"line": "a"}, {"line": "run --key open-sesame now"})],
            {"diagnosticEvent": {"severity": "warning", "message": "could not reach open-sesame"}},
        )
    )
    files = Files(hidden=frozenset({"open-sesame"}), support=(Finding(severity="warning", text="open-sesame"),))
    found = make_report(log, files=files)
    assert "could not reach [hidden]" in in_terminal(found)
    assert "open-sesame" not in repr(found) + as_markdown(found)
