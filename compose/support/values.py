"""Attributes whose support depends on what they say, or on another attribute."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from berth.compose.model import Application
from berth.compose.support.ends import check_ends, restart
from berth.compose.support.instance import check_instance
from berth.compose.support.logging import check_logging
from berth.compose.support.placement import check_placement
from berth.compose.support.rule import ELSEWHERE, HONOURED, Rule
from berth.compose.units import is_size, seconds
from berth.untyped import inside

Found = tuple[str, Rule]
"""A key's path below the service, and its rule."""

MAXIMUM_STOP = 120
"""Seconds: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html"""

EVERY_ADDRESS = ("", "0.0.0.0", "::")

NEWER_CAPABILITIES = ("BPF", "CHECKPOINT_RESTORE", "PERFMON")

NAMESPACED = re.compile(r"net\..+|fs\.mqueue\..+|kernel\.(msg(max|mnb|mni)|sem|shm(all|max|mni|_rmid_forced))")
"""Kernel parameters that each container has for itself."""

SYSTEM_FOLDERS = re.compile(
    r"/|/(bin|boot|dev|etc|home|lib|lib64|opt|proc|root|run|sbin|srv|sys|tmp|usr|var)"
    r"|/usr/(bin|lib|libexec|local|sbin|share)|/usr/local/(bin|etc|lib|sbin|share)|/var/(lib|log|run)|/etc/ssl(/certs)?"
)
"""Folders whose own files an image needs."""


def check_values(application: Application, name: str, platform: str) -> Iterator[Found]:
    """Every finding about one service."""
    service: Mapping[str, Any] = application.raw["services"][name]
    fargate = platform == "ecs-fargate"
    ends = application.ends(name)
    yield from _build(service.get("build") or {})
    yield from _capabilities(service, fargate=fargate)
    yield from _dependencies(application, service)
    yield from _extra_hosts(service, fargate=fargate)
    yield from _files(service)
    yield from _limits(service, fargate=fargate)
    yield from check_logging(service.get("logging") or {})
    yield from _mounts(service)
    yield from check_ends(service, ends) if ends else _ports(service)
    yield from _sysctls(service)
    yield from _tmpfs(service)
    if not fargate:
        yield from check_instance(service)
        yield from check_placement(service)
    yield "command", _command(service)
    yield "entrypoint", _entrypoint(service.get("entrypoint"))
    yield "healthcheck.test", _healthcheck(service.get("healthcheck") or {})
    yield "network_mode", _network_mode(service.get("network_mode"))
    yield "pull_policy", _pull_policy(service.get("pull_policy"))
    yield "stop_grace_period", _stop_grace(service.get("stop_grace_period"))
    policy = inside(service, "deploy", "restart_policy").get("condition")
    yield "restart", _restart(service.get("restart"), ends)
    yield "deploy.restart_policy.condition", _restart(policy, ends)


def check_local(application: Application, name: str) -> Iterator[Found]:
    """Of one service on this machine: https://docs.docker.com/reference/compose-file/services/#secrets"""
    for kind, declared in (("secrets", application.secrets), ("configs", application.configs)):
        for grant in application.raw["services"][name].get(kind) or ():
            source = grant["source"]
            lost = [key for key in ("uid", "gid", "mode") if grant.get(key)]
            if lost and source in declared and declared[source].file:
                message = "Docker Compose mounts the file itself, with the owner and mode that it has here"
                yield f"{kind}.{source}.{lost[0]}", Rule("adapted", message)


def _build(build: Mapping[str, Any]) -> Iterator[Found]:
    for name, context in inside(build, "additional_contexts").items():
        if str(context).startswith("service:"):
            message = f"{context} is an image of another service, which the builder does not have"
            yield (
                f"build.additional_contexts.{name}",
                Rule("refused", message, "Make it a stage of the same Dockerfile, or a folder."),
            )


def _capabilities(service: Mapping[str, Any], *, fargate: bool) -> Iterator[Found]:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_KernelCapabilities.html"""
    for key in ("cap_add", "cap_drop"):
        for name in service.get(key) or ():
            word = name.upper().removeprefix("CAP_")
            if key == "cap_add" and fargate and word != "SYS_PTRACE":
                yield f"{key}.{name}", Rule("refused", "Fargate adds SYS_PTRACE only", "Use ecs-ec2, or do without.")
            elif word in NEWER_CAPABILITIES:
                yield f"{key}.{name}", Rule("refused", "ECS does not know this capability", "Do without it.")


def _sysctls(service: Mapping[str, Any]) -> Iterator[Found]:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_SystemControl.html"""
    for name in service.get("sysctls") or ():
        if not NAMESPACED.fullmatch(name):
            message = "a container has no such kernel parameter; it is set for all of a machine"
            yield f"sysctls.{name}", Rule("refused", message, ELSEWHERE)


def _dependencies(application: Application, service: Mapping[str, Any]) -> Iterator[Found]:
    linked = {str(service.get(key) or "").partition("service:")[2] for key in ("ipc", "network_mode", "pid")}
    linked |= {str(other).partition(":")[0] for other in service.get("volumes_from") or ()}
    for link in service.get("links") or ():
        other, _, alias = link.partition(":")
        linked.add(other)
        if alias not in ("", other):
            advice = f"Leave it out, and add {alias} to the `aliases` of {other} in a network of both."
            yield f"links.{link}", Rule("refused", f"ECS has no links, so no service is called {alias!r}", advice)
    for name, dependency in inside(service, "depends_on").items():
        if dependency.get("restart") and name not in linked:  # Compose itself adds it for what shares with another
            yield f"depends_on.{name}.restart", Rule("adapted", "a service on ECS does not restart with another")
        check = inside(application.raw["services"], name, "healthcheck")
        off = check.get("disable") or check.get("test") == ["NONE"] or not check
        if dependency.get("condition") == "service_healthy" and off:
            message = f"the file has no health check of {name}, and ECS reads none from an image: running is enough"
            yield f"depends_on.{name}.condition", Rule("adapted", message, f"Add a `healthcheck` to {name}.")


def _extra_hosts(service: Mapping[str, Any], *, fargate: bool) -> Iterator[Found]:
    for entry in () if fargate else service.get("extra_hosts") or ():
        if entry.endswith("host-gateway"):
            yield (
                "extra_hosts",
                Rule("refused", "the instance is not your machine, so `host-gateway` is not", ELSEWHERE),
            )


def _files(service: Mapping[str, Any]) -> Iterator[Found]:
    """A granted file comes in a folder of its own, which hides the image's: docs/decisions/0002."""
    folders = set[str]()
    for kind, default in (("secrets", "/run/secrets"), ("configs", "")):
        for grant in service.get(kind) or ():
            target = grant.get("target") or grant["source"]
            folder = (target if target.startswith("/") else f"{default}/{target}").rpartition("/")[0] or "/"
            if folder in folders:
                continue
            folders.add(folder)
            key, name = f"{kind}.{grant['source']}", target.rpartition("/")[2]
            advice = f"Set `target` to a file in a folder of its own, like /etc/app/{name}."
            if SYSTEM_FOLDERS.fullmatch(folder):
                yield key, Rule("refused", f"ECS mounts whole folders, and the image needs its own {folder}", advice)
            elif folder != "/run/secrets" and (not service.get("build") or folder == service.get("working_dir")):
                yield key, Rule("adapted", f"ECS mounts whole folders, so {folder} has only what is granted", advice)


def _limits(service: Mapping[str, Any], *, fargate: bool) -> Iterator[Found]:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_Ulimit.html"""
    for name in service.get("ulimits") or ():
        if fargate and name != "nofile":
            advice = "Use ecs-ec2, or do without."
            yield f"ulimits.{name}", Rule("refused", "Fargate changes the limit nofile only", advice)


def _mounts(service: Mapping[str, Any]) -> Iterator[Found]:
    for mount in service.get("volumes") or ():
        key = f"volumes.{mount['target']}"
        kind, source = mount["type"], mount.get("source")
        if kind == "bind" and str(source).endswith("docker.sock"):
            yield key, Rule("refused", "ECS gives no access to the Docker daemon", ELSEWHERE)
        elif kind == "bind":
            message = f"{source} is on your machine, and not on AWS"
            advice = "COPY it in the Dockerfile, make a file a `configs` entry, or use a named volume for data."
            yield key, Rule("refused", message, advice)
        elif kind not in ("volume", "tmpfs"):
            yield key, Rule("refused", f"ECS has no mounts of type {kind!r}", "Use a named volume.")
        elif kind == "volume" and not source:
            yield key, Rule("refused", "the volume has no name", "Name it, and declare it under `volumes`.")
        elif kind == "tmpfs" and not inside(mount, "tmpfs").get("size"):
            yield key, _unsized("Set `tmpfs.size`.")


def _tmpfs(service: Mapping[str, Any]) -> Iterator[Found]:
    entries = service.get("tmpfs") or ()
    for entry in [entries] if isinstance(entries, str) else entries:
        target, _, options = entry.partition(":")
        names = [option.partition("=")[0] for option in options.split(",") if option]
        others = [name for name in names if name not in ("size", "mode")]
        if others:
            message = f"Berth passes size and mode on, not {', '.join(others)}"
            advice = "Leave it out, and set linuxParameters.tmpfs under `x-berth.override`."
            yield f"tmpfs.{target}", Rule("refused", message, advice)
        given = {key: value for key, _, value in (option.partition("=") for option in options.split(",") if option)}
        if not is_size(given.get("size", "0")):
            message = f"ECS wants a size in bytes, not {given['size']}"
            yield f"tmpfs.{target}", Rule("refused", message, f"Write {target}:size=64m.")
        if not re.fullmatch("[0-7]+", given.get("mode", "0")):
            yield f"tmpfs.{target}", Rule("refused", f"the mode {given['mode']} is no octal number", "Write mode=1777.")
        if "size" not in names:
            yield f"tmpfs.{target}", _unsized(f"Write {target}:size=64m.")


def _unsized(advice: str) -> Rule:
    return Rule("adapted", "ECS wants a size, so it gets 64 MiB", advice)


def _ports(service: Mapping[str, Any]) -> Iterator[Found]:
    for port in service.get("ports") or ():
        address, published = str(port.get("host_ip") or ""), str(port.get("published") or "")
        key = f"ports.{published or port['target']}"
        if address not in EVERY_ADDRESS:
            advice = "Use `expose` for other services, or leave the address out to publish it."
            yield key, Rule("refused", f"is for {address} only, and would be published to all", advice)
        if "-" in published:
            first = published.partition("-")[0]
            yield key, Rule("adapted", f"AWS takes no free port out of a range; {first} it is", "Write one port.")
    for port in service.get("expose") or ():
        if str(port).endswith("/udp"):
            yield f"expose.{port}", Rule("adapted", "Service Connect is TCP alone: no service reaches this port")


def _command(service: Mapping[str, Any]) -> Rule:
    """With an entry point of the file's own Docker leaves the image's CMD out anyway."""
    if service.get("command") != [] or service.get("entrypoint"):
        return HONOURED
    message = "ECS cannot empty the image's CMD"
    return Rule("refused", message, "Write the image's ENTRYPOINT as `entrypoint`, which leaves its CMD out.")


def _entrypoint(words: list[str] | None) -> Rule:
    if words != []:
        return HONOURED
    message = "ECS cannot empty the image's ENTRYPOINT"
    return Rule("refused", message, "Write the program as `entrypoint`, and its arguments as `command`.")


def _healthcheck(check: Mapping[str, Any]) -> Rule:
    if not check or check.get("disable") or check.get("test"):
        return HONOURED
    return Rule("refused", "ECS does not read the image's HEALTHCHECK", "Write the check as `healthcheck.test`.")


def _network_mode(mode: str | None) -> Rule:
    if mode in (None, "bridge", "default"):
        return HONOURED
    if mode == "none":
        return Rule("refused", "a task on ECS always has a network", "Use a network that is `internal`.")
    if mode == "host":
        return Rule("refused", "a service on ECS has no network of the host", "Use `networks`, and `ports` to publish.")
    return Rule("refused", f"{mode!r} needs another container on the same host", "Use `networks` and its name.")


def _pull_policy(policy: str | None) -> Rule:
    if policy in (None, "build", "missing", "if_not_present", "always"):
        return HONOURED
    if policy == "never":
        return Rule("refused", "ECS can only pull images", "Use `build`, or name an image in a registry.")
    return Rule("adapted", "ECS asks the registry at each start of a task")


def _restart(policy: str | None, ends: str) -> Rule:
    if ends:
        return restart(policy, ends)
    if policy in (None, "always", "unless-stopped", "any"):
        return HONOURED
    return Rule(
        "adapted",
        "ECS starts a task again however it ended",
        "Where it should run once, let another service wait for its completion.",
    )


def _stop_grace(period: str | None) -> Rule:
    if period is None or seconds(period) <= MAXIMUM_STOP:
        return HONOURED
    return Rule("adapted", f"ECS waits {MAXIMUM_STOP} s at most")
