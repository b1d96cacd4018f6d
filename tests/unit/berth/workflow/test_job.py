"""A job's steps, run as GitHub runs them, and what an action of elsewhere becomes."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from berth.workflow.__main__ import main

WORKFLOW = """
on: push
defaults: {run: {shell: bash}}
env: {LEVEL: workflow, OTHER: "${{ vars.OTHER }}"}
jobs:
  one:
    runs-on: ubuntu-24.04
    strategy: {matrix: {stack: [dev, prod]}}
    env: {LEVEL: "job of ${{ matrix.stack }}"}
    outputs: {list: "${{ steps.first.outputs.list }}", lines: "${{ steps.first.outputs.lines }}"}
    steps:
      - uses: actions/checkout@0123 # v1
        with: {fetch-depth: 2}
      - uses: ./action
      - id: first
        env: {LEVEL: step}
        run: |
          echo "level $LEVEL, other $OTHER, in $(basename "$PWD"), set $SET_BEFORE, ${GITHUB_TOKEN:-no token}"
          echo 'list=["a=b"]' >> "$GITHUB_OUTPUT"
          printf 'lines<<END\\none\\ntwo\\nEND\\n' >> "$GITHUB_OUTPUT"
          echo "SET=later" >> "$GITHUB_ENV"
          echo "**summary**" >> "$GITHUB_STEP_SUMMARY"
      - name: Pipe
        id: pipe
        continue-on-error: true
        run: false | cat
      - run: echo "$LEVEL $SET ${{ steps.pipe.outcome }}"
      - name: Fails
        if: ${{ matrix.stack == 'prod' }}
        run: exit 3
      - run: echo "only after success"
      - name: Last
        if: ${{ failure() }}
        run: echo "after a failure"
  two:
    if: ${{ vars.OTHER == 'x' }}
    runs-on: ubuntu-24.04
    steps: [{run: echo two}, {uses: somebody/thing@v1}]
  three:
    runs-on: ubuntu-24.04
    steps: [{run: "echo ${{ secrets.KEY }} ${{ github.event.number }} ${{ inputs.stack }}", shell: "${{ 'sh' }}"}]
"""

ACTION = """
runs:
  using: composite
  steps:
    - shell: bash
      run: echo "SET_BEFORE=in the action" >> "$GITHUB_ENV"
"""


@pytest.fixture
def job(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> Callable[..., tuple[int, str]]:
    """Run a job of WORKFLOW; its exit code and all that it prints."""
    root = tmp_path / "checkout"
    (root / "action").mkdir(parents=True)
    (root / "action" / "action.yml").write_text(ACTION)
    (root / "workflow.yml").write_text(WORKFLOW)

    def call(*arguments: str) -> tuple[int, str]:
        code = main([str(root / "workflow.yml"), *arguments], root)
        said = capfd.readouterr()
        return code, said.out + said.err

    return call


def test_steps_run_in_order_with_their_environment(job: Callable[..., tuple[int, str]]) -> None:
    code, said = job("one", "--matrix", "stack=dev", "--var", "OTHER=o")
    assert code == 0
    assert "level step, other o, in checkout, set in the action, no token" in said
    assert "job of dev later failure\n" in said
    assert "only after success" in said
    assert "-- Fails: skipped" in said and "-- Last: skipped" in said
    assert "== actions/checkout@0123\n   left out: this checkout is used as it is" in said
    assert '== summary\n**summary**\n== output list=["a=b"]\n== output lines=one\ntwo\n' in said


def test_an_action_of_the_checkout_can_be_left_out(job: Callable[..., tuple[int, str]]) -> None:
    code, said = job("one", "--matrix", "stack=dev", "--without", "./action")
    assert code == 0
    assert "== ./action\n   left out: as was asked for" in said
    assert "set , no token" in said


def test_after_a_failure_only_what_asks_for_it_runs(job: Callable[..., tuple[int, str]]) -> None:
    code, said = job("one", "--matrix", "stack=prod")
    assert code == 1
    assert "failed: exit code 3" in said
    assert "only after success\n" not in said.replace('echo "only after success"', "")
    assert "after a failure\n" in said


@pytest.mark.parametrize(
    ("arguments", "code", "part"),
    [
        (("one", "--matrix", "stack=test"), 1, "Say --matrix stack=VALUE, one of dev, prod."),
        (("two",), 0, "the job two is skipped"),
        (("two", "--var", "OTHER=x"), 1, "the action somebody/thing@v1 is not known"),
        (("three",), 1, "the shell ${{ 'sh' }} is not known here"),
        (("four",), 1, "no job 'four' with steps"),
    ],
)
def test_what_is_not_known_is_said(
    job: Callable[..., tuple[int, str]], arguments: tuple[str, ...], code: int, part: str
) -> None:
    found, said = job(*arguments)
    assert (found, part in said) == (code, True), said
