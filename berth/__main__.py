"""``python -m berth``: what a Makefile needs around ``pulumi up``, the rehearsal, and parity between stacks."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from berth.check.options import add_arguments
from diagnostics import BerthError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code, 130 after Ctrl-C."""
    options = _parser().parse_args(arguments)
    try:
        return _run(options)
    except BerthError as error:
        from rich.console import Console

        for diagnostic in error.diagnostics:
            Console().print(str(diagnostic), style="red", markup=False, highlight=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        return 130


def _run(options: argparse.Namespace) -> int:
    if options.command == "check":
        from berth.check.run import run  # and nothing else: it is to answer in less than a second

        return run(options)
    from rich.console import Console

    from berth import stacks

    console = Console()
    match options.command:
        case "up":
            return stacks.up(options.stack, console)
        case "preview":
            return stacks.preview(options.stack)
        case "down":
            return stacks.down(options.stack)
        case "outputs":
            return stacks.outputs(options.stack)
        case "logs":
            from berth.logs import follow  # it loads boto3, which no other command needs

            return follow(options.stack, console, since=options.since, once=options.once)
        case "rehearse":
            from berth.rehearsal.run import rehearse

            return rehearse(options.stack, console)
        case "parity":
            from berth.parity.run import parity

            return parity(options.stacks, console, json=options.json)
    raise AssertionError(options.command)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m berth", description="One Compose file, in every environment.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, text in (
        ("up", "deploy a stack and print its URLs"),
        ("preview", "show what `up` would change"),
        ("check", "print every finding that files alone tell, without Pulumi, AWS or Docker"),
        ("down", "remove all that a stack made"),
        ("outputs", "print a stack's outputs"),
        ("logs", "follow the logs of a stack's services"),
        ("rehearse", "bring dev or prod up against an AWS emulator, check it and remove it"),
    ):
        command = commands.add_parser(name, help=text, description=text.capitalize())
        if name == "check":
            add_arguments(command)
            continue
        command.add_argument("stack", help="local, dev, prod, or another Pulumi.STACK.yaml's")
        if name == "logs":
            command.add_argument("--since", type=float, default=600, metavar="SECONDS", help="how far back to start")
            command.add_argument("--once", action="store_true", help="print what there is and stop")
    text = "show what differs between environments, and why; 1 where nothing explains it"
    command = commands.add_parser("parity", help=text, description=text.capitalize())
    command.add_argument(
        "stacks", nargs="*", metavar="STACK", help="local, dev, prod, …; by default all that there are"
    )
    command.add_argument(
        "--json", action="store_true", help="print JSON, of the shape that berth/parity/as_json.py has"
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
