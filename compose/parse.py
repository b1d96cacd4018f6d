"""The resolved Compose file as the typed model: plain data in, frozen models out, nothing read from disk."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from berth.compose.devices import parse_devices, parse_gpus
from berth.compose.extension import ServiceExtension, VolumeExtension
from berth.compose.model import (
    Attachment,
    Build,
    Dependency,
    Deploy,
    FileObject,
    Grant,
    HealthCheck,
    Logging,
    Mount,
    Network,
    Port,
    Resources,
    Service,
    Ulimit,
    Variable,
    Volume,
)
from berth.compose.placement import parse_constraints
from berth.compose.units import is_size, seconds, size_in_bytes
from berth.diagnostics import ComposeError, Diagnostic
from berth.untyped import inside, mapping

Data = Mapping[str, Any]


def parse_service(name: str, data: Data, *, sensitive: frozenset[str]) -> Service:
    """One service. ``sensitive`` names the variables whose values must not be shown."""
    return Service(
        name=name,
        image=data.get("image"),
        build=parse_build(data["build"]) if "build" in data else None,
        platform=data.get("platform"),
        command=_line(data, "command"),
        entrypoint=_line(data, "entrypoint"),
        environment={
            key: Variable(value=str(value), sensitive=key in sensitive)
            for key, value in inside(data, "environment").items()
            if value is not None  # taken over from a shell that does not have it
        },
        ports=tuple(parse_port(port) for port in data.get("ports") or ()),
        expose=tuple(port for entry in data.get("expose") or () for port in parse_expose(entry)),
        networks={
            network: Attachment(aliases=tuple(mapping(attachment).get("aliases") or ()))
            for network, attachment in inside(data, "networks").items()
        },
        network_mode=data.get("network_mode"),
        depends_on={
            other: Dependency(
                condition=item.get("condition", "service_started"),
                required=item.get("required", True),
                restart=item.get("restart", False),
            )
            for other, item in inside(data, "depends_on").items()
        },
        healthcheck=parse_healthcheck(data.get("healthcheck")),
        deploy=parse_deploy(data),
        mounts=(*(parse_mount(mount) for mount in data.get("volumes") or ()), *_tmpfs(data)),
        secrets=tuple(parse_grant(grant, "secrets", "/run/secrets/") for grant in data.get("secrets") or ()),
        configs=tuple(parse_grant(grant, "configs", "/") for grant in data.get("configs") or ()),
        user=data.get("user"),
        working_dir=data.get("working_dir"),
        hostname=data.get("hostname"),
        init=bool(data.get("init")),
        read_only=bool(data.get("read_only")),
        privileged=bool(data.get("privileged")),
        stdin_open=bool(data.get("stdin_open")),
        tty=bool(data.get("tty")),
        cap_add=_capabilities(data.get("cap_add")),
        cap_drop=_capabilities(data.get("cap_drop")),
        ulimits={key: _ulimit(limit) for key, limit in inside(data, "ulimits").items()},
        sysctls={key: str(value) for key, value in inside(data, "sysctls").items()},
        extra_hosts=tuple(data.get("extra_hosts") or ()),
        devices=parse_devices(data),
        gpus=parse_gpus(data),
        dns=tuple(data.get("dns") or ()),
        dns_search=tuple(data.get("dns_search") or ()),
        security_opt=tuple(data.get("security_opt") or ()),
        memswap_limit=int(data["memswap_limit"]) if "memswap_limit" in data else None,
        shm_size=size_in_bytes(data["shm_size"]) if "shm_size" in data else None,
        stop_signal=data.get("stop_signal"),
        stop_grace_period=seconds(data["stop_grace_period"]) if "stop_grace_period" in data else None,
        restart=data.get("restart"),
        labels=_strings(data.get("labels")),
        logging=Logging(driver=data["logging"].get("driver", ""), options=_strings(data["logging"].get("options")))
        if data.get("logging")
        else None,
        extension=ServiceExtension.model_validate(data.get("x-berth") or {}),
    )


def parse_build(data: Data) -> Build:
    return Build(
        context=Path(data["context"]),
        dockerfile=data.get("dockerfile"),
        dockerfile_inline=data.get("dockerfile_inline"),
        args=_strings(data.get("args")),
        target=data.get("target"),
        secrets=tuple(grant["source"] for grant in data.get("secrets") or ()),
        additional_contexts=_strings(data.get("additional_contexts")),
        platforms=tuple(data.get("platforms") or ()),
        labels=_strings(data.get("labels")),
        cache_from=tuple(data.get("cache_from") or ()),
        cache_to=tuple(data.get("cache_to") or ()),
        no_cache=bool(data.get("no_cache")),
        pull=bool(data.get("pull")),
        network=data.get("network"),
        extra_hosts=tuple(data.get("extra_hosts") or ()),
    )


def parse_port(data: Data) -> Port:
    """
    Raises:
        ComposeError: the host's port is not a number.
    """
    published = str(data.get("published") or "")
    first, _, last = published.partition("-")
    return Port(
        target=int(data["target"]),
        published=_number(first, f"ports.{published}") if first else None,
        published_to=_number(last, f"ports.{published}") if last else None,
        protocol=data.get("protocol", "tcp"),
        host_ip=data.get("host_ip"),
        name=data.get("name"),
        app_protocol=data.get("app_protocol"),
    )


def parse_expose(entry: object) -> range:
    """``8000``, ``8000-8002`` or ``8000/tcp``; other protocols have no TCP port to tell others of.

    Raises:
        ComposeError: it is not a number.
    """
    ports, _, protocol = str(entry).partition("/")
    if protocol not in ("", "tcp"):
        return range(0)
    first, _, last = ports.partition("-")
    return range(_number(first, f"expose.{entry}"), _number(last or first, f"expose.{entry}") + 1)


def parse_healthcheck(data: Data | None) -> HealthCheck | None:
    """None where there is none, or where the file switches the image's off."""
    if not data or data.get("disable") or not data.get("test") or data["test"][0] == "NONE":
        return None
    durations = {
        key: seconds(data[key])
        for key in ("interval", "timeout", "start_period", "start_interval")
        if data.get(key) is not None
    }
    return HealthCheck(test=tuple(data["test"]), retries=data.get("retries", 3), **durations)


def parse_deploy(data: Data) -> Deploy:
    """``deploy``, with the older keys of the service itself (``cpus``, ``mem_limit``, ``scale``) below it."""
    deploy = inside(data, "deploy")
    resources = inside(deploy, "resources")
    update = inside(deploy, "update_config")
    return Deploy(
        replicas=deploy.get("replicas", data.get("scale", 1)),
        limits=_resources(resources.get("limits"), data.get("cpus"), data.get("mem_limit")),
        reservations=_resources(resources.get("reservations"), None, data.get("mem_reservation")),
        update_order=update.get("order"),
        update_failure_action=update.get("failure_action"),
        restart_condition=inside(deploy, "restart_policy").get("condition"),
        constraints=parse_constraints(deploy),
        max_replicas_per_node=inside(deploy, "placement").get("max_replicas_per_node") or 0,
        labels=_strings(deploy.get("labels")),
    )


def parse_mount(data: Data) -> Mount:
    volume, tmpfs = inside(data, "volume"), inside(data, "tmpfs")
    return Mount(
        type=data["type"],
        source=data.get("source"),
        target=data["target"],
        read_only=bool(data.get("read_only")),
        subpath=volume.get("subpath"),
        nocopy=bool(volume.get("nocopy")),
        size=size_in_bytes(tmpfs["size"]) if tmpfs.get("size") else None,
        mode=tmpfs.get("mode"),
    )


def parse_grant(data: Data, kind: str, directory: str) -> Grant:
    """A relative target lies below ``directory``: https://docs.docker.com/reference/compose-file/services/#secrets

    Raises:
        ComposeError: the owner is not a number.
    """
    source = data["source"]
    target = data.get("target") or source
    mode = data.get("mode")
    return Grant(
        source=source,
        target=target if target.startswith("/") else directory + target,
        uid=_id(data.get("uid"), f"{kind}.{source}.uid"),
        gid=_id(data.get("gid"), f"{kind}.{source}.gid"),
        mode=int(mode, 8) if isinstance(mode, str) else mode,
    )


def parse_network(name: str, data: Data | None) -> Network:
    data = data or {}
    return Network(
        name=data.get("name", name),
        internal=bool(data.get("internal")),
        external=bool(data.get("external")),
        labels=_strings(data.get("labels")),
    )


def parse_volume(name: str, data: Data | None) -> Volume:
    data = data or {}
    return Volume(
        name=name,
        external=bool(data.get("external")),
        external_name=data.get("name") if data.get("external") else None,
        driver=data.get("driver"),
        driver_opts=_strings(data.get("driver_opts")),
        labels=_strings(data.get("labels")),
        extension=VolumeExtension.model_validate(data.get("x-berth") or {}),
    )


def parse_file_object(name: str, data: Data) -> FileObject:
    external = bool(data.get("external"))
    return FileObject(
        name=name,
        file=Path(data["file"]) if "file" in data else None,
        environment=data.get("environment"),
        content=data.get("content"),
        external=external,
        external_name=data.get("name") if external else None,
        labels=_strings(data.get("labels")),
    )


def _number(text: str, key: str) -> int:
    """A number that Compose itself has not looked at."""
    try:
        return int(text)
    except ValueError:
        raise ComposeError(Diagnostic(key=key, message=f"must be a number (got {text!r})")) from None


def _id(value: str | None, key: str) -> int | None:
    if not value:
        return None
    if not value.isdigit():
        raise ComposeError(
            Diagnostic(key=key, message=f"must be a number (got {value!r})", advice="Names of users are the image's.")
        )
    return int(value)


def _capabilities(names: Sequence[str] | None) -> tuple[str, ...]:
    """Docker takes ``CAP_SYS_PTRACE`` and ``sys_ptrace`` too."""
    return tuple(name.upper().removeprefix("CAP_") for name in names or ())


def _line(data: Data, key: str) -> tuple[str, ...] | None:
    """None where the key is not set; the resolved file has the image's own as null."""
    value = data.get(key)
    return None if value is None else tuple(str(part) for part in value)


def _tmpfs(data: Data) -> Sequence[Mount]:
    """A size in percent of the machine's memory, which Linux knows, is no size that a model could have."""
    entries = data.get("tmpfs") or ()
    mounts: list[Mount] = []
    for entry in [entries] if isinstance(entries, str) else entries:
        target, _, options = entry.partition(":")
        given = {key: value for key, _, value in (option.partition("=") for option in options.split(",") if option)}
        mounts.append(
            Mount(
                type="tmpfs",
                target=target,
                size=size_in_bytes(given["size"]) if is_size(given.get("size", "")) else None,
                mode=int(given["mode"], 8) if re.fullmatch("[0-7]+", given.get("mode", "")) else None,
            )
        )
    return mounts


def _resources(data: Data | None, cpus: Any, memory: Any) -> Resources:
    data = data or {}
    cpus, memory = data.get("cpus", cpus), data.get("memory", memory)
    return Resources(
        cpus=float(cpus) if cpus else None, memory=size_in_bytes(memory) if memory not in (None, "0", 0) else None
    )


def _ulimit(limit: Any) -> Ulimit:
    return Ulimit(soft=limit, hard=limit) if isinstance(limit, int) else Ulimit(**limit)


def _strings(data: Data | None) -> dict[str, str]:
    return {key: "" if value is None else str(value) for key, value in (data or {}).items()}
