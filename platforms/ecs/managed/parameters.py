"""The parameters of a parameter group out of a service's ``command``, in the units that AWS takes.

https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Appendix.PostgreSQL.CommonDBATasks.Parameters.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

PROGRAMS = {
    "postgres": ("postgres", "docker-entrypoint.sh"),
    "mysql": ("mysqld", "docker-entrypoint.sh"),
    "mariadb": ("mariadbd", "mysqld", "docker-entrypoint.sh"),
    "redis": ("redis-server", "docker-entrypoint.sh"),
    "valkey": ("valkey-server", "redis-server", "docker-entrypoint.sh"),
}

KIB = 1024
MEMORY = {"B": 1, "KB": KIB, "MB": KIB**2, "GB": KIB**3, "TB": KIB**4}
MYSQL_SIZES = {"K": KIB, "M": KIB**2, "G": KIB**3}

POSTGRES_UNITS = {
    **dict.fromkeys(("shared_buffers", "effective_cache_size", "temp_buffers", "wal_buffers"), 8 * KIB),
    **dict.fromkeys(("work_mem", "maintenance_work_mem", "logical_decoding_work_mem", "temp_file_limit"), KIB),
    **dict.fromkeys(("max_wal_size", "min_wal_size"), KIB**2),
}
"""Bytes that one is of a parameter of PostgreSQL, of those that count memory:
https://www.postgresql.org/docs/current/runtime-config-resource.html"""

PERSISTENCE = ("appendonly", "appendfsync", "appendfilename", "appenddirname", "save", "dir", "dbfilename", "maxmemory")
"""Of Redis, what ElastiCache decides itself: it writes no files, and a node's memory is its limit.
https://docs.aws.amazon.com/AmazonElastiCache/latest/dg/ParameterGroups.Engine.html"""

IGNORED = ("bind", "port", "protected-mode", "daemonize", "loglevel", "io-threads", "tcp-backlog")
"""Of Redis, what has no meaning for somebody else's node."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Parameters:
    """``lost`` cannot be honoured, ``refused`` must be said in another way: each with the word of the command."""

    values: dict[str, str] = field(default_factory=dict[str, str])
    lost: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    password: bool = False


def read_parameters(engine: str, command: Sequence[str] | None) -> Parameters:
    """What a command sets. A shell line was split into words by Compose already."""
    words = list(command or ())
    if words and words[0].rpartition("/")[2] in PROGRAMS[engine]:
        words = words[1:]
        if words and words[0].rpartition("/")[2] in PROGRAMS[engine]:
            words = words[1:]
    if engine in ("redis", "valkey"):
        return _redis(words)
    return _postgres(words) if engine == "postgres" else _mysql(words)


def parameter_of(word: str) -> str:
    """The parameter that a word of a command means, as AWS spells it."""
    return re.sub(r"^(-c\s*|--)", "", word).partition("=")[0].replace("-", "_")


def _postgres(words: Sequence[str]) -> Parameters:
    """``-c name=value``, ``-cname=value`` and ``--name=value``."""
    values: dict[str, str] = {}
    refused: list[str] = []
    for word in _joined(words):
        match = re.fullmatch(r"(?:-c\s*|--)([\w.-]+)=(.*)", word, re.DOTALL)
        name = match[1].replace("-", "_") if match else word
        value = _postgres_value(name, match[2]) if match else None
        if value is None:
            refused.append(word)
        else:
            values[name] = value
    return Parameters(values=values, refused=tuple(refused))


def _joined(words: Sequence[str]) -> Iterator[str]:
    iterator = iter(words)
    for word in iterator:
        yield f"-c {next(iterator, '')}" if word == "-c" else word


def _postgres_value(name: str, value: str) -> str | None:
    """None: a size of a parameter whose unit is not known here."""
    match = re.fullmatch(r"(\d+)\s*(B|kB|MB|GB|TB)", value.strip("'"))
    if match is None:
        return value.strip("'")
    unit = POSTGRES_UNITS.get(name)
    return str(int(match[1]) * MEMORY[match[2].upper()] // unit) if unit else None


def _mysql(words: Sequence[str]) -> Parameters:
    """``--name=value``; a flag alone is of another kind for each parameter."""
    values: dict[str, str] = {}
    refused: list[str] = []
    for word in words:
        match = re.fullmatch(r"--([\w-]+)=(.*)", word, re.DOTALL)
        if match is None:
            refused.append(word)
            continue
        size = re.fullmatch(r"(\d+)([KMG])", match[2].upper())
        values[match[1].replace("-", "_")] = str(int(size[1]) * MYSQL_SIZES[size[2]]) if size else match[2]
    return Parameters(values=values, refused=tuple(refused))


def _redis(words: Sequence[str]) -> Parameters:
    """``--name value …``, up to the next ``--``."""
    values: dict[str, str] = {}
    lost: list[str] = []
    refused: list[str] = []
    password = False
    if words and not words[0].startswith("--"):
        refused.append(words[0])  # a configuration file
    groups: list[list[str]] = []
    for word in words:
        if word.startswith("--"):
            groups.append([word[2:]])
        elif groups:
            groups[-1].append(word)
    for name, *rest in groups:
        if name == "requirepass":
            password = True
        elif name in PERSISTENCE:
            lost.append(f"--{name}")
        elif name not in IGNORED:
            values[name] = " ".join(rest).strip("\"'")
    return Parameters(values=values, lost=tuple(lost), refused=tuple(refused), password=password)
