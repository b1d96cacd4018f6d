"""Both forms of a log, and what is none."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from berth.diagnostics import ToolError
from berth.report.events import SECRET
from berth.report.make import make_report
from berth.report.read import SIGNATURE, parse_log, read_log
from tests.unit.berth.report.previews import by_hand, component, event, text

SERVICE = "aws:ecs/service:Service"


def test_the_forms_are_told_apart_by_what_is_in_them(tmp_path: Path) -> None:
    for name in ("image.jsonl", "image.json"):
        file = tmp_path / "plan"
        file.write_text(text(name))
        found = read_log(file)
        assert (found.project, found.stack, found.complete) == ("berth", "test", name.endswith("l"))


def test_the_document_may_follow_what_the_cli_prints_before_it() -> None:
    document = json.dumps(json.loads(text("image.json")), indent=2)
    assert parse_log(f"Previewing update (test):\n{document}").steps == parse_log(text("image.json")).steps


@pytest.mark.parametrize("content", ["", "{}", "Previewing update\n", '{"name": "shop"}', "[1, 2]"])
def test_what_is_no_log_is_refused_with_what_to_do(content: str, tmp_path: Path) -> None:
    file = tmp_path / "events.jsonl"
    file.write_text(content)
    with pytest.raises(ToolError, match=r"is no log of a preview\n +Write one by `python -m berth preview"):
        read_log(file)


def test_a_file_that_is_not_there_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(ToolError, match="cannot be read"):
        read_log(tmp_path / "none")


def test_a_log_that_was_cut_off_is_a_failed_preview() -> None:
    whole = text("image.jsonl")
    found = make_report(parse_log(whole[: len(whole) * 2 // 3]))
    assert found.failed
    assert not make_report(parse_log(whole)).failed


def test_a_replacement_is_one_step_with_both_sides() -> None:
    old, new = {"name": "a", "role": "x"}, {"name": "b", "role": "x"}
    more = {"component": "Service", "keys": ["name"]}
    found = parse_log(
        by_hand(
            [
                event("delete-replaced", SERVICE, "shop-test-web", old, None, **more),
                event("replace", SERVICE, "shop-test-web", old, new, **more),
                event("create-replacement", SERVICE, "shop-test-web", old, new, **more),
            ]
        )
    )
    (step,) = [item for item in found.steps if item.type == SERVICE]
    assert (step.operation, step.old, step.new, step.first_deleted) == ("replace", old, new, True)
    later = by_hand(
        [
            event("create-replacement", SERVICE, "shop-test-web", old, new, **more),
            event("delete-replaced", SERVICE, "shop-test-web", old, None, **more),
        ]
    )
    assert [item.first_deleted for item in parse_log(later).steps if item.type == SERVICE] == [False]


def test_a_secret_object_is_nothing_but_a_secret() -> None:
    value = {SIGNATURE: "1b47061264138c4ac30d75fd1eb44270", "plaintext": '"open sesame"'}
    found = parse_log(by_hand([event("create", SERVICE, "shop-test-web", None, {"password": value})]))
    assert found.steps[-1].new == {"password": SECRET}
    assert "open sesame" not in repr(make_report(found))


def test_pulumis_own_default_providers_are_not_counted_as_pulumi_does_not() -> None:
    for name in ("image.jsonl", "first.jsonl"):
        summary = next(json.loads(line) for line in text(name).splitlines() if "summaryEvent" in line)["summaryEvent"]
        counts = make_report(parse_log(text(name))).counts
        for operation in ("create", "update", "same"):
            assert counts[operation] == summary["resourceChanges"].get(operation, 0)


def test_services_are_known_by_their_components_however_they_are_named() -> None:
    """``api-two`` is no part of ``api``; a secret named like a service's own belongs to none."""
    found = parse_log(
        by_hand(
            [
                *(component("TaskDefinition", f"shop-test-{name}") for name in ("api", "api-two")),
                event("update", SERVICE, "x", {"a": 1}, {"a": 2}, component="Service", owner="shop-test-api-two"),
                component("Secret", "shop-test-api-key", "create"),
                component("SecurityGroup", "shop-test-api-ingress", "create"),
            ]
        )
    )
    report = make_report(found)
    assert {item.name: item.service for item in report.resources} == {
        "x": "api-two",
        "shop-test-api-key": "shared by all",
        "shop-test-api-ingress": "api",
    }
