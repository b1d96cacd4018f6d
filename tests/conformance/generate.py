"""Compose files that hypothesis makes up: several services with random attributes, each file valid by construction.

Most are such that ECS can deploy them; some ask for what a platform refuses, and must be refused.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

NAMES = ("web", "api", "db", "worker", "my_cache", "job-1", "Upper", "with.dot")
NETWORKS = ("front", "back", "inner")
VOLUMES = ("data", "uploads", "files-0")
CONDITIONS = ("service_started", "service_healthy", "service_completed_successfully")
CAPABILITIES = ("SYS_PTRACE", "NET_ADMIN", "cap_chown", "ALL", "BPF")
SYSCTLS = ("net.core.somaxconn", "net.ipv4.tcp_keepalive_time", "kernel.shmmax", "vm.swappiness")

TEXT = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=12) | st.sampled_from(
    ("=", "<<", "~", "null", "yes", "0o17", "1e3", "1:30", "2024-01-01", "$HOME", "a: b", "- c", "# d", "{}", " ")
)
"""Anything that can be typed, and what YAML would take for something else."""

WORD = st.text("abcdefghijklmnopqrstuvwxyz0123456789", min_size=1, max_size=8).map(lambda word: f"w{word}")
VARIABLE = st.text("ABCDEFGHIJKLMNOPQRSTUVWXYZ_", min_size=2, max_size=6)
PORT = st.integers(1, 65535)


@dataclass(slots=True)
class Generated:
    """A Compose file as plain data, and what it needs: variables, which of them are secret, and files beside it."""

    data: dict[str, Any]
    variables: dict[str, str] = field(default_factory=dict)
    files: dict[str, str] = field(default_factory=dict)

    @property
    def secrets(self) -> Sequence[str]:
        """Every value that nobody may read: all variables, and what the env files hold."""
        return [*self.variables.values(), *(text.partition("=")[2].strip() for text in self.files.values())]

    def secret(self) -> str:
        """The name of a new variable with a value of its own."""
        name = f"SECRET_{len(self.variables)}"
        self.variables[name] = f"hunter-{len(self.variables):04d}-of-the-shell"
        return name


def reordered(value: Any) -> Any:
    """The same data with the keys of each map the other way around, which means the same in YAML."""
    if isinstance(value, Mapping):
        return {key: reordered(item) for key, item in reversed(value.items())}
    return [reordered(item) for item in value] if isinstance(value, list) else value


@st.composite
def compose_files(draw: st.DrawFn) -> Generated:
    """A file of one to three services that share networks, volumes, secrets and configs."""
    likely = st.sampled_from(NAMES[:6]) | st.sampled_from(NAMES)
    names = draw(st.lists(likely, min_size=1, max_size=3, unique_by=str.lower))
    generated = Generated({"services": {}})
    published = iter(draw(st.lists(PORT, min_size=12, max_size=12, unique=True)))
    secrets = {name: {"environment": generated.secret()} for name in draw(st.sets(WORD, max_size=2))}
    configs = {name: {"content": escaped(draw(TEXT))} for name in draw(st.sets(WORD, max_size=2))}
    for name in names:
        service = draw(
            st.fixed_dictionaries({"image": st.sampled_from(("nginx:1.29", "postgres:17", "example/app:1"))})
        )
        service |= draw(st.fixed_dictionaries({}, optional=PLAIN))
        service |= draw(_data(generated, name, sorted(secrets), sorted(configs)))
        service |= draw(_reach(list(generated.data["services"]), published))
        generated.data["services"][name] = service
    generated.data |= {
        "networks": {network: {"internal": network == "inner"} for network in NETWORKS},
        "volumes": {volume: {} for volume in VOLUMES},
        "secrets": secrets,
        "configs": configs,
    }
    return generated


def escaped(text: str) -> str:
    """Text as Compose takes it without a variable in it."""
    return text.replace("$", "$$")


def _megabytes(low: int, high: int) -> st.SearchStrategy[str]:
    return st.integers(low, high).map(lambda size: f"{size}M")


def _seconds(high: int) -> st.SearchStrategy[str]:
    return st.integers(1, high).map(lambda seconds: f"{seconds}s")


RESOURCES = st.fixed_dictionaries(
    {},
    optional={
        "cpus": st.sampled_from(("0.1", "0.25", "0.5", "1", "2")),
        "memory": _megabytes(64, 4096) | _megabytes(1, 64),
    },
)
DEPLOY = st.fixed_dictionaries(
    {},
    optional={
        "replicas": st.integers(0, 2),
        "resources": st.fixed_dictionaries({}, optional={"limits": RESOURCES, "reservations": RESOURCES}),
        "update_config": st.fixed_dictionaries({"order": st.sampled_from(("start-first", "stop-first"))}),
    },
)
HEALTHCHECK = st.just({"disable": True}) | st.fixed_dictionaries(
    {"test": st.sampled_from(("true", ["CMD", "true"], ["CMD-SHELL", "exit 0"], ["NONE"]))},
    optional={
        "interval": _seconds(400),
        "timeout": _seconds(90),
        "retries": st.integers(1, 12),
        "start_period": _seconds(400),
    },
)
LIMIT = st.tuples(st.integers(1, 1000), st.integers(0, 1000)).map(lambda n: {"soft": n[0], "hard": sum(n)})
PLAIN: Mapping[str, st.SearchStrategy[Any]] = {
    "command": st.lists(TEXT.map(escaped), min_size=1, max_size=3),
    "entrypoint": st.lists(WORD, min_size=1, max_size=2),
    "deploy": DEPLOY,
    "healthcheck": HEALTHCHECK,
    "user": st.sampled_from(("0", "1000", "1000:1000", "app")),
    "working_dir": st.just("/srv"),
    "read_only": st.booleans(),
    "init": st.booleans(),
    "tty": st.booleans(),
    "stop_grace_period": _seconds(300),
    "labels": st.dictionaries(WORD, TEXT.map(escaped), max_size=3),
    "cap_drop": st.lists(st.sampled_from(CAPABILITIES), max_size=2, unique=True),
    "ulimits": st.dictionaries(st.just("nofile"), LIMIT) | st.dictionaries(st.sampled_from(("nofile", "nproc")), LIMIT),
    "sysctls": st.dictionaries(st.sampled_from(SYSCTLS[:3]) | st.sampled_from(SYSCTLS), st.integers(1, 99), max_size=2),
    "tmpfs": st.sampled_from(("/run:size=1m", "/tmp:size=100k,mode=1777", "/scratch")),
}
"""Attributes that stand alone."""


@st.composite
def _data(draw: st.DrawFn, generated: Generated, name: str, secrets: list[str], configs: list[str]) -> dict[str, Any]:
    """What a service reads and writes: variables, secrets, configs and volumes."""
    service: dict[str, Any] = {}
    variables: dict[str, Any] = {
        key: escaped(value) for key, value in draw(st.dictionaries(VARIABLE, TEXT, max_size=3)).items()
    }
    if draw(st.booleans()):
        variables["BEHIND"] = f"postgres://app:${{{generated.secret()}}}@db/app"
    if draw(st.booleans()):
        variables[generated.secret()] = None
    as_list = draw(st.booleans())
    service["environment"] = (
        [key if value is None else f"{key}={value}" for key, value in variables.items()] if as_list else variables
    )
    if draw(st.booleans()):
        generated.files[f"{name}.env"] = f"FROM_FILE=hunter-{len(generated.files)}-of-a-file\n"
        service["env_file"] = [f"{name}.env"]
    granted = draw(st.lists(st.sampled_from(secrets), unique=True)) if secrets else []
    owner = {"uid": st.just("1000"), "gid": st.just("1000"), "mode": st.just("0400")}
    service["secrets"] = [{"source": secret, **draw(st.fixed_dictionaries({}, optional=owner))} for secret in granted]
    service["configs"] = [
        {"source": config, "target": f"/etc/app-{index}/{config}"}
        for index, config in enumerate(draw(st.lists(st.sampled_from(configs), unique=True)) if configs else ())
    ]
    service["volumes"] = [
        {"type": "volume", "source": volume, "target": f"/volumes/{volume}", "read_only": draw(st.booleans())}
        for volume in draw(st.lists(st.sampled_from(VOLUMES), max_size=2, unique=True))
    ]
    if granted and draw(st.booleans()):
        service["x-berth"] = {"secret_environment": {"IN_A_VARIABLE": granted[0]}}
    return service


@st.composite
def _reach(draw: st.DrawFn, earlier: list[str], published: Any) -> dict[str, Any]:
    """Where a service is reached, and what it waits for: earlier ones alone, so that there is no circle."""
    service: dict[str, Any] = {"expose": [str(port) for port in draw(st.lists(PORT, max_size=2, unique=True))]}
    service["ports"] = [
        draw(st.sampled_from((f"{next(published)}:{target}", f"{next(published)}:{target}/tcp")))
        for target in draw(st.lists(PORT, max_size=2, unique=True))
    ]
    service["networks"] = {
        network: {"aliases": draw(st.lists(WORD, max_size=2, unique=True))}
        for network in draw(st.lists(st.sampled_from(NETWORKS), min_size=1, max_size=3, unique=True))
    }
    service["depends_on"] = {
        other: {"condition": draw(st.sampled_from(CONDITIONS))}
        for other in (draw(st.lists(st.sampled_from(earlier), unique=True)) if earlier else ())
    }
    return service
