"""A task that runs by a schedule of EventBridge Scheduler, which starts it itself: no function stands between them.

A task that is started so is none of a service's, and has no Service Connect names:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-connect-concepts.html
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from berth.components.cluster import CapacityShare
from berth.components.naming import autonamed
from berth.components.placement import PlacementConstraint
from berth.components.role import Role, RoleArgs, Statement
from berth.components.service import Placement

MAXIMUM_NAME = 64
"""Characters: https://docs.aws.amazon.com/scheduler/latest/APIReference/API_CreateSchedule.html"""

MAXIMUM_TASKS = 10
"""Of one RunTask: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_RunTask.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduleArgs:
    """``expression`` is ``cron(…)``, ``rate(…)`` or ``at(…)``, in ``timezone`` (IANA). It starts ``count`` tasks of
    ``task_definition_arn`` each time, which run by the two roles, within ``window`` minutes (0: at once). A start that
    AWS refuses is tried ``retries`` times more, for ``retry_for`` seconds, and then sent to ``dead_letter_queue_arn``.

    ``placement`` None is the bridge mode. With a public address in it tasks run on Fargate at its full price, as
    Scheduler gives such an address to the launch type FARGATE alone; else on ``capacity``.
    https://docs.aws.amazon.com/scheduler/latest/APIReference/API_EcsParameters.html

    Raises:
        ValueError: ``count`` is not 1 to MAXIMUM_TASKS.
    """

    group_name: pulumi.Input[str]
    group_arn: pulumi.Input[str]
    cluster_arn: pulumi.Input[str]
    task_definition_arn: pulumi.Input[str]
    role_arns: Sequence[pulumi.Input[str]]
    capacity: Sequence[CapacityShare]
    expression: str
    timezone: str = "UTC"
    enabled: bool = True
    count: int = 1
    window: int = 0
    retries: int = 3
    retry_for: int = 3600
    dead_letter_queue_arn: pulumi.Input[str] | None = None
    placement: Placement | None = None
    placement_constraints: Sequence[PlacementConstraint] = ()
    enable_exec: bool = False
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        if not 1 <= self.count <= MAXIMUM_TASKS:
            raise ValueError(f"count must be 1 to {MAXIMUM_TASKS} (got {self.count})")


class Schedule(pulumi.ComponentResource):
    """A schedule, and the role by which it starts this one family's tasks in this one cluster."""

    arn: pulumi.Output[str]
    schedule: aws.scheduler.Schedule

    def __init__(self, name: str, args: ScheduleArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:Schedule", name, None, opts)
        role = Role(
            f"{name}-schedule",
            RoleArgs(
                service="scheduler.amazonaws.com",
                source_arns=[args.group_arn],
                statements=statements(args),
                description=f"Starts the tasks of {name} by its schedule",
                tags=args.tags,
            ),
            pulumi.ResourceOptions(parent=self),
        )
        self.schedule = aws.scheduler.Schedule(
            autonamed(name, MAXIMUM_NAME),
            group_name=args.group_name,
            schedule_expression=args.expression,
            schedule_expression_timezone=args.timezone,
            state="ENABLED" if args.enabled else "DISABLED",
            flexible_time_window=aws.scheduler.ScheduleFlexibleTimeWindowArgs(
                mode="FLEXIBLE" if args.window else "OFF", maximum_window_in_minutes=args.window or None
            ),
            target=aws.scheduler.ScheduleTargetArgs(
                arn=args.cluster_arn,
                role_arn=role.arn,
                ecs_parameters=_ecs_parameters(args),
                retry_policy=aws.scheduler.ScheduleTargetRetryPolicyArgs(
                    maximum_retry_attempts=args.retries, maximum_event_age_in_seconds=args.retry_for
                ),
                dead_letter_config=None
                if args.dead_letter_queue_arn is None
                else aws.scheduler.ScheduleTargetDeadLetterConfigArgs(arn=args.dead_letter_queue_arn),
            ),
            # A run by a role that may do nothing yet is a run that is lost.
            opts=pulumi.ResourceOptions(parent=self, depends_on=[role]),
        )
        self.arn = self.schedule.arn
        self.register_outputs({"arn": self.arn})


def statements(args: ScheduleArgs) -> tuple[Statement, ...]:
    """What the schedule's role may do, and nothing else.

    - ``ecs:RunTask`` on the revisions of the one family, in the one cluster;
    - ``ecs:TagResource`` on the cluster's tasks, as they are started;
    - ``iam:PassRole`` on the task's own roles, to ECS tasks alone;
    - with a dead-letter queue ``sqs:SendMessage`` on it.

    https://docs.aws.amazon.com/scheduler/latest/UserGuide/setting-up.html
    https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazonelasticcontainerservice.html
    """
    family = pulumi.Output.from_input(args.task_definition_arn).apply(lambda arn: f"{arn.rpartition(':')[0]}:*")
    tasks = pulumi.Output.from_input(args.cluster_arn).apply(lambda arn: f"{arn.replace(':cluster/', ':task/', 1)}/*")
    found = [
        Statement(
            actions=("ecs:RunTask",),
            resources=(family,),
            conditions={"ArnEquals": {"ecs:cluster": [args.cluster_arn]}},
        ),
        Statement(
            actions=("ecs:TagResource",),
            resources=(tasks,),
            conditions={"StringEquals": {"ecs:CreateAction": ["RunTask"]}},
        ),
        Statement(
            actions=("iam:PassRole",),
            resources=tuple(args.role_arns),
            conditions={"StringEquals": {"iam:PassedToService": ["ecs-tasks.amazonaws.com"]}},
        ),
    ]
    if args.dead_letter_queue_arn is not None:
        found.append(Statement(actions=("sqs:SendMessage",), resources=(args.dead_letter_queue_arn,)))
    return tuple(found)


def _ecs_parameters(args: ScheduleArgs) -> aws.scheduler.ScheduleTargetEcsParametersArgs:
    # Nor is there a capacity provider on a cluster of somebody else's.
    by_launch_type = not args.capacity or (args.placement is not None and args.placement.assign_public_ip)
    return aws.scheduler.ScheduleTargetEcsParametersArgs(
        task_definition_arn=args.task_definition_arn,
        task_count=args.count,
        launch_type="FARGATE" if by_launch_type else None,
        capacity_provider_strategies=None
        if by_launch_type
        else [
            aws.scheduler.ScheduleTargetEcsParametersCapacityProviderStrategyArgs(
                capacity_provider=share.capacity_provider, weight=share.weight, base=share.base
            )
            for share in args.capacity
        ],
        network_configuration=None
        if args.placement is None
        else aws.scheduler.ScheduleTargetEcsParametersNetworkConfigurationArgs(
            subnets=list(args.placement.subnet_ids),
            security_groups=list(args.placement.security_group_ids),
            assign_public_ip=args.placement.assign_public_ip,
        ),
        placement_constraints=[
            aws.scheduler.ScheduleTargetEcsParametersPlacementConstraintArgs(type=item.type, expression=item.expression)
            for item in args.placement_constraints
        ]
        or None,
        enable_ecs_managed_tags=True,
        enable_execute_command=args.enable_exec,
        propagate_tags="TASK_DEFINITION",
    )
