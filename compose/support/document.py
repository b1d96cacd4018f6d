"""The tables as a page for people: docs/compose-support.md, which ``tools/support-table`` writes."""

from __future__ import annotations

from collections.abc import Iterator

from berth.compose.support.rule import Rule, Support
from berth.compose.support.table import SECTIONS

PLATFORMS = {"compose": "local", "ecs-ec2": "ecs-ec2", "ecs-fargate": "ecs-fargate"}
"""A platform's name, and its column's."""

SIGNS = {"honoured": "✓", "adapted": "~", "refused": "✗"}
BY_VALUE = "◐"

ORDER = (SIGNS["honoured"], BY_VALUE, SIGNS["adapted"], SIGNS["refused"])
OPENING, CLOSING = "<!-- by tools/support-table -->\n", "<!-- until here -->\n"

HEAD = f"""# What becomes of each attribute of a Compose file

Written by `tools/support-table` from the tables in `compose/support/`, as are the preview's findings. They have every
key of the schema that Docker Compose brings along; the rows `jobs` and `pre_start` speak for all that is below these.

| sign | |
| --- | --- |
| {SIGNS["honoured"]} | honoured |
| {SIGNS["adapted"]} | a warning says what is lost |
| {SIGNS["refused"]} | an error says what to write instead |
| {BY_VALUE} | depends on what it says |

`local` is Docker Compose on this machine. Keys that begin with `x-` are passed over; those of `x-berth` have
[a schema](x-berth.schema.json).
"""


NAMES = {"ecs-ec2": "Instances", "ecs-fargate": "Fargate"}
"""Before what is said of one platform, unless that begins with it."""


def document() -> str:
    """The whole page, ending in a line break."""
    parts = [HEAD]
    for section, rules in SECTIONS.items():
        title = f"`{section}`" if section else "The top level"
        lines = [f"| attribute | {' | '.join(PLATFORMS.values())} | |", "| --- " * (len(PLATFORMS) + 2) + "|"]
        for key in sorted(rules):
            signs = [_sign(rules[key], platform) for platform in PLATFORMS]
            lines.append(f"| {' | '.join([f'`{key}`', *signs, ' '.join(_words(rules[key]))])} |".replace("|  |", "| |"))
        parts.append("\n".join([f"## {title}\n", *lines]) + "\n")
    return "\n".join(parts)


def summary() -> str:
    """README's table: the attributes of a service that every platform treats alike, on a line."""
    groups: dict[tuple[str, ...], list[str]] = {}
    for key, support in sorted(SECTIONS["services.*"].items()):
        groups.setdefault(tuple(_sign(support, platform) for platform in PLATFORMS), []).append(f"`{key}`")
    lines = [f"| {' | '.join(PLATFORMS.values())} | attributes of a service |", "| --- " * (len(PLATFORMS) + 1) + "|"]
    for signs in sorted(groups, key=lambda signs: [ORDER.index(sign) for sign in signs]):
        lines.append(f"| {' | '.join(signs)} | {', '.join(groups[signs])} |")
    return "\n".join(lines) + "\n"


def with_summary(text: str) -> str:
    """A page with the summary between its two marks.

    Raises:
        ValueError: the page has no such marks.
    """
    before, opening, rest = text.partition(OPENING)
    _, closing, after = rest.partition(CLOSING)
    if not closing:
        raise ValueError(f"no {OPENING.strip()} … {CLOSING.strip()}")
    return f"{before}{opening}{summary()}{closing}{after}"


def _sign(support: Support, platform: str) -> str:
    rule = support.rule(platform)
    depends = rule.by_value or (support.same and rule.kind != "honoured")
    return BY_VALUE if depends else SIGNS[rule.kind]


def _words(support: Support) -> Iterator[str]:
    """The note, then each platform's message and advice, once where platforms agree."""
    if support.note:
        yield support.note
    if support.same:
        values = ", ".join(f"`{value}`" for value in sorted(support.same))
        refused = "refused" in (support.ec2.kind, support.fargate.kind)
        yield f"{values}: honoured; {'others are refused' if refused else 'others are a warning'}."
    if support.compose.message:
        yield _said("Local", support.compose)
    if support.ec2 == support.fargate:
        if support.ec2.message:
            yield _said("ECS" if support.compose.message else "", support.ec2)
        return
    for platform in ("ecs-ec2", "ecs-fargate"):
        if support.rule(platform).message:
            yield _said(NAMES[platform], support.rule(platform))


def _said(who: str, rule: Rule) -> str:
    text = f"{rule.message}. {rule.advice}".strip().replace("{value}", "…").replace("|", "\\|")
    return f"{who}: {text}" if who and not text.startswith(who) else text[:1].upper() + text[1:]
