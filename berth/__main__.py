"""``python -m berth``: what a Makefile needs around ``pulumi up``, and what Pulumi has no command for."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence

from berth.commands import COMMANDS
from berth.diagnostics import BerthError


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code, 130 after Ctrl-C."""
    options = _parser().parse_args(arguments)
    try:
        return COMMANDS[options.command].run(options)
    except BerthError as error:
        from rich.console import Console

        for diagnostic in error.diagnostics:
            Console().print(str(diagnostic), style="red", markup=False, highlight=False, soft_wrap=True)
        return 1
    except KeyboardInterrupt:
        return 130


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m berth", description="One Compose file, in every environment.")
    commands = parser.add_subparsers(dest="command", required=True)
    for name, command in COMMANDS.items():
        description = command.help[0].upper() + command.help[1:]
        command.arguments(commands.add_parser(name, help=command.help, description=description))
    return parser


if __name__ == "__main__":
    sys.exit(main())
