"""What becomes of the attributes of a service that AWS runs: met, lost with a warning, or refused.

One table for databases and caches; the support table of containers does not apply to them.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from berth.compose.model import Application, Service
from berth.diagnostics import Diagnostic, Severity
from berth.untyped import inside

MET = frozenset(
    (
        *("command", "environment", "expose", "image", "networks", "secrets"),  # it is made from these
        *("attach", "build", "develop", "env_file", "extends", "label_file", "profiles"),  # of the file
        *("depends_on", "healthcheck", "init", "pull_policy", "pull_refresh_after", "restart"),  # AWS keeps it running
        *("stop_grace_period", "stop_signal", "volumes", "shm_size", "tmpfs", "ulimits"),
        *("cap_drop", "cap_add", "isolation", "platform", "read_only", "security_opt", "user", "working_dir"),
        *("cpus", "mem_limit", "mem_reservation", "memswap_limit", "mem_swappiness", "deploy", "scale"),
        *("oom_kill_disable", "oom_score_adj", "pids_limit", "cpu_count", "cpu_percent", "cpu_shares", "cpuset"),
        *("stdin_open", "tty", "storage_opt", "sysctls", "configs", "entrypoint", "ports", "network_mode"),
    )
)
"""Attributes that say nothing else than what AWS does by itself, or of which the rules below tell."""

SIZES = {"rds": "berth:databaseClass", "elasticache": "berth:cacheNodeType"}
"""The setting that says how large one is."""

ELSEWHERE = "Set berth:managedServices to false, and its container runs."


def check_attributes(application: Application, service: Service, product: str) -> Iterator[Diagnostic]:
    """Every attribute that is lost or refused. ``product`` is its name for people."""
    raw: Mapping[str, Any] = inside(application.raw, "services", service.name)
    for key, value in sorted(raw.items()):
        if key in MET or key.startswith("x-") or value in (None, False, "", [], {}):
            continue
        yield _lost(application, service, key, f"{product} has no such thing")
    yield from _network(application, service, raw, product)
    yield from _content(application, service, raw, product)
    yield from _running(application, service, product)
    replicas = service.deploy.replicas
    if replicas < 1:
        message, advice = f"{product} rests at no time", "Write 1; `profiles` leave a service out of a stack."
        yield _refused(application, service, "deploy.replicas", message, advice)
    elif replicas > 1:
        advice = "Write 1; berth:databaseMultiZone and berth:cacheReplicas are what takes over."
        message = f"{product} is one that is written to, not {replicas} alike"
        yield _refused(application, service, "deploy.replicas", message, advice)
    if application.run_once(service.name):
        message = "other services wait for its completion, and it never completes"
        yield _refused(application, service, "depends_on", message, "Wait for `service_healthy`.")


def _network(application: Application, service: Service, raw: Mapping[str, Any], product: str) -> Iterator[Diagnostic]:
    for port in service.ports:
        if port.published:
            message = f"nothing outside reaches {product}: the port is not published"
            yield _lost(application, service, f"ports.{port.published}", message, "Use `expose` for other services.")
    if service.network_mode not in (None, "bridge", "default"):
        message = f"{product} is in no network of another's"
        yield _refused(application, service, "network_mode", message, "Use `networks`.")
    for name in sorted(service.networks):
        declared = application.networks.get(name)
        if declared and declared.external:
            message = f"{product} joins the networks of the file alone"
            yield _refused(application, service, f"networks.{name}", message, "Use a network of the file.")


def _content(application: Application, service: Service, raw: Mapping[str, Any], product: str) -> Iterator[Diagnostic]:
    """Files of the container: scripts and configuration that nothing would read."""
    if raw.get("entrypoint"):
        message = f"{product} runs no program of yours"
        yield _refused(application, service, "entrypoint", message, ELSEWHERE)
    script = "Run it as a service that others wait for (`service_completed_successfully`), or use `parameters`."
    for mount in service.mounts:
        if mount.type == "bind":
            message = f"{product} does not read {mount.target}"
            yield _refused(application, service, f"volumes.{mount.target}", message, script)
    for grant in service.configs:
        message = f"{product} does not read {grant.target}"
        yield _refused(application, service, f"configs.{grant.source}", message, script)
    if service.extension.ingress:
        message = f"{product} takes no requests from outside"
        yield _refused(application, service, "x-berth.ingress", message, "Leave it out.")
    if service.extension.override:
        message = f"{product} has no container definition"
        yield _lost(application, service, "x-berth.override", message)


def _running(application: Application, service: Service, product: str) -> Iterator[Diagnostic]:
    """What is said of tasks, of which there are none."""
    extension = service.extension
    if extension.schedule:
        message = f"{product} runs all the time"
        yield _refused(application, service, "x-berth.schedule", message, "Leave it or x-berth.managed out.")
    size = SIZES[extension.managed_by.by if extension.managed_by else "rds"]
    if extension.scaling:
        yield _lost(application, service, "x-berth.scaling", f"{product} is as large as {size} says", f"Set {size}.")
    if extension.deployment.model_fields_set:
        yield _lost(application, service, "x-berth.deployment", f"{product} is not deployed: a change is made in place")
    limits, reservations = service.deploy.limits, service.deploy.reservations
    if any(item is not None for item in (limits.cpus, limits.memory, reservations.cpus, reservations.memory)):
        yield _lost(application, service, "deploy.resources", f"{product} is as large as {size} says", f"Set {size}.")


def _lost(application: Application, service: Service, key: str, message: str, advice: str = "") -> Diagnostic:
    return Diagnostic(
        severity=Severity.WARNING,
        file=application.file,
        service=service.name,
        key=key,
        message=message,
        advice=advice,
    )


def _refused(application: Application, service: Service, key: str, message: str, advice: str) -> Diagnostic:
    return Diagnostic(file=application.file, service=service.name, key=key, message=message, advice=advice)
