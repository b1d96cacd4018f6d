"""How many tasks an ECS service runs, by Application Auto Scaling: with the load, and by the clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

NAMESPACE = "ecs"
DIMENSION = "ecs:service:DesiredCount"

CPU, MEMORY = "ECSServiceAverageCPUUtilization", "ECSServiceAverageMemoryUtilization"
REQUESTS = "ALBRequestCountPerTarget"
"""https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html"""


@dataclass(frozen=True, slots=True, kw_only=True)
class RequestSource:
    """A target group behind its load balancer, by the suffixes of their ARNs (``app/…``, ``targetgroup/…``).

    ``name`` tells one group of the service from another.
    """

    name: str
    load_balancer: pulumi.Input[str]
    target_group: pulumi.Input[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledCapacity:
    """From ``when`` on (``cron(…)``, ``rate(…)`` or ``at(…)``) these numbers hold; None leaves one as it is."""

    when: str
    timezone: str = "UTC"
    minimum: int | None = None
    maximum: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ScalingArgs:
    """Between ``minimum`` and ``maximum`` tasks. ``cpu`` and ``memory`` are the percentages of what tasks reserve that
    are aimed at, ``requests`` are those a minute and task, counted at each of ``sources``. Cooldowns are seconds.

    With several targets AWS takes the largest count that any of them asks for.
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/service-autoscaling-targettracking.html

    Raises:
        ValueError: ``minimum`` above ``maximum``, requests without a source, or nothing to scale by.
    """

    cluster_name: pulumi.Input[str]
    service_name: pulumi.Input[str]
    minimum: int = 1
    maximum: int
    cpu: float | None = None
    memory: float | None = None
    requests: float | None = None
    sources: Sequence[RequestSource] = ()
    scale_in_cooldown: int = 300
    scale_out_cooldown: int = 60
    disable_scale_in: bool = False
    schedule: Sequence[ScheduledCapacity] = ()
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        if self.minimum > self.maximum:
            raise ValueError(f"minimum must be at most {self.maximum} (got {self.minimum})")
        if self.requests is not None and not self.sources:
            raise ValueError("requests needs sources: the target groups that they are counted at")
        if not self.schedule and (self.cpu, self.memory, self.requests) == (None, None, None):
            raise ValueError("cpu, memory, requests or schedule must say when to scale")


class Scaling(pulumi.ComponentResource):
    """The service's desired count is Application Auto Scaling's from now on: its own resource must ignore it.

    A scheduled action changes the bounds that are set here, which no preview shows; a refresh does, and the ``up``
    after it sets them back.
    """

    def __init__(self, name: str, args: ScalingArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:Scaling", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        target = aws.appautoscaling.Target(
            name,
            service_namespace=NAMESPACE,
            scalable_dimension=DIMENSION,
            resource_id=pulumi.Output.concat("service/", args.cluster_name, "/", args.service_name),
            min_capacity=args.minimum,
            max_capacity=args.maximum,
            tags=dict(args.tags),
            opts=child,
        )
        for kind, metric, aim in (("cpu", CPU, args.cpu), ("memory", MEMORY, args.memory)):
            if aim is not None:
                self._policy(f"{name}-{kind}", target, args, aim, metric, None)
        if args.requests is not None:
            for source in args.sources:
                label = pulumi.Output.concat(source.load_balancer, "/", source.target_group)
                self._policy(f"{name}-requests-{source.name}", target, args, args.requests, REQUESTS, label)
        before: list[pulumi.Resource] = [target]
        for index, item in enumerate(args.schedule):
            action = aws.appautoscaling.ScheduledAction(
                f"{name}-{index}",
                service_namespace=target.service_namespace,
                scalable_dimension=target.scalable_dimension,
                resource_id=target.resource_id,
                schedule=item.when,
                timezone=item.timezone,
                scalable_target_action=aws.appautoscaling.ScheduledActionScalableTargetActionArgs(
                    min_capacity=item.minimum, max_capacity=item.maximum
                ),
                # One after another: at once, AWS refuses some with ConcurrentUpdateException.
                opts=pulumi.ResourceOptions(parent=self, depends_on=before),
            )
            before = [action]
        self.register_outputs({})

    def _policy(
        self,
        name: str,
        target: aws.appautoscaling.Target,
        args: ScalingArgs,
        aim: float,
        metric: str,
        label: pulumi.Input[str] | None,
    ) -> None:
        aws.appautoscaling.Policy(
            name,
            policy_type="TargetTrackingScaling",
            service_namespace=target.service_namespace,
            scalable_dimension=target.scalable_dimension,
            resource_id=target.resource_id,
            target_tracking_scaling_policy_configuration=aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationArgs(
                target_value=aim,
                predefined_metric_specification=aws.appautoscaling.PolicyTargetTrackingScalingPolicyConfigurationPredefinedMetricSpecificationArgs(
                    predefined_metric_type=metric, resource_label=label
                ),
                scale_in_cooldown=args.scale_in_cooldown,
                scale_out_cooldown=args.scale_out_cooldown,
                disable_scale_in=args.disable_scale_in,
            ),
            opts=pulumi.ResourceOptions(parent=self),
        )
