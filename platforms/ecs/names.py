"""Names of a Compose file that AWS would not take, or that two services would share."""

from __future__ import annotations

import re
from collections.abc import Iterator

from berth.compose.model import Application, Service
from berth.diagnostics import Diagnostic, Where

MAXIMUM_NAME = 40
"""Characters of an application's, stack's and service's name together: an IAM role's name has 64 at most, of which
autonaming and the role's purpose take the rest.
https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html"""

NAME = re.compile(r"[A-Za-z0-9_-]+")
"""Containers and volumes: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html"""

OWN_VOLUME = re.compile(r"files-\d+")

WORDS = "letters, digits, hyphens and underscores"


def check_names(application: Application, stack: str) -> Iterator[Diagnostic]:
    """Every finding about the names of services, their aliases and volumes."""
    for name, service in sorted(application.services.items()):
        yield from _length(application, name, stack)
        yield from _characters(application, service)
    used = {str(mount.source) for service in application.services.values() for mount in service.mounts}
    for volume in sorted(set(application.volumes) & used):
        if not NAME.fullmatch(volume):
            yield Diagnostic(
                file=application.file,
                key=f"volumes.{volume}",
                message=f"a volume's name on ECS has {WORDS}",
                advice="Call it otherwise.",
            )
        elif OWN_VOLUME.fullmatch(volume):
            yield Diagnostic(
                file=application.file,
                key=f"volumes.{volume}",
                message="Berth's own volumes, for secrets and configs, have such names",
                advice="Call it otherwise.",
            )
    yield from _shared(application)


def _length(application: Application, service: str, stack: str) -> Iterator[Diagnostic]:
    name = f"{application.name}-{stack}-{service}"
    if len(name) > MAXIMUM_NAME:
        yield Diagnostic(
            file=application.file,
            service=service,
            key="name",
            message=f"{name!r} has {len(name)} characters; AWS names leave room for {MAXIMUM_NAME}",
            advice="Shorten the service's name, the file's `name`, or the stack's.",
        )


def _characters(application: Application, service: Service) -> Iterator[Diagnostic]:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectClientAlias.html"""
    where: Where = {"file": application.file, "service": service.name}
    reached = bool(application.listening_ports(service.name)) and application.takes_requests(service.name)
    if not NAME.fullmatch(service.name):
        advice = "Call the service otherwise, and write this name among its `aliases` in a network."
        yield Diagnostic(**where, key="name", message=f"a container's name on ECS has {WORDS}", advice=advice)
    elif (reached or service.build) and service.name != service.name.lower():
        yield Diagnostic(
            **where,
            key="name",
            message="names in Service Connect and ECR have small letters",
            advice=f"Call the service {service.name.lower()}.",
        )
    for network, attachment in sorted(service.networks.items()):
        large = [alias for alias in attachment.aliases if alias != alias.lower()]
        if reached and large:
            yield Diagnostic(
                **where,
                key=f"networks.{network}.aliases",
                message=f"names in Service Connect have small letters, unlike {', '.join(large)}",
                advice="Write them small.",
            )


def _shared(application: Application) -> Iterator[Diagnostic]:
    """https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ServiceConnectService.html"""
    owners: dict[tuple[str, int], str] = {}
    for name, service in sorted(application.services.items()):
        if not application.takes_requests(name):
            continue
        for alias in service.names:
            for port in application.listening_ports(name):
                owner = owners.setdefault((alias, port), name)
                if owner != name:
                    yield Diagnostic(
                        file=application.file,
                        service=name,
                        key="networks",
                        message=f"{alias}:{port} is {owner} already; in Service Connect a name belongs to one service",
                        advice="Leave the alias out, or make both one service with `deploy.replicas`.",
                    )
