"""Answers of AWS about one service, as small as they may be."""

from __future__ import annotations

from typing import Any

from berth.importing.live import Live, parse_live

CLUSTER = "arn:aws:ecs:eu-west-1:123456789012:cluster/live"
ARN = "arn:aws:ecs:eu-west-1:123456789012:service/live/web"
GROUP = "arn:aws:elasticloadbalancing:eu-west-1:123456789012:targetgroup/old-web/0123456789abcdef"
NETWORK = {"subnets": ["subnet-1"], "securityGroups": ["sg-1"], "assignPublicIp": "ENABLED"}


def container(**fields: Any) -> dict[str, Any]:
    return {"name": "web", "image": "nginx:1.29", "essential": True, **fields}


def live(
    *containers: dict[str, Any],
    task: dict[str, Any] | None = None,
    scaling: dict[str, Any] | None = None,
    **service: Any,
) -> Live:
    """A service on Fargate with one task; ``service`` are further keys of the service, ``task`` of its definition."""
    return parse_live(
        {
            "serviceArn": ARN,
            "serviceName": "web",
            "clusterArn": CLUSTER,
            "status": "ACTIVE",
            "launchType": "FARGATE",
            "desiredCount": 1,
            "networkConfiguration": {"awsvpcConfiguration": NETWORK},
            **service,
        },
        {
            "family": "old-web",
            "cpu": "256",
            "memory": "1024",
            "containerDefinitions": list(containers) or [container()],
            **(task or {}),
        },
        scaling or {},
    )
