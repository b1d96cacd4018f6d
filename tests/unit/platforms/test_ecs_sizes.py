"""Task sizes: Fargate's pairs and what fits an instance."""

from __future__ import annotations

import pytest

from berth.platforms.ecs.sizes import (
    FARGATE_PAIRS,
    INSTANCE_MEMORY,
    TaskSize,
    fargate_size,
    instance_cpu,
    instance_memory,
    is_arm,
)

# The first and last memory size of each row of AWS's table, in GiB:
# https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html#fargate-tasks-size
DOCUMENTED = {0.25: (0.5, 2), 0.5: (1, 4), 1: (2, 8), 2: (4, 16), 4: (8, 30), 8: (16, 60), 16: (32, 120)}


def test_the_table_is_the_documented_one() -> None:
    assert {cpu / 1024: (row[0] / 1024, row[-1] / 1024) for cpu, row in FARGATE_PAIRS.items()} == DOCUMENTED


@pytest.mark.parametrize("cpu", [1, 200, 256, 257, 700, 1024, 1500, 4096, 5000, 16384])
@pytest.mark.parametrize("memory", [1, 512, 513, 2048, 5000, 30721, 61441, 122880])
def test_a_size_is_a_pair_of_the_table_that_is_large_enough_and_none_is_smaller(cpu: int, memory: int) -> None:
    size = fargate_size(cpu=cpu, memory=memory)
    assert size is not None
    assert size.memory in FARGATE_PAIRS[size.cpu]
    assert size.cpu >= cpu
    assert size.memory >= memory
    fitting = [(c, m) for c, row in FARGATE_PAIRS.items() for m in row if c >= cpu and m >= memory]
    assert (size.cpu, size.memory) == min(fitting)


def test_what_is_larger_than_the_largest_pair_has_no_size() -> None:
    assert fargate_size(cpu=16385, memory=1) is None
    assert fargate_size(cpu=1, memory=122881) is None


def test_a_size_reads_as_people_say_it() -> None:
    assert str(TaskSize(cpu=256, memory=512)) == "0.25 vCPU with 512 MiB"


def test_an_instance_offers_less_than_it_has_and_an_unknown_one_is_not_judged() -> None:
    micro = instance_memory("t3.micro")
    assert micro is not None
    assert 850 < micro < 960  # AWS: about a tenth of 1 GiB goes to the system and the agent
    assert abs((instance_memory("m5.large") or 0) - 7974) < 16  # the documented figure for 8 GiB
    assert instance_memory("u-24tb1.metal") is None


def test_an_instance_has_1024_units_for_each_of_its_vcpus() -> None:
    """https://docs.aws.amazon.com/ec2/latest/instancetypes/gp.html"""
    vcpus = {"t2.micro": 1, "t2.small": 1, "t2.medium": 2, "t3.micro": 2, "t4g.xlarge": 4, "c7i-flex.large": 2}
    assert {kind: instance_cpu(kind) for kind in vcpus} == {kind: 1024 * count for kind, count in vcpus.items()}
    assert all(instance_cpu(kind) for kind in INSTANCE_MEMORY)
    assert instance_cpu("u-24tb1.metal") is None


@pytest.mark.parametrize(
    ("instance_type", "arm"),
    [("t4g.micro", True), ("m7g.large", True), ("x2gd.large", True), ("t3.micro", False), ("g4dn.xlarge", False)],
)
def test_graviton_is_told_from_the_name(instance_type: str, arm: bool) -> None:
    assert is_arm(instance_type) is arm
