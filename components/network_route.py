"""A port of a Network Load Balancer, and the target group that its connections or datagrams go to."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

import pulumi
import pulumi_aws as aws

from berth.components.load_balancer import TLS_POLICY, load_balancer_name


@dataclass(frozen=True, slots=True, kw_only=True)
class NetworkRouteArgs:
    """What comes to ``port`` goes to ``container_port``; with TLS the balancer ends it by ``certificate_arn`` and sends
    TCP on. ``target_type`` is "ip" for tasks with an interface of their own (awsvpc), "instance" in bridge mode.

    Health is asked by TCP: at ``health_port``, or None, the port that the traffic takes, which UDP has not.
    UDP needs a balancer that is not dual-stack. ``deregistration_delay`` is seconds.
    https://docs.aws.amazon.com/elasticloadbalancing/latest/network/load-balancer-target-groups.html

    Raises:
        ValueError: TLS without a certificate, or UDP without a port for health.
    """

    load_balancer_arn: pulumi.Input[str]
    vpc_id: pulumi.Input[str]
    protocol: Literal["TCP", "UDP", "TLS"]
    port: int
    container_port: int
    target_type: Literal["ip", "instance"] = "ip"
    health_port: int | None = None
    certificate_arn: pulumi.Input[str] | None = None
    deregistration_delay: int = 30
    tags: Mapping[str, str] = field(default_factory=dict[str, str])

    def __post_init__(self) -> None:
        if self.protocol == "TLS" and self.certificate_arn is None:
            raise ValueError("certificate_arn: TLS needs a certificate")
        if self.protocol == "UDP" and self.health_port is None:
            raise ValueError("health_port: a target of UDP is asked for its health by TCP")


class NetworkRoute(pulumi.ComponentResource):
    """A service depends on ``listener``: ECS refuses a target group that no load balancer uses yet."""

    target_group_arn: pulumi.Output[str]
    listener: pulumi.Resource

    def __init__(self, name: str, args: NetworkRouteArgs, opts: pulumi.ResourceOptions | None = None) -> None:
        super().__init__("berth:components:NetworkRoute", name, None, opts)
        child = pulumi.ResourceOptions(parent=self)
        udp = args.protocol == "UDP"
        group = aws.lb.TargetGroup(
            load_balancer_name(name),
            target_type=args.target_type,
            vpc_id=args.vpc_id,
            protocol="UDP" if udp else "TCP",
            port=args.container_port,
            deregistration_delay=args.deregistration_delay,
            connection_termination=udp,  # a flow of datagrams has no end of its own
            # The service sees who calls, as behind a published port. UDP has it always, and takes no setting of it.
            preserve_client_ip=None if udp else "true",
            health_check=aws.lb.TargetGroupHealthCheckArgs(
                protocol="TCP",
                port="traffic-port" if args.health_port is None else str(args.health_port),
                interval=10,
                timeout=5,
                healthy_threshold=2,
                unhealthy_threshold=3,
            ),
            tags=dict(args.tags),
            opts=child,
        )
        tls = args.protocol == "TLS"
        self.listener = aws.lb.Listener(
            name,
            load_balancer_arn=args.load_balancer_arn,
            port=args.port,
            protocol=args.protocol,
            certificate_arn=args.certificate_arn if tls else None,
            ssl_policy=TLS_POLICY if tls else None,
            default_actions=[aws.lb.ListenerDefaultActionArgs(type="forward", target_group_arn=group.arn)],
            tags=dict(args.tags),
            opts=child,
        )
        self.target_group_arn = group.arn
        self.register_outputs({"target_group_arn": self.target_group_arn})
