"""Which service a resource belongs to, by the components that it lies in.

``EcsApplication`` names each component of a service ``APPLICATION-SERVICE`` (platforms/ecs/services.py), and
``ComposeProject`` each ``ComposeService`` so. What lies deeper is found by its parents; only of the document of
``pulumi preview --json``, which leaves out parents that stay the same, is a name's beginning looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence

from berth.report.events import Log, Step, name_of, type_of
from berth.report.model import SHARED

ROOTS = ("berth:platforms:EcsApplication", "berth:components:ComposeProject")

PART = "berth:components:"
OF_SERVICE = frozenset(
    f"{PART}{name}"
    for name in ("TaskDefinition", "Service", "Job", "Schedule", "Image", "Database", "Cache", "Scaling")
) | {f"{PART}ComposeService"}
"""Components whose name is the service's; they say which services there are."""

ENDINGS = {
    "SecurityGroup": ("-ingress", "-managed"),
    "Secret": ("-environment",),
    "Role": ("-traffic",),
    "Route": ("-",),
    "NetworkRoute": ("-",),
    "ErrorAlarm": ("-",),
    "PrivateNames": ("", "-"),
}
"""Component -> what follows the service's name in its own; ``-``: a hyphen, and whatever comes then."""


class Owners:
    """``services`` are those of the Compose file, where it is known; what the log tells is added."""

    def __init__(self, log: Log, services: Collection[str] = (), application: str = "") -> None:
        self._parents = {step.urn: step.parent for step in log.steps}
        known = {*self._parents, *filter(None, self._parents.values())}
        self.roots = {name_of(urn) for urn in known if type_of(urn) in ROOTS} | ({application} - {""})
        if not self.roots:
            self.roots = {found for urn in known if (found := _root_of(name_of(urn), log.stack))}
        named = {self._service(name_of(urn)) for urn in known if type_of(urn) in OF_SERVICE}
        self.services = frozenset({*services, *(name for name in named if name)})
        self._longest = sorted(self.services, key=len, reverse=True)

        self._owners = {step.urn: self._owner(step.urn) for step in log.steps}
        self._steps: dict[str, list[Step]] = {}
        for step in log.steps:
            self._steps.setdefault(self._owners[step.urn], []).append(step)

    def steps(self, service: str) -> Sequence[Step]:
        """All that belongs to a service, or to ``SHARED``."""
        return self._steps.get(service, ())

    def owner(self, urn: str) -> str:
        """A service, or ``SHARED``."""
        return self._owners.get(urn) or self._owner(urn)

    def _owner(self, urn: str) -> str:
        seen = [urn]
        while (parent := self._parents.get(seen[-1], "")) and type_of(parent) not in ROOTS:
            seen.append(parent)
        top = seen[-1]
        kind, name = type_of(top), self._service(name_of(top))
        if kind in OF_SERVICE:
            return name or SHARED
        if top not in self._parents and _depth(top) > 1:  # its own parent is not in the log
            return self._beginning(name) if any(part in top for part in OF_SERVICE) else SHARED
        endings = ENDINGS.get(kind.removeprefix(PART), ())
        for service in self._longest:
            if any(name == service + end or (end == "-" and name.startswith(f"{service}-")) for end in endings):
                return service
        return SHARED

    def short(self, name: str) -> str:
        """A resource's name without the application's; nothing where it is the application's."""
        return "" if name in self.roots else self._service(name) or name

    def _service(self, name: str) -> str:
        for root in sorted(self.roots, key=len, reverse=True):
            if name.startswith(f"{root}-"):
                return name[len(root) + 1 :]
        return ""

    def _beginning(self, name: str) -> str:
        found = (item for item in self._longest if name == item or name.startswith(f"{item}-"))
        return next(found, SHARED)


def _depth(urn: str) -> int:
    """How many components of the application a resource lies in, the application aside."""
    types = urn.split("::")[2].split("$")
    return len(types) - 1 - max((types.index(root) for root in ROOTS if root in types), default=0)


def _root_of(name: str, stack: str) -> str:
    """``shop-test`` of ``shop-test-api``: an application's name ends with the stack's."""
    before, found, _ = name.partition(f"-{stack}-")
    return f"{before}-{stack}" if found and stack else ""
