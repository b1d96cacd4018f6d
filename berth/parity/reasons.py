"""Why a platform runs something else than the file says: its own warnings first, then what is always so.

A rule holds for a value, not for an aspect: a value that no rule leads to stays unexplained. Each returns a sentence
or nothing, and none computes what runs.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace

from berth.compose.units import seconds
from berth.parity.ecs import DEFAULT_STOP_TIMEOUT, EFS, INSTANCE_DISK
from berth.parity.facts import Facts
from berth.parity.file import STOP_GRACE_PERIOD
from berth.parity.reason import Reason
from berth.parity.stacks import Stack
from berth.parity.ways_in import ways_in
from berth.platforms.ecs.plan import proxy_memory
from berth.platforms.ecs.sizes import DEFAULT_MEMORY, FARGATE_PAIRS, TaskSize
from berth.untyped import inside, is_mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One item of a service in one stack: what its file says and what runs there; None: there is no such item."""

    stack: Stack
    service: str
    aspect: str
    item: str
    file: str | None
    running: str | None

    @property
    def fargate(self) -> bool:
        return self.stack.settings.platform == "ecs-fargate"

    @property
    def extension(self) -> Mapping[str, object]:
        return self.stack.data[self.service].get("x-berth") or {}

    @property
    def run_once(self) -> bool:
        return self.stack.plans[self.service].run_once

    @property
    def ends(self) -> str:
        """How a service runs that takes no requests, in words; empty: it takes some."""
        return "once" if self.run_once else "by a schedule" if self.stack.plans[self.service].scheduled else ""

    def of_file(self, item: str) -> str | None:
        """Another item of the same aspect, as the file has it."""
        fact = self.stack.file[self.service][self.aspect].get(item)
        return fact and fact.text


def reason(change: Change) -> Reason | None:
    """Why ``change.running`` is not ``change.file``; None: nothing that is known leads to it."""
    if change.stack.settings.platform == "compose":
        return _on_this_machine(change)
    if change.service in change.stack.managed:
        same = change.running == change.stack.managed[change.service]
        return Reason(text="x-berth.managed: AWS runs it, with the same names and port") if same else None
    if _text(change.stack.without_override, change) != change.running:
        return _overridden(change)
    return _warned(change) or _always(change)


def _on_this_machine(change: Change) -> Reason | None:
    if change.aspect == "architecture" and not change.stack.data[change.service].get("platform"):
        return Reason(text="Docker Compose builds and pulls for this machine's processor")
    rests = change.running == "0" if change.aspect == "replicas" else change.running is None
    if change.aspect in ("replicas", "schedule") and rests and change.extension.get("schedule"):
        return Reason(text="Docker Compose has no schedules: `python -m berth run` starts the service")
    return None


def _overridden(change: Change) -> Reason | None:
    """``x-berth.override`` is the reason where, without it, the file's value or one that a rule leads to would run."""
    without = _text(change.stack.without_override, change)
    plain = replace(change, running=without)
    known = without == change.file or _warned(plain) or _always(plain)
    return Reason(text="x-berth.override, which ECS alone reads, says so") if known else None


def _text(facts: Mapping[str, Facts], change: Change) -> str | None:
    fact = facts[change.service][change.aspect].get(change.item)
    return fact and fact.text


def _warned(change: Change) -> Reason | None:
    """What the deployment's preview warns of, where it leads to this very value."""
    keys = tuple(_keys(change))
    for finding in change.stack.findings:
        if finding.service == change.service and finding.key in keys and _leads_to(finding.message, change):
            return Reason(text=finding.message)
    return None


def _leads_to(message: str, change: Change) -> bool:
    running, size = change.running, change.stack.plans[change.service].size
    match change.aspect:
        case "names" | "options":
            return running is None
        case "replicas":
            return running == "1"
        case "restart":
            return running == ("no" if change.ends else "always")
        case "resources":
            return f"{size}" in message if size else running is None
        case "healthcheck" if running is not None:
            return message.endswith(f"becomes {running.removesuffix(' s')}")
        case "healthcheck":
            return change.item == "start_interval"
        case "published" | "ports" if running is None:
            return True
        case _:
            pass
    return running is not None and running in message


def _keys(change: Change) -> Iterator[str]:
    """The attributes of the file that a finding about this item can name."""
    item = change.item.partition(",")[0]
    match change.aspect:
        case "published" | "ports":
            number, _, _ = item.partition("/")
            yield from (f"ports.{number}", f"expose.{item}")
            for published in str(change.stack.file[change.service]["published"].get(item, "")).split(" and "):
                yield f"ports.{published}"
            for port in change.stack.data[change.service].get("ports") or ():
                if str(port["target"]) == number and port.get("published"):
                    yield from (f"ports.{port['published']}", f"ports.{str(port['published']).partition('-')[0]}")
            if change.ends:
                yield "ports"
        case "names":
            if item == change.stack.data[change.service].get("container_name"):
                yield "container_name"
            elif change.running is None:
                yield "expose"
        case "volumes":
            yield from (f"volumes.{item}", f"tmpfs.{item}")
        case "resources":
            if change.fargate and item in ("cpus", "task memory"):
                yield from ("deploy.resources.limits", "deploy.resources.reservations")
            if not change.fargate and item == "cpus":
                yield from ("deploy.resources.limits.cpus", "cpus")
        case "healthcheck":
            yield f"healthcheck.{item}"
        case "depends_on":
            yield f"depends_on.{item}.condition"
        case "options":
            yield item
        case "replicas":
            yield "deploy.replicas"
        case "restart":
            yield from ("restart", "deploy.restart_policy.condition")
        case "stop_grace_period":
            yield "stop_grace_period"
        case _:
            pass


def _always(change: Change) -> Reason | None:
    rule = ALWAYS.get(change.aspect)
    found = rule(change) if rule else None
    return Reason(text=found) if isinstance(found, str) else found


def _variables(change: Change) -> str | None:
    given = change.extension.get("secret_environment")
    if change.running is not None and isinstance(given, Mapping) and change.item in given:
        return "x-berth.secret_environment, which ECS alone reads, gives a secret as this variable"
    return None


def _listening(change: Change) -> str | None:
    return f"a service that runs {change.ends} takes no requests" if change.ends and change.running is None else None


def _published(change: Change) -> Reason | str | None:
    if change.ends and change.running is None:
        return f"a service that runs {change.ends} takes no requests"
    if change.stack.settings.load_balanced and change.running is not None:
        known, written = ways_in(change.stack.settings, change.extension), _written(change)
        found = [known.get(place) for place in change.running.split(" and ") if place not in written]
        if found and all(found):
            return found[0]
    if change.file == "a free port" and change.running is None and not change.stack.settings.load_balanced:
        return "an instance's firewall opens only the ports that the file numbers"
    return None


def _written(change: Change) -> set[str]:
    """The host ports of this item, as the file has them."""
    return set(change.file.split(" and ")) if change.file else set()


def _names(change: Change) -> str | None:
    plan = change.stack.plans[change.service]
    if change.running is not None or change.item not in plan.service.names:
        return None
    if change.ends:
        return f"Service Connect names what takes requests, and a service that runs {change.ends} takes none"
    return None if plan.ports else "Service Connect names a service's ports, and none is known of this one"


def _volumes(change: Change) -> Reason | str | None:
    if change.running == EFS:
        return "named volumes are EFS access points"
    if change.running == INSTANCE_DISK:
        return Reason(text="named volumes lie on the instance, and are lost with it", setting="berth:volumeStorage")
    return _whole(change, "MiB")


def _healthcheck(change: Change) -> str | None:
    return _whole(change, "s")


def _stop(change: Change) -> str | None:
    unsaid = "stop_grace_period" not in change.stack.data[change.service]
    if unsaid and change.running == f"{DEFAULT_STOP_TIMEOUT} s":
        waits = f"{seconds(STOP_GRACE_PERIOD):g}"
        return f"the file names none: Docker waits {waits} s by itself, and ECS {DEFAULT_STOP_TIMEOUT} s"
    return None if unsaid else _whole(change, "s")


def _whole(change: Change, unit: str) -> str | None:
    """ECS counts whole seconds and MiB, and Berth rounds up."""
    if change.file is None or change.running is None or not change.file.endswith(f" {unit}"):
        return None
    exact = float(change.file.removesuffix(f" {unit}"))
    return f"ECS counts whole {unit}" if change.running == f"{math.ceil(exact)} {unit}" else None


def _replicas(change: Change) -> str | None:
    scaling = change.extension.get("scaling")
    if not is_mapping(scaling):
        return None
    fewest = scaling.get("min", 1)
    says = change.file if "replicas" in inside(change.stack.data[change.service], "deploy") else fewest
    if change.running == f"{fewest} to {scaling['max']}, first {says}":
        return "x-berth.scaling, which ECS alone reads, changes the count with the load"
    return None


def _resources(change: Change) -> str | None:
    size = change.stack.plans[change.service].size
    match change.item:
        case "memory reserved" if change.fargate and change.running is None:
            return "a Fargate task has its memory for itself"
        case "memory reserved" if change.running == f"{DEFAULT_MEMORY} MiB" and not change.of_file("memory limit"):
            return f"an instance reserves {DEFAULT_MEMORY} MiB for a container of which the file names no memory"
        case "cpus reserved" if size and change.running is None and size.cpu / 1024 >= float(change.file or 0):
            return "a Fargate task has its CPUs for itself"
        case "cpus" if size and change.file is None and not change.of_file("cpus reserved") and _smallest(size):
            return "a Fargate task has a size; this is the smallest that fits"
        case "cpus" if size and change.file is None and change.running == change.of_file("cpus reserved"):
            return "a Fargate task has its CPUs for itself, and no more"
        case "task memory" if size and change.file is None and _fits(change, size):
            return f"a Fargate task has a size; {_proxy(change)} MiB of it are the Service Connect proxy's"
        case _:
            pass
    return _whole(change, "MiB")


def _smallest(size: TaskSize) -> bool:
    return size.cpu == min(cpu for cpu, memories in FARGATE_PAIRS.items() if size.memory in memories)


def _fits(change: Change, size: TaskSize) -> bool:
    """What is asked for, and no more: a size that is rounded up has a warning, which is the reason then."""
    asked = change.of_file("memory limit") or change.of_file("memory reserved")
    if asked is None:
        return size.memory == FARGATE_PAIRS[size.cpu][0]
    return float(asked.removesuffix(" MiB")) + _proxy(change) == size.memory


def _proxy(change: Change) -> int:
    return proxy_memory(change.stack.plans[change.service].service)


def _depends_on(change: Change) -> str | None:
    if change.running == "service_completed_successfully" and change.stack.plans[change.item].run_once:
        return "a service that runs once has completed when others go on"
    return None


def _restart(change: Change) -> str | None:
    unsaid = change.file == "no" and not change.stack.data[change.service].get("restart")
    if unsaid and change.running == "always":
        return "the file does not say: Docker lets an ended container be, and an ECS service starts it again"
    return None


ALWAYS: Mapping[str, Callable[[Change], Reason | str | None]] = {
    "variables": _variables,
    "ports": _listening,
    "published": _published,
    "names": _names,
    "volumes": _volumes,
    "healthcheck": _healthcheck,
    "stop_grace_period": _stop,
    "replicas": _replicas,
    "resources": _resources,
    "options": lambda change: _whole(change, "MiB"),
    "depends_on": _depends_on,
    "restart": _restart,
}
"""Aspect -> what is always so on ECS, of the value at hand."""
