"""A log, and what is known of the stack's files, as a ``Report``."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from berth.report.containers import Definitions, Names
from berth.report.cost import cost_of
from berth.report.dangers import find_dangers
from berth.report.differences import resources
from berth.report.downtime import expected
from berth.report.events import OPERATIONS, Log, Step
from berth.report.findings import messages, policy_findings, without
from berth.report.groups import make_groups
from berth.report.model import Finding, Report
from berth.report.owners import Owners
from berth.report.picture import Known, draw
from berth.report.redact import redacted
from berth.report.sight import Sight
from berth.report.values import unknown


@dataclass(frozen=True, slots=True, kw_only=True)
class Files:
    """What a stack's files tell. ``application`` is the name that all of its resources begin with; ``definitions``:
    service -> container -> definition, as a deployment would register it; ``hidden`` is never to be shown."""

    application: str = ""
    region: str = ""
    services: tuple[Known, ...] = ()
    definitions: Mapping[str, Definitions] = field(default_factory=dict[str, Definitions])
    support: tuple[Finding, ...] = ()
    parity: tuple[str, ...] = ()
    hidden: frozenset[str] = frozenset()


def make_report(
    log: Log, *, stack: str = "", project: str = "berth", commit: str = "", files: Files | None = None
) -> Report:
    """Pure: nothing is read or asked. ``stack`` and ``project`` are for a log that ends before it names them."""
    known = files or Files()
    owners = Owners(log, [item.name for item in known.services], known.application)
    sight = Sight(log=log, owners=owners, names=names_of(log, owners), planned=dict(known.definitions))
    groups = make_groups(sight)
    said, policies = messages(log), policy_findings(log, owners)
    counts = Counter(step.operation for step in log.steps if not _default_provider(step))
    existing = any(step.old is not None for step in log.steps if not step.type.startswith("pulumi:"))
    report = Report(
        project=log.project or project,
        stack=log.stack or stack,
        commit=commit,
        failed=log.failed,
        counts={operation: counts[operation] for operation in OPERATIONS},
        nothing_runs=counts["create"] > 1 and not existing and log.complete,
        blind=not log.complete,
        downtime=expected(log, owners),
        dangers=find_dangers(sight),
        groups=groups,
        policies=policies,
        messages=said,
        support=without(known.support, said),
        cost=None if log.failed else cost_of(log, owners, known.region),
        parity=known.parity,
        picture=draw(sight, groups, known.services),
        resources=resources(log, owners),
    )
    return redacted(report, known.hidden)


def _default_provider(step: Step) -> bool:
    """Pulumi's own counts leave these out."""
    return step.type.startswith("pulumi:providers:") and step.name.startswith("default")


def names_of(log: Log, owners: Owners) -> Names:
    """The Compose secrets behind the names that Secrets Manager has."""
    prefixes: dict[str, str] = {}
    environments = set[str]()
    for step in log.steps:
        if step.type != "aws:secretsmanager/secret:Secret":
            continue
        for side in (step.old, step.new):
            prefix = (side or {}).get("namePrefix")
            if not prefix or unknown(prefix):
                continue
            name = owners.short(step.name)
            prefixes[str(prefix)] = name
            if _of_variables(name, owners.services):
                environments.add(str(prefix))
    return Names(prefixes=prefixes, environments=frozenset(environments))


def _of_variables(name: str, services: Sequence[str] | frozenset[str]) -> bool:
    return name.endswith("-environment") and name.removesuffix("-environment") in services
