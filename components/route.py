"""One rule of a load balancer's listener and the target group that it sends requests to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Literal

import pulumi
import pulumi_aws as aws

from berth.components.load_balancer import load_balancer_name

PRIORITIES = range(1, 50_001)
"""https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateRule.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RouteArgs:
    """Requests for ``host`` (None: any) below ``path`` go to ``container_port``. ``target_type`` is "ip" for tasks with
    an interface of their own (awsvpc), "instance" in bridge mode. ``priority``, 1 to 50,000, is one of its own on the
    listener, the lowest wins. ``deregistration_delay`` is seconds. With ``two_groups`` ECS moves the requests between
    two target groups (blue/green); such a rule has a name of its own, so that one of another priority takes its place.

    Raises:
        ValueError: ``priority`` out of range, or a path that does not begin with "/".
    """

    listener_arn: pulumi.Input[str]
    vpc_id: pulumi.Input[str]
    container_port: int
    target_type: Literal["ip", "instance"] = "ip"
    priority: int
    host: str | None = None
    path: str = "/"
    health_path: str = "/"
    deregistration_delay: int = 30
    two_groups: bool = False
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        if self.priority not in PRIORITIES:
            raise ValueError(f"priority must be 1 to 50000 (got {self.priority})")
        for key, path in (("path", self.path), ("health_path", self.health_path)):
            if not path.startswith("/"):
                raise ValueError(f"{key} must begin with '/' (got {path!r})")


class Route(pulumi.ComponentResource):
    """A service depends on ``rule``: ECS refuses a target group that no load balancer uses yet.

    ``target_group_suffixes`` are how CloudWatch names the groups.
    """

    target_group_arn: pulumi.Output[str]
    alternate_target_group_arn: pulumi.Output[str] | None
    target_group_suffixes: Sequence[pulumi.Output[str]]
    rule_arn: pulumi.Output[str]
    rule: pulumi.Resource

    def __init__(self, name: str, args: RouteArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:Route", name, None, opts)
        group = self._group(name, args)
        alternate = self._group(f"{name}-alternate", args) if args.two_groups else None
        action = aws.lb.ListenerRuleActionArgs(type="forward", target_group_arn=group.arn)
        if alternate:
            action = aws.lb.ListenerRuleActionArgs(type="forward", forward=_weighted(group, alternate))
        rule = aws.lb.ListenerRule(
            f"{name}-blue-green" if alternate else f"{name}-rule",
            listener_arn=args.listener_arn,
            priority=args.priority,
            conditions=_conditions(args.host, args.path),
            actions=[action],
            tags=dict(args.tags),
            # Each deployment moves the weights from one group to the other: they are ECS's, once they are there.
            opts=pulumi.ResourceOptions(parent=self, ignore_changes=["actions"] if alternate else None),
        )
        self.target_group_arn = group.arn
        self.alternate_target_group_arn = alternate.arn if alternate else None
        self.target_group_suffixes = [item.arn_suffix for item in (group, alternate) if item]
        self.rule_arn = rule.arn
        self.rule = rule
        self.register_outputs({"target_group_arn": self.target_group_arn})

    def _group(self, name: str, args: RouteArgs) -> aws.lb.TargetGroup:
        return aws.lb.TargetGroup(
            load_balancer_name(name),
            target_type=args.target_type,
            vpc_id=args.vpc_id,
            protocol="HTTP",
            port=args.container_port,
            deregistration_delay=args.deregistration_delay,
            health_check=aws.lb.TargetGroupHealthCheckArgs(
                path=args.health_path,
                protocol="HTTP",
                port="traffic-port",
                matcher="200-399",
                # A new task is in use 20 s after it answers, instead of AWS's 150.
                interval=10,
                timeout=5,
                healthy_threshold=2,
                unhealthy_threshold=3,
            ),
            tags=dict(args.tags),
            opts=pulumi.ResourceOptions(parent=self),
        )


def _weighted(first: aws.lb.TargetGroup, second: aws.lb.TargetGroup) -> aws.lb.ListenerRuleActionForwardArgs:
    """https://docs.aws.amazon.com/AmazonECS/latest/developerguide/alb-resources-for-blue-green.html"""
    return aws.lb.ListenerRuleActionForwardArgs(
        target_groups=[
            aws.lb.ListenerRuleActionForwardTargetGroupArgs(arn=group.arn, weight=weight)
            for group, weight in ((first, 100), (second, 0))
        ]
    )


def _conditions(host: str | None, path: str) -> list[aws.lb.ListenerRuleConditionArgs]:
    conditions = [
        aws.lb.ListenerRuleConditionArgs(
            path_pattern=aws.lb.ListenerRuleConditionPathPatternArgs(values=path_patterns(path))
        )
    ]
    if host is not None:
        conditions.append(
            aws.lb.ListenerRuleConditionArgs(host_header=aws.lb.ListenerRuleConditionHostHeaderArgs(values=[host]))
        )
    return conditions


def path_patterns(path: str) -> list[str]:
    """The patterns for a path and all below it; a path with wildcards of its own stays as it is.

    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/rule-condition-types.html
    """
    if "*" in path or "?" in path:
        return [path]
    prefix = path.rstrip("/")
    return [prefix, f"{prefix}/*"] if prefix else ["/*"]
