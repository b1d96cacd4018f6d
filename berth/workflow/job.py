"""One job of a workflow file on this machine: its ``run:`` steps as they stand, in order; actions are left out.

https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax
"""

from __future__ import annotations

import subprocess
import tempfile
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import yaml

from berth.diagnostics import Diagnostic, ToolError
from berth.untyped import inside
from berth.workflow.expression import evaluate, filled, holds

LEFT_OUT = {
    "actions/checkout": "this checkout is used as it is",
    "actions/setup-python": "the Python at hand",
    "actions/cache": "nothing is kept",
    "aws-actions/configure-aws-credentials": "the credentials at hand; no OIDC token here",
    "docker/setup-buildx-action": "the builders at hand",
    "github/codeql-action/upload-sarif": "nothing is sent",
    "pulumi/actions": "the Pulumi CLI at hand",
}
"""Action -> what is in its place."""

SHELLS = {"": ("bash", "-e"), "bash": ("bash", "--noprofile", "--norc", "-eo", "pipefail")}
"""https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-syntax#jobsjob_idstepsshell"""

Say = Callable[[str], None]


@dataclass(slots=True)
class Run:
    """Where a job runs: the checkout, the contexts of its expressions, and the environment of its steps.

    ``without`` are actions of this checkout that are left out, too. ``summary`` is what the steps have written for the
    job's summary.
    """

    root: Path
    contexts: dict[str, Mapping[str, Any]]
    environment: dict[str, str]
    say: Say
    without: frozenset[str] = frozenset()
    summary: str = ""
    failed: bool = False


@dataclass(slots=True)
class _Steps:
    """The steps of a job or of an action, each of which sees what those before it of the same list have said."""

    run: Run
    shell: str
    environment: Mapping[str, str]
    said: dict[str, Any] = field(default_factory=dict[str, Any])

    def contexts(self) -> dict[str, Mapping[str, Any]]:
        return {**self.run.contexts, "steps": self.said, "env": self.environment}


def load(file: Path, job: str) -> tuple[Mapping[str, Any], Mapping[str, Any]]:
    """The workflow and one of its jobs.

    Raises:
        ToolError: there is no such job, or it runs on no machine of its own.
    """
    workflow = yaml.safe_load(file.read_text())
    jobs = workflow["jobs"]
    if job not in jobs or "steps" not in jobs[job]:
        known = ", ".join(name for name, item in jobs.items() if "steps" in item)
        raise ToolError(
            Diagnostic(file=str(file), message=f"no job {job!r} with steps", advice=f"It has: {known or 'none'}.")
        )
    return workflow, jobs[job]


def would_run(job: Mapping[str, Any], run: Run) -> bool:
    """Whether the job's own ``if:`` holds."""
    needed = run.contexts.get("needs", {}).values()
    return holds(job.get("if"), run.contexts, failed=any(item.get("result") != "success" for item in needed))


def run_job(workflow: Mapping[str, Any], job: Mapping[str, Any], run: Run) -> dict[str, str]:
    """Run the steps; the job's outputs. ``run.failed`` says whether one of them failed.

    Raises:
        ToolError: something in the file that is not known here.
    """
    environment: dict[str, str] = {}
    for level in (workflow.get("env"), job.get("env")):
        environment |= _filled(level, {**run.contexts, "env": environment})
    shell = str(inside(job.get("defaults") or workflow.get("defaults") or {}, "run").get("shell", ""))
    steps = _Steps(run, shell, environment)
    _run_steps(job["steps"], steps)
    return _filled(job.get("outputs"), steps.contexts())


def _run_steps(items: Sequence[Mapping[str, Any]], steps: _Steps) -> None:
    run = steps.run
    for item in items:
        label = str(item.get("name") or item.get("uses") or item["run"].splitlines()[0])
        outcome, outputs = "skipped", {}
        if holds(item.get("if"), steps.contexts(), failed=run.failed):
            run.say(f"== {filled(label, steps.contexts()) if 'name' in item else label}")
            passed, outputs = _use(item, steps) if "uses" in item else _run(item, steps)
            outcome = "success" if passed else "failure"
            run.failed = run.failed or not (passed or item.get("continue-on-error"))
        else:
            run.say(f"-- {label}: skipped")
        if "id" in item:
            steps.said[item["id"]] = {"outcome": outcome, "outputs": outputs}


def _use(item: Mapping[str, Any], steps: _Steps) -> tuple[bool, dict[str, str]]:
    """An action: one of this checkout is run, of the others those in ``LEFT_OUT`` are not."""
    name = str(item["uses"])
    if name.startswith("./") and name not in steps.run.without:
        return _run_action(item, steps)
    instead = {**LEFT_OUT, **dict.fromkeys(steps.run.without, "as was asked for")}.get(name.partition("@")[0])
    if instead is None:
        raise ToolError(Diagnostic(message=f"the action {name} is not known", advice="Add it to LEFT_OUT."))
    steps.run.say(f"   left out: {instead}")
    return True, {}


def _run_action(item: Mapping[str, Any], steps: _Steps) -> tuple[bool, dict[str, str]]:
    """A composite action: https://docs.github.com/en/actions/reference/workflows-and-actions/metadata-syntax"""
    action = yaml.safe_load((steps.run.root / item["uses"] / "action.yml").read_text())
    if action["runs"]["using"] != "composite" or action.get("outputs") or action.get("inputs") or item.get("with"):
        raise ToolError(Diagnostic(message=f"{item['uses']}: only composite actions without inputs and outputs"))
    before = steps.run.failed
    _run_steps(action["runs"]["steps"], _Steps(steps.run, "", {**steps.environment, **_environment(item, steps)}))
    return before or not steps.run.failed, {}


def _run(item: Mapping[str, Any], steps: _Steps) -> tuple[bool, dict[str, str]]:
    """A script: whether it ended with 0, and what it wrote to GITHUB_OUTPUT."""
    run = steps.run
    shell = str(item.get("shell", steps.shell))
    if shell not in SHELLS:
        raise ToolError(Diagnostic(message=f"the shell {shell} is not known here", advice="Use bash."))
    with tempfile.TemporaryDirectory() as folder:
        files = {name: Path(folder) / name for name in ("GITHUB_OUTPUT", "GITHUB_ENV", "GITHUB_STEP_SUMMARY")}
        for file in files.values():
            file.touch()
        script = Path(folder) / "step.sh"
        script.write_text(filled(item["run"], steps.contexts()))
        ended = subprocess.run(
            [*SHELLS[shell], str(script)],
            cwd=run.root / item.get("working-directory", "."),
            env={
                **run.environment,
                **steps.environment,
                **_environment(item, steps),
                **{name: str(file) for name, file in files.items()},
            },
            stdin=subprocess.DEVNULL,
            check=False,
        )
        run.environment |= _pairs(files["GITHUB_ENV"].read_text())
        run.summary += files["GITHUB_STEP_SUMMARY"].read_text()
        if ended.returncode:
            run.say(f"   failed: exit code {ended.returncode}")
        return ended.returncode == 0, _pairs(files["GITHUB_OUTPUT"].read_text())


def _environment(item: Mapping[str, Any], steps: _Steps) -> dict[str, str]:
    return _filled(item.get("env"), steps.contexts())


def _filled(values: Mapping[str, Any] | None, contexts: Mapping[str, Mapping[str, Any]]) -> dict[str, str]:
    return {name: filled(str(value), contexts) for name, value in (values or {}).items()}


def _pairs(text: str) -> dict[str, str]:
    """``name=value`` lines, and ``name<<END`` with lines up to ``END``.

    https://docs.github.com/en/actions/reference/workflows-and-actions/workflow-commands#multiline-strings
    """
    found: dict[str, str] = {}
    lines = iter(text.splitlines())
    for line in lines:
        name, several, end = line.partition("<<")
        if several and "=" not in name:
            found[name] = "\n".join(iter(lambda end=end: next(lines, end), end))
        elif "=" in line:
            name, _, value = line.partition("=")
            found[name] = value
    return found


def choose_matrix(job: Mapping[str, Any], chosen: Mapping[str, str], run: Run) -> None:
    """Set the context ``matrix`` to a combination that the job has.

    Raises:
        ToolError: a key of the job's matrix has no value, or one that is not among its own.
    """
    for key, values in inside(job, "strategy", "matrix").items():
        known = evaluate(values.strip()[3:-2], run.contexts) if isinstance(values, str) else values
        if chosen.get(key) not in known:
            advice = f"Say --matrix {key}=VALUE, one of {', '.join(map(str, known)) or 'none'}."
            raise ToolError(Diagnostic(message=f"the job's matrix has {key}", advice=advice))
    run.contexts["matrix"] = dict(chosen)
