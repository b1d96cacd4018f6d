"""Services, their scaling and schedules, and their roles: what environments of pull requests ask of AWS."""

from __future__ import annotations

from bootstrap.grants import BOUNDARY, TAGS, Grant
from bootstrap.permissions.environments.tag import OWN

GRANTS = (
    Grant(
        service="ecs",
        policy="compute",
        looks=("DescribeTaskDefinition", "ListTaskDefinitions"),
        makes=("DeregisterTaskDefinition",),
        reads=(
            *(
                "DescribeCapacityProviders",
                "DescribeClusters",
                "DescribeContainerInstances",
                "DescribeServiceDeployments",
            ),
            *("DescribeServices", "DescribeTasks", "ListContainerInstances", "ListServiceDeployments"),
            *("ListServices", "ListTagsForResource", "ListTasks"),
        ),
        resources=(
            "ecs:{region}:{account}:capacity-provider/*",
            "ecs:{region}:{account}:cluster/{base}-*",
            "ecs:{region}:{account}:container-instance/{base}-*/*",
            "ecs:{region}:{account}:service/{base}-*/*",
            "ecs:{region}:{account}:service-deployment/{base}-*/*",
            "ecs:{region}:{account}:task/{base}-*/*",
            "ecs:{region}:{account}:task-definition/{name}-*",
        ),
        why="the other stack's cluster, and what runs there",
    ),
    Grant(
        service="ecs",
        policy="compute",
        types=("ecs.Service", "ecs.TaskDefinition"),
        writes=("CreateService", "DeleteService", "RegisterTaskDefinition", "RunTask", "UpdateService", *TAGS),
        resources=(
            "ecs:{region}:{account}:service/{base}-*/{name}-*",
            "ecs:{region}:{account}:task-definition/{name}-*",
        ),
        why="services and their tasks, in that cluster",
    ),
    Grant(
        service="ecs",
        policy="compute",
        writes=("StopTask", "TagResource"),
        resources=("ecs:{region}:{account}:task/{base}-*/*",),
        why="tasks that run once; they have ids alone, so that those of the other stack could be stopped, too",
    ),
    Grant(
        service="application-autoscaling",
        policy="compute",
        types=("appautoscaling.Target", "appautoscaling.Policy", "appautoscaling.ScheduledAction"),
        looks=("DescribeScalableTargets", "DescribeScalingPolicies", "DescribeScheduledActions"),
        reads=("ListTagsForResource",),
        writes=("RegisterScalableTarget", "TagResource"),
        resources=("application-autoscaling:{region}:{account}:scalable-target/*",),
        why="`x-berth.scaling`; targets have ids alone, and a new one no tag yet",
    ),
    Grant(
        service="application-autoscaling",
        policy="compute",
        writes=(
            *("DeleteScalingPolicy", "DeleteScheduledAction", "DeregisterScalableTarget", "PutScalingPolicy"),
            *("PutScheduledAction", "UntagResource"),
        ),
        resources=("application-autoscaling:{region}:{account}:scalable-target/*",),
        conditions=OWN,
        why="their targets' policies",
    ),
    Grant(
        service="scheduler",
        policy="compute",
        types=("scheduler.Schedule", "scheduler.ScheduleGroup"),
        reads=("GetSchedule", "GetScheduleGroup", "ListTagsForResource"),
        writes=(
            *("CreateSchedule", "CreateScheduleGroup", "DeleteSchedule", "DeleteScheduleGroup", "UpdateSchedule"),
            *TAGS,
        ),
        resources=(
            "scheduler:{region}:{account}:schedule/{name}-*",
            "scheduler:{region}:{account}:schedule-group/{name}-*",
        ),
        why="`x-berth.schedule`",
    ),
    Grant(
        service="iam",
        policy="compute",
        types=("iam.Role", "iam.RolePolicy"),
        reads=(
            "GetRole",
            "GetRolePolicy",
            "ListAttachedRolePolicies",
            "ListInstanceProfilesForRole",
            "ListRolePolicies",
        ),
        writes=(
            *("DeleteRole", "DeleteRolePolicy", "DetachRolePolicy", "TagRole", "UntagRole"),
            *("UpdateAssumeRolePolicy", "UpdateRole"),
        ),
        resources=("iam::{account}:role/{name}-*",),
        why="each service's own roles",
    ),
    Grant(
        service="iam",
        policy="compute",
        writes=("AttachRolePolicy", "CreateRole", "PutRolePermissionsBoundary", "PutRolePolicy"),
        resources=("iam::{account}:role/{name}-*",),
        conditions={"StringEquals": {"iam:PermissionsBoundary": [BOUNDARY]}},
        why="only where they have the environments' boundary (`environmentsBoundaryArn`)",
    ),
    Grant(
        service="iam",
        policy="compute",
        writes=("PassRole",),
        resources=("iam::{account}:role/{name}-*",),
        conditions={
            "StringEquals": {
                "iam:PassedToService": ["ecs-tasks.amazonaws.com", "ecs.amazonaws.com", "scheduler.amazonaws.com"]
            }
        },
        why="hands these roles to the services that take them",
    ),
    Grant(
        service="iam",
        policy="compute",
        writes=("CreateServiceLinkedRole",),
        resources=("iam::{account}:role/aws-service-role/*",),
        conditions={
            "StringEquals": {
                "iam:AWSServiceName": [
                    *("ecs.amazonaws.com", "ecs.application-autoscaling.amazonaws.com"),
                    *("elasticfilesystem.amazonaws.com", "elasticloadbalancing.amazonaws.com"),
                ]
            }
        },
        why="the first use of a service in an account makes AWS's own role for it",
    ),
)
