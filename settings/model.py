"""One environment as a typed object: every group of settings, and what holds between them."""

from __future__ import annotations

from typing import Any

from pydantic import model_validator
from pydantic.alias_generators import to_camel

from berth.settings.application import ApplicationSettings
from berth.settings.compute import DEFAULT_TYPES, ComputeSettings
from berth.settings.data import DataSettings
from berth.settings.existing import existing_problems
from berth.settings.images import ImageSettings
from berth.settings.ingress import IngressSettings
from berth.settings.managed import ManagedSettings
from berth.settings.network import NetworkSettings
from berth.settings.operation import OperationSettings
from berth.settings.sharing import SharingSettings, sharing_problems
from berth.settings.watch import WatchSettings


class Settings(
    ApplicationSettings,
    ImageSettings,
    NetworkSettings,
    ComputeSettings,
    DataSettings,
    ManagedSettings,
    IngressSettings,
    SharingSettings,
    OperationSettings,
    WatchSettings,
):
    """One environment. A setting lies in its group's file; what holds between groups is checked here."""

    @property
    def load_balanced(self) -> bool:
        """Whether an Application Load Balancer takes the requests; by default on Fargate only."""
        alone = self.platform == "ecs-ec2" and self.shared_stack is None
        return (self.ingress or ("instance" if alone else "alb")) == "alb"

    @property
    def without_internet(self) -> bool:
        """Whether tasks on Fargate reach AWS's own services and nothing else; nobody knows it of a VPC that Berth has
        not made, for this stack or for the one that it uses."""
        known = self.vpc_id is None or self.shared is not None
        return known and self.nat_gateways == "none" and self.endpoints == "interface"

    @model_validator(mode="before")
    @classmethod
    def _type_of_architecture(cls, values: Any) -> Any:
        """One setting moves images, tasks, machine image and instances together to another CPU."""
        if values.get("instanceType") or values.get("instance_type"):
            return values
        architecture = values.get("cpuArchitecture") or values.get("cpu_architecture")
        return {**values, "instanceType": DEFAULT_TYPES.get(str(architecture), DEFAULT_TYPES["x86_64"])}

    @model_validator(mode="after")
    def _consistent(self) -> Settings:
        if self.shared is not None:  # each part was looked at before they were put together
            return self
        for problem in sharing_problems(self):
            raise ValueError(problem)
        led = self.hosted_zone_id or self.certificate_arn or self.listener_arn or self.shared_stack
        if self.domain and not led:
            raise ValueError("domain: needs hostedZoneId (for a certificate by ACM), certificateArn or listenerArn")
        if self.vpc_id and not self.public_subnet_ids:
            raise ValueError("vpcId: needs publicSubnetIds (and privateSubnetIds on ecs-fargate)")
        if self.flow_logs and self.vpc_id:
            raise ValueError("flowLogs: vpcId's network has its own; leave flowLogs out")
        if self.public_subnet_ids and not self.vpc_id:
            raise ValueError("publicSubnetIds: needs vpcId")
        if self.platform == "ecs-fargate" and self.ingress == "instance":
            raise ValueError("ingress: ecs-fargate has no instance to publish ports on; use alb, or leave it out")
        if self.platform == "ecs-fargate" and self.instance_spot:
            raise ValueError("instanceSpot: ecs-fargate has no instances; use fargateSpot")
        if self.platform == "ecs-ec2" and self.fargate_spot:
            raise ValueError("fargateSpot: ecs-ec2 has no tasks on Fargate; use instanceSpot and instanceMaximum")
        if self.load_balanced and self.platform == "ecs-ec2" and self.zones < 2 and not self.vpc_id:
            raise ValueError("zones: a load balancer needs two zones or more")
        if self.platform == "ecs-fargate" and self.zones < 2 and not self.vpc_id:
            raise ValueError("zones: ecs-fargate needs two zones or more, as a load balancer does")
        if self.budget_tag and self.budget_tag not in self.tags:
            raise ValueError(f"budgetTag: {self.budget_tag!r} is none of tags; set its value there")
        if self.alarm_topic_arn and self.alarm_topic_arn.split(":")[3] != self.region:
            raise ValueError(f"alarmTopicArn: the topic must be in the stack's region, {self.region}")
        for problem in existing_problems(self):
            raise ValueError(problem)
        return self


def setting_names() -> tuple[str, ...]:
    """Every setting's name as a stack file spells it; ``shared`` is none, but what another stack has exported."""
    return tuple(to_camel(name) for name in Settings.model_fields if name != "shared")
