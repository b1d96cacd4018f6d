"""The emulator's Application Auto Scaling: what the provider asks of it, in AWS's words."""

from __future__ import annotations

import pytest

from berth.emulator.scaling import Refused, Store

OF_SERVICE = {
    "ServiceNamespace": "ecs",
    "ResourceId": "service/shop/web",
    "ScalableDimension": "ecs:service:DesiredCount",
}


def test_a_target_is_kept_changed_and_forgotten() -> None:
    store = Store()
    made = store.answer(
        "RegisterScalableTarget", {**OF_SERVICE, "MinCapacity": 1, "MaxCapacity": 3, "Tags": {"a": "b"}}
    )
    again = store.answer("RegisterScalableTarget", {**OF_SERVICE, "MaxCapacity": 5})
    assert again == made
    listed = store.answer("DescribeScalableTargets", {"ServiceNamespace": "ecs", "ResourceIds": ["service/shop/web"]})
    (target,) = listed["ScalableTargets"]
    assert (target["MinCapacity"], target["MaxCapacity"]) == (1, 5)
    arn = {"ResourceARN": target["ScalableTargetARN"]}
    assert store.answer("ListTagsForResource", arn) == {"Tags": {"a": "b"}}
    assert store.answer(
        "DescribeScalableTargets", {"ServiceNamespace": "ecs", "ResourceIds": ["service/shop/api"]}
    ) == {"ScalableTargets": []}
    store.answer("DeregisterScalableTarget", OF_SERVICE)
    assert store.answer("DescribeScalableTargets", {"ServiceNamespace": "ecs"}) == {"ScalableTargets": []}


@pytest.mark.parametrize(
    ("put", "describe", "delete", "listed", "name"),
    [
        ("PutScalingPolicy", "DescribeScalingPolicies", "DeleteScalingPolicy", "ScalingPolicies", "PolicyName"),
        (
            "PutScheduledAction",
            "DescribeScheduledActions",
            "DeleteScheduledAction",
            "ScheduledActions",
            "ScheduledActionName",
        ),
    ],
)
def test_what_belongs_to_a_target_needs_one(put: str, describe: str, delete: str, listed: str, name: str) -> None:
    store = Store()
    given = {**OF_SERVICE, name: "one"}
    with pytest.raises(Refused):
        store.answer(put, given)
    store.answer("RegisterScalableTarget", {**OF_SERVICE, "MinCapacity": 1, "MaxCapacity": 3})
    store.answer(put, given)
    (item,) = store.answer(describe, {"ServiceNamespace": "ecs", f"{name}s": ["one"]})[listed]
    assert item[name] == "one"
    store.answer(delete, given)
    with pytest.raises(Refused) as refused:
        store.answer(delete, given)
    assert refused.value.args[0] == "ObjectNotFoundException"


def test_what_it_does_not_know_is_refused() -> None:
    with pytest.raises(Refused):
        Store().answer("GetPredictiveScalingForecast", {})
