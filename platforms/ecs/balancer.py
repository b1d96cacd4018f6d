"""The load balancer that all services share, its certificate and its domain."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws

from components.certificate import Certificate, CertificateArgs
from components.load_balancer import LoadBalancer, LoadBalancerArgs
from components.naming import autonamed
from components.network import Network
from components.security_group import SecurityGroup
from compose.model import Application
from platforms.ecs.ingress import listener_ports
from settings import Settings


def create_load_balancer(
    prefix: str,
    application: Application,
    settings: Settings,
    network: Network,
    group: SecurityGroup | None,
    opts: pulumi.ResourceOptions,
) -> LoadBalancer | None:
    if group is None:
        return None
    certificate = settings.certificate_arn
    if settings.domain and settings.hosted_zone_id and not certificate:
        certificate = Certificate(
            prefix,
            CertificateArgs(
                domain=settings.domain,
                hosted_zone_id=settings.hosted_zone_id,
                subject_alternative_names=[f"*.{settings.domain}"],
                tags=settings.tags,
            ),
            opts,
        ).arn
    balancer = LoadBalancer(
        autonamed(prefix, 32),
        LoadBalancerArgs(
            vpc_id=network.vpc_id,
            subnet_ids=network.public_subnet_ids,
            security_group_id=group.id,
            http_ports=[port for port in listener_ports(application, settings) if port != 443],
            certificate_arn=certificate,
            deletion_protection=settings.protect_data,
            access_log_bucket=settings.access_log_bucket,
            tags=settings.tags,
        ),
        opts,
    )
    if settings.domain and settings.hosted_zone_id:
        _point_domain(prefix, settings.domain, settings.hosted_zone_id, balancer, opts)
    return balancer


def _point_domain(
    prefix: str, domain: str, hosted_zone_id: str, balancer: LoadBalancer, opts: pulumi.ResourceOptions
) -> None:
    """The domain, and every name below it for host rules, is an alias of the load balancer."""
    for label, name in (("domain", domain), ("subdomains", f"*.{domain}")):
        aws.route53.Record(
            f"{prefix}-{label}",
            zone_id=hosted_zone_id,
            name=name,
            type="A",
            aliases=[
                aws.route53.RecordAliasArgs(
                    name=balancer.dns_name, zone_id=balancer.zone_id, evaluate_target_health=True
                )
            ],
            opts=opts,
        )
