"""What a Compose service becomes on ECS, decided before any resource."""

from __future__ import annotations

from typing import Any

import pytest

from berth.compose.model import Deploy, Mount, Resources
from berth.platforms.ecs.plan import Rollout, deployment_order, plan_service
from berth.platforms.ecs.sizes import MIB, TaskSize
from berth.settings import Settings
from tests.unit.applications import application, service

FARGATE = Settings(platform="ecs-fargate")
EC2 = Settings(platform="ecs-ec2")


def plan(settings: Settings, **fields: Any) -> Any:
    return plan_service(application(service(**fields)), "web", settings)


def test_a_service_comes_after_all_that_it_depends_on() -> None:
    app = application(
        service("web", depends_on={"api": {}}),
        service("api", depends_on={"db": {"condition": "service_healthy"}, "migrate": {}}),
        service("migrate", depends_on={"db": {}}),
        service("db"),
    )
    assert deployment_order(app) == ("db", "migrate", "api", "web")


def test_a_service_that_others_wait_for_to_complete_runs_once() -> None:
    app = application(
        service("web", depends_on={"migrate": {"condition": "service_completed_successfully"}}), service("migrate")
    )
    assert plan_service(app, "migrate", FARGATE).run_once
    assert not plan_service(app, "web", FARGATE).run_once


def test_a_limit_is_rounded_up_to_the_next_pair_with_room_for_the_proxy() -> None:
    limited = Deploy(limits=Resources(cpus=0.5, memory=1000 * MIB))
    assert plan(FARGATE, deploy=limited).size == TaskSize(cpu=512, memory=2048)
    assert plan(FARGATE, deploy=Deploy(limits=Resources(memory=448 * MIB))).size == TaskSize(cpu=256, memory=512)


def test_without_limits_a_task_has_the_smallest_pair_on_fargate_and_no_size_on_instances() -> None:
    assert plan(FARGATE).size == TaskSize(cpu=256, memory=512)
    assert plan(EC2).size is None


def test_the_reservation_counts_the_proxy_and_the_helper() -> None:
    limited = Deploy(limits=Resources(memory=100 * MIB))
    assert plan(EC2, deploy=limited).reserved_memory == 100 + 64
    with_file = plan(EC2, deploy=limited, secrets=[{"source": "s", "target": "/run/secrets/s"}])
    assert with_file.reserved_memory == 100 + 64 + 8


@pytest.mark.parametrize(
    ("settings", "fields", "percent"),
    [
        (FARGATE, {}, (100, 200)),
        (EC2, {}, (0, 100)),
        (FARGATE, {"deploy": Deploy(update_order="stop-first")}, (0, 100)),
        (EC2, {"deploy": Deploy(update_order="start-first")}, (100, 200)),
        (FARGATE, {"mounts": [Mount(type="volume", source="data", target="/data")]}, (0, 100)),
        (FARGATE, {"mounts": [Mount(type="volume", source="data", target="/data", read_only=True)]}, (100, 200)),
    ],
)
def test_the_update_order_is_compose_s_and_a_writer_of_a_volume_never_runs_twice(
    settings: Settings, fields: dict[str, Any], percent: tuple[int, int]
) -> None:
    low, high = percent
    assert plan(settings, **fields).rollout == Rollout(minimum_healthy=low, maximum=high, rollback=True)


def test_failure_action_continue_does_not_roll_back() -> None:
    assert not plan(FARGATE, deploy=Deploy(update_failure_action="continue")).rollout.rollback


def test_granted_files_have_compose_s_defaults_and_directories_are_listed_once() -> None:
    planned = plan(
        FARGATE,
        secrets=[{"source": "a", "target": "/run/secrets/a"}, {"source": "b", "target": "/run/secrets/b", "mode": 256}],
        configs=[{"source": "c", "target": "/etc/shop/c.toml", "uid": 7, "gid": 8}],
    )
    assert planned.directories == ("/run/secrets", "/etc/shop")
    assert [(f.kind, f.filename, f.uid, f.gid, oct(f.mode)) for f in planned.files] == [
        ("secret", "a", 0, 0, "0o444"),
        ("secret", "b", 0, 0, "0o400"),
        ("config", "c.toml", 7, 8, "0o444"),
    ]
