"""What a Compose file says of a service, out of what ``docker compose config`` prints and not out of Berth's model:
so a mistake in reading the file shows as well as one in deploying it.

Of a secret's or config's owner and mode, what the file asks for is told; Docker Compose leaves a mounted file's own.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping
from typing import Any

from berth.compose.model import Application
from berth.compose.units import seconds, size_in_bytes
from berth.parity.facts import OF_IMAGE, Fact, Facts, facts, line, mebibytes, one, pairs, span, words
from berth.platforms.builds import PlannedBuild
from berth.platforms.ecs.sizes import MIB
from berth.platforms.values import Values
from berth.untyped import inside, mapping

Data = Mapping[str, Any]

STOP_GRACE_PERIOD = "10s"
"""Docker's, where a file names none: https://docs.docker.com/reference/compose-file/services/#stop_grace_period"""


def file_facts(
    application: Application, values: Values, builds: Mapping[str, PlannedBuild], name: str, architecture: str
) -> Facts:
    """The facts of one service. ``architecture`` is what it runs on where the file names no ``platform``."""
    data = application.raw["services"][name]
    others = application.raw["services"]
    return {
        "service": one("yes"),
        "image": one(f"built, {builds[name].tag}" if name in builds else data.get("image")),
        "architecture": one(data.get("platform") or architecture),
        "command": line(data.get("command")),
        "entrypoint": line(data.get("entrypoint")),
        "variables": _variables(application, name, data),
        "ports": facts(dict.fromkeys(_listening(application, name, data), "yes")),
        "published": published(data),
        "names": facts(dict.fromkeys(_names(name, data), "yes")),
        "secrets": granted_files(_grants(data, "secrets", "/run/secrets/"), "secret", values),
        "configs": granted_files(_grants(data, "configs", "/"), "config", values),
        "volumes": {**_volumes(data), **_tmpfs(data)},
        "healthcheck": _healthcheck(data.get("healthcheck") or {}),
        "user": one(data.get("user") or OF_IMAGE),
        "options": _options(data),
        "resources": _resources(data),
        "replicas": one(inside(data, "deploy").get("replicas", data.get("scale", 1))),
        "depends_on": facts(
            {
                other: dependency.get("condition", "service_started")
                for other, dependency in inside(data, "depends_on").items()
                if other in others
            }
        ),
        "stop_grace_period": one(span(seconds(data.get("stop_grace_period", STOP_GRACE_PERIOD)))),
        "restart": one(_restart(data)),
        "schedule": schedule(inside(data, "x-berth").get("schedule")),
    }


def schedule(given: Any) -> dict[str, Fact]:
    """Of ``x-berth.schedule``: its expression and time zone, unless it is switched off."""
    fields = {"expression": given} if isinstance(given, str) else given or {}
    if not fields or not fields.get("enabled", True):
        return {}
    return one(f"{fields['expression']} {fields.get('timezone', 'UTC')}")


def _variables(application: Application, name: str, data: Data) -> dict[str, Fact]:
    known = application.services[name].environment
    return {
        key: Fact(str(value), key in known and known[key].sensitive)
        for key, value in inside(data, "environment").items()
        if value is not None
    }


def _listening(application: Application, name: str, data: Data) -> Iterator[str]:
    """By ``ports`` and ``expose``; without a TCP port there, what the Dockerfile or a well-known image exposes."""
    found = [f"{port['target']}/{port.get('protocol', 'tcp')}" for port in data.get("ports") or ()]
    for entry in data.get("expose") or ():
        numbers, _, protocol = str(entry).partition("/")
        first, _, last = numbers.partition("-")
        found += [f"{port}/{protocol or 'tcp'}" for port in range(int(first), int(last or first) + 1)]
    yield from found
    if not any(port.endswith("/tcp") for port in found):
        yield from (f"{port}/tcp" for port in application.services[name].exposed)


def published(data: Data) -> dict[str, Fact]:
    """``8000/tcp`` -> the host ports that it is published on."""
    found: dict[str, list[str]] = {}
    for port in data.get("ports") or ():
        number = str(port.get("published") or "a free port")
        address = f"{port['host_ip']}:" if port.get("host_ip") else ""
        found.setdefault(f"{port['target']}/{port.get('protocol', 'tcp')}", []).append(f"{address}{number}")
    return facts({target: " and ".join(sorted(places)) for target, places in found.items()})


def _names(name: str, data: Data) -> list[str]:
    networks = inside(data, "networks").values()
    aliases = [alias for network in networks for alias in mapping(network).get("aliases") or ()]
    container = data.get("container_name")
    return [name, *aliases, *([container] if container else [])]


def _grants(data: Data, kind: str, folder: str) -> Iterator[tuple[str, str, str]]:
    """Path, source, and owner with mode: https://docs.docker.com/reference/compose-file/services/#secrets"""
    for grant in data.get(kind) or ():
        target = grant.get("target") or grant["source"]
        mode = grant.get("mode", "0444")
        number = int(mode, 8) if isinstance(mode, str) else mode
        owner = f"{grant.get('uid') or 0}:{grant.get('gid') or 0}"
        yield target if target.startswith("/") else folder + target, grant["source"], f"{owner} {number:04o}"


def granted_files(grants: Iterator[tuple[str, str, str]], kind: str, values: Values) -> dict[str, Fact]:
    """For each path: what is there, whether it holds the same, and its owner and mode."""
    found: dict[str, Fact] = {}
    for path, source, owner in grants:
        found[path] = Fact(f"{kind} {source}")
        found[f"{path}, content"] = content(kind, source, values)
        found[f"{path}, owner and mode"] = Fact(owner)
    return found


def content(kind: str, source: str, values: Values) -> Fact:
    """What a granted file holds: of a secret its equality is told, of a config a hash."""
    if kind == "secret" and source in values.secrets:
        return Fact(values.secrets[source], secret=True)
    if kind == "config" and source in values.configs:
        return Fact(fingerprint(values.configs[source]))
    return Fact(f"external {source}")


def fingerprint(data: bytes) -> str:
    return f"sha256 {hashlib.sha256(data).hexdigest()[:12]}"


def _volumes(data: Data) -> dict[str, Fact]:
    found: dict[str, Fact] = {}
    for mount in data.get("volumes") or ():
        target = mount["target"]
        if mount["type"] == "tmpfs":
            options = inside(mount, "tmpfs")
            size = size_in_bytes(options["size"]) if options.get("size") else None
            found |= tmpfs(target, size and size / MIB, options.get("mode"))
            continue
        reading = ", read-only" if mount.get("read_only") else ""
        found[target] = Fact(f"{mount['type']} {mount.get('source') or 'without a name'}{reading}")
        if mount["type"] == "volume":
            found[f"{target}, kept on"] = Fact("Docker's disk")
    return found


def _tmpfs(data: Data) -> dict[str, Fact]:
    entries = data.get("tmpfs") or ()
    found: dict[str, Fact] = {}
    for entry in [entries] if isinstance(entries, str) else entries:
        target, _, options = entry.partition(":")
        given = {key: value for key, _, value in (option.partition("=") for option in options.split(",") if option)}
        size = size_in_bytes(given["size"]) / MIB if "size" in given else None
        found |= tmpfs(target, size, int(given["mode"], 8) if "mode" in given else None)
    return found


def tmpfs(target: str, size: float | None, mode: int | None) -> dict[str, Fact]:
    """``size`` is MiB."""
    return facts(
        {
            target: "tmpfs",
            f"{target}, size": mebibytes(size),
            f"{target}, mode": None if mode is None else f"{mode:04o}",
        }
    )


def _healthcheck(check: Data) -> dict[str, Fact]:
    """With Docker's defaults: https://docs.docker.com/reference/compose-file/services/#healthcheck"""
    test = check.get("test")
    if check.get("disable") or not test or test[0] == "NONE":
        return {}
    defaults = {"interval": "30s", "timeout": "30s", "start_period": "0s"}
    return facts(
        {
            "test": words(test),
            **{key: span(seconds(check.get(key) or default)) for key, default in defaults.items()},
            "retries": check.get("retries", 3),
            "start_interval": span(seconds(check["start_interval"])) if check.get("start_interval") else None,
        }
    )


def _options(data: Data) -> dict[str, Fact]:
    limits = {
        name: f"{limit}/{limit}" if isinstance(limit, int) else f"{limit['soft']}/{limit['hard']}"
        for name, limit in inside(data, "ulimits").items()
    }
    hosts = (entry.partition("=" if "=" in entry else ":") for entry in data.get("extra_hosts") or ())
    plain = ("working_dir", "hostname", "read_only", "privileged", "stdin_open", "tty", "init")
    return facts(
        {
            **{key: data.get(key) for key in plain},
            **{
                key: " ".join(sorted(name.upper().removeprefix("CAP_") for name in data.get(key) or ()))
                for key in ("cap_add", "cap_drop")
            },
            "ulimits": pairs(limits),
            "sysctls": pairs(data.get("sysctls") or {}),
            "extra_hosts": pairs({name: address for name, _, address in hosts}),
            "labels": pairs(data.get("labels") or {}),
            "shm_size": mebibytes(size_in_bytes(data["shm_size"]) / MIB) if data.get("shm_size") else None,
        }
    )


def _resources(data: Data) -> dict[str, Fact]:
    """``deploy.resources``, or the older keys of the service itself."""
    resources = inside(data, "deploy", "resources")
    limits, reservations = inside(resources, "limits"), inside(resources, "reservations")
    return facts(
        {
            "memory limit": _memory(limits.get("memory", data.get("mem_limit"))),
            "memory reserved": _memory(reservations.get("memory", data.get("mem_reservation"))),
            "cpus": _cpus(limits.get("cpus", data.get("cpus"))),
            "cpus reserved": _cpus(reservations.get("cpus")),
        }
    )


def _memory(size: Any) -> str | None:
    return mebibytes(size_in_bytes(size) / MIB) if size not in (None, "", "0", 0) else None


def _cpus(cpus: Any) -> str | None:
    return f"{float(cpus):g}" if cpus else None


def _restart(data: Data) -> str:
    """Docker Compose starts an ended container again only where it is told to; a user who stops one is not asked."""
    policy = inside(data, "deploy", "restart_policy").get("condition") or data.get("restart") or "no"
    return {"none": "no", "any": "always", "unless-stopped": "always"}.get(policy, policy)
