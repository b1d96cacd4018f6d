"""The Spot instances of an ECS cluster: an Auto Scaling group beside that of the lasting ones.

A capacity provider of its own lets the weights of a service's strategy divide its tasks between the two, as AWS does it
with Fargate and Fargate Spot, and keeps the base of each service on what lasts; within one group of both kinds a task
lies where there is room.
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/asg-capacity-providers.html
https://docs.aws.amazon.com/autoscaling/ec2/userguide/ec2-auto-scaling-mixed-instances-groups.html
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pulumi
import pulumi_aws as aws

if TYPE_CHECKING:
    from berth.components.instances import InstancesSpec


def spot_group(
    name: str,
    spec: InstancesSpec,
    template: aws.ec2.LaunchTemplate,
    tags: Sequence[aws.autoscaling.GroupTagArgs],
    opts: pulumi.ResourceOptions,
) -> aws.autoscaling.Group:
    """Empty at first; of several instance types AWS takes those that it will hardly want back, then the cheapest."""
    types = list(dict.fromkeys((spec.instance_type, *spec.spot_types)))
    return aws.autoscaling.Group(
        name,
        min_size=0,
        max_size=spec.spot_maximum,
        vpc_zone_identifiers=spec.subnet_ids,
        health_check_type="EC2",
        protect_from_scale_in=False,
        force_delete=True,
        capacity_rebalance=True,
        mixed_instances_policy=aws.autoscaling.GroupMixedInstancesPolicyArgs(
            launch_template=aws.autoscaling.GroupMixedInstancesPolicyLaunchTemplateArgs(
                launch_template_specification=aws.autoscaling.GroupMixedInstancesPolicyLaunchTemplateLaunchTemplateSpecificationArgs(
                    launch_template_id=template.id, version=template.latest_version.apply(str)
                ),
                overrides=[
                    aws.autoscaling.GroupMixedInstancesPolicyLaunchTemplateOverrideArgs(instance_type=kind)
                    for kind in types
                ],
            ),
            instances_distribution=aws.autoscaling.GroupMixedInstancesPolicyInstancesDistributionArgs(
                on_demand_base_capacity=0,
                on_demand_percentage_above_base_capacity=0,
                spot_allocation_strategy="price-capacity-optimized",
            ),
        ),
        instance_refresh=aws.autoscaling.GroupInstanceRefreshArgs(
            strategy="Rolling",
            preferences=aws.autoscaling.GroupInstanceRefreshPreferencesArgs(
                min_healthy_percentage=100, max_healthy_percentage=110
            ),
        ),
        tags=tags,
        opts=opts,
    )
