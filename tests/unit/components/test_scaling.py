"""Application Auto Scaling for a service: what AWS is asked for.

https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PutScalingPolicy.html
"""

from __future__ import annotations

from typing import Any

import pulumi
import pytest

from berth.components.scaling import RequestSource, Scaling, ScalingArgs, ScheduledCapacity
from tests.unit.components.build import Built, build

TARGET = "aws:appautoscaling/target:Target"
POLICY = "aws:appautoscaling/policy:Policy"
ACTION = "aws:appautoscaling/scheduledAction:ScheduledAction"
OF_SERVICE = {
    "serviceNamespace": "ecs",
    "scalableDimension": "ecs:service:DesiredCount",
    "resourceId": "service/shop/web",
}


def scaling(**args: Any) -> Built:
    def make(opts: pulumi.ResourceOptions) -> dict[str, Any]:
        Scaling("web", ScalingArgs(**{"cluster_name": "shop", "service_name": "web", "maximum": 6, **args}), opts)
        return {}

    return build(make)


def test_the_target_is_the_services_desired_count() -> None:
    inputs = scaling(minimum=2, cpu=60, tags={"team": "a"}).inputs(TARGET, "web")
    assert inputs == {**OF_SERVICE, "minCapacity": 2, "maxCapacity": 6, "tags": {"team": "a"}}


def test_cpu_and_memory_are_tracked_with_their_cooldowns() -> None:
    built = scaling(cpu=60, memory=75, scale_in_cooldown=120, scale_out_cooldown=30, disable_scale_in=True)
    assert built.names(POLICY) == ["web-cpu", "web-memory"]
    assert built.inputs(POLICY, "web-cpu") == {
        **OF_SERVICE,
        "policyType": "TargetTrackingScaling",
        "targetTrackingScalingPolicyConfiguration": {
            "targetValue": 60,
            "predefinedMetricSpecification": {"predefinedMetricType": "ECSServiceAverageCPUUtilization"},
            "scaleInCooldown": 120,
            "scaleOutCooldown": 30,
            "disableScaleIn": True,
        },
    }
    memory = built.inputs(POLICY, "web-memory")["targetTrackingScalingPolicyConfiguration"]
    assert memory["predefinedMetricSpecification"] == {"predefinedMetricType": "ECSServiceAverageMemoryUtilization"}


def test_requests_are_counted_at_the_target_group_behind_its_load_balancer() -> None:
    """The label: https://docs.aws.amazon.com/autoscaling/application/APIReference/API_PredefinedMetricSpecification.html"""
    source = RequestSource(name="0", load_balancer="app/lb/1", target_group="targetgroup/web/2")
    built = scaling(requests=1000, sources=[source])
    metric = built.inputs(POLICY, "web-requests-0")["targetTrackingScalingPolicyConfiguration"]
    assert metric["targetValue"] == 1000
    assert metric["predefinedMetricSpecification"] == {
        "predefinedMetricType": "ALBRequestCountPerTarget",
        "resourceLabel": "app/lb/1/targetgroup/web/2",
    }


def test_the_clock_changes_the_bounds_one_action_after_the_other() -> None:
    day = ScheduledCapacity(when="cron(0 8 ? * MON-FRI *)", timezone="Europe/Berlin", minimum=2, maximum=6)
    night = ScheduledCapacity(when="cron(0 20 ? * MON-FRI *)", maximum=0, minimum=0)
    built = scaling(schedule=[day, night])
    assert built.inputs(ACTION, "web-0") == {
        **OF_SERVICE,
        "schedule": "cron(0 8 ? * MON-FRI *)",
        "timezone": "Europe/Berlin",
        "scalableTargetAction": {"minCapacity": 2, "maxCapacity": 6},
    }
    assert built.inputs(ACTION, "web-1")["scalableTargetAction"] == {"minCapacity": 0, "maxCapacity": 0}
    assert [item._name for item in built.options[ACTION, "web-1"].depends_on] == ["web-0"]


@pytest.mark.parametrize(
    ("args", "text"),
    [
        ({"minimum": 7, "cpu": 50}, "at most 6"),
        ({"requests": 5}, "needs sources"),
        ({}, "when to scale"),
    ],
)
def test_what_aws_would_refuse(args: dict[str, Any], text: str) -> None:
    with pytest.raises(ValueError, match=text):
        ScalingArgs(cluster_name="shop", service_name="web", maximum=6, **args)
