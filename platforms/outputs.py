"""What a deployed application lets the program around it refer to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceOutputs:
    """One service. None is what the platform has not, or the service: one that runs once has no ARN of a service.

    Attributes:
        url: Where it answers from outside; None where the file opens no port.
        arn: The ECS service's ARN.
        task_role_arn: The role that its containers have: a bucket's policy names it as principal.
        task_role_name: The same by name, as ``aws.iam.RolePolicy`` takes it to give the containers more.
        execution_role_arn: The role by which ECS starts the tasks.
        security_group_ids: The groups that its traffic comes from: on Fargate those of the service's Compose networks,
            which it shares with their other members; on EC2 the instances' one. A database's rule refers to them.
        log_group: The name of its CloudWatch log group.
        task_definition_arn: The revision that was deployed.
        target_group_arns: Port of the load balancer's listener -> the target group behind it.
        image: The image that runs, for a ``build`` by its digest.
    """

    url: pulumi.Output[str] | None = None
    arn: pulumi.Output[str] | None = None
    task_role_arn: pulumi.Output[str] | None = None
    task_role_name: pulumi.Output[str] | None = None
    execution_role_arn: pulumi.Output[str] | None = None
    security_group_ids: Sequence[pulumi.Output[str]] = ()
    log_group: pulumi.Output[str] | None = None
    task_definition_arn: pulumi.Output[str] | None = None
    target_group_arns: Mapping[str, pulumi.Output[str]] = field(default_factory=dict[str, pulumi.Output[str]])
    image: pulumi.Output[str] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ApplicationOutputs:
    """``exports`` is what Berth's own program exports of it; on this machine there is no network and no cluster."""

    exports: Mapping[str, pulumi.Input[object]]
    services: Mapping[str, ServiceOutputs]
    urls: Mapping[str, pulumi.Output[str]]
    vpc_id: pulumi.Output[str] | None = None
    public_subnet_ids: Sequence[pulumi.Output[str]] = ()
    private_subnet_ids: Sequence[pulumi.Output[str]] = ()
    cluster_arn: pulumi.Output[str] | None = None
