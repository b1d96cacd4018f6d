"""A case's application planned under Pulumi's mocks, and what was asked for by the subject of a fact."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from berth.compose.model import Application
from berth.platforms.ecs.deploy import EcsApplication
from berth.settings import Settings
from tests.conformance.case import PROJECT
from tests.unit.components.build import Built, build
from tests.unit.hooks import accept_hooks
from tests.unit.recorder import MADE_BY_AWS, Recorder

TASK = "aws:ecs/taskDefinition:TaskDefinition"
SERVICE = "aws:ecs/service:Service"
JOB = "pulumi-python:dynamic/berth:RunOnce"

KINDS: Mapping[str, tuple[str, str]] = {
    "task": (TASK, "{}"),
    "service": (SERVICE, "{}"),
    "job": (JOB, "{}"),
    "label": ("aws:secretsmanager/secret:Secret", "{}"),
    "schedule": ("aws:scheduler/schedule:Schedule", "{}"),
    "secret": ("aws:secretsmanager/secretVersion:SecretVersion", "{}-value"),
    "image": ("docker-build:index:Image", "{}"),
    "group": ("aws:ec2/securityGroup:SecurityGroup", "{}"),
    "ingress": ("aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", "{}"),
    "egress": ("aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", "{}"),
    "volume": ("aws:efs/accessPoint:AccessPoint", "{}"),
    "database": ("aws:rds/instance:Instance", "{}"),
    "cache": ("aws:elasticache/replicationGroup:ReplicationGroup", "{}"),
    "record": ("aws:route53/record:Record", "{}"),
    "roles": ("aws:iam/rolePolicy:RolePolicy", "{}-policy"),
    "balancer": ("aws:lb/loadBalancer:LoadBalancer", "{}"),
    "listener": ("aws:lb/listener:Listener", "{}"),
    "target": ("aws:lb/targetGroup:TargetGroup", "{}"),
    "rule": ("aws:lb/listenerRule:ListenerRule", "{}-rule"),
}
"""A fact's first word -> the type of the resource, and its name after ``case-``."""

AWAITED = {"_EcsService": "asked", "Rollout": "running", "RunOnce": "completed", "PrivateNames": "available"}
"""What a service may wait for: another was asked for, runs (and is healthy), has completed, or is run by AWS."""


MARK = "4dabf18193072939515e22adb298388d"
"""Pulumi's mark of a secret among plain inputs: https://pkg.go.dev/github.com/pulumi/pulumi/sdk/v3/go/common/resource"""


def revealed(value: Any) -> Any:
    """Inputs with secrets as their plain values."""
    if isinstance(value, Mapping):
        inner = value.get("value") if MARK in value else None
        return revealed(inner) if MARK in value else {key: revealed(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [revealed(item) for item in value]
    return value


@dataclass(frozen=True, slots=True)
class Planned:
    """Everything that one platform asks for, with the containers of each task by name."""

    built: Built
    tasks: Mapping[str, Mapping[str, Any]]

    def count(self, kind: str) -> int:
        return len(self.built.recorder.of(KINDS[kind][0]))

    def subject(self, subject: str) -> Any:
        """What a fact speaks of, like ``task web``, ``container web/web-files`` or ``names web``."""
        kind, _, name = subject.partition(" ")
        if kind == "container":
            task, _, container = name.partition("/")
            return self.tasks[task]["containers"][container or task]
        if kind == "task":
            return self.tasks[name]
        if kind == "names":
            return self._names(name)
        if kind == "groups":
            return self._groups(name)
        if kind == "waits":
            return self._waits(name)
        if kind == "urls":
            return self.built.values["urls"]
        type_token, pattern = KINDS[kind]
        inputs = self.built.inputs(type_token, f"{PROJECT}-{pattern.format(name)}")
        if kind == "secret":
            assert MARK in inputs["secretString"], "a secret's value is not marked as one"
        return revealed(inputs)

    def _names(self, service: str) -> list[str]:
        """The names and ports by which others reach a service, in order."""
        connect = self.built.inputs(SERVICE, f"{PROJECT}-{service}")["serviceConnectConfiguration"]
        aliases = [alias for item in connect.get("services", ()) for alias in item["clientAlias"]]
        return [f"{alias['dnsName']}:{int(alias['port'])}" for alias in aliases]

    def _groups(self, service: str) -> list[str]:
        """The security groups of a task's network interface, sorted."""
        inputs = self.built.inputs(SERVICE, f"{PROJECT}-{service}")
        groups = inputs["networkConfiguration"]["securityGroups"]
        return sorted(group.removeprefix(f"{PROJECT}-").removesuffix("-id") for group in groups)

    def _waits(self, service: str) -> list[str]:
        """What a service waits for before it is created, sorted."""
        found = []
        for component in ("Service", "Job"):
            options = self.built.options.get((f"berth:components:{component}", f"{PROJECT}-{service}"))
            for item in options.depends_on or () if options else ():
                word = AWAITED.get(type(item).__name__)
                if word:
                    found.append(f"{word} {item._name.removeprefix(f'{PROJECT}-')}")
        return sorted(found)


def plan(application: Application, settings: Settings) -> Planned:
    """The application on the settings' platform, as the program asks AWS for it."""
    recorder = Recorder(
        calls={
            "aws:ecr/getAuthorizationToken:getAuthorizationToken": {"userName": "AWS", "password": "login"},
            "aws:index/getAvailabilityZones:getAvailabilityZones": {"names": ["us-east-1a", "us-east-1b"]},
            "aws:ssm/getParameter:getParameter": {"value": "ami-1"},
            "aws:secretsmanager/getSecret:getSecret": lambda args: {
                "arn": f"arn:aws:secretsmanager:us-east-1:123456789012:secret:{args['name']}"
            },
        },
        outputs=dict(MADE_BY_AWS),
    )

    def make(opts: Any) -> Mapping[str, Any]:
        accept_hooks()
        root = EcsApplication(PROJECT, application, settings, opts)
        return {"urls": root.urls, "log_groups": root.log_groups}

    built = build(make, recorder)
    tasks = {}
    for resource in recorder.of(TASK):
        containers = {item["name"]: item for item in json.loads(resource.inputs["containerDefinitions"])}
        tasks[resource.name.removeprefix(f"{PROJECT}-")] = {**resource.inputs, "containers": containers}
    return Planned(built, tasks)
