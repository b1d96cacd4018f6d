"""The commands by which what exists comes in, and by which a stack leaves Berth."""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Mapping

from berth.command import Command, add_stack
from berth.draft.options import add_arguments as draft_arguments
from berth.importing.options import add_arguments as import_arguments


def _draft(options: Namespace) -> int:
    from berth.draft.run import run

    return run(options)


def _import(options: Namespace) -> int:
    from rich.console import Console

    from berth.importing.run import run

    return run(options, Console())


def _eject(options: Namespace) -> int:
    from berth.eject import eject

    return eject(options.stack)


MOVING: Mapping[str, Command] = {
    "draft": Command(
        help="draft a Compose file and a stack's settings for an ECS service that exists",
        arguments=draft_arguments,
        run=_draft,
    ),
    "import": Command(
        help="take an ECS service that exists over into a stack, for the next `up` to change in place",
        arguments=import_arguments,
        run=_import,
    ),
    "eject": Command(
        help="print what a stack has as a plain Pulumi program, without Berth in it", arguments=add_stack, run=_eject
    ),
}
