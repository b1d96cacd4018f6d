"""What of a deployment is watched, and who hears of it: nothing of it is made unless the settings ask."""

from __future__ import annotations

from collections.abc import Mapping

import pulumi

from berth.components.alarms import Alarms, AlarmsArgs, Thresholds
from berth.components.budget import Budget, BudgetArgs
from berth.components.dashboard import Dashboard, DashboardArgs
from berth.components.task_events import TaskEvents, TaskEventsArgs
from berth.components.topic import Topic, TopicArgs
from berth.components.watched import Watched, WatchedService
from berth.platforms.ecs.counts import fewest
from berth.platforms.ecs.deployment import Deployment
from berth.platforms.ecs.logs import own_group
from berth.platforms.ecs.plan import ServicePlan
from berth.platforms.ecs.services import Deployed
from berth.settings import Settings


def watch(
    deployment: Deployment, plans: Mapping[str, ServicePlan], deployed: Mapping[str, Deployed]
) -> dict[str, pulumi.Output[str]]:
    """Alarms, a dashboard and a budget, each by its setting; the stack's outputs about them.

    ``alarmTopic`` is the ARN of a topic that was made, ``dashboard`` where the dashboard is seen.
    """
    settings, name, opts = deployment.settings, deployment.prefix, deployment.opts
    watched = _watched(deployment, plans, deployed)
    outputs: dict[str, pulumi.Output[str]] = {}
    arns: list[pulumi.Output[str]] = []
    if settings.alarms:
        topic_arn: pulumi.Input[str] | None = settings.alarm_topic_arn
        if topic_arn is None:
            topic_arn = outputs["alarmTopic"] = Topic(
                name, TopicArgs(emails=settings.alarm_emails, tags=settings.tags), opts
            ).arn
        thresholds = Thresholds(**settings.alarm_thresholds.model_dump())
        args = AlarmsArgs(watched=watched, topic_arn=topic_arn, thresholds=thresholds, tags=settings.tags)
        arns = list(Alarms(name, args, opts).arns)
        cluster_arn = deployment.foundation.cluster.arn
        TaskEvents(
            name,
            TaskEventsArgs(cluster_arn=cluster_arn, topic_arn=topic_arn, about=name, tags=settings.tags),
            opts,
        )
    if settings.dashboard:
        dashboard = Dashboard(name, DashboardArgs(watched=watched, region=settings.region, alarm_arns=arns), opts)
        outputs["dashboard"] = dashboard.url
    if settings.monthly_budget:
        Budget(name, _budget(settings), opts)
    return outputs


def _budget(settings: Settings) -> BudgetArgs:
    tag = settings.budget_tag
    return BudgetArgs(
        limit=settings.monthly_budget,
        emails=settings.alarm_emails,
        topic_arns=[settings.alarm_topic_arn] if settings.alarm_topic_arn else [],
        tag=(tag, settings.tags[tag]) if tag else None,
        tags=settings.tags,
    )


def _watched(deployment: Deployment, plans: Mapping[str, ServicePlan], deployed: Mapping[str, Deployed]) -> Watched:
    foundation, storage, fargate = (
        deployment.foundation,
        deployment.storage,
        deployment.settings.platform == "ecs-fargate",
    )
    services = {
        name: WatchedService(
            name=parts.service_name,
            desired_count=fewest(plans[name].service),
            sized=fargate,
            target_group_arns=parts.target_group_arns,
        )
        for name, parts in deployed.items()
        if parts.service_name is not None
    }
    balancer = foundation.load_balancer
    return Watched(
        cluster_name=foundation.cluster.name,
        services=services,
        instances=not fargate,
        load_balancer_arn=balancer.arn if balancer else None,
        file_system_ids={"volumes": storage.file_system.id} if storage.file_system else {},
        bursting_ids={item.id: item.id for item in storage.existing.values()},
        log_group_names=[
            parts.log_group
            for name, parts in deployed.items()
            if parts.log_group is not None and own_group(plans[name].service) is None
        ],
    )
