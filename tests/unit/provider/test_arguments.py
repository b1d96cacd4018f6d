from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pulumi
import pytest
from pulumi.errors import InputPropertiesError
from pulumi.output import UNKNOWN

from berth.components.cluster import CapacityShare, Cluster, ClusterArgs
from berth.components.container import Container
from berth.components.network import Network, NetworkArgs
from berth.components.service import Placement, Service, ServiceArgs
from berth.components.task import TaskDefinition, TaskDefinitionArgs
from berth.provider.arguments import NotYetKnown, await_outputs, build_arguments
from tests.unit.recorder import Recorder, start

SERVICE: Mapping[str, Any] = {
    "access": {"region": "eu-west-1"},
    "clusterArn": "arn:cluster",
    "taskDefinitionArn": "arn:task",
    "capacity": [{"capacityProvider": "FARGATE", "weight": 1.0}],
}
TASK: Mapping[str, Any] = {"region": "eu-west-1", "launch": "EC2", "networkMode": "bridge"}


def built(component: type, inputs: Mapping[str, Any], *, preview: bool = False) -> Any:
    """The arguments, with the outputs among them by their values: ``(value, is it known, is it secret)``."""
    start(Recorder(), preview=preview)
    made: list[Any] = []

    @pulumi.runtime.test
    async def program() -> None:
        arguments = build_arguments(component, await await_outputs(inputs))
        made.append(arguments)

    program()
    return made[0]


def seen(output: object) -> tuple[Any, bool, bool]:
    assert isinstance(output, pulumi.Output)
    found: list[tuple[Any, bool, bool]] = []

    @pulumi.runtime.test
    async def look() -> None:
        value = await output.future()
        found.append((value, await output.is_known(), await output.is_secret()))

    look()
    return found[0]


def findings(component: type, inputs: Mapping[str, Any]) -> dict[str, str]:
    with pytest.raises(InputPropertiesError) as raised:
        built(component, inputs)
    title, *lines = raised.value.message.splitlines()
    assert title == f"{component.__name__} cannot be made:"
    assert raised.value.errors == []  # the engine would print the values at their paths
    return dict(line.strip().split(": ", 1) for line in lines if ": " in line)


def test_plain_values_are_the_dataclass_that_python_programs_write() -> None:
    inputs = {
        **SERVICE,
        "desiredCount": 3.0,
        "placement": {"subnetIds": ["subnet-1"], "securityGroupIds": ["sg-1"], "assignPublicIp": True},
        "tags": {"team": "shop"},
    }
    from berth.components.aws_access import AwsAccess

    assert built(Service, inputs) == ServiceArgs(
        access=AwsAccess(region="eu-west-1"),
        cluster_arn="arn:cluster",
        task_definition_arn="arn:task",
        capacity=(CapacityShare(capacity_provider="FARGATE", weight=1),),
        desired_count=3,
        placement=Placement(subnet_ids=("subnet-1",), security_group_ids=("sg-1",), assign_public_ip=True),
        tags={"team": "shop"},
    )


def test_without_inputs_all_is_the_default() -> None:
    assert built(Cluster, {}) == ClusterArgs()


def test_numbers_pairs_and_anything_come_back_as_python_has_them() -> None:
    container = {
        "name": "web",
        "image": "i",
        "memory": 64.0,
        "ulimits": {"nofile": [1024.0, 2048.0]},
        "override": {"ulimits": [{"softLimit": 5.0}], "ratio": 0.5},
    }
    made = built(TaskDefinition, {**TASK, "containers": [container]})
    assert isinstance(made, TaskDefinitionArgs)
    assert made.containers == (
        Container(
            name="web",
            image="i",
            memory=64,
            ulimits={"nofile": (1024, 2048)},
            override={"ulimits": [{"softLimit": 5}], "ratio": 0.5},
        ),
    )
    assert isinstance(made.containers[0].override["ulimits"][0]["softLimit"], int)


def test_an_output_around_a_list_reaches_each_value_in_it() -> None:
    start(Recorder())
    capacity = pulumi.Output.from_input([{"capacityProvider": "FARGATE", "weight": 100.0}])
    made = built(Service, {**SERVICE, "capacity": capacity})
    assert (made.capacity[0].weight, made.capacity[0].base) == (100, 0)
    assert seen(made.capacity[0].capacity_provider) == ("FARGATE", True, False)


def test_a_secret_stays_one_and_its_neighbours_do_not_become_one() -> None:
    start(Recorder())
    container = {
        "name": "web",
        "image": "i",
        "memory": 64.0,
        "environment": {"OPEN": "1", "KEY": pulumi.Output.secret("hush")},
    }
    environment = built(TaskDefinition, {**TASK, "containers": [container]}).containers[0].environment
    assert environment["OPEN"] == "1"
    assert seen(environment["KEY"]) == ("hush", True, True)


def test_a_secret_where_the_state_would_show_it_is_refused() -> None:
    start(Recorder())
    found = findings(Network, {"region": pulumi.Output.secret("eu-west-1")})
    assert found == {"region": "decides what is made, and stands in Pulumi's state: it cannot be a secret"}


def test_what_a_preview_does_not_know_is_an_output_or_one_element() -> None:
    start(Recorder(), preview=True)
    later: pulumi.Output[Any] = pulumi.Output.from_input(UNKNOWN)
    placement = {"subnetIds": later, "securityGroupIds": ["sg-1", UNKNOWN]}
    made = built(Service, {**SERVICE, "clusterArn": later, "placement": placement}, preview=True)
    assert seen(made.cluster_arn)[1] is False
    assert [seen(item)[1] for item in made.placement.subnet_ids] == [False]
    assert made.placement.security_group_ids[0] == "sg-1"
    assert seen(made.placement.security_group_ids[1])[1] is False


def test_a_preview_that_cannot_know_what_there_will_be_says_which_input_it_is() -> None:
    start(Recorder(), preview=True)
    with pytest.raises(NotYetKnown, match=r"^capacity$"):
        built(Service, {**SERVICE, "capacity": pulumi.Output.from_input(UNKNOWN)}, preview=True)


def test_everything_that_is_wrong_is_said_at_once_by_path() -> None:
    inputs = {
        "region": "eu-west-1",
        "launch": "FARGAT",
        "cpuu": 256.0,
        "memory": 1.5,
        "containers": [{"image": "i", "portMappings": [{"containerPort": "http"}]}],
    }
    assert findings(TaskDefinition, inputs) == {
        "cpuu": "is no property of TaskDefinitionArgs; did you mean cpu?",
        "launch": 'must be "EC2" or "FARGATE" (got \'FARGAT\')',
        "networkMode": "is missing; TaskDefinitionArgs needs it",
        "memory": "must be a whole number (got 1.5)",
        "containers[0].name": "is missing; Container needs it",
        "containers[0].portMappings[0].containerPort": "must be a whole number (got 'http')",
    }


@pytest.mark.parametrize(
    ("component", "inputs", "path", "reason"),
    [
        (Cluster, {"spot": 200.0}, "spot", "spot must be 0 to 100 (got 200)"),
        (Network, {"region": "eu-west-1", "zones": 9.0}, "zones", "must be 1 to 8 (got 9)"),
    ],
)
def test_what_the_arguments_themselves_refuse_names_the_input(
    component: type, inputs: Mapping[str, Any], path: str, reason: str
) -> None:
    found = findings(component, inputs)
    assert list(found) == [path]
    assert reason in found[path]


def test_the_arguments_are_checked_with_what_they_hold() -> None:
    assert built(Network, {"region": "eu-west-1", "zones": 3.0}) == NetworkArgs(region="eu-west-1", zones=3)


def test_a_wrong_secret_is_not_shown() -> None:
    start(Recorder())
    secret = pulumi.Output.secret(123456.0)
    assert findings(Service, {**SERVICE, "clusterArn": secret}) == {"clusterArn": "must be a string"}
