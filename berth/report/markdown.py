"""The report as a comment on GitHub: what is dangerous first, the full diff folded in, and never too long."""

from __future__ import annotations

from collections.abc import Iterator

from berth.report import sentences
from berth.report.cut import LIMIT, Section, fitted
from berth.report.escape import fence, markdown, plain
from berth.report.mermaid import diagram
from berth.report.model import Finding, Level, Property, Report, Resource

MARKS = {"create": "+", "update": "~", "replace": "!", "delete": "-"}
"""A change in the full diff; ``diff`` is what GitHub colours the lines by."""

ICONS = {Level.DATA: "🗑️", Level.OPEN: "🔓", Level.GONE: "🔗", Level.CARE: "⚠️"}


def marker(report: Report) -> str:
    """The first line, which is not seen: by it a later report finds the comment that it takes the place of."""
    name = plain(f"{report.project}/{report.stack}").replace("--", "-​-").replace(">", "")
    return f"<!-- berth:preview:{name} -->"


def as_markdown(report: Report, limit: int = LIMIT) -> str:
    """At most ``limit`` characters, as GitHub counts them."""
    sections = [
        Section(name="headline", rank=0, items=(_top(report),)),
        _errors(report),
        _dangers(report),
        _groups(report),
        _findings("policies' findings", 40, "### Policies", report.policies),
        _findings("messages", 50, "### Warnings", report.messages),
        _findings("findings of the stack's files", 60, "### Support", report.support),
        _cost(report),
        Section(
            name="differences from other stacks",
            rank=90,
            head="\n### Other stacks\n\n",
            items=tuple(f"- {markdown(line)}\n" for line in report.parity),
        ),
        _picture(report),
        _resources(report),
        Section(name="footer", rank=5, items=(_footer(report),)),
    ]
    advice = f"`python -m berth plan-report EVENTS -s {plain(report.stack)}` shows all of it from the event log."
    return fitted(sections, advice, limit)


def _top(report: Report) -> str:
    lines = [marker(report), f"## {markdown(sentences.headline(report))}", ""]
    if text := sentences.downtime(report):
        lines += [f"**{markdown(text)}**" if report.downtime else markdown(text), ""]
    return "\n".join(lines)


def _errors(report: Report) -> Section:
    items = tuple(f"> - {_finding(item)}\n" for item in report.errors)
    if report.failed and not items:
        items = ("> - the log ends before the preview does\n",)
    return Section(name="errors", rank=10, head="\n> [!CAUTION]\n> **Errors**\n>\n", items=items)


def _dangers(report: Report) -> Section:
    count = len(report.dangers)
    noun = "1 dangerous change" if count == 1 else f"{count} dangerous changes"
    return Section(
        name="dangerous changes",
        rank=20,
        head=f"\n> [!WARNING]\n> **{noun}**\n>\n",
        items=tuple(f"> - {ICONS[item.level]} {markdown(sentences.danger(item))}\n" for item in report.dangers),
    )


def _groups(report: Report) -> Section:
    items: list[str] = []
    for group in sentences.told(report.groups):
        verb = f" ({group.verb})" if group.verb else ""
        lines = "".join(f"- {markdown(line)}\n" for line in group.lines)
        items.append(f"\n**{markdown(group.heading)}**{verb}\n{lines}")
    return Section(name="services", rank=30, head="\n### Changes\n", items=tuple(items))


def _findings(name: str, rank: int, heading: str, findings: tuple[Finding, ...]) -> Section:
    items = tuple(f"- {_finding(item)}\n" for item in findings if item.severity != "error")
    return Section(name=name, rank=rank, head=f"\n{heading}\n\n", items=items)


def _finding(item: Finding) -> str:
    rule = f"**{markdown(item.rule)}**: " if item.rule else ""
    about = f" ({markdown(sentences.some(item.about, 8))})" if item.about else ""
    return f"{rule}{markdown(' '.join(item.text.split()))}{about}"


def _cost(report: Report) -> Section:
    if report.cost is None:
        return Section(name="costs", rank=70, items=())
    notes = sentences.cost_notes(report.cost, blind=report.blind)
    text = f"{markdown(sentences.cost(report.cost))}\n\n<sub>{markdown(notes)}</sub>\n"
    return Section(name="costs", rank=70, head="\n### Cost\n\n", items=(text,))


def _picture(report: Report) -> Section:
    items = (f"```mermaid\n{diagram(report.picture)}```\n",) if report.picture and report.changes else ()
    return Section(name="picture", rank=80, head="\n### Services\n\n", items=items)


def _resources(report: Report) -> Section:
    items = tuple("".join(_resource(item)) for item in report.resources)
    mark = fence("".join(items))
    count = len(report.resources)
    return Section(
        name="resources of the full diff",
        rank=100,
        head=f"\n<details><summary>Full diff: {count} resource{'s'[: count != 1]}</summary>\n\n{mark}diff\n",
        items=items,
        foot=f"{mark}\n\n</details>\n",
    )


def _resource(item: Resource) -> Iterator[str]:
    yield f"{MARKS[item.operation]} {item.operation} {plain(item.type)} {plain(item.name)}\n"
    for found in item.properties:
        yield f"    {_property(found)}\n"


def _property(item: Property) -> str:
    cause = "  (replaces)" if item.replaces else ""
    if item.before is None:
        text = f"{item.path}: {item.after}"
    elif item.after is None:
        text = f"{item.path}: {item.before} → (none)"
    else:
        text = f"{item.path}: {item.before} → {item.after}" if item.before != item.after else f"{item.path}: changed"
    return plain(f"{text}{cause}")


def _footer(report: Report) -> str:
    commit = f" of commit {markdown(report.commit[:12])}" if report.commit else ""
    return f"\n<sub>Preview{commit} by `python -m berth preview`; nothing has been changed.</sub>\n"
