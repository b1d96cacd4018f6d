"""What each platform does with each attribute of a Compose file: honoured, adapted with a warning, or refused.

``SECTIONS`` holds one table for each part of the file, by the part's path; ``*`` stands for a name or a list's item.
A new attribute gets a row, as does each key of the schema that Docker Compose brings along. What depends on more than
one attribute, or on what it says, is in ``values``; docs/compose-support.md is written from here.

https://docs.docker.com/reference/compose-file/
https://docs.aws.amazon.com/AmazonECS/latest/developerguide/fargate-tasks-services.html
"""

from __future__ import annotations

from collections.abc import Mapping

from berth.compose.support.deploy import DEPLOY_SECTIONS
from berth.compose.support.rule import (
    CONTAINERS_ONLY,
    DEPENDS,
    HONOURED,
    LABELS,
    LOCAL,
    OK,
    TAGS,
    Rule,
    Support,
    Table,
    adapted,
    by_value,
    honoured,
    locally,
    refused,
    rows,
    unless,
)
from berth.compose.support.service import SERVICE_SECTIONS

NAME = by_value("AWS resources are named after the stack: a name of your own is a warning.")
ADDRESSES = adapted("the network is the stack's VPC; see `berth:vpcCidr`")

NETWORK: Table = {
    "attachable": LOCAL,
    "internal": by_value("A security group that lets nothing out; on an instance a warning: all share its network."),
    "name": NAME,
    "labels": Support(
        Rule("adapted", "only Docker knows these labels; on an instance nothing on AWS stands for a network"),
        DEPENDS,
        note=f"Tags of the network's security group; {TAGS}",
    ),
    **rows("driver_opts enable_ipv4 enable_ipv6 ipam", ADDRESSES),
    "driver": unless("bridge default overlay", refused("ECS has no network driver '{value}'", "Leave `driver` out.")),
    "external": Support(
        Rule("refused", "services on an instance share its network", "Set `berth:vpcId` to use a VPC that exists."),
        DEPENDS,
        note="On Fargate `name: sg-…` is a security group that its services join, of the VPC that `berth:vpcId` names; "
        "others are refused.",
    ),
}

VOLUME: Table = {
    "name": NAME,
    "labels": by_value(
        f"Tags of the volume's access point on EFS, of which {TAGS} On an instance's disk the volume's."
    ),
    "driver": unless("local", refused("volumes are EFS or the instance's disk, not '{value}'", "Leave `driver` out.")),
    "driver_opts": by_value("`type: nfs` with the address of an EFS file system is that one; others are refused."),
    "external": by_value(
        "`name: fs-…`, `fs-…:/path` or `fs-…:fsap-…` is an EFS file system, or an access point of one, in the VPC that "
        "`berth:vpcId` names; others are refused."
    ),
}

SWARM = refused("only Swarm has such drivers", "Leave it out.")
DRIVER = locally("Docker Compose has no such drivers", SWARM, "Leave it out.", "refused")
SECRET_LABELS = locally("only Swarm keeps such labels", by_value(f"Tags of the secret; {TAGS}"))
CONFIG_LABELS = locally("only Swarm keeps such labels", LABELS)

SECRET: Table = {
    **rows("environment file", OK),
    "external": Support(
        HONOURED,
        HONOURED,
        DEPENDS,
        note="A secret of Secrets Manager, by name or ARN, or a parameter of SSM, by ARN. On this machine "
        "`berth:secrets` must have its value.",
    ),
    "name": NAME,
    "labels": SECRET_LABELS,
    **rows("driver template_driver", DRIVER),
    "driver_opts": locally("only Swarm has such drivers", SWARM),
}

CONFIG: Table = {
    **rows("content environment file", OK),
    "external": by_value("A parameter of SSM or a secret, by ARN; other names are refused."),
    "name": NAME,
    "labels": CONFIG_LABELS,
    "template_driver": DRIVER,
}

TOP_LEVEL: Table = {
    **rows("configs name networks secrets services version volumes", OK),
    "include": honoured("Resolved by Docker Compose before anything is deployed."),
    "models": CONTAINERS_ONLY,
    "jobs": refused(
        "Berth deploys services only", "Make it a service that another waits for with service_completed_successfully."
    ),
}

SECTIONS: Mapping[str, Table] = {
    "": TOP_LEVEL,
    "networks.*": NETWORK,
    "networks.*.ipam": rows("config driver options", ADDRESSES),
    "networks.*.ipam.config.*": rows("aux_addresses gateway ip_range subnet", ADDRESSES),
    "volumes.*": VOLUME,
    "secrets.*": SECRET,
    "configs.*": CONFIG,
    "models.*": rows("context_size model name runtime_flags", CONTAINERS_ONLY),
    **SERVICE_SECTIONS,
    **DEPLOY_SECTIONS,
}
