"""What a platform does with an attribute: honoured, adapted with a warning, or refused; and the rows of the tables."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Literal

Kind = Literal["honoured", "adapted", "refused"]


@dataclass(frozen=True, slots=True)
class Rule:
    """``{value}`` stands for what the file says. ``by_value``: ``values`` looks at what it says, and may differ."""

    kind: Kind
    message: str = ""
    advice: str = ""
    by_value: bool = False


HONOURED = Rule("honoured")
DEPENDS = Rule("honoured", by_value=True)


@dataclass(frozen=True, slots=True)
class Support:
    """An attribute's rule on each platform.

    ``compose`` is Docker Compose on this machine. ``same``: values that ask for what a platform does anyway. ``note``
    says in words what becomes of it, for the documentation.
    """

    ec2: Rule
    fargate: Rule
    compose: Rule = HONOURED
    same: frozenset[str] = frozenset()
    note: str = ""

    def on(self, platform: str, value: object = None) -> Rule:
        if str(value) in self.same:
            return HONOURED
        rule = self.rule(platform)
        message, advice = (text.replace("{value}", str(value)) for text in (rule.message, rule.advice))
        return replace(rule, message=message, advice=advice)

    def rule(self, platform: str) -> Rule:
        """The rule as the table has it; ``platform`` is ``compose``, ``ecs-ec2`` or ``ecs-fargate``."""
        return {"compose": self.compose, "ecs-ec2": self.ec2, "ecs-fargate": self.fargate}[platform]


Table = Mapping[str, Support]


def both(rule: Rule, note: str = "") -> Support:
    """The same rule on both ECS platforms."""
    return Support(rule, rule, note=note)


def honoured(note: str = "") -> Support:
    return both(HONOURED, note)


def adapted(message: str, advice: str = "") -> Support:
    return both(Rule("adapted", message, advice))


def refused(message: str, advice: str) -> Support:
    return both(Rule("refused", message, advice))


def by_value(note: str) -> Support:
    """``values`` decides, as ``note`` says."""
    return both(DEPENDS, note)


def only_on_instances(rule: Rule, note: str = "") -> Support:
    """``rule`` is Fargate's."""
    return Support(HONOURED, rule, note=note)


def only_on_fargate(rule: Rule, note: str = "") -> Support:
    """``rule`` is an instance's."""
    return Support(rule, HONOURED, note=note)


def unless(values: str, support: Support) -> Support:
    """The rule, but not for these values."""
    return replace(support, same=frozenset(values.split()))


def locally(message: str, support: Support, advice: str = "", kind: Kind = "adapted") -> Support:
    """``support``, and Docker Compose itself does not honour the attribute: ``message`` says what is lost."""
    return replace(support, compose=Rule(kind, message, advice))


def rows(names: str, support: Support) -> dict[str, Support]:
    return dict.fromkeys(names.split(), support)


ELSEWHERE = "Leave it out, or move it to a second file that only local stacks name in `berth:composeFiles`."
OK = honoured()
LOCAL = honoured("For `docker compose` on a developer's machine alone; nothing is lost on ECS.")
HOST = refused("ECS gives no access to this part of the host", ELSEWHERE)
TUNING = adapted("ECS has no such setting; it is left to the platform")
LABELS = adapted("only Docker knows these labels; set `berth:tags` to label what is created on AWS")
TAGS = "what AWS takes for no tag is left out with a warning."
CONTAINERS_ONLY = refused("Berth deploys containers only", ELSEWHERE)
CPU_LIMIT = only_on_fargate(
    Rule("adapted", "an instance does not limit CPUs", "Reserve them by `deploy.resources.reservations.cpus`."),
    "On Fargate the task's size, rounded up to the next pair with a warning.",
)
