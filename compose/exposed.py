"""Ports that a service listens on without saying so in the file: by its Dockerfile, or by its well-known image."""

from __future__ import annotations

import re
from collections.abc import Mapping

from berth.compose.model import Application, Build, Service

WELL_KNOWN: Mapping[str, tuple[int, ...]] = {
    "caddy": (80,),
    "elasticsearch": (9200,),
    "httpd": (80,),
    "mariadb": (3306,),
    "memcached": (11211,),
    "minio": (9000,),
    "mongo": (27017,),
    "mysql": (3306,),
    "nats": (4222,),
    "nginx": (80,),
    "opensearch": (9200,),
    "postgres": (5432,),
    "postgis": (5432,),
    "rabbitmq": (5672,),
    "redis": (6379,),
    "traefik": (80,),
    "valkey": (6379,),
}
"""The port that an official image's documentation names first, by the image's name."""

_INSTRUCTION = re.compile(r"^\s*(ARG|FROM|EXPOSE)\s+(.*?)\s*$", re.IGNORECASE)
_VARIABLE = re.compile(r"\$\{?(\w+)(?::-([^}]*))?\}?")


def with_exposed_ports(application: Application) -> Application:
    """The application with ``exposed`` filled in for each service that names no port of its own."""
    services = {name: _with_ports(service) for name, service in application.services.items()}
    return application.model_copy(update={"services": services})


def _with_ports(service: Service) -> Service:
    if service.container_ports:
        return service
    if service.build is not None:
        found = exposed_ports(service.build)
    else:
        found = WELL_KNOWN.get(image_name(service.image or ""), ())
    return service.model_copy(update={"exposed": found}) if found else service


def image_name(image: str) -> str:
    """``postgres`` of ``registry.example.com/library/postgres:17@sha256:…``."""
    return image.partition("@")[0].rpartition("/")[2].partition(":")[0]


def exposed_ports(build: Build) -> tuple[int, ...]:
    """TCP ports that ``EXPOSE`` names in the stage that is built; none when there is no Dockerfile to read."""
    if build.dockerfile_inline is not None:
        text = build.dockerfile_inline
    else:
        file = build.context / (build.dockerfile or "Dockerfile")
        text = file.read_text(errors="replace") if file.is_file() else ""
    arguments: dict[str, str] = dict(build.args)
    stages: dict[str, list[int]] = {}
    stage = ""
    for line in text.replace("\\\n", " ").splitlines():
        match = _INSTRUCTION.match(line)
        if match is None:
            continue
        instruction, rest = match[1].upper(), match[2]
        if instruction == "ARG":
            name, _, default = rest.partition("=")
            arguments.setdefault(name, default.strip("\"'"))
        elif instruction == "FROM":
            words = [word for word in _substitute(rest, arguments).split() if not word.startswith("--")]
            stage = words[2] if len(words) == 3 else str(len(stages))
            stages[stage] = list(stages.get(words[0], []))
        else:
            stages.setdefault(stage, []).extend(_ports(_substitute(rest, arguments)))
    wanted = build.target if build.target in stages else stage
    return tuple(dict.fromkeys(stages.get(wanted, [])))


def _ports(words: str) -> list[int]:
    """The TCP ports of one ``EXPOSE``; ranges give their first."""
    found: list[int] = []
    for word in words.split():
        port, _, protocol = word.partition("/")
        if protocol.lower() in ("", "tcp") and port.partition("-")[0].isdigit():
            found.append(int(port.partition("-")[0]))
    return found


def _substitute(text: str, arguments: Mapping[str, str]) -> str:
    return _VARIABLE.sub(lambda match: arguments.get(match[1]) or match[2] or "", text)
