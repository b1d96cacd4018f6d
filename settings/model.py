"""One environment as a typed object: every group of settings, and what holds between them."""

from __future__ import annotations

from pydantic import model_validator
from pydantic.alias_generators import to_camel

from settings.application import ApplicationSettings
from settings.compute import ComputeSettings
from settings.data import DataSettings
from settings.existing import existing_problems
from settings.images import ImageSettings
from settings.ingress import IngressSettings
from settings.network import NetworkSettings
from settings.operation import OperationSettings


class Settings(
    ApplicationSettings,
    ImageSettings,
    NetworkSettings,
    ComputeSettings,
    DataSettings,
    IngressSettings,
    OperationSettings,
):
    """One environment. A setting lies in its group's file; what holds between groups is checked here."""

    @property
    def load_balanced(self) -> bool:
        """Whether an Application Load Balancer takes the requests; by default on Fargate only."""
        return (self.ingress or ("instance" if self.platform == "ecs-ec2" else "alb")) == "alb"

    @model_validator(mode="after")
    def _consistent(self) -> Settings:
        if self.domain and not (self.hosted_zone_id or self.certificate_arn or self.listener_arn):
            raise ValueError("domain: needs hostedZoneId (for a certificate by ACM), certificateArn or listenerArn")
        if self.vpc_id and not self.public_subnet_ids:
            raise ValueError("vpcId: needs publicSubnetIds (and privateSubnetIds on ecs-fargate)")
        if self.public_subnet_ids and not self.vpc_id:
            raise ValueError("publicSubnetIds: needs vpcId")
        if self.platform == "ecs-fargate" and self.ingress == "instance":
            raise ValueError("ingress: ecs-fargate has no instance to publish ports on; use alb, or leave it out")
        if self.load_balanced and self.platform == "ecs-ec2" and self.zones < 2 and not self.vpc_id:
            raise ValueError("zones: a load balancer needs two zones or more")
        if self.platform == "ecs-fargate" and self.zones < 2 and not self.vpc_id:
            raise ValueError("zones: ecs-fargate needs two zones or more, as a load balancer does")
        for problem in existing_problems(self):
            raise ValueError(problem)
        return self


def setting_names() -> tuple[str, ...]:
    """Every setting's name as a stack file spells it."""
    return tuple(to_camel(name) for name in Settings.model_fields)
