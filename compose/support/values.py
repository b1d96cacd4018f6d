"""Attributes whose support depends on what they say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from compose.support.table import HONOURED, Rule
from compose.units import seconds

Found = tuple[str, Rule]
"""A key's path below the service, and its rule."""

MAXIMUM_STOP = 120
"""Seconds: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html"""

LOOPBACK = ("127.", "::1", "localhost")


def check_values(service: Mapping[str, Any], platform: str, *, run_once: bool) -> Iterator[Found]:
    """Every finding about one service, given as plain data."""
    fargate = platform == "ecs-fargate"
    yield from _mounts(service)
    yield from _ports(service)
    yield from _capabilities(service, fargate=fargate)
    yield from _limits(service, fargate=fargate)
    yield "network_mode", _network_mode(service.get("network_mode"))
    yield "logging.driver", _logging((service.get("logging") or {}).get("driver"))
    yield "pull_policy", _pull_policy(service.get("pull_policy"))
    yield "stop_signal", _stop_signal(service.get("stop_signal"))
    yield "stop_grace_period", _stop_grace(service.get("stop_grace_period"))
    deploy = service.get("deploy") or {}
    if deploy.get("mode", "replicated") != "replicated":
        message = f"ECS runs a number of replicas, not the mode {deploy['mode']!r}"
        yield "deploy.mode", Rule("refused", message, "Set `deploy.replicas`.")
    if not run_once:
        yield "restart", _restart(service.get("restart"), "no")
        yield "deploy.restart_policy.condition", _restart((deploy.get("restart_policy") or {}).get("condition"), "none")
    for name, dependency in (service.get("depends_on") or {}).items():
        if dependency.get("restart"):
            message = "a service on ECS does not restart with another"
            yield f"depends_on.{name}.restart", Rule("adapted", message)


def _mounts(service: Mapping[str, Any]) -> Iterator[Found]:
    for mount in service.get("volumes") or ():
        key = f"volumes.{mount['target']}"
        kind, source = mount["type"], mount.get("source")
        if kind == "bind" and str(source).endswith("docker.sock"):
            yield key, Rule("refused", "ECS gives no access to the Docker daemon", "Leave it out.")
        elif kind == "bind":
            yield (
                key,
                Rule(
                    "refused",
                    f"{source} is a folder of your machine, which ECS does not have",
                    "COPY it in the Dockerfile, make a file a `configs` entry, or use a named volume for data.",
                ),
            )
        elif kind not in ("volume", "tmpfs"):
            yield key, Rule("refused", f"ECS has no mounts of type {kind!r}", "Use a named volume.")
        elif kind == "volume" and not source:
            yield key, Rule("refused", "the volume has no name", "Name it, and declare it under `volumes`.")
        elif (mount.get("volume") or {}).get("subpath"):
            yield key, Rule("refused", "ECS mounts whole volumes only", "Leave `subpath` out, or use a second volume.")


def _ports(service: Mapping[str, Any]) -> Iterator[Found]:
    for port in service.get("ports") or ():
        if str(port.get("host_ip") or "").startswith(LOOPBACK):
            advice = "Use `expose` for other services, or leave the address out to publish it."
            message = f"is for this machine only ({port['host_ip']}), and would be published to all"
            yield f"ports.{port['target']}", Rule("refused", message, advice)


def _capabilities(service: Mapping[str, Any], *, fargate: bool) -> Iterator[Found]:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KernelCapabilities.html"""
    for name in service.get("cap_add") or ():
        if fargate and name.removeprefix("CAP_") != "SYS_PTRACE":
            yield f"cap_add.{name}", Rule("refused", "Fargate adds SYS_PTRACE only", "Use ecs-ec2, or do without.")


def _limits(service: Mapping[str, Any], *, fargate: bool) -> Iterator[Found]:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Ulimit.html"""
    for name in service.get("ulimits") or ():
        if fargate and name != "nofile":
            yield (
                f"ulimits.{name}",
                Rule("refused", "Fargate changes the limit nofile only", "Use ecs-ec2, or do without."),
            )


def _network_mode(mode: str | None) -> Rule:
    if mode in (None, "bridge", "default"):
        return HONOURED
    return Rule("refused", f"{mode!r} needs other containers on the same host", "Use `networks`.")


def _logging(driver: str | None) -> Rule:
    if driver in (None, "", "awslogs"):
        return HONOURED
    return Rule("adapted", f"logs go to CloudWatch Logs, and not to {driver!r}; see `berth:logRetentionDays`")


def _pull_policy(policy: str | None) -> Rule:
    if policy in (None, "build", "missing", "if_not_present", "always"):
        return HONOURED
    if policy == "never":
        return Rule("refused", "ECS can only pull images", "Use `build`, or name an image in a registry.")
    return Rule("adapted", "ECS asks the registry at each start of a task")


def _stop_signal(signal: str | None) -> Rule:
    if signal in (None, "SIGTERM", "15"):
        return HONOURED
    return Rule("refused", f"ECS sends SIGTERM, not {signal}", f"Write `STOPSIGNAL {signal}` in the Dockerfile.")


def _stop_grace(period: str | None) -> Rule:
    if period is None or seconds(period) <= MAXIMUM_STOP:
        return HONOURED
    return Rule("adapted", f"ECS waits {MAXIMUM_STOP} s at most")


def _restart(policy: str | None, never: str) -> Rule:
    if policy != never:
        return HONOURED
    message = "ECS starts an ended task again"
    return Rule("adapted", message, "Where it should run once, let another service wait for its completion.")
