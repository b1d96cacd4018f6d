"""Tasks, what they run on, and their roles: what a preview and an update ask of AWS."""

from __future__ import annotations

from bootstrap.grants import BOUNDARY, TAGS, Grant

GRANTS = (
    Grant(
        service="ecs",
        policy="compute",
        types=(
            *("ecs.Cluster", "ecs.ClusterCapacityProviders", "ecs.CapacityProvider", "ecs.Service"),
            *("ecs.TaskDefinition",),
        ),
        looks=("DescribeTaskDefinition", "ListClusters", "ListTaskDefinitions"),
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
        writes=(
            *("CreateCapacityProvider", "CreateCluster", "CreateService", "DeleteCapacityProvider", "DeleteCluster"),
            *("DeleteService", "PutClusterCapacityProviders", "RegisterTaskDefinition", "RunTask", "StopTask"),
            *("UpdateCapacityProvider", "UpdateCluster", "UpdateClusterSettings", "UpdateService", *TAGS),
        ),
        resources=(
            *("ecs:{region}:{account}:cluster/*", "ecs:{region}:{account}:capacity-provider/*"),
            *("ecs:{region}:{account}:service/*", "ecs:{region}:{account}:service-deployment/*"),
            *("ecs:{region}:{account}:task/*", "ecs:{region}:{account}:container-instance/*"),
            "ecs:{region}:{account}:task-definition/{name}-*",
        ),
        why="services and their tasks, run-once ones, too; in any cluster, as one may exist already (`clusterArn`)",
    ),
    Grant(
        service="application-autoscaling",
        policy="compute",
        types=("appautoscaling.Target", "appautoscaling.Policy", "appautoscaling.ScheduledAction"),
        looks=("DescribeScalableTargets", "DescribeScalingPolicies", "DescribeScheduledActions"),
        reads=("ListTagsForResource",),
        writes=(
            *("DeleteScalingPolicy", "DeleteScheduledAction", "DeregisterScalableTarget", "PutScalingPolicy"),
            *("PutScheduledAction", "RegisterScalableTarget", *TAGS),
        ),
        resources=("application-autoscaling:{region}:{account}:scalable-target/*",),
        why="`x-berth.scaling`; targets have ids alone",
    ),
    Grant(
        service="autoscaling",
        policy="compute",
        types=("autoscaling.Group",),
        looks=("DescribeAutoScalingGroups", "DescribeScalingActivities", "DescribeInstanceRefreshes"),
        writes=(
            *("CancelInstanceRefresh", "CreateAutoScalingGroup", "CreateOrUpdateTags", "DeleteAutoScalingGroup"),
            *("DeleteTags", "SetInstanceProtection", "StartInstanceRefresh", "UpdateAutoScalingGroup"),
        ),
        resources=("autoscaling:{region}:{account}:autoScalingGroup:*:autoScalingGroupName/*{name}-*",),
        why="the instances of `ecs-ec2`",
    ),
    Grant(
        service="ec2",
        policy="compute",
        types=("ec2.LaunchTemplate",),
        looks=("DescribeInstanceTypes", "DescribeLaunchTemplates", "DescribeLaunchTemplateVersions"),
        writes=(
            *("CreateLaunchTemplate", "CreateLaunchTemplateVersion", "DeleteLaunchTemplate", "ModifyLaunchTemplate"),
            "RunInstances",
        ),
        resources=("ec2:{region}:{account}:*/*", "ec2:{region}::image/*"),
        why="how instances are started; AWS asks the caller for `RunInstances` when a group takes a launch template",
    ),
    Grant(
        service="ssm",
        policy="compute",
        writes=("GetParameters",),
        resources=("ssm:{region}::parameter/aws/service/ecs/*",),
        why="AWS's public parameter of the machine image, which the launch template names",
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
            *("scheduler:{region}:{account}:schedule/{name}-*", "scheduler:{region}:{account}:schedule-group/{name}-*"),
        ),
        why="`x-berth.schedule`",
    ),
    Grant(
        service="iam",
        policy="compute",
        types=("iam.Role", "iam.RolePolicy", "iam.RolePolicyAttachment", "iam.InstanceProfile"),
        reads=(
            *("GetInstanceProfile", "GetRole", "GetRolePolicy", "ListAttachedRolePolicies", "ListRolePolicies"),
            "ListInstanceProfilesForRole",
        ),
        writes=(
            *("AddRoleToInstanceProfile", "CreateInstanceProfile", "DeleteInstanceProfile", "DeleteRole"),
            *("DeleteRolePolicy", "DetachRolePolicy", "RemoveRoleFromInstanceProfile", "TagInstanceProfile"),
            *("TagRole", "UntagInstanceProfile", "UntagRole", "UpdateAssumeRolePolicy", "UpdateRole"),
        ),
        resources=("iam::{account}:role/{name}-*", "iam::{account}:instance-profile/{name}-*"),
        why="each service's own roles, by name; the workflows' own have another path and are not among them",
    ),
    Grant(
        service="iam",
        policy="compute",
        writes=("AttachRolePolicy", "CreateRole", "PutRolePermissionsBoundary", "PutRolePolicy"),
        resources=("iam::{account}:role/{name}-*",),
        conditions={"StringEquals": {"iam:PermissionsBoundary": [BOUNDARY]}},
        why="what gives a role something to do, only where it has the boundary (`permissionsBoundaryArn`)",
    ),
    Grant(
        service="iam",
        policy="compute",
        writes=("PassRole",),
        resources=("iam::{account}:role/{name}-*",),
        conditions={
            "StringEquals": {
                "iam:PassedToService": [
                    *("ec2.amazonaws.com", "ecs-tasks.amazonaws.com", "ecs.amazonaws.com"),
                    *("scheduler.amazonaws.com", "vpc-flow-logs.amazonaws.com"),
                ]
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
                    *("autoscaling.amazonaws.com", "backup.amazonaws.com", "ecs.amazonaws.com"),
                    *("ecs.application-autoscaling.amazonaws.com", "elasticache.amazonaws.com"),
                    *("elasticfilesystem.amazonaws.com", "elasticloadbalancing.amazonaws.com", "rds.amazonaws.com"),
                    "spot.amazonaws.com",
                ]
            }
        },
        why="the first use of a service in an account makes AWS's own role for it",
    ),
)
