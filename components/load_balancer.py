"""An Application Load Balancer that answers 404 until a route says otherwise."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

import pulumi
import pulumi_aws as aws

from berth.components.naming import autonamed

MAXIMUM_NAME = 32
"""Characters: https://docs.aws.amazon.com/elasticloadbalancing/latest/APIReference/API_CreateLoadBalancer.html"""
TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-Res-PQ-2025-09"
"""What AWS recommends: TLS 1.2 and 1.3, and post-quantum key exchange with clients that have it.
https://docs.aws.amazon.com/elasticloadbalancing/latest/application/describe-ssl-policies.html"""
HTTP, HTTPS = 80, 443


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadBalancerArgs:
    """``subnet_ids`` are public and in two zones or more. With a certificate there is an HTTPS listener at 443, and
    port 80 redirects to it; ``http_ports`` other than 80 stay plain. ``access_log_bucket`` is a bucket in the same
    region that lets Elastic Load Balancing write:
    https://docs.aws.amazon.com/elasticloadbalancing/latest/application/enable-access-logging.html
    port 80 redirects to it; ``http_ports`` other than 80 stay plain. ``dual_stack`` answers by IPv6, too, which its
    subnets then must have. ``web_acl_arn`` is a regional one of AWS WAF.

    Raises:
        ValueError: port 443 as a plain one, or no listener at all.
    """

    vpc_id: pulumi.Input[str]
    subnet_ids: Sequence[pulumi.Input[str]]
    security_group_id: pulumi.Input[str]
    http_ports: Sequence[int]
    certificate_arn: pulumi.Input[str] | None = None
    dual_stack: bool = False
    web_acl_arn: str | None = None
    deletion_protection: bool = False
    access_log_bucket: str | None = None
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        if HTTPS in self.http_ports:
            raise ValueError("http_ports: 443 is for HTTPS, which needs certificate_arn")
        if not self.http_ports and self.certificate_arn is None:
            raise ValueError("http_ports: a load balancer needs one port or more, or certificate_arn")


class LoadBalancer(pulumi.ComponentResource):
    """``listener_arns`` is by port; ``arn_suffix`` is how CloudWatch names the load balancer."""

    arn: pulumi.Output[str]
    arn_suffix: pulumi.Output[str]
    dns_name: pulumi.Output[str]
    zone_id: pulumi.Output[str]
    listener_arns: Mapping[int, pulumi.Output[str]]

    def __init__(self, name: str, args: LoadBalancerArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:LoadBalancer", name, None, opts)
        balancer = aws.lb.LoadBalancer(
            load_balancer_name(name),
            load_balancer_type="application",
            internal=False,
            ip_address_type="dualstack" if args.dual_stack else None,
            subnets=args.subnet_ids,
            security_groups=[args.security_group_id],
            drop_invalid_header_fields=True,
            idle_timeout=60,
            enable_deletion_protection=args.deletion_protection,
            access_logs=_access_logs(args.access_log_bucket, name),
            tags=dict(args.tags),
            opts=pulumi.ResourceOptions(parent=self),
        )
        self.arn = balancer.arn
        self.arn_suffix = balancer.arn_suffix
        self.dns_name = balancer.dns_name
        self.zone_id = balancer.zone_id
        if args.web_acl_arn is not None:
            aws.wafv2.WebAclAssociation(
                name,
                resource_arn=balancer.arn,
                web_acl_arn=args.web_acl_arn,
                opts=pulumi.ResourceOptions(parent=self),
            )
        secure = args.certificate_arn is not None
        ports = {*args.http_ports, *((HTTP, HTTPS) if secure else ())}
        self.listener_arns = {port: self._listener(name, port, args, secure=secure).arn for port in sorted(ports)}
        self.register_outputs({"arn": self.arn, "dns_name": self.dns_name, "zone_id": self.zone_id})

    def _listener(self, name: str, port: int, args: LoadBalancerArgs, *, secure: bool) -> aws.lb.Listener:
        tls = port == HTTPS
        return aws.lb.Listener(
            f"{name}-{port}",
            load_balancer_arn=self.arn,
            port=port,
            protocol="HTTPS" if tls else "HTTP",
            certificate_arn=args.certificate_arn if tls else None,
            ssl_policy=TLS_POLICY if tls else None,
            default_actions=[_to_https() if secure and port == HTTP else not_found()],
            tags=dict(args.tags),
            opts=pulumi.ResourceOptions(parent=self),
        )


def _access_logs(bucket: str | None, name: str) -> aws.lb.LoadBalancerAccessLogsArgs | None:
    return aws.lb.LoadBalancerAccessLogsArgs(bucket=bucket, prefix=name, enabled=True) if bucket else None


def not_found() -> aws.lb.ListenerDefaultActionArgs:
    return aws.lb.ListenerDefaultActionArgs(
        type="fixed-response",
        fixed_response=aws.lb.ListenerDefaultActionFixedResponseArgs(
            content_type="text/plain", message_body="Not found", status_code="404"
        ),
    )


def _to_https() -> aws.lb.ListenerDefaultActionArgs:
    return aws.lb.ListenerDefaultActionArgs(
        type="redirect",
        redirect=aws.lb.ListenerDefaultActionRedirectArgs(port=str(HTTPS), protocol="HTTPS", status_code="HTTP_301"),
    )


def load_balancer_name(name: str) -> str:
    """A logical name that autonames to what AWS takes for load balancers and target groups.

    These have letters, digits and hyphens only, 32 at most, and "internal-" is not theirs to begin with; Compose names
    have underscores and dots. The hash keeps ``a_b`` and ``a-b`` apart.
    """
    allowed = re.sub(r"[^A-Za-z0-9-]+", "-", name).strip("-")
    if allowed.startswith("internal-"):
        allowed = f"lb-{allowed}"
    if allowed != name:
        allowed = f"{allowed}-{hashlib.sha256(name.encode()).hexdigest()[:4]}"
    return autonamed(allowed, MAXIMUM_NAME)
