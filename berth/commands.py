"""Every command of ``python -m berth``: its help, its arguments and what runs it.

What a command needs is imported as it runs: ``check`` is to answer in less than a second.
"""

from __future__ import annotations

from argparse import REMAINDER, ArgumentParser, Namespace

from berth.changed.options import add_arguments as changed_arguments
from berth.check.options import add_arguments as check_arguments
from berth.command import Command, add_stack
from berth.cost.options import add_arguments as cost_arguments
from berth.github.options import add_arguments as comment_arguments
from berth.moving import MOVING
from berth.options import add_base, add_markdown
from berth.report.options import add_plan_arguments, add_preview_arguments
from berth.scan.options import add_arguments as scan_arguments
from berth.sweep.options import add_arguments as sweep_arguments


def _up_arguments(parser: ArgumentParser) -> None:
    add_stack(parser)
    parser.add_argument("--refresh", action="store_true", help="ask AWS first, and repair what was changed by hand")
    add_base(parser)
    add_markdown(parser, "write where it answers into this file, for a pull request's comment")


def _up(options: Namespace) -> int:
    from rich.console import Console

    from berth import announced, stacks

    def act() -> int:
        return stacks.up(options.stack, Console(), refresh=options.refresh, base=options.base)

    return announced.announced(options.stack, options.markdown, act, announced.up_words)


def _drift_arguments(parser: ArgumentParser) -> None:
    add_stack(parser)
    add_markdown(parser, "write the report into this file, too")


def _drift(options: Namespace) -> int:
    from rich.console import Console

    from berth.drift import drift

    return drift(options.stack, Console(), options.markdown)


def _preview(options: Namespace) -> int:
    from rich.console import Console

    from berth.report.run import preview

    return preview(options, Console())


def _plan_report(options: Namespace) -> int:
    from rich.console import Console

    from berth.report.run import plan_report

    return plan_report(options, Console())


def _check(options: Namespace) -> int:
    from berth.check.run import run

    return run(options)


def _changed(options: Namespace) -> int:
    from berth.changed.run import run

    return run(options)


def _comment(options: Namespace) -> int:
    from rich.console import Console

    from berth.github.run import run

    return run(options, Console())


def _down_arguments(parser: ArgumentParser) -> None:
    add_stack(parser)
    add_markdown(parser, "write that it is gone into this file, for a pull request's comment")


def _down(options: Namespace) -> int:
    from rich.console import Console

    from berth import announced, stacks

    def act() -> int:
        return stacks.down(options.stack, Console())

    return announced.announced(options.stack, options.markdown, act, announced.down_words)


def _sweep(options: Namespace) -> int:
    from rich.console import Console

    from berth.sweep.run import sweep

    return sweep(options, Console())


def _outputs(options: Namespace) -> int:
    from berth import stacks

    return stacks.outputs(options.stack)


def _logs_arguments(parser: ArgumentParser) -> None:
    add_stack(parser)
    parser.add_argument("services", nargs="*", metavar="SERVICE", help="follow these alone; by default all")
    parser.add_argument("-t", "--timestamps", action="store_true", help="print when each line was written, in UTC")
    parser.add_argument("--since", type=float, default=600, metavar="SECONDS", help="how far back to start")
    parser.add_argument("--once", action="store_true", help="print what there is and stop")


def _logs(options: Namespace) -> int:
    from rich.console import Console

    from berth.logs import follow

    return follow(
        options.stack,
        Console(),
        services=options.services,
        since=options.since,
        once=options.once,
        timestamps=options.timestamps,
    )


def _status_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("stack", nargs="?", default="local", help="local (default), dev, prod, …")
    parser.add_argument("--json", action="store_true", help="print JSON, of the shape that berth/status/as_json.py has")


def _status(options: Namespace) -> int:
    from rich.console import Console

    from berth.status.run import status

    return status(options.stack, Console(), json=options.json)


def _rehearse(options: Namespace) -> int:
    from rich.console import Console

    from berth.rehearsal.run import rehearse

    return rehearse(options.stack, Console())


def _parity_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("stacks", nargs="*", metavar="STACK", help="local, dev, prod, …; by default all that there are")
    parser.add_argument("--json", action="store_true", help="print JSON, of the shape that berth/parity/as_json.py has")


def _parity(options: Namespace) -> int:
    from rich.console import Console

    from berth.parity.run import parity

    return parity(options.stacks, Console(), json=options.json)


def _scan(options: Namespace) -> int:
    from rich.console import Console

    from berth.scan.run import scan

    return scan(options, Console())


def _words_arguments(parser: ArgumentParser) -> None:
    parser.add_argument("-s", "--stack", default="local", help="local (default), dev, prod, …; before SERVICE")
    parser.add_argument("service", metavar="SERVICE", help="a service of the Compose file")
    parser.add_argument("words", nargs=REMAINDER, metavar="COMMAND", help="the command and its arguments")


def _run(options: Namespace) -> int:
    from berth.run.commands import run

    return run(options)


def _exec(options: Namespace) -> int:
    from berth.run.commands import execute

    return execute(options)


def _cost(options: Namespace) -> int:
    from rich.console import Console

    from berth.cost.run import run

    return run(options, Console())


COMMANDS = {
    "up": Command(help="deploy a stack and print its URLs", arguments=_up_arguments, run=_up),
    "preview": Command(
        help="show what `up` would change, and report it in a reviewer's words",
        arguments=add_preview_arguments,
        run=_preview,
    ),
    "plan-report": Command(
        help="report a preview from its event log, or from the JSON of `pulumi preview --json`",
        arguments=add_plan_arguments,
        run=_plan_report,
    ),
    "drift": Command(
        help="show what was changed by hand in AWS; 2 where something was", arguments=_drift_arguments, run=_drift
    ),
    "check": Command(
        help="print every finding that files alone tell, without Pulumi, AWS or Docker",
        arguments=check_arguments,
        run=_check,
    ),
    "changed": Command(
        help="name the stacks whose files differ from a commit's", arguments=changed_arguments, run=_changed
    ),
    "comment": Command(
        help="put a report into one comment of a pull request on GitHub, or into one issue",
        arguments=comment_arguments,
        run=_comment,
    ),
    "down": Command(help="remove all that a stack made", arguments=_down_arguments, run=_down),
    "sweep": Command(
        help="remove the environments of pull requests that are closed or old; 1 where one could not be",
        arguments=sweep_arguments,
        run=_sweep,
    ),
    "outputs": Command(help="print a stack's outputs", arguments=add_stack, run=_outputs),
    "logs": Command(help="follow the logs of a stack's services", arguments=_logs_arguments, run=_logs),
    "run": Command(
        help="run a service's command, or another one, once beside it; ends with its exit code",
        arguments=_words_arguments,
        run=_run,
    ),
    "exec": Command(
        help="run a command, by default a shell, in a running container of a service",
        arguments=_words_arguments,
        run=_exec,
    ),
    "cost": Command(
        help="estimate what stacks cost a month, and which settings would save", arguments=cost_arguments, run=_cost
    ),
    "status": Command(
        help="show what runs of a stack against what was asked for; 1 where they differ",
        arguments=_status_arguments,
        run=_status,
    ),
    "rehearse": Command(
        help="bring dev or prod up against an AWS emulator, check it and remove it", arguments=add_stack, run=_rehearse
    ),
    "parity": Command(
        help="show what differs between environments, and why; 1 where nothing explains it",
        arguments=_parity_arguments,
        run=_parity,
    ),
    **MOVING,
    "scan": Command(
        help="look through a stack's plan with Checkov; 1 where a finding is not explained",
        arguments=scan_arguments,
        run=_scan,
    ),
}
