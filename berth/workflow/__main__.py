"""``tools/run-workflow FILE JOB``: try a job's steps here, before GitHub does."""

from __future__ import annotations

import argparse
import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from berth.diagnostics import BerthError
from berth.workflow.job import LEFT_OUT, Run, choose_matrix, load, run_job, would_run

ROOT = Path(__file__).resolve().parents[2]


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run the job; 1 where a step failed. Its outputs and its summary are printed at the end."""
    options = _parser().parse_args(arguments)
    try:
        workflow, job = load(Path(options.file), options.job)
        run = make_run(options, root)
        if not would_run(job, run):
            print(f"the job {options.job} is skipped: its `if` does not hold")
            return 0
        choose_matrix(job, dict(options.matrix), run)
        outputs = run_job(workflow, job, run)
    except BerthError as error:
        print(error, file=sys.stderr)
        return 1
    if run.summary.strip():
        print(f"== summary\n{run.summary.strip()}")
    for name, value in outputs.items():
        print(f"== output {name}={value}")
    return int(run.failed)


def make_run(options: argparse.Namespace, root: Path) -> Run:
    """The contexts and variables that GitHub would set, of an event that is given as its JSON.

    https://docs.github.com/en/actions/reference/workflows-and-actions/contexts
    """
    event: dict[str, Any] = json.loads(Path(options.event).read_text()) if options.event else {}
    github = {
        "event": event,
        "event_name": options.event_name,
        "repository": options.repository,
        "run_id": "1",
        "run_attempt": "1",
        "token": os.environ.get("GITHUB_TOKEN", ""),
        "server_url": "https://github.com",
        "api_url": os.environ.get("GITHUB_API_URL", "https://api.github.com"),
        "workspace": str(root),
        "actor": "",
        "ref": "refs/heads/main",
    }
    needs: dict[str, Any] = {}
    for name, value in options.output:
        job, _, output = name.partition(".")
        needs.setdefault(job, {"result": "success", "outputs": {}})["outputs"][output] = value
    own = {f"GITHUB_{name.upper()}": value for name, value in github.items() if isinstance(value, str)}
    kept = {name: value for name, value in os.environ.items() if not name.startswith("GITHUB_")}
    kept.pop("VIRTUAL_ENV", None)
    own.pop("GITHUB_TOKEN")  # a step has it only where its env says so
    return Run(
        root=root,
        contexts={
            "github": github,
            "vars": dict(options.var),
            "secrets": dict(options.secret),
            "inputs": dict(options.input),
            "needs": needs,
            "runner": {"os": "Linux", "arch": "X64"},
        },
        environment={**kept, **own, "CI": "true", "GITHUB_ACTIONS": "true"},
        say=lambda line: print(line, flush=True),
        without=frozenset(options.without),
    )


def _pair(text: str) -> tuple[str, str]:
    name, equals, value = text.partition("=")
    if not equals:
        raise argparse.ArgumentTypeError(f"write NAME=VALUE (got {text!r})")
    return name, value


def _parser() -> argparse.ArgumentParser:
    out = ", ".join(LEFT_OUT)
    parser = argparse.ArgumentParser(
        prog="tools/run-workflow",
        description="Run the steps of one job of a workflow here, as they stand in its file.",
        epilog=f"Left out, as they are for GitHub's machines: {out}. $GITHUB_TOKEN is the job's token.",
    )
    parser.add_argument("file", help=".github/workflows/…")
    parser.add_argument("job")
    parser.add_argument("--event", metavar="FILE", help="the event's JSON; default: an empty one")
    parser.add_argument("--event-name", default="pull_request")
    parser.add_argument("--repository", default="owner/name", metavar="OWNER/NAME")
    parser.add_argument(
        "--without", action="append", default=[], metavar="ACTION", help="leave this action of the checkout out"
    )
    for name, what in (
        ("matrix", "the combination to run"),
        ("var", "a variable of the repository"),
        ("secret", "a secret of the repository"),
        ("input", "an input of a reusable workflow"),
        ("output", "JOB.NAME=VALUE: an output of a job before"),
    ):
        parser.add_argument(f"--{name}", type=_pair, action="append", default=[], metavar="NAME=VALUE", help=what)
    return parser


if __name__ == "__main__":
    sys.exit(main())
