"""What ECS runs of a service, out of the container definitions and routes that the deployment itself makes.

Only what AWS gives out as it creates (an image's digest, a secret's ARN) is stood in for by a name of our own, which
also shows that each variable and file is given the secret that it should be.
"""

from __future__ import annotations

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from berth.components.container_json import definition
from berth.compose.model import Application
from berth.diagnostics import Diagnostic, PlatformError
from berth.parity.facts import OF_IMAGE, Fact, Facts, facts, line, mebibytes, one, pairs, span, words
from berth.parity.file import content, fingerprint, granted_files, schedule, tmpfs
from berth.platforms.builds import PlannedBuild
from berth.platforms.ecs.containers import Late, build_containers, files_name
from berth.platforms.ecs.ingress import SHARED, PlannedRoute
from berth.platforms.ecs.managed.plans import ManagedPlan
from berth.platforms.ecs.network_ingress import PlannedNetworkRoute
from berth.platforms.ecs.plan import ServicePlan, network_mode, volumes_on_instance
from berth.platforms.values import Values
from berth.settings import Settings
from berth.untyped import inside

Definition = Mapping[str, Any]

DEFAULT_STOP_TIMEOUT = 30
"""Seconds that ECS waits where a definition does not say:
https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html"""

SECRET, VARIABLE, EXTERNAL = "secret:", "variable:", "external:"
"""What stands in a definition for a ``valueFrom``."""

SHARED_LISTENER = "a shared listener"

INSTANCE_DISK, EFS = "the instance's disk", "EFS"


@dataclass(frozen=True, slots=True, kw_only=True)
class EcsStack:
    """One stack's plain plan: all that the facts of its services are read from."""

    application: Application
    settings: Settings
    values: Values
    builds: Mapping[str, PlannedBuild]
    plans: Mapping[str, ServicePlan]
    routes: tuple[PlannedRoute, ...]
    managed: Mapping[str, ManagedPlan] = field(default_factory=dict[str, ManagedPlan])
    network_routes: tuple[PlannedNetworkRoute, ...] = ()


def definitions(stack: EcsStack, name: str) -> dict[str, Definition]:
    """Container -> its definition, as ``berth.platforms.ecs.services`` registers it."""
    application, plan = stack.application, stack.plans[name]
    build = stack.builds.get(name)
    late = Late(
        image=f"built, {build.tag}" if build else str(plan.service.image),
        secrets={secret: SECRET + secret for secret in application.secrets},
        environment={key: VARIABLE + key for key in plan.sensitive_variables},
        configs=stack.values.configs,
        config_references={key: EXTERNAL + key for key, item in application.configs.items() if item.external},
    )
    containers = build_containers(plan, stack.settings, late)
    return {item.name: definition(item, network_mode(stack.settings), {}) for item in containers}


def ecs_facts(stack: EcsStack, name: str) -> Facts:
    """The facts of one service.

    Raises:
        PlatformError: its ``x-berth.override`` has another shape than AWS's.
    """
    try:
        return _facts(stack, name)
    except (AttributeError, KeyError, TypeError, ValueError):
        if not stack.plans[name].service.extension.override:
            raise
        raise PlatformError(
            Diagnostic(
                file=stack.application.file,
                service=name,
                key="x-berth.override",
                message="is not what AWS takes as a ContainerDefinition",
                advice="https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html",
            )
        ) from None


def _facts(stack: EcsStack, name: str) -> Facts:
    plan = stack.plans[name]
    containers = definitions(stack, name)
    main = containers[name]
    mappings = main.get("portMappings") or ()
    return {
        "service": one("yes"),
        "image": one(main["image"]),
        "architecture": one(stack.settings.docker_platform),
        "command": line(main.get("command")),
        "entrypoint": line(main.get("entryPoint")),
        "variables": _variables(stack, plan, main),
        "ports": facts({f"{port['containerPort']}/{port.get('protocol', 'tcp')}": "yes" for port in mappings}),
        "published": _published(stack, name, main),
        "names": facts(dict.fromkeys(plan.dns_names, "yes")),
        "secrets": _files(stack, plan, containers, "secret"),
        "configs": _files(stack, plan, containers, "config"),
        "volumes": {**_volumes(stack, main), **_tmpfs(main)},
        "healthcheck": _healthcheck(main.get("healthCheck")),
        "user": one(main.get("user") or OF_IMAGE),
        "options": _options(main),
        "resources": _resources(plan, main),
        "replicas": one(_replicas(plan)),
        "depends_on": facts(
            {
                other: _condition(stack, plan, other)
                for other in plan.awaits
                if other in {**stack.plans, **stack.managed}
            }
        ),
        "stop_grace_period": one(span(main.get("stopTimeout", DEFAULT_STOP_TIMEOUT))),
        "restart": one("no" if plan.run_once or plan.scheduled else "always"),
        "schedule": schedule(plan.service.schedule and plan.service.schedule.model_dump()),
    }


def _replicas(plan: ServicePlan) -> str:
    scaling = plan.service.extension.scaling
    return f"{plan.replicas}" if scaling is None else f"{scaling.min} to {scaling.max}, first {plan.replicas}"


def _variables(stack: EcsStack, plan: ServicePlan, main: Definition) -> dict[str, Fact]:
    found = {item["name"]: Fact(str(item["value"])) for item in main.get("environment") or ()}
    for item in main.get("secrets") or ():
        source = str(item["valueFrom"])
        if source.startswith(VARIABLE):
            value = Fact(plan.sensitive_variables[source.removeprefix(VARIABLE)], secret=True)
        elif source.startswith(SECRET):
            value = content("secret", source.removeprefix(SECRET), stack.values)
        else:  # an ARN of x-berth.override
            value = Fact(source)
        found[item["name"]] = value
    return found


def _published(stack: EcsStack, name: str, main: Definition) -> dict[str, Fact]:
    """The listener's ports and rules, or an instance's host ports, of which ECS picks those that are 0."""
    places: dict[str, list[str]] = {}
    if stack.settings.load_balanced:
        for route in stack.routes:
            if route.service == name:
                host = f", host {route.host}" if route.host else ""
                path = f", path {route.path}" if route.path != "/" else ""
                port = SHARED_LISTENER if route.port == SHARED else route.port
                places.setdefault(f"{route.container_port}/tcp", []).append(f"{port}{host}{path}")
        for way in stack.network_routes:
            if way.service == name:
                places.setdefault(f"{way.container_port}/{way.transport}", []).append(str(way.port))
    else:
        for port in main.get("portMappings") or ():
            if port.get("hostPort"):
                target = f"{port['containerPort']}/{port.get('protocol', 'tcp')}"
                places.setdefault(target, []).append(str(port["hostPort"]))
    return facts({target: " and ".join(sorted(found)) for target, found in places.items()})


def _files(stack: EcsStack, plan: ServicePlan, containers: Mapping[str, Definition], kind: str) -> dict[str, Fact]:
    """The files that the helper writes, in folders that the service's own container mounts."""
    helper = containers.get(files_name(plan), {})
    given = {item["name"]: str(item["valueFrom"]) for item in helper.get("secrets") or ()}
    plain = {item["name"]: str(item["value"]) for item in helper.get("environment") or ()}
    script = " ".join(helper.get("command") or ())
    mounted = {mount["containerPath"] for mount in containers[plan.service.name].get("mountPoints") or ()}
    found: dict[str, Fact] = {}
    for index, file in enumerate(plan.files):
        variable = f"FILE_{index}"
        if file.kind != kind or file.directory not in mounted or variable not in {**given, **plain}:
            continue
        path = f"{file.directory.rstrip('/')}/{file.filename}"
        source = given.get(variable, file.source).removeprefix(SECRET).removeprefix(EXTERNAL)
        owner = f"{file.uid}:{file.gid} {file.mode:04o}"
        found |= granted_files(iter([(path, source, owner)]), kind, stack.values)
        if variable in plain:
            text = plain[variable]
            encoded = f'"${variable}" | base64 -d' in script
            found[f"{path}, content"] = Fact(fingerprint(base64.b64decode(text) if encoded else text.encode()))
    return found


def _volumes(stack: EcsStack, main: Definition) -> dict[str, Fact]:
    named = stack.application.volumes
    place = INSTANCE_DISK if volumes_on_instance(stack.settings) else EFS
    found: dict[str, Fact] = {}
    for mount in main.get("mountPoints") or ():
        if mount["sourceVolume"] in named:
            reading = ", read-only" if mount.get("readOnly") else ""
            found[mount["containerPath"]] = Fact(f"volume {mount['sourceVolume']}{reading}")
            found[f"{mount['containerPath']}, kept on"] = Fact(place)
    return found


def _tmpfs(main: Definition) -> dict[str, Fact]:
    found: dict[str, Fact] = {}
    for mount in _linux(main).get("tmpfs") or ():
        options = {
            key: value for key, _, value in (option.partition("=") for option in mount.get("mountOptions") or ())
        }
        mode = int(options["mode"], 8) if "mode" in options else None
        found |= tmpfs(mount["containerPath"], mount.get("size"), mode)
    return found


def _healthcheck(check: Definition | None) -> dict[str, Fact]:
    if not check:
        return {}
    return facts(
        {
            "test": words(check["command"]),
            "interval": span(check["interval"]),
            "timeout": span(check["timeout"]),
            "start_period": span(check.get("startPeriod", 0)),
            "retries": check["retries"],
        }
    )


def _options(main: Definition) -> dict[str, Fact]:
    linux = _linux(main)
    capabilities = inside(linux, "capabilities")
    return facts(
        {
            "working_dir": main.get("workingDirectory"),
            "hostname": main.get("hostname"),
            "read_only": main.get("readonlyRootFilesystem"),
            "privileged": main.get("privileged"),
            "stdin_open": main.get("interactive"),
            "tty": main.get("pseudoTerminal"),
            "init": linux.get("initProcessEnabled"),
            "cap_add": " ".join(sorted(capabilities.get("add") or ())),
            "cap_drop": " ".join(sorted(capabilities.get("drop") or ())),
            "ulimits": pairs({u["name"]: f"{u['softLimit']}/{u['hardLimit']}" for u in main.get("ulimits") or ()}),
            "sysctls": pairs({item["namespace"]: item["value"] for item in main.get("systemControls") or ()}),
            "extra_hosts": pairs({item["hostname"]: item["ipAddress"] for item in main.get("extraHosts") or ()}),
            "labels": pairs(main.get("dockerLabels") or {}),
            "shm_size": mebibytes(linux.get("sharedMemorySize")),
        }
    )


def _resources(plan: ServicePlan, main: Definition) -> dict[str, Fact]:
    """On Fargate the task's CPUs are the limit; on an instance there is none."""
    size, reserved = plan.size, main.get("cpu")
    return facts(
        {
            "memory limit": mebibytes(main.get("memory")),
            "memory reserved": mebibytes(main.get("memoryReservation")),
            "cpus": f"{size.cpu / 1024:g}" if size else None,
            "cpus reserved": f"{reserved / 1024:g}" if reserved else None,
            "task memory": mebibytes(size.memory) if size else None,
        }
    )


def _condition(stack: EcsStack, plan: ServicePlan, other: str) -> str:
    """What a deployment has waited for, in Compose's words; ``done`` is as much as the other's definition checks."""
    if plan.awaits[other] == "started":
        return "service_started"
    if other in stack.managed:
        return "service_healthy"  # AWS says that it is available
    if stack.plans[other].run_once:
        return "service_completed_successfully"
    return "service_healthy" if definitions(stack, other)[other].get("healthCheck") else "running"


def _linux(main: Definition) -> Definition:
    return main.get("linuxParameters") or {}
