"""Where the services of an ECS stack answer, and what others may refer to of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi

from berth.compose.model import Application
from berth.platforms.ecs.deployment import Deployment
from berth.platforms.ecs.foundation import Foundation
from berth.platforms.ecs.ingress import plan_routes
from berth.platforms.ecs.interfaces import place
from berth.platforms.ecs.network_ingress import plan_network_routes
from berth.platforms.ecs.plan import ServicePlan
from berth.platforms.ecs.services import Deployed
from berth.platforms.outputs import ServiceOutputs
from berth.settings import Settings


def service_urls(application: Application, settings: Settings, foundation: Foundation) -> dict[str, pulumi.Output[str]]:
    """Each published service's URL: of several ports its first, of several rules the file's first. What a Network Load
    Balancer opens beside that is ``service:port``.
    """
    urls: dict[str, pulumi.Output[str]] = {}
    if settings.load_balanced:
        if foundation.load_balancer is not None:
            for route in sorted(plan_routes(application, settings), key=lambda route: bool(route.label)):
                scheme, port = foundation.load_balancer.schemes[route.port]
                host = route.host or settings.domain or foundation.load_balancer.dns_name
                urls.setdefault(route.service, pulumi.Output.concat(scheme, "://", host, port, route.path))
        if foundation.network_balancer is not None:
            for way in plan_network_routes(application, settings):
                name = way.service if way.service not in urls else f"{way.service}:{way.port}"
                host = way.host or foundation.network_balancer.dns_name
                urls[name] = pulumi.Output.concat(way.protocol.lower(), "://", host, f":{way.port}")
    elif foundation.cluster.public_ip is not None:
        for name, service in sorted(application.services.items()):
            published = [port.published for port in service.ports if port.protocol == "tcp" and port.published]
            if published:
                urls[name] = pulumi.Output.concat("http://", foundation.cluster.public_ip, f":{published[0]}/")
    return urls


def service_outputs(
    everything: Application,
    deployment: Deployment,
    plans: Mapping[str, ServicePlan],
    deployed: Mapping[str, Deployed],
    urls: Mapping[str, pulumi.Output[str]],
) -> dict[str, ServiceOutputs]:
    """Each service of the file, with those that AWS runs, of which there is no task."""
    return {
        name: _of_task(deployment, plans[name], deployed[name], urls.get(name)) if name in plans else ServiceOutputs()
        for name in everything.services
    }


def _of_task(
    deployment: Deployment, plan: ServicePlan, parts: Deployed, url: pulumi.Output[str] | None
) -> ServiceOutputs:
    task, image = parts.task, deployment.images.get(plan.service.name)
    assert task is not None, "what is planned has a task"
    return ServiceOutputs(
        url=url,
        arn=parts.service_arn,
        task_role_arn=task.task_role_arn,
        task_role_name=task.task_role_name,
        execution_role_arn=task.execution_role_arn,
        security_group_ids=[pulumi.Output.from_input(id_) for id_ in _groups(deployment, plan)],
        log_group=parts.log_group,
        task_definition_arn=task.arn,
        target_group_arns={port: pulumi.Output.from_input(arn) for port, arn in parts.target_group_arns.items()},
        image=image.uri if image else pulumi.Output.from_input(str(plan.service.image)),
    )


def _groups(deployment: Deployment, plan: ServicePlan) -> Sequence[pulumi.Input[str]]:
    """Without that by which a load balancer comes in: it is the service's, but what it sends comes from the others."""
    placement = place(deployment, plan, f"{deployment.prefix}-{plan.service.name}", [])
    if placement is not None:
        return placement.security_group_ids
    group = deployment.foundation.instances_group_id
    return [group] if group is not None else []
