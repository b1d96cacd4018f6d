"""What ``python -m berth run`` needs of a deployed stack to start a task of a service beside the running ones."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from berth.components.job import create_service_words
from berth.components.service import Placement, ServiceConnect
from berth.platforms.ecs.deployment import Deployment
from berth.platforms.ecs.interfaces import place
from berth.platforms.ecs.placement import placement_constraints
from berth.platforms.ecs.plan import ServicePlan
from berth.platforms.ecs.services import Deployed


def task_outputs(
    deployment: Deployment, plans: Mapping[str, ServicePlan], deployed: Mapping[str, Deployed]
) -> dict[str, Any]:
    """``cluster``; ``configuration``, what all services share, in the words of CreateService; and ``services``, each
    with its ``taskDefinition`` and, where it has any, ``securityGroups`` and ``placementConstraints``."""
    foundation, settings = deployment.foundation, deployment.settings
    services, shared = {}, None
    for name, plan in plans.items():
        task = deployed[name].task
        if task is None:
            continue
        # Without routes: nobody sends such a task requests.
        placement = place(deployment, plan, f"{deployment.prefix}-{name}", [])
        constraints = create_service_words(
            capacity=(), placement_constraints=placement_constraints(plan.service, settings)
        )
        services[name] = {
            "taskDefinition": task.arn,
            **({"securityGroups": list(placement.security_group_ids)} if placement else {}),
            **{key: value for key, value in constraints.items() if key == "placementConstraints"},
        }
        shared = placement or shared
    configuration = create_service_words(
        capacity=foundation.cluster.capacity,
        placement=Placement(
            subnet_ids=shared.subnet_ids, security_group_ids=(), assign_public_ip=shared.assign_public_ip
        )
        if shared
        else None,
        service_connect=ServiceConnect(namespace_arn=foundation.namespace.arn),
        tags=settings.tags,
    )
    return {"cluster": foundation.cluster.arn, "configuration": configuration, "services": services}
