"""The two commands: where the stack is deployed decides who runs what is asked for."""

from __future__ import annotations

import difflib
import signal
import sys
from argparse import Namespace
from collections.abc import Collection, Mapping
from typing import Any, NoReturn

from berth.deployed import read_access, read_config, read_deployed_settings, read_outputs
from berth.diagnostics import Diagnostic, ToolError
from berth.platforms.application import read_application
from berth.stacks import ROOT

SHELL = ("sh",)


def run(options: Namespace) -> int:
    """Run the service's command, or another one, in a task or container of its own; its exit code.

    Raises:
        BerthError: the stack is not deployed, has no such service, or the task does not start.
    """
    outputs = read_outputs(options.stack)
    if "project" in outputs:
        from berth.run.on_compose import run_in_container

        settings = read_deployed_settings(options.stack)
        application = read_application(settings, ROOT)
        _known(options.service, application.services)
        return run_in_container(application, settings, options.service, options.words)
    from berth.run.on_ecs import run_task

    tasks, config = _tasks(outputs, options), read_config(options.stack)
    access = read_access(options.stack, config)
    signal.signal(signal.SIGTERM, _end)
    return run_task(
        access,
        tasks,
        options.service,
        options.words,
        keeper_image=config["initImage"],
        say=lambda line: print(line, flush=True),
        tell=lambda text: print(text, file=sys.stderr, flush=True),
    )


def execute(options: Namespace) -> int:
    """A command, by default a shell, in a running task or container of the service.

    Raises:
        BerthError: the stack is not deployed, has no such service, or it takes no commands.
    """
    outputs = read_outputs(options.stack)
    command = options.words or SHELL
    if "project" in outputs:
        from berth.run.on_compose import exec_in_container

        return exec_in_container(outputs["project"], options.service, command)
    from berth.run.shell import exec_in_task

    tasks = _tasks(outputs, options)
    access = read_access(options.stack)
    return exec_in_task(access, tasks, options.service, command, stack=options.stack)


def _end(*_: object) -> NoReturn:
    """As Ctrl-C, so that a job of CI that is called off leaves no task behind."""
    raise KeyboardInterrupt


def _tasks(outputs: Mapping[str, Any], options: Namespace) -> Mapping[str, Any]:
    if "tasks" not in outputs:
        raise ToolError(
            Diagnostic(
                message=f"the stack {options.stack!r} was deployed before it told how to run its tasks",
                advice=f"Run `make up STACK={options.stack}` once.",
            )
        )
    _known(options.service, outputs["tasks"]["services"])
    return dict(outputs["tasks"])


def _known(service: str, services: Collection[str]) -> None:
    if service not in services:
        close = difflib.get_close_matches(service, services, n=1)
        hint = f"Did you mean {close[0]!r}? " if close else ""
        raise ToolError(
            Diagnostic(
                message=f"the stack has no service {service!r}",
                advice=f"{hint}It has {', '.join(sorted(services))}.",
            )
        )
