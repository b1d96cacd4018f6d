"""The command: estimate the stacks and print; 1 where a stack cannot be deployed as it is."""

from __future__ import annotations

import argparse
from pathlib import Path

from rich.console import Console

from berth.compose.loader import Readings
from berth.cost.as_json import as_json
from berth.cost.estimate import estimate
from berth.cost.model import Assumptions, Estimate
from berth.cost.options import ASSUMED
from berth.cost.prices import read_prices
from berth.cost.text import footer, show
from berth.diagnostics import Diagnostic, PlatformError, errors
from berth.platforms import rules_for
from berth.platforms.application import read_application
from berth.stackfile import ROOT, read_stack, stack_names


def run(options: argparse.Namespace, console: Console, root: Path = ROOT) -> int:
    """Print what each stack costs a month.

    Raises:
        BerthError: a stack is unknown or wrong, is not on AWS, or its region has no prices.
    """
    given = {name: getattr(options, name) for name, _ in ASSUMED if getattr(options, name) is not None}
    assumptions = Assumptions(**given)
    readings = Readings()
    found: dict[str, Estimate] = {}
    for stack in dict.fromkeys(options.stack) or stack_names(root):
        settings = read_stack(stack, root)
        if settings.platform == "compose":
            if stack in options.stack:
                raise PlatformError(_free(stack))
            continue
        found[stack] = _of_stack(stack, root, options.region, assumptions, readings)
    if options.json:
        console.out(as_json(found), highlight=False)
        return 0
    for stack, made in found.items():
        show(stack, made, console)
    for made in list(found.values())[:1]:
        footer(made.as_of, console)
    return 0


def _of_stack(stack: str, root: Path, region: str | None, assumptions: Assumptions, readings: Readings) -> Estimate:
    settings = read_stack(stack, root)
    application = read_application(settings, root, readings)
    wrong = errors(rules_for(settings).check(application, settings, stack=stack))
    if wrong:
        raise PlatformError(*wrong)
    return estimate(application, settings, assumptions, prices=read_prices(region or settings.region, stack=stack))


def _free(stack: str) -> Diagnostic:
    return Diagnostic(
        file=f"Pulumi.{stack}.yaml",
        key="berth:platform",
        message="Docker Compose on this machine costs nothing",
        advice="Name a stack on ecs-ec2 or ecs-fargate.",
    )
