"""Every type of resource that Berth creates: how it is found in AWS, or why it need not be."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from berth.adoption.data import DATA, DNS, WATCH
from berth.adoption.ec2 import EC2
from berth.adoption.kinds import Kind
from berth.adoption.services import BALANCERS, ECS, IAM

KINDS: Mapping[str, Kind] = {**EC2, **IAM, **ECS, **BALANCERS, **DATA, **DNS, **WATCH}


@dataclass(frozen=True, slots=True, kw_only=True)
class Own:
    """A resource of Berth's own, whose creation can be gone on with: its id is the input ``id``, and ``unfinished``
    are attributes by which the next update sees that it has not been done, and its deletion what it has left.
    """

    id: str
    unfinished: Mapping[str, Any]


OWN: Mapping[str, Own] = {
    "pulumi-python:dynamic/berth:RunOnce": Own(id="service_prefix", unfinished={"task_definition": ""}),
    "pulumi-python:dynamic/berth:ComposeUp": Own(id="project_name", unfinished={"goals": {}, "published": {}}),
}

NOTHING = frozenset(
    {
        "aws:acm/certificateValidation:CertificateValidation",
        "aws:ec2/defaultSecurityGroup:DefaultSecurityGroup",
        "aws:ecr/lifecyclePolicy:LifecyclePolicy",
        "aws:efs/backupPolicy:BackupPolicy",
        "aws:secretsmanager/secretRotation:SecretRotation",
        "aws:secretsmanager/secretVersion:SecretVersion",
        "aws:sns/topicPolicy:TopicPolicy",
        "aws:sns/topicSubscription:TopicSubscription",
        "aws:wafv2/webAclAssociation:WebAclAssociation",
        "docker-build:index:Image",
        "docker:index/registryImage:RegistryImage",
        "docker:index/image:Image",
        "pulumi-python:dynamic/berth:Rollout",
    }
)
"""Part of another resource, and gone with it: a second creation finds it as it is, or writes over it."""

UNKNOWN = frozenset({"aws:kms/key:Key"})
"""Nothing but a description tells these from others'. They are named, for the user to look for."""
