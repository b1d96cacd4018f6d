"""The role by which ECS moves requests between two target groups, for a blue/green deployment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi

from berth.components.role import RoleArgs, Statement


def traffic_role_args(
    rule_arns: Sequence[pulumi.Input[str]], target_group_arns: Sequence[pulumi.Input[str]], tags: Mapping[str, str]
) -> RoleArgs:
    """What ECS needs to move requests: AWS's policy for it, on these rules and groups alone.

    The ``Describe`` actions take no resource.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/AmazonECSInfrastructureRolePolicyForLoadBalancers.html
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselasticloadbalancingv2.html
    """
    own = "elasticloadbalancing:"
    looks = ("DescribeListeners", "DescribeRules", "DescribeTargetGroups", "DescribeTargetHealth")
    return RoleArgs(
        service="ecs.amazonaws.com",
        description="Moves requests between the two target groups of a service",
        statements=[
            Statement(actions=[own + look for look in looks], resources=["*"]),
            Statement(actions=[own + "ModifyRule"], resources=rule_arns),
            Statement(actions=[own + "RegisterTargets", own + "DeregisterTargets"], resources=target_group_arns),
        ],
        tags=tags,
    )
