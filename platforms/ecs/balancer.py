"""The load balancer for HTTP that all services share: the stack's own with its certificate and domain, or another's."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pulumi
import pulumi_aws as aws

from berth.components.certificate import Certificate, CertificateArgs
from berth.components.listener_on_port import ListenerOnPort, ListenerOnPortArgs
from berth.components.load_balancer import LoadBalancer, LoadBalancerArgs
from berth.components.naming import autonamed
from berth.components.network import Network
from berth.components.security_group import SecurityGroup
from berth.compose.model import Application
from berth.platforms.ecs.ingress import SHARED, listener_ports, others_balancer, plan_routes
from berth.platforms.ecs.ingress_rules import covered
from berth.platforms.ecs.network_ingress import plan_network_routes
from berth.settings import Settings, Shared


@dataclass(frozen=True, slots=True, kw_only=True)
class Entrance:
    """Where requests come in. ``listener_arns`` is by a route's port; ``schemes`` is what each speaks, with the port
    where a URL has to name it: ``("https", "")``, ``("http", ":8080")``.
    """

    arn: pulumi.Input[str]
    arn_suffix: pulumi.Input[str]
    dns_name: pulumi.Input[str]
    zone_id: pulumi.Input[str]
    security_group_ids: Sequence[pulumi.Input[str]]
    listener_arns: Mapping[int, pulumi.Input[str]]
    schemes: Mapping[int, tuple[str, str]]


def find_entrance(
    prefix: str, application: Application, settings: Settings, opts: pulumi.ResourceOptions
) -> Entrance | None:
    """The existing load balancer that the stack's routes go on, as AWS describes it; None where it has one of its own.

    Its security groups must let out to the stack's tasks, as those do that let out to everywhere. With the setting
    ``listenerPort`` they are on a listener of the stack's own there.
    """
    if not others_balancer(settings) or not plan_routes(application, settings):
        return None
    if settings.listener_arn:
        listener = _described("aws:lb/getListener:getListener", settings.listener_arn, opts)
        balancer = _described("aws:lb/getLoadBalancer:getLoadBalancer", listener["loadBalancerArn"], opts)
        listeners = {SHARED: settings.listener_arn}
        schemes = {SHARED: scheme(int(listener["port"]), tls=listener["protocol"] == "HTTPS")}
    else:
        assert settings.shared and settings.shared.load_balancer_arn, "the rules refuse a port of no load balancer"
        balancer = _described("aws:lb/getLoadBalancer:getLoadBalancer", settings.shared.load_balancer_arn, opts)
        port = settings.listener_port
        listeners = {port: _own_listener(prefix, settings.shared, settings, opts)}
        schemes = {port: scheme(port, tls=False)}
    return Entrance(
        arn=balancer["arn"],
        arn_suffix=balancer["arnSuffix"],
        dns_name=balancer["dnsName"],
        zone_id=balancer["zoneId"],
        security_group_ids=sorted(balancer["securityGroups"]),
        listener_arns=listeners,
        schemes=schemes,
    )


def _own_listener(prefix: str, shared: Shared, settings: Settings, opts: pulumi.ResourceOptions) -> pulumi.Output[str]:
    """On another stack's load balancer, whose security group lets its port in."""
    assert shared.load_balancer_arn and shared.load_balancer_group_id, "the rules refuse one that is not the stack's"
    return ListenerOnPort(
        f"{prefix}-{settings.listener_port}",
        ListenerOnPortArgs(
            load_balancer_arn=shared.load_balancer_arn,
            security_group_id=shared.load_balancer_group_id,
            port=settings.listener_port,
            ipv6=settings.ipv6,
            tags=settings.tags,
        ),
        opts,
    ).arn


def _described(token: str, arn: str, opts: pulumi.ResourceOptions) -> Mapping[str, Any]:
    """What the provider looks up, untyped: versions of the plugin differ in whether one of a thing is a list."""
    asking = pulumi.InvokeOptions(parent=opts.parent, provider=opts.provider)
    return pulumi.runtime.invoke(token, {"arn": arn}, asking).value


def scheme(port: int, *, tls: bool) -> tuple[str, str]:
    """``http`` or ``https``, and the port as a URL has it."""
    return ("https" if tls else "http", "" if port == (443 if tls else 80) else f":{port}")


def create_certificate(
    prefix: str, application: Application, settings: Settings, opts: pulumi.ResourceOptions
) -> pulumi.Input[str] | None:
    """The setting's certificate, or one for the domain, what is directly below it, and deeper hosts that are routed."""
    domain = settings.domain
    if settings.certificate_arn or not (domain and settings.hosted_zone_id) or others_balancer(settings):
        return settings.certificate_arn
    ways = plan_network_routes(application, settings)
    routes = [*plan_routes(application, settings), *(way for way in ways if way.protocol == "TLS")]
    if not routes and not settings.share:
        return None
    hosts = {route.host for route in routes if route.host}
    deeper = [host for host in sorted(hosts) if host.endswith(f".{domain}") and not covered(host, domain)]
    return Certificate(
        prefix,
        CertificateArgs(
            domain=domain,
            hosted_zone_id=settings.hosted_zone_id,
            subject_alternative_names=[f"*.{domain}", *deeper],
            tags=settings.tags,
        ),
        opts,
    ).arn


def create_load_balancer(
    prefix: str,
    application: Application,
    settings: Settings,
    network: Network,
    group: SecurityGroup | None,
    certificate: pulumi.Input[str] | None,
    opts: pulumi.ResourceOptions,
) -> Entrance | None:
    if group is None:
        return None
    balancer = LoadBalancer(
        autonamed(prefix, 32),
        LoadBalancerArgs(
            vpc_id=network.vpc_id,
            subnet_ids=network.public_subnet_ids,
            security_group_id=group.id,
            http_ports=[port for port in listener_ports(application, settings) if port != 443],
            certificate_arn=certificate,
            dual_stack=settings.ipv6,
            web_acl_arn=settings.web_acl_arn,
            deletion_protection=settings.protect_data,
            access_log_bucket=settings.access_log_bucket,
            tags=settings.tags,
        ),
        opts,
    )
    return Entrance(
        arn=balancer.arn,
        arn_suffix=balancer.arn_suffix,
        dns_name=balancer.dns_name,
        zone_id=balancer.zone_id,
        security_group_ids=[group.id],
        listener_arns=balancer.listener_arns,
        schemes={port: scheme(port, tls=port == 443) for port in balancer.listener_arns},
    )


def point_domain(prefix: str, settings: Settings, entrance: Entrance, opts: pulumi.ResourceOptions) -> None:
    """The domain, and every name below it for host rules, is an alias of the load balancer; those below the domain of
    the stack whose load balancer it is are there already.
    """
    shared = settings.shared.domain if settings.shared else None
    if settings.domain and settings.hosted_zone_id and not (shared and covered(settings.domain, shared)):
        for label, name in (("domain", settings.domain), ("subdomains", f"*.{settings.domain}")):
            alias(f"{prefix}-{label}", name, settings, entrance.dns_name, entrance.zone_id, opts, ipv6=settings.ipv6)


def alias(
    label: str,
    name: str,
    settings: Settings,
    dns_name: pulumi.Input[str],
    zone_id: pulumi.Input[str],
    opts: pulumi.ResourceOptions,
    *,
    ipv6: bool,
) -> None:
    """A record of ``name`` that leads to a load balancer, and with ``ipv6`` one of AAAA beside it."""
    assert settings.hosted_zone_id is not None, "records are made in a hosted zone"
    for kind, suffix in (("A", ""), ("AAAA", "-ipv6")) if ipv6 else (("A", ""),):
        aws.route53.Record(
            f"{label}{suffix}",
            zone_id=settings.hosted_zone_id,
            name=name,
            type=kind,
            aliases=[aws.route53.RecordAliasArgs(name=dns_name, zone_id=zone_id, evaluate_target_health=True)],
            opts=opts,
        )
