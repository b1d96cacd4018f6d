from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pytest
from pulumi.errors import InputPropertiesError
from pulumi.output import UNKNOWN

from berth.components.dynamic_resource import DynamicResource
from berth.provider.arguments import await_outputs
from berth.provider.construct import ComponentProvider
from berth.provider.exported import COMPONENTS, LEFT_OUT
from tests.unit.recorder import Recorder, start

PROVIDER = ComponentProvider(COMPONENTS, version="1.2.3", left_out=LEFT_OUT)
CAPACITY = [{"capacityProvider": "FARGATE", "weight": 100, "base": 0}]


@pytest.fixture(autouse=True)
def as_in_the_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(DynamicResource, "served", True)


def constructed(kind: str, inputs: Mapping[str, Any], *, preview: bool = False) -> tuple[Recorder, dict[str, Any]]:
    """What was made, and the state that is sent, by its values; None: not known yet."""
    recorder = start(Recorder(), preview=preview)
    state: dict[str, Any] = {}

    @pulumi.runtime.test
    async def program() -> None:
        result = PROVIDER.construct("web", f"berth:index:{kind}", await await_outputs(inputs))
        state.update(await pulumi.Output.all(**result.state).future() or {})

    program()
    return recorder, state


def service(**more: Any) -> dict[str, Any]:
    return {
        "access": {"region": "eu-west-1", "endpoint": "http://localhost:1"},
        "clusterArn": "arn:cluster",
        "taskDefinitionArn": "arn:task",
        "capacity": CAPACITY,
        **more,
    }


def test_a_component_has_the_type_of_the_schema_and_sends_what_others_take() -> None:
    recorder, state = constructed("Cluster", {})
    assert recorder.one("aws:ecs/cluster:Cluster").name == "web"
    assert recorder.one("berth:index:Cluster").name == "web"
    assert state["capacity"] == CAPACITY
    assert "publicIp" not in state


def test_what_one_component_sends_another_takes() -> None:
    _, state = constructed("Cluster", {})
    recorder, _ = constructed("Service", service(capacity=state["capacity"]))
    made = recorder.one("aws:ecs/service:Service").inputs
    assert made["capacityProviderStrategies"] == [{"capacityProvider": "FARGATE", "weight": 100, "base": 0}]


def test_a_roll_out_is_a_resource_of_the_provider_itself() -> None:
    recorder, _ = constructed("Service", service(timeout=60.0))
    inputs = recorder.one("berth:index:Rollout").inputs
    assert inputs["timeout"] == 60
    assert "__provider" not in inputs


def test_a_preview_that_knows_too_little_shows_the_component_alone() -> None:
    later: pulumi.Output[Any] = pulumi.Output.from_input(UNKNOWN)
    recorder, _ = constructed("Service", service(capacity=later), preview=True)
    assert [item.type for item in recorder.resources] == ["berth:index:Service"]


def test_a_type_that_is_none_is_refused() -> None:
    with pytest.raises(InputPropertiesError, match="berth:index:Nothing"):
        PROVIDER.construct("web", "berth:index:Nothing", {})
