"""Alarms and who hears of them, dashboards and Container Insights. A budget that only tells costs nothing."""

from __future__ import annotations

from collections.abc import Iterator

from berth.cost.model import Item, Plan, Rate
from berth.platforms.ecs.existing import file_systems_in_use
from berth.platforms.ecs.ingress import plan_routes
from berth.platforms.ecs.plan import ServicePlan, volumes_on_instance
from berth.platforms.ecs.rollouts import two_groups

FREE_ALARMS, FREE_DASHBOARDS, FREE_METRICS = 10, 3, 10
"""In every account, whichever stacks they are of: https://aws.amazon.com/cloudwatch/pricing/"""

FREE_EMAILS = 0.01
"""1,000 a month, in every account: https://aws.amazon.com/sns/pricing/"""

TRACKING = 2
"""Alarms that AWS makes for each target to aim at, of tasks or of instances:
https://docs.aws.amazon.com/autoscaling/application/userguide/target-tracking-scaling-policy-overview.html"""


def watching(plan: Plan) -> Iterator[Item | Rate]:
    settings = plan.settings
    metrics = alarm_metrics(plan)
    if metrics:
        note = f"{metrics} metrics with an alarm, {FREE_ALARMS} of an account's are free"
        yield plan.item("alarm", max(0, metrics - FREE_ALARMS), "alarms", note=note)
    if settings.alarms and settings.alarm_topic_arn is None:
        note = "1.00 more after each of its first two yearly rotations"
        yield plan.item("kms_key", 1, "key of the alarms' topic", note=note)
    if settings.alarm_emails:
        yield plan.rate("sns_emails", "from alarms", free=FREE_EMAILS)
    if settings.dashboard:
        yield plan.rate("dashboard", "of the account's, of which this stack has one", free=FREE_DASHBOARDS)
    if settings.cluster_arn is None and settings.container_insights == "enabled":
        yield plan.rate("container_metric", "of Container Insights", free=FREE_METRICS)
    if settings.cluster_arn is None and settings.container_insights == "enhanced":
        yield plan.rate("container_metric_enhanced", "of Container Insights with enhanced observability")


def alarm_metrics(plan: Plan) -> int:
    """Metrics that alarms look at, each of which AWS counts: of ``alarms``, of deployments, and of scaling."""
    watched = watched_metrics(plan) if plan.settings.alarms else 0
    return watched + sum(_of_service(plan, item) for item in _running(plan)) + _of_instances(plan)


def watched_metrics(plan: Plan) -> int:
    """As many as ``berth.components.alarms`` makes; that module would load Pulumi."""
    settings, services = plan.settings, _running(plan)
    routes = plan_routes(plan.containers, settings)
    names = {item.service.name for item in services}
    targets = {(route.service, route.port) for route in routes if route.service in names}
    existing = file_systems_in_use(plan.containers)
    mounted = {mount.source for item in plan.services.values() for mount in item.volumes}
    own = bool(mounted - existing.keys()) and not volumes_on_instance(settings)
    tasks = sum(item.replicas > 0 for item in services)
    utilization = 2 * len(services) if plan.fargate else 2
    return tasks + utilization + 2 * len(targets) + bool(routes) + own + len(existing)


def _running(plan: Plan) -> list[ServicePlan]:
    return [item for item in plan.services.values() if not (item.run_once or item.scheduled)]


def _of_service(plan: Plan, service: ServicePlan) -> int:
    """Requests and errors of each target group for ``error_percent``; what its scaling aims at."""
    extension = service.service.extension
    routes = sum(route.service == service.service.name for route in plan_routes(plan.containers, plan.settings))
    groups = routes * (2 if two_groups(service.service, plan.settings) else 1)
    found = 2 * groups if extension.deployment.error_percent is not None else 0
    scaling = extension.scaling
    if scaling is None:
        return found
    aims = (scaling.cpu is not None) + (scaling.memory is not None) + (routes if scaling.requests is not None else 0)
    return found + TRACKING * aims


def _of_instances(plan: Plan) -> int:
    """ECS's managed scaling of a group: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/cluster-auto-scaling.html"""
    settings = plan.settings
    if (
        plan.fargate
        or settings.shared
        or not (settings.instance_spot or settings.instance_maximum > settings.instance_count)
    ):
        return 0
    return TRACKING * (2 if settings.instance_spot else 1)
