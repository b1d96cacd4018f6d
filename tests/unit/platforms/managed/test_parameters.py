"""What a command sets, in AWS's words and units."""

from __future__ import annotations

import shlex

import pytest

from berth.platforms.ecs.managed.parameters import read_parameters


@pytest.mark.parametrize(
    ("engine", "command", "values"),
    [
        ("postgres", "postgres -c max_connections=50 -c log_statement=all",
         {"max_connections": "50", "log_statement": "all"}),
        ("postgres", "-c shared_buffers=256MB", {"shared_buffers": "32768"}),  # of 8 kB each
        ("postgres", "postgres --work-mem=4MB -cmax_wal_size=1GB", {"work_mem": "4096", "max_wal_size": "1024"}),
        ("mysql", "--character-set-server=utf8mb4 --max_allowed_packet=64M",
         {"character_set_server": "utf8mb4", "max_allowed_packet": "67108864"}),
        ("mariadb", "mariadbd --max-connections=50", {"max_connections": "50"}),
        ("redis", "redis-server --maxmemory-policy allkeys-lru --timeout 60",
         {"maxmemory-policy": "allkeys-lru", "timeout": "60"}),
        ("postgres", "", {}),
    ],
)  # fmt: skip
def test_parameters(engine: str, command: str, values: dict[str, str]) -> None:
    found = read_parameters(engine, shlex.split(command))
    assert found.values == values
    assert (found.refused, found.lost) == ((), ())


@pytest.mark.parametrize(
    ("engine", "command", "refused"),
    [
        ("postgres", "postgres -c vacuum_buffer_usage_limit=2MB", "-c vacuum_buffer_usage_limit=2MB"),
        ("postgres", "my-script.sh", "my-script.sh"),
        ("mysql", "--skip-name-resolve", "--skip-name-resolve"),
        ("redis", "redis-server /etc/redis.conf", "/etc/redis.conf"),
    ],
)
def test_what_cannot_be_said_is_refused(engine: str, command: str, refused: str) -> None:
    assert read_parameters(engine, shlex.split(command)).refused == (refused,)


def test_a_cache_writes_no_files_and_takes_no_password() -> None:
    found = read_parameters("redis", shlex.split("redis-server --appendonly yes --save 60 1 --requirepass hunter2"))
    assert found.lost == ("--appendonly", "--save")
    assert found.password
    assert found.values == {}
