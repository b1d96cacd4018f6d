"""``python -m berth drift``: whether AWS still has what the stack's state says, and what ``up --refresh`` would repair.

For a nightly report: the exit code is 0 without drift, 2 with some, 1 when the question could not be answered.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from berth.diagnostics import Diagnostic, ToolError
from berth.stacks import refuse_unknown, run_quietly

DRIFT = 2


def drift(stack: str, console: Console, markdown: Path | None = None) -> int:
    """Print each resource that is not as it should be, with the properties that differ; in ``markdown``, too.

    Raises:
        ToolError: the preview failed; the message is Pulumi's own.
    """
    refuse_unknown(stack)
    result = run_quietly("preview", "--refresh", "--json", "--stack", stack, "--non-interactive")
    if result.returncode:
        raise ToolError(Diagnostic(message=reason(result.stdout, result.stderr)))
    lines = list(differences(json.loads(result.stdout[result.stdout.index("{") :])))
    if markdown:
        markdown.write_text(as_markdown(stack, lines), encoding="utf-8")
    for line in lines:
        console.print(line, markup=False, highlight=False, soft_wrap=True)
    if not lines:
        console.print(f"{stack} is as its files say", highlight=False)
        return 0
    console.print(f"\n`python -m berth up {stack} --refresh` puts this right.", markup=False, highlight=False)
    return DRIFT


def as_markdown(stack: str, lines: Sequence[str]) -> str:
    """The same for an issue."""
    if not lines:
        return f"AWS has of `{stack}` what its files say.\n"
    found = "\n".join(f"- `{line}`" for line in lines)
    return f"""AWS has not what the files of `{stack}` say. What `up --refresh` would do:

{found}

`python -m berth up {stack} --refresh` puts this right. Where the change was meant, put it into the files.
"""


def differences(preview: Mapping[str, Any]) -> Iterator[str]:
    """A line for each step of ``pulumi preview --json`` that changes something: ``update TYPE NAME: properties``."""
    for step in preview.get("steps", ()):
        operation, urn = step["op"], step["urn"]
        if operation in ("same", "read", "refresh"):
            continue
        *_, types, name = urn.split("::")
        properties = sorted(step.get("detailedDiff") or step.get("diffReasons") or ())
        yield f"{operation} {types.rpartition('$')[2]} {name}" + (f": {', '.join(properties)}" if properties else "")


def reason(output: str, errors: str) -> str:
    """What a failed preview says: diagnostics in its JSON, or an error before there is any."""
    try:
        said = json.loads(output[output.index("{") :]).get("diagnostics") or ()
    except ValueError:
        said = ()
    found = [item["message"].strip() for item in said if item.get("severity") == "error"]
    return "\n".join(found) or errors.strip() or output.strip() or "Pulumi failed without a message"
