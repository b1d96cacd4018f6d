"""What an ECS instance does at its first start."""

from __future__ import annotations

import json
import shlex
from collections.abc import Mapping, Sequence

LOG_DRIVERS = ("json-file", "syslog", "awslogs", "fluentd", "none")
"""What the agent offers where nothing is said:
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html"""


def user_data(
    *,
    cluster_name: str,
    allocation_id: str | None,
    attributes: Mapping[str, str] | None = None,
    log_drivers: Sequence[str] = (),
    drain_spot: bool = False,
) -> str:
    """The script that cloud-init runs before the ECS agent starts: join the cluster, take the Elastic IP.

    With ``drain_spot`` the agent moves the tasks away in the two minutes' notice that a Spot instance has.

    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/bootstrap_container_instance.html
    https://docs.aws.amazon.com/AmazonECS/latest/developerguide/ecs-agent-config.html
    """
    lines = ["#!/bin/bash", f"echo ECS_CLUSTER={cluster_name} >> /etc/ecs/ecs.config"]
    if drain_spot:
        lines.append("echo ECS_ENABLE_SPOT_INSTANCE_DRAINING=true >> /etc/ecs/ecs.config")
    if attributes:
        line = f"ECS_INSTANCE_ATTRIBUTES={json.dumps(dict(sorted(attributes.items())))}"
        lines.append(f"echo {shlex.quote(line)} >> /etc/ecs/ecs.config")
    if log_drivers:
        line = f"ECS_AVAILABLE_LOGGING_DRIVERS={json.dumps([*LOG_DRIVERS, *log_drivers])}"
        lines.append(f"echo {shlex.quote(line)} >> /etc/ecs/ecs.config")
    if allocation_id is not None:
        lines += [
            # The ECS-optimized AMI is made from the minimal AL2023, which has no AWS CLI.
            "command -v aws || dnf install -y awscli-2",
            "metadata=http://169.254.169.254/latest",
            "token=$(curl -sfX PUT -H 'X-aws-ec2-metadata-token-ttl-seconds: 600' $metadata/api/token)",
            'fetch() { curl -sf -H "X-aws-ec2-metadata-token: $token" "$metadata/meta-data/$1"; }',
            # A predecessor may still hold the address, and permissions take seconds to spread.
            "for attempt in {1..30}; do",
            '  aws ec2 associate-address --region "$(fetch placement/region)" --instance-id "$(fetch instance-id)" \\',
            f"    --allocation-id {allocation_id} --allow-reassociation && break",
            "  sleep 10",
            "done",
        ]
    return "\n".join(lines) + "\n"
