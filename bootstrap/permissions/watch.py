"""Logs, alarms and notices: what a preview and an update ask of AWS."""

from __future__ import annotations

from bootstrap.grants import TAGS, Grant

GRANTS = (
    Grant(
        service="logs",
        policy="watch",
        types=("cloudwatch.LogGroup",),
        reads=("DescribeLogGroups", "DescribeLogStreams", "GetLogEvents", "ListTagsForResource"),
        writes=(
            *("AssociateKmsKey", "CreateLogGroup", "DeleteLogGroup", "DeleteRetentionPolicy", "DisassociateKmsKey"),
            *("PutRetentionPolicy", *TAGS),
        ),
        resources=("logs:{region}:{account}:log-group:*",),
        why="logs, and the last lines of a task that failed; their groups are listed before one of them is found",
    ),
    Grant(
        service="cloudwatch",
        policy="watch",
        types=("cloudwatch.MetricAlarm", "cloudwatch.Dashboard"),
        reads=("DescribeAlarms", "GetDashboard", "ListTagsForResource"),
        writes=("DeleteAlarms", "DeleteDashboards", "PutDashboard", "PutMetricAlarm", *TAGS),
        resources=("cloudwatch:{region}:{account}:alarm:*", "cloudwatch::{account}:dashboard/{name}-*"),
        why="`alarms`, `dashboard` and alarms of a deployment; an alarm of the user's may be named",
    ),
    Grant(
        service="events",
        policy="watch",
        types=("cloudwatch.EventRule", "cloudwatch.EventTarget"),
        reads=("DescribeRule", "ListTagsForResource", "ListTargetsByRule"),
        writes=("DeleteRule", "PutRule", "PutTargets", "RemoveTargets", *TAGS),
        resources=("events:{region}:{account}:rule/{name}-*",),
        why="notices of failed deployments and of tasks that end by themselves",
    ),
    Grant(
        service="sns",
        policy="watch",
        types=("sns.Topic", "sns.TopicPolicy", "sns.TopicSubscription"),
        reads=("GetSubscriptionAttributes", "GetTopicAttributes", "ListSubscriptionsByTopic", "ListTagsForResource"),
        writes=("CreateTopic", "DeleteTopic", "SetTopicAttributes", "Subscribe", *TAGS),
        makes=("Unsubscribe",),
        resources=("sns:{region}:{account}:{name}-*",),
        why="the topic of alarms, and who hears of it",
    ),
    Grant(
        service="budgets",
        policy="watch",
        types=("budgets.Budget",),
        reads=("ListTagsForResource", "ViewBudget"),
        writes=("ModifyBudget", *TAGS),
        resources=("budgets::{account}:budget/{name}-*",),
        why="`monthlyBudget`",
    ),
    Grant(
        service="sts",
        policy="watch",
        looks=("GetCallerIdentity",),
        why="who asks, before anything else",
    ),
)
