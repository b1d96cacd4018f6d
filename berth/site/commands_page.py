"""docs/commands.md: every command and make target with its options, which ``tools/command-reference`` writes."""

from __future__ import annotations

import re
from argparse import REMAINDER, SUPPRESS, Action, ArgumentParser
from collections.abc import Iterator
from pathlib import Path

from berth.commands import COMMANDS

ROOT = Path(__file__).resolve().parents[2]
TARGET = re.compile(r"^(?P<name>[a-z][a-z-]*):[^#\n]*## (?P<help>.*)\n(?P<recipe>(?:\t.*\n?)*)", re.MULTILINE)
CALLED = re.compile(r"python -m berth (?P<command>[a-z-]+)")

HEAD = """# Commands

Written by `tools/command-reference` from `berth/commands.py` and the Makefile.

Every make target first finds or installs what Berth needs, which takes a second when all is there. `python -m berth` is
what the targets run; in a shell of your own begin it with `tools/run`, which has Berth's Python and Pulumi on its path:

```console
$ tools/run python -m berth status prod --json
```

`STACK` is `local`, `dev` or `prod`, or another one that has a `Pulumi.STACK.yaml`. A finding about your input ends a
command with exit code 1, a wrong command line with 2, and Ctrl-C with 130.

## Make targets

`make up STACK=prod`: the stack is `local` where none is named. `run` and `exec` take `SERVICE=name` and `CMD="words"`,
`logs` takes `SERVICE=name`.
"""


def targets(root: Path = ROOT) -> dict[str, re.Match[str]]:
    """The Makefile's targets that have a help text, by name."""
    return {match["name"]: match for match in TARGET.finditer((root / "Makefile").read_text())}


def parser(name: str) -> ArgumentParser:
    """The parser of ``python -m berth NAME``."""
    made = ArgumentParser(prog=f"python -m berth {name}", add_help=False)
    COMMANDS[name].arguments(made)
    return made


def document(root: Path = ROOT) -> str:
    """The whole page, ending in a line break."""
    rows = ["| target | runs | |", "| --- | --- | --- |"]
    for name, target in targets(root).items():
        called = CALLED.search(target["recipe"])
        command = f"[`{called['command']}`](#{called['command']})" if called else ""
        rows.append(f"| `make {name}` | {command} | {target['help']} |".replace("|  |", "| |"))
    parts = ["\n".join([HEAD, *rows])]
    for name, command in COMMANDS.items():
        lines = [f"## {name}\n", f"{command.help[0].upper()}{command.help[1:]}.\n"]
        arguments = [*_arguments(parser(name))]
        usage = " ".join([f"python -m berth {name}", *(_usage(action) for action in arguments)])
        lines += [f"```text\n{usage}\n```\n", "| argument | |", "| --- | --- |"]
        lines += [f"| `{_name(action)}` | {(action.help or '').replace('|', chr(92) + '|')} |" for action in arguments]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"


def _arguments(of: ArgumentParser) -> Iterator[Action]:
    """Argparse has no public list of what was added."""
    yield from (action for action in of._actions if action.help != SUPPRESS)


def _usage(action: Action) -> str:
    if action.option_strings:
        repeated = "..." if type(action).__name__ == "_AppendAction" else ""
        return f"[{_option(action, action.option_strings[0])}]{repeated}"
    shown = str(action.metavar or action.dest.upper())
    if action.nargs == REMAINDER:
        return f"[{shown}...]"
    return {"*": f"[{shown}...]", "?": f"[{shown}]"}.get(str(action.nargs), shown)


def _name(action: Action) -> str:
    if not action.option_strings:
        return str(action.metavar or action.dest.upper())
    return ", ".join([*action.option_strings[:-1], _option(action, action.option_strings[-1])])


def _option(action: Action, string: str) -> str:
    return string if action.nargs == 0 else f"{string} {action.metavar or action.dest.upper()}"
