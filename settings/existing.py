"""What a stack uses of what exists already, by ARNs and ids: what holds between these settings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from berth.settings.model import Settings

FORMS = {
    "listenerArn": (
        r"arn:[\w-]+:elasticloadbalancing:([\w-]+):\d{12}:listener/app/[^/]+/[^/]+/[^/]+",
        "a listener's of an Application Load Balancer, arn:aws:elasticloadbalancing:REGION:ACCOUNT:listener/app/…",
    ),
    "webAclArn": (
        r"arn:[\w-]+:wafv2:([\w-]+):\d{12}:regional/webacl/[^/]+/[^/]+",
        "a regional web ACL's, arn:aws:wafv2:REGION:ACCOUNT:regional/webacl/…; a global one is CloudFront's",
    ),
    "clusterArn": (
        r"arn:[\w-]+:ecs:([\w-]+):\d{12}:cluster/[A-Za-z0-9_-]+",
        "a cluster's, arn:aws:ecs:REGION:ACCOUNT:cluster/NAME",
    ),
}
"""What each ARN looks like, with its region: https://docs.aws.amazon.com/service-authorization/latest/reference/"""

TARGET_GROUP = r"arn:[\w-]+:elasticloadbalancing:([\w-]+):\d{12}:targetgroup/[^/]+/[^/]+"


def existing_problems(settings: Settings) -> Iterator[str]:
    """Each as ``setting: what does not hold``."""
    arns = zip(FORMS, (settings.listener_arn, settings.web_acl_arn, settings.cluster_arn), strict=True)
    for name, arn in arns:
        pattern, words = FORMS[name]
        match = re.fullmatch(pattern, arn or "")
        if arn and not match:
            yield f"{name}: must be {words} (got {arn!r})"
        elif match and match[1] != settings.region:
            yield f"{name}: is in {match[1]}, and the stack in {settings.region}"
    if settings.listener_arn:
        yield from _listener_problems(settings)
    if settings.target_groups:
        yield from _target_group_problems(settings)
    if settings.web_acl_arn and not settings.load_balanced:
        yield "webAclArn: a web ACL filters what an Application Load Balancer takes; set ingress to alb"
    if settings.cluster_arn and settings.platform == "ecs-ec2":
        yield "clusterArn: ecs-ec2 makes the cluster that its instances join; an existing one is for ecs-fargate"
    if settings.extra_endpoints and settings.endpoints != "interface":
        yield "extraEndpoints: needs endpoints: interface"
    if settings.extra_endpoints and settings.vpc_id:
        yield "extraEndpoints: an existing VPC has the endpoints that others give it"


def _target_group_problems(settings: Settings) -> Iterator[str]:
    if settings.platform != "ecs-fargate":
        yield "targetGroups: tasks on ecs-fargate have addresses that a target group takes; leave it out"
    elif not (settings.vpc_id or settings.shared_stack):
        yield "targetGroups: needs vpcId, the VPC of the target groups"
    for name, arns in sorted(settings.target_groups.items()):
        for arn in arns:
            match = re.fullmatch(TARGET_GROUP, arn)
            if not match:
                yield f"targetGroups.{name}: must be a target group's ARN (got {arn!r})"
            elif match[1] != settings.region:
                yield f"targetGroups.{name}: is in {match[1]}, and the stack in {settings.region}"


def _listener_problems(settings: Settings) -> Iterator[str]:
    if not settings.vpc_id:
        yield "listenerArn: needs vpcId, the VPC of its load balancer"
    if not settings.load_balanced:
        yield "listenerArn: needs ingress: alb on ecs-ec2"
    if settings.certificate_arn:
        yield "certificateArn: the listener of listenerArn has its own certificates; leave this out"
    if settings.web_acl_arn:
        yield "webAclArn: the load balancer of listenerArn is not the stack's to filter; leave this out"
