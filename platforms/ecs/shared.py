"""What another stack shares, read from its output as the program starts, and what this one lets others use."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
from pydantic import ValidationError

from berth.compose.model import Application
from berth.diagnostics import Diagnostic, SettingsError, WhereKey
from berth.platforms.ecs.foundation import Foundation
from berth.platforms.ecs.ingress import listener_ports, others_balancer
from berth.platforms.ecs.logs import log_drivers
from berth.platforms.ecs.plan import ServicePlan
from berth.settings import Settings, Shared, attach_settings
from berth.untyped import inside

OUTPUT = "shared"
READ = "pulumi:pulumi:readStackOutputs"
"""What a StackReference does, as a function: its values are plain, and a stack that is missing can be told of in one
message. https://github.com/pulumi/pulumi/blob/master/pkg/resource/deploy/builtins.go"""


def complete(settings: Settings, *, stack: str) -> Settings:
    """The settings with what the stack of ``sharedStack`` has exported; as they are, where there is none.

    Raises:
        SettingsError: there is no such stack, it was not deployed, or the two do not fit.
    """
    if settings.shared_stack is None:
        return settings
    name = full_name(settings.shared_stack)
    return attach_settings(settings, read_shared(name, stack=stack), stack=stack)


def full_name(stack: str) -> str:
    """``organization/project/stack``: one that is named alone is of this project."""
    return stack if "/" in stack else f"{pulumi.get_organization()}/{pulumi.get_project()}/{stack}"


def read_shared(name: str, *, stack: str) -> Shared:
    """What the stack ``name`` exports; ``stack`` is the one that asks."""
    where: WhereKey = {"file": f"Pulumi.{stack}.yaml", "key": "berth:sharedStack"}
    up = f"Run `make up STACK={name.rpartition('/')[2]}` first."
    try:
        outputs = inside(pulumi.runtime.invoke(READ, {"name": name}).value, "outputs")
    except Exception as error:  # the SDK raises no other kind
        said = str(error).rpartition("returned an error: ")[2]
        advice = up if "unknown stack" in said else f"Check the name and `pulumi whoami`. {up}"
        raise SettingsError(Diagnostic(**where, message=f"{name} cannot be read: {said}", advice=advice)) from None
    if OUTPUT not in outputs:
        message = f"{name} is not deployed, or by a version of Berth that shares nothing: it has no output {OUTPUT!r}"
        raise SettingsError(Diagnostic(**where, message=message, advice=up))
    try:
        return Shared.model_validate({**outputs[OUTPUT], "stack": name})
    except ValidationError as error:
        fields = ", ".join(".".join(map(str, item["loc"])) for item in error.errors())
        message = f"{name} was deployed by another version of Berth: its output {OUTPUT!r} differs in {fields}"
        raise SettingsError(Diagnostic(**where, message=message, advice=up)) from None


def shared_output(
    application: Application, plans: Mapping[str, ServicePlan], settings: Settings, foundation: Foundation
) -> dict[str, Any]:
    """The output ``shared``: the fields of ``Shared``, without what the stack has not. Of a stack that uses another's
    it is the same, with its own domain."""
    entrance, network = foundation.load_balancer, foundation.network
    ports = listener_ports(application, settings)
    shared_port = next((port for port in (443, 80) if port in ports), None)
    listener: pulumi.Input[str] | None = settings.listener_arn
    if entrance and not others_balancer(settings) and shared_port is not None:
        listener = entrance.listener_arns[shared_port]
    found = {
        "platform": settings.shared.platform if settings.shared else settings.platform,
        "region": settings.region,
        "cpuArchitecture": settings.cpu_architecture,
        "ipv6": settings.ipv6,
        "vpcId": network.vpc_id,
        "vpcCidr": settings.vpc_cidr,
        "publicSubnetIds": network.public_subnet_ids,
        "privateSubnetIds": network.private_subnet_ids,
        "zones": settings.zones,
        "natGateways": settings.nat_gateways,
        "endpoints": settings.endpoints,
        "clusterArn": foundation.cluster.arn,
        "loadBalancerArn": entrance.arn if entrance else None,
        "loadBalancerGroupId": foundation.load_balancer_group.id if foundation.load_balancer_group else None,
        "listenerArn": listener,
        "domain": settings.domain,
        "hostedZoneId": settings.hosted_zone_id,
        **_instances(application, plans, settings, foundation),
    }
    return {name: value for name, value in found.items() if value is not None}


def _instances(
    application: Application, plans: Mapping[str, ServicePlan], settings: Settings, foundation: Foundation
) -> dict[str, Any]:
    if settings.platform != "ecs-ec2":
        return {}
    return {
        "capacity": [
            {"provider": share.capacity_provider, "weight": share.weight, "base": share.base}
            for share in foundation.cluster.capacity
        ],
        "instancesGroupId": foundation.instances_group_id,
        "instanceType": settings.instance_type,
        "instanceCount": settings.instance_count,
        "instanceMaximum": settings.instance_maximum,
        "instanceSpot": settings.instance_spot,
        "instanceAttributes": dict(settings.instance_attributes),
        "logDrivers": log_drivers(application),
        "gpus": any(service.gpus for service in application.services.values()),
        "reservedMemory": sum(plan.replicas * plan.reserved_memory for plan in plans.values()),
    }
