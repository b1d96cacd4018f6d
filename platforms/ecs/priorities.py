"""A place for each rule on a listener that other stacks use, too: what AWS has there already is asked before.

https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_DescribeRules.html
"""

from __future__ import annotations

import fnmatch
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from functools import cache
from typing import Any

from berth.components.aws_access import AwsAccess
from berth.components.load_balancer import load_balancer_name
from berth.components.route import path_patterns
from berth.compose.model import Application
from berth.diagnostics import Diagnostic, Severity, ToolError, Where
from berth.platforms.ecs.ingress import SHARED, PlannedRoute, plan_routes
from berth.platforms.ecs.joined import joined_groups
from berth.platforms.ecs.rollouts import two_groups
from berth.settings import Settings
from berth.untyped import mapping

LAST = 50_000
AUTONAMED = re.compile(r"-[0-9a-f]{7}$")


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenerRule:
    """A rule that AWS has. ``groups`` are the names of the target groups that it sends to."""

    priority: int
    hosts: frozenset[str]
    paths: frozenset[str]
    groups: frozenset[str]


@cache
def read_rules(access: AwsAccess, listener_arn: str) -> tuple[ListenerRule, ...]:
    """Every rule of a listener but its default one, by priority; asked once in a run.

    Raises:
        ToolError: there is no such listener, or it may not be asked for.
    """
    from botocore import exceptions  # slow to load

    try:
        pages = access.client("elbv2").get_paginator("describe_rules").paginate(ListenerArn=listener_arn)
        rules = [_parse(item) for page in pages for item in page["Rules"] if item["Priority"] != "default"]
    except exceptions.ClientError as error:
        message = f"the listener {listener_arn} cannot be asked for its rules: {error.response['Error']['Message']}"
        advice = "Check berth:listenerArn or berth:sharedStack, and the permission elasticloadbalancing:DescribeRules."
        raise ToolError(Diagnostic(message=message, advice=advice)) from error
    return tuple(sorted(rules, key=lambda rule: rule.priority))


def _parse(rule: dict[str, Any]) -> ListenerRule:
    values: dict[str, set[str]] = {}
    for condition in rule.get("Conditions", ()):
        field = condition["Field"]
        config = mapping(condition.get("HostHeaderConfig") or condition.get("PathPatternConfig"))
        values.setdefault(field, set()).update(config.get("Values") or condition.get("Values") or ())
    arns = {
        group["TargetGroupArn"]
        for action in rule.get("Actions", ())
        for group in [action, *action.get("ForwardConfig", {}).get("TargetGroups", ())]
        if "TargetGroupArn" in group
    }
    return ListenerRule(
        priority=int(rule["Priority"]),
        hosts=frozenset(values.get("host-header", ())),
        paths=frozenset(values.get("path-pattern", ())),
        groups=frozenset(arn.split("/")[1] for arn in arns),
    )


def settle_priorities(
    application: Application, settings: Settings, rules: Sequence[ListenerRule], prefix: str
) -> tuple[PlannedRoute, ...]:
    """The stack's routes with priorities that no other stack's rule on the shared listener has.

    A rule that is there already keeps its number, so that no other stack's coming and going moves it; a new one takes
    the next that is free from its own on. What the file has chosen stays: ``check_listener`` says where it is taken.
    """
    routes = plan_routes(application, settings)
    chosen = _chosen(application)
    taken = {rule.priority for rule in rules} | {route.priority for route in routes if _key(route) in chosen}
    settled: dict[PlannedRoute, int] = {}
    for route in routes:
        own = _own(route, application, settings, rules, prefix)
        if route.port == SHARED and _key(route) not in chosen and own is not None:
            settled[route] = own.priority
            taken.add(own.priority)
    for route in routes:
        if route.port != SHARED or _key(route) in chosen or route in settled:
            continue
        # A rule with two groups stands before the one whose place it takes.
        step = -1 if two_groups(application.services[route.service], settings) else 1
        number = route.priority
        while number in taken:
            number = (number + step - 1) % LAST + 1
        settled[route] = number
        taken.add(number)
    return tuple(replace(route, priority=settled.get(route, route.priority)) for route in routes)


def check_listener(
    application: Application, settings: Settings, rules: Sequence[ListenerRule], prefix: str
) -> Iterator[Diagnostic]:
    """Requests and priorities that other stacks' rules on the shared listener have already."""
    chosen = _chosen(application)
    for route in settle_priorities(application, settings, rules, prefix):
        if route.port != SHARED:
            continue
        where: Where = {"file": application.file, "service": route.service}
        joined = {group.name for group in joined_groups(application, settings) if group.service == route.service}
        others = [
            rule for rule in rules if not (_is_mine(rule, route, prefix) or (rule.groups and rule.groups <= joined))
        ]
        same = next((rule for rule in others if _conditions(rule) == _wanted(route)), None)
        at = next((rule for rule in others if rule.priority == route.priority), None)
        said = f"host {route.host or 'any'}, path {route.path}"
        if same is not None:
            yield Diagnostic(
                **where,
                key="x-berth.ingress",
                message=f"another stack's rule on the listener takes the same requests: {said} (priority "
                f"{same.priority}, to {', '.join(sorted(same.groups)) or 'no target group'})",
                advice="Give this one another `host` or `path`; with berth:sharedStack, another berth:subdomain.",
            )
        elif at is not None and _key(route) in chosen:
            yield Diagnostic(
                **where,
                key="x-berth.ingress.priority",
                message=f"{route.priority} is taken on the listener, by a rule that sends to "
                f"{', '.join(sorted(at.groups)) or 'no target group'}",
                advice="Leave `priority` out, or write another.",
            )
        elif hidden := next((rule for rule in others if rule.priority < route.priority and _hides(rule, route)), None):
            yield Diagnostic(
                severity=Severity.WARNING,
                **where,
                key="x-berth.ingress.host",
                message=f"another stack's rule, of priority {hidden.priority}, takes these requests first: host "
                f"{', '.join(sorted(hidden.hosts)) or 'any'}, path {', '.join(sorted(hidden.paths)) or 'any'}",
                advice="Write a lower `priority`, or another `host`.",
            )


def _chosen(application: Application) -> frozenset[tuple[str, int, str]]:
    """Services, priorities and paths, where the file has the priority."""
    return frozenset(
        (name, item.priority, item.path)
        for name, service in application.services.items()
        for item in service.extension.ingress
        if item.priority
    )


def _key(route: PlannedRoute) -> tuple[str, int, str]:
    return route.service, route.priority, route.path


def _wanted(route: PlannedRoute) -> tuple[frozenset[str], frozenset[str]]:
    return frozenset([route.host] if route.host else ()), frozenset(path_patterns(route.path))


def _conditions(rule: ListenerRule) -> tuple[frozenset[str], frozenset[str]]:
    return rule.hosts, rule.paths


def _is_mine(rule: ListenerRule, route: PlannedRoute, prefix: str) -> bool:
    """By its target group, whose name is made of the application's, the stack's and the service's."""
    name = f"{prefix}-{route.service}-shared{route.label}"
    own = {load_balancer_name(name), load_balancer_name(f"{name}-alternate")}
    return any(AUTONAMED.sub("", group) in own for group in rule.groups)


def _own(
    route: PlannedRoute, application: Application, settings: Settings, rules: Sequence[ListenerRule], prefix: str
) -> ListenerRule | None:
    """The route's rule from an earlier deployment. One between rolling and blue/green is another resource, which takes
    the old one's place while that is still there."""
    wanted = 2 if two_groups(application.services[route.service], settings) else 1
    return next(
        (
            rule
            for rule in rules
            if _conditions(rule) == _wanted(route) and len(rule.groups) == wanted and _is_mine(rule, route, prefix)
        ),
        None,
    )


def _hides(rule: ListenerRule, route: PlannedRoute) -> bool:
    paths = path_patterns(route.path)
    return (not rule.hosts or any(fnmatch.fnmatch(route.host or "", host) for host in rule.hosts)) and (
        not rule.paths or all(any(fnmatch.fnmatch(path, pattern) for pattern in rule.paths) for path in paths)
    )
