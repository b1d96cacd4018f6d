"""A log may have anything in any place: what is not known yet, a secret, nothing. No report fails for it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from berth.report.events import SECRET, UNKNOWN, Step
from berth.report.make import make_report
from berth.report.markdown import as_markdown
from tests.unit.berth.report.previews import log


def put(value: Any, word: Any, depth: int) -> Any:
    """``value`` with ``word`` in place of all that lies so deep."""
    if depth == 0:
        return word
    if isinstance(value, dict):
        return {key: put(item, word, depth - 1) for key, item in value.items()}
    return [put(item, word, depth - 1) for item in value] if isinstance(value, list) else value


def changed(step: Step, word: Any, depth: int, *, both: bool) -> Step:
    new = None if step.new is None else put(step.new, word, depth)
    old = step.old if step.old is None or not both else put(step.old, word, depth)
    return replace(step, old=old, new=new)


@pytest.mark.parametrize("word", [UNKNOWN, SECRET, None, []], ids=["unknown", "secret", "none", "empty"])
@pytest.mark.parametrize("name", ["first", "nat", "managed", "port", "local-image"])
def test_a_report_is_made_of_whatever_is_in_a_log(name: str, word: Any) -> None:
    found = log(f"{name}.jsonl")
    for depth in (1, 2, 3, 4):
        for both in (True, False):
            steps = tuple(changed(step, word, depth, both=both) for step in found.steps)
            report = make_report(replace(found, steps=steps))
            assert as_markdown(report).startswith("<!-- berth:preview:berth/")
            assert report.changes == make_report(found).changes
