"""A container definition in the words of a Compose file, key by key; what has no word is a note.

https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
https://docs.docker.com/reference/compose-file/services/
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from berth.untyped import inside, mapping


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """What one key becomes: keys of the Compose service, of its ``x-berth``, and what to say of the rest."""

    keys: Mapping[str, Any] = field(default_factory=dict[str, Any])
    extension: Mapping[str, Any] = field(default_factory=dict[str, Any])
    notes: tuple[str, ...] = ()


NOTHING = Part()
Reader = Callable[[Any], Part]


def read_container(definition: Mapping[str, Any], elsewhere: frozenset[str]) -> Iterator[Part]:
    """A part for each key that says anything; ``elsewhere`` are those that other modules read."""
    for key, value in definition.items():
        if value in (None, "", [], {}) or key in elsewhere:
            continue
        yield READERS.get(key, _unknown(key))(value)


def _unknown(key: str) -> Reader:
    return lambda value: Part(notes=(f"{key}: {value} has no equivalent",))


def _as(name: str) -> Reader:
    return lambda value: Part(keys={name: value})


def _if_true(name: str) -> Reader:
    return lambda value: Part(keys={name: True}) if value else NOTHING


def _override(key: str) -> Reader:
    """What Berth has no word for, and AWS takes as it is."""
    return lambda value: Part(extension={"override": {key: value}})


def _lost(key: str, why: str) -> Reader:
    return lambda value: Part(notes=(f"{key}: {why}",)) if value else NOTHING


def _environment(value: Any) -> Part:
    return Part(keys={"environment": {item["name"]: str(item["value"]) for item in value}})


def _ports(value: Any) -> Part:
    """For other services; whether requests come from outside is the load balancer's to say."""
    tcp = [item for item in value if item.get("protocol", "tcp") == "tcp"]
    expose = [str(item["containerPort"]) for item in tcp if "containerPort" in item]
    notes = [f"portMappings: {item} is not TCP; publish it by `ports`" for item in value if item not in tcp]
    notes += [
        f"portMappings: the range {item['containerPortRange']}; name its ports"
        for item in tcp
        if "containerPortRange" in item
    ]
    notes += [
        f"portMappings.appProtocol: {item['appProtocol']}, as services reach each other by TCP"
        for item in tcp
        if item.get("appProtocol")
    ]
    return Part(keys={"expose": expose} if expose else {}, notes=tuple(notes))


def _health_check(value: Any) -> Part:
    times = {"interval": "interval", "timeout": "timeout", "startPeriod": "start_period"}
    check: dict[str, Any] = {"test": list(value["command"])}
    check |= {ours: f"{value[theirs]}s" for theirs, ours in times.items() if value.get(theirs) is not None}
    # What ECS has where nothing is said, which is not what Compose has.
    check = {"timeout": "5s", **check, "retries": value.get("retries", 3)}
    return Part(keys={"healthcheck": check})


def _limits(value: Any) -> Part:
    limits = {item["name"]: {"soft": item["softLimit"], "hard": item["hardLimit"]} for item in value}
    return Part(keys={"ulimits": limits})


def _logging(value: Any) -> Part:
    notes = tuple(
        f"logConfiguration.secretOptions: {item['name']} is {item['valueFrom']}; write its value by a variable"
        for item in value.get("secretOptions") or ()
    )
    options = {key: str(item) for key, item in inside(value, "options").items()}
    return Part(keys={"logging": {"driver": value["logDriver"], "options": options}}, notes=notes)


def _linux(value: Any) -> Part:
    keys: dict[str, Any] = {}
    if value.get("initProcessEnabled"):
        keys["init"] = True
    if value.get("sharedMemorySize"):
        keys["shm_size"] = f"{value['sharedMemorySize']}M"
    capabilities = inside(value, "capabilities")
    keys |= {ours: list(capabilities[theirs]) for theirs, ours in CAPABILITIES.items() if capabilities.get(theirs)}
    if value.get("tmpfs"):
        keys["tmpfs"] = [_tmpfs(item) for item in value["tmpfs"]]
    known = {"initProcessEnabled", "sharedMemorySize", "capabilities", "tmpfs"}
    notes = tuple(
        f"linuxParameters.{key}: {item} has no equivalent on Fargate"
        for key, item in value.items()
        if key not in known and item not in (None, [], 0)
    )
    return Part(keys=keys, notes=notes)


CAPABILITIES = {"add": "cap_add", "drop": "cap_drop"}


def _tmpfs(item: Mapping[str, Any]) -> str:
    mode = [option for option in item.get("mountOptions") or () if str(option).startswith("mode=")]
    options = ",".join([f"size={item['size']}M", *mode])
    return f"{item['containerPath']}:{options}"


def _named(name: str, key: str, value: str) -> Reader:
    """A list of AWS's pairs as a mapping."""
    return lambda items: Part(keys={name: {item[key]: item[value] for item in items}})


FARGATE = "Fargate has none"
READERS: Mapping[str, Reader] = {
    "image": _as("image"),
    "command": _as("command"),
    "entryPoint": _as("entrypoint"),
    "user": _as("user"),
    "workingDirectory": _as("working_dir"),
    "dockerLabels": lambda value: Part(keys={"labels": dict(mapping(value))}),
    "environment": _environment,
    "portMappings": _ports,
    "healthCheck": _health_check,
    "ulimits": _limits,
    "logConfiguration": _logging,
    "linuxParameters": _linux,
    "systemControls": _named("sysctls", "namespace", "value"),
    "stopTimeout": lambda value: Part(keys={"stop_grace_period": f"{value}s"}),
    "readonlyRootFilesystem": _if_true("read_only"),
    "interactive": _if_true("stdin_open"),
    "pseudoTerminal": _if_true("tty"),
    "restartPolicy": _override("restartPolicy"),
    "startTimeout": _override("startTimeout"),
    "versionConsistency": _override("versionConsistency"),
    "environmentFiles": _lost("environmentFiles", "copy the file beside the Compose file, and write `env_file`"),
    "repositoryCredentials": _lost(
        "repositoryCredentials", "Berth pulls from public registries and from ECR; push the image there"
    ),
    "links": _lost("links", "a service is reached by its name"),
    "volumesFrom": _lost("volumesFrom", "each container is a task of its own; mount a named volume in both"),
    "privileged": _lost("privileged", FARGATE),
    "disableNetworking": _lost("disableNetworking", FARGATE),
    "dnsServers": _lost("dnsServers", FARGATE),
    "dnsSearchDomains": _lost("dnsSearchDomains", FARGATE),
    "extraHosts": _lost("extraHosts", FARGATE),
    "hostname": _lost("hostname", "Fargate sets it; others use the service's name"),
    "dockerSecurityOptions": _lost("dockerSecurityOptions", FARGATE),
    "credentialSpecs": _lost("credentialSpecs", "Windows containers are not deployed"),
    "resourceRequirements": _lost("resourceRequirements", "Fargate has no GPUs"),
    "firelensConfiguration": _lost(
        "firelensConfiguration", "Berth adds a log router of its own to a service whose driver is awsfirelens"
    ),
}
"""Key of a container definition -> how it is read."""
