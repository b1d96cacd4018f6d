"""What the services of a file share: names, and the networks that keep them apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import combinations
from typing import Any

from berth.compose.efs import existing_file_system, nfs_options
from berth.compose.model import Application
from berth.compose.support.rule import ELSEWHERE, Rule
from berth.untyped import inside, mapping

Found = tuple[str, Rule]
"""A key's path in the file, and its rule."""

GROUP = re.compile(r"sg-[0-9a-f]+")
ARN = re.compile(r"arn:[\w-]+:(ssm|secretsmanager):")


def check_names(raw: Mapping[str, Any]) -> Iterator[Found]:
    """A ``name`` of the user's own; Compose itself fills in the project's name and the key."""
    for part in ("networks", "volumes", "secrets", "configs"):
        for key, declared in sorted(inside(raw, part).items()):
            name = mapping(declared).get("name")
            if name and name != f"{raw.get('name')}_{key}" and not declared.get("external"):
                yield f"{part}.{key}.name", Rule("adapted", f"AWS resources are named after the stack, not {name!r}")


def check_external(application: Application, platform: str) -> Iterator[Found]:
    """What exists already, where its name is no id that means something on AWS."""
    for name, volume in sorted(application.volumes.items()):
        key = f"volumes.{name}.{'external' if volume.external else 'driver_opts'}"
        if (volume.external or volume.driver_opts) and existing_file_system(volume) is None:
            advice = "Name an EFS file system, `name: fs-…`, or leave it out and copy the data once."
            if volume.external:
                yield key, Rule("refused", f"AWS has no volume {volume.external_name!r}", advice)
            else:
                yield key, Rule("refused", "volumes are EFS, or the instance's disk", ELSEWHERE)
        elif volume.driver_opts and "ro" in nfs_options(volume):
            yield key, Rule("refused", "ECS mounts it for reading and writing", "Write `read_only` at each mount.")
    for name, network in sorted(application.networks.items()):
        if network.external and platform == "ecs-fargate" and not GROUP.fullmatch(network.name):
            advice = "Name a security group, `name: sg-…`, or set `berth:vpcId` to use a VPC that exists."
            yield f"networks.{name}.external", Rule("refused", f"AWS has no network {network.name!r}", advice)
    for name, config in sorted(application.configs.items()):
        if config.external and not ARN.match(config.external_name or ""):
            advice = "Name the ARN of a parameter of SSM or of a secret, or leave `external` out."
            yield f"configs.{name}.external", Rule("refused", "AWS keeps no configs by name alone", advice)


def check_networks(raw: Mapping[str, Any]) -> Iterator[Found]:
    """On an instance every container is on the one Docker bridge; one finding says all that is lost by it."""
    networks = inside(raw, "networks")
    services = inside(raw, "services").values()
    members = [set(service["networks"]) for service in services if service.get("networks")]
    lost: list[str] = []
    if any(not (first & second) for first, second in combinations(members, 2)):
        lost.append(f"{', '.join(sorted(networks))} do not keep services apart")
    internal = [name for name, declared in sorted(networks.items()) if mapping(declared).get("internal")]
    if internal:
        lost.append(f"`internal` does not cut {', '.join(internal)} off from outside")
    if lost:
        message = f"services on an instance share its network: {', and '.join(lost)}"
        yield "networks", Rule("adapted", message, "On ecs-fargate each network is a security group of its own.")
