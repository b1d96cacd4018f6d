"""Every finding about what AWS runs in place of containers, before anything is created."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from berth.compose.model import Application, Service
from berth.compose.support import check_support
from berth.diagnostics import Diagnostic, Severity
from berth.platforms.ecs.managed.attributes import check_attributes
from berth.platforms.ecs.managed.choice import managed_services
from berth.platforms.ecs.managed.engines import Product, product
from berth.platforms.ecs.managed.plans import check_plan
from berth.platforms.values import Values
from berth.settings import Settings

LABEL = re.compile(r"[a-z0-9]([a-z0-9-]*[a-z0-9])?|[a-z0-9_][a-z0-9_-]*")
"""A name without a dot, as a resolver completes it."""

TLS_ONLY, FORCED = 15, "rds.force_ssl"

INTERFACE_GROUPS = 5
"""Security groups of one database: https://docs.aws.amazon.com/vpc/latest/userguide/amazon-vpc-limits.html"""


def container_support(application: Application, settings: Settings) -> list[Diagnostic]:
    """The support table's findings about all that containers run."""
    managed = managed_services(application, settings)
    findings = check_support(application, settings.platform)
    return [
        item for item in findings if item.service not in managed and not any(_waits_for(item, name) for name in managed)
    ]


def _waits_for(finding: Diagnostic, name: str) -> bool:
    """A health check that ECS would not read is none that AWS needs."""
    return finding.key == f"depends_on.{name}.condition"


def check_managed(application: Application, settings: Settings, values: Values, *, stack: str) -> Iterator[Diagnostic]:
    """Every finding; none where the stack has no managed service."""
    managed = managed_services(application, settings)
    for service in managed.values():
        known = product(service, service.extension.managed_by)  # type: ignore[arg-type]
        name = str(known) if isinstance(known, Product) else "a managed service"
        yield from check_attributes(application, service, name)
        yield from check_plan(application, service, values)
        yield from _names(application, service)
        if isinstance(known, Product):
            yield from _tls(application, service, known)
        if settings.platform == "ecs-fargate" and len(service.networks) > INTERFACE_GROUPS:
            yield Diagnostic(
                file=application.file,
                service=service.name,
                key="networks",
                message=f"{name} joins {INTERFACE_GROUPS} networks at most",
                advice="Leave some out.",
            )
    if managed:
        yield from _stack(settings, stack)
    yield from _own_resolvers(application, settings)


def _names(application: Application, service: Service) -> Iterator[Diagnostic]:
    for name in service.names:
        if not LABEL.fullmatch(name) or len(name) > 63:
            yield Diagnostic(
                file=application.file,
                service=service.name,
                key="name" if name == service.name else "networks",
                message=f"a managed service's name has small letters, digits and hyphens, and no dot (got {name!r})",
                advice="Call it otherwise.",
            )


def _tls(application: Application, service: Service, known: Product) -> Iterator[Diagnostic]:
    """https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/PostgreSQL.Concepts.General.SSL.html"""
    said: Mapping[str, str] = service.extension.managed_by.parameters if service.extension.managed_by else {}
    if known.engine == "postgres" and int(known.version.partition(".")[0]) >= TLS_ONLY and FORCED not in said:
        yield Diagnostic(
            severity=Severity.WARNING,
            file=application.file,
            service=service.name,
            key="x-berth.managed",
            message=f"from PostgreSQL {TLS_ONLY} on RDS takes connections by TLS alone, which some clients do not try",
            advice="Clients of libpq do; tell others sslmode=require, or write "
            f'x-berth: {{managed: {{by: rds, parameters: {{{FORCED}: "0"}}}}}}.',
        )


def _stack(settings: Settings, stack: str) -> Iterator[Diagnostic]:
    file = f"Pulumi.{stack}.yaml"
    subnets = settings.private_subnet_ids or settings.public_subnet_ids
    if (len(subnets) if settings.vpc_id else settings.zones) < 2:
        yield Diagnostic(
            file=file,
            key="berth:publicSubnetIds" if settings.vpc_id else "berth:zones",
            message="a managed service needs subnets in two zones or more",
            advice="Set more, or berth:managedServices to false.",
        )
    if settings.platform == "ecs-fargate" and settings.vpc_id and not settings.private_zone_id:
        yield Diagnostic(
            file=file,
            key="berth:privateZoneId",
            message="tasks complete a name without a dot by the domain name of the VPC's DHCP options, and Berth "
            "changes none of a VPC that it did not make",
            advice="Set it to a private hosted zone of the VPC that is called as this domain name.",
        )


def _own_resolvers(application: Application, settings: Settings) -> Iterator[Diagnostic]:
    """A container with resolvers of its own asks them, and not the VPC's."""
    managed = managed_services(application, settings)
    for name, service in sorted(application.services.items()):
        reached = [item.name for item in managed.values() if service.networks.keys() & item.networks.keys()]
        if service.dns and reached and name not in managed:
            yield Diagnostic(
                file=application.file,
                service=name,
                key="dns",
                message=f"these resolvers do not know {', '.join(reached)}, which the VPC's own does",
                advice="Leave `dns` out, or set berth:managedServices to false.",
            )
