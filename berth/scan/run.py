"""The command: plans of stacks, or plans that are there already, and what Checkov finds in them."""

from __future__ import annotations

import json
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from rich.console import Console

from berth import stacks
from berth.diagnostics import Diagnostic, SettingsError
from berth.scan import checkov
from berth.scan.explained import OWN, needless, read, unexplained
from berth.scan.mapping import read_mapping
from berth.scan.terraform import resources, terraform_plan

ROOT = Path(__file__).resolve().parents[2]
EXCEPTIONS = ROOT / "scan-exceptions.yaml"


def scan(options: Namespace, console: Console) -> int:
    """Print what is found and not explained; 1 where there is any.

    Raises:
        BerthError: no plan to scan, a plan that is none, or Checkov does not work.
    """
    plans = {f"{index}-{name}": plan for index, (name, plan) in enumerate(_plans(options.stacks, options.plan))}
    names = read_mapping(ROOT / ".berth" / "scan")
    converted = {name: terraform_plan(list(resources(plan)), names) for name, plan in plans.items()}
    found = checkov.run(checkov.install(ROOT / ".berth" / "checkov"), converted, ROOT / ".berth" / "scan" / "plans")
    known = read([OWN, EXCEPTIONS])
    wrong = unexplained(found, known)
    for finding in wrong:
        console.print(f"{finding.check}  {finding.resource}  {finding.title}", highlight=False, soft_wrap=True)
    stale = needless(found, known) if options.strict else []
    for item in stale:
        console.print(f"{item}: explained, and no longer found: remove its line", highlight=False, soft_wrap=True)
    count = sum(len(plan["planned_values"]["root_module"]["resources"]) for plan in converted.values())
    console.print(f"{count} resources: {len(found) - len(wrong)} findings explained, {len(wrong)} not", highlight=False)
    if wrong:
        console.print(f"Change what is asked for, or write the reason into {EXCEPTIONS.name}: docs/security.md")
    return 1 if wrong or stale else 0


def _plans(names: Sequence[str], files: Sequence[Path]) -> list[tuple[str, dict[str, Any]]]:
    if not names and not files:
        raise SettingsError(Diagnostic(message="nothing to scan", advice="Name a stack (dev, prod), or --plan FILE."))
    found: list[tuple[str, dict[str, Any]]] = []
    for name in names:
        stacks.select(name)
        found.append((name, stacks.pulumi_output("preview", "--stack", name, "--json", "--show-sames")))
    for file in files:
        try:
            text = file.read_text()
            found.append((file.stem, dict(json.loads(text[text.index("{") :]))))
        except (OSError, ValueError) as error:
            raise SettingsError(
                Diagnostic(
                    file=str(file),
                    message=f"is no plan: {error}",
                    advice="Write it with `pulumi preview --json --show-sames`.",
                )
            ) from None
    return found
