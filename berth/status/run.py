"""The command: read what was asked for and what runs, compare, print; 1 where they differ."""

from __future__ import annotations

from rich.console import Console

from berth.deployed import not_deployed, read_access, read_state
from berth.status.as_json import as_json
from berth.status.asked import AskedCompose, asked, urls
from berth.status.ecs import ecs_statuses
from berth.status.local import compose_statuses
from berth.status.managed import managed_statuses
from berth.status.text import show


def status(stack: str, console: Console, *, json: bool = False) -> int:
    """Print the status of every service of a stack; 0 when all is as it was asked for.

    Raises:
        ToolError: the stack is not deployed, or Docker or AWS do not answer.
    """
    resources = read_state(stack)
    wanted, addresses = asked(resources), urls(resources)
    if wanted is None:
        raise not_deployed(stack)
    if isinstance(wanted, AskedCompose):
        found = compose_statuses(wanted, addresses)
    else:
        access = read_access(stack)
        found = [*ecs_statuses(access, wanted, addresses), *managed_statuses(access, wanted)]
        found.sort(key=lambda status: status.name)
    if not found:
        raise not_deployed(stack)
    if json:
        console.out(as_json(stack, found), highlight=False)
    else:
        show(found, console)
    return 1 if any(item.problem for item in found) else 0
