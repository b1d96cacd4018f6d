"""For which services a deployment means that nothing answers for a while."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from berth.report.events import Log, Step
from berth.report.model import SHARED, Downtime
from berth.report.owners import Owners
from berth.report.values import number, within

ALL_SERVICES = "all services"

RESTARTS = ("engineVersion", "instanceClass", "port", "parameterGroupName", "storageEncrypted", "kmsKeyId")
"""Properties of a database for whose change RDS restarts it, with ``apply_immediately``:
https://docs.aws.amazon.com/AmazonRDS/latest/UserGuide/Overview.DBInstance.Modifying.html"""

SHARED_ENDS = {
    "aws:lb/loadBalancer:LoadBalancer": "the load balancer",
    "aws:ecs/cluster:Cluster": "the cluster",
    "aws:servicediscovery/httpNamespace:HttpNamespace": "the namespace of service names",
    "aws:ec2/vpc:Vpc": "the network",
    "pulumi-python:dynamic/berth:ComposeUp": "the Compose project",
}


def expected(log: Log, owners: Owners) -> tuple[Downtime, ...]:
    """Each service once for each reason."""
    context = {step.urn: step for step in log.steps}
    found = [item for step in log.steps for rule in RULES for item in rule(step, owners, context)]
    return tuple(sorted(dict.fromkeys(found), key=lambda item: (item.service != ALL_SERVICES, item.service)))


Steps = dict[str, Step]


def _service(step: Step, owners: Owners, _: Steps) -> Iterator[Downtime]:
    if step.type != "aws:ecs/service:Service" or step.old is None or step.new is None:
        return
    service = owners.owner(step.urn)
    if step.operation == "replace":
        how = (
            "its ECS service is deleted before the new one is there"
            if step.first_deleted
            else "its ECS service is replaced"
        )
        yield Downtime(service=service, why=how)
    elif step.operation == "update":
        if number(step.old.get("desiredCount")) > 0 and step.new.get("desiredCount") == 0:
            yield Downtime(service=service, why="no task is left (replicas 0)")
        elif _rolls(step) and _stops_first(step):
            yield Downtime(service=service, why="stop-first: the old task ends before the new one starts")


def _rolls(step: Step) -> bool:
    """Whether ECS starts new tasks: https://docs.aws.amazon.com/AmazonECS/latest/developerguide/update-service-parameters.html"""
    keys = ("taskDefinition", "networkConfiguration", "loadBalancers", "serviceConnectConfiguration")
    keys = (*keys, "capacityProviderStrategies", "launchType", "platformVersion", "volumeConfiguration")
    return any(path.startswith(keys) for path in step.changed) or any(
        (step.old or {}).get(key) != (step.new or {}).get(key) for key in keys
    )


def _stops_first(step: Step) -> bool:
    """Whether no task must stay: AWS rounds the percentage of the wanted count up."""
    percent = step.inputs.get("deploymentMinimumHealthyPercent")
    return percent == 0 and step.inputs.get("desiredCount") != 0


def _database(step: Step, owners: Owners, _: Steps) -> Iterator[Downtime]:
    nouns = {
        "aws:rds/instance:Instance": "database",
        "aws:elasticache/replicationGroup:ReplicationGroup": "cache",
    }
    if step.type not in nouns:
        return
    noun = nouns[step.type]
    if step.operation == "replace":
        yield Downtime(service=owners.owner(step.urn), why=f"its {noun} is replaced")
    elif step.operation == "update" and step.old is not None and step.new is not None:
        changed = [key for key in RESTARTS if step.old.get(key) != step.new.get(key)]
        if changed and not step.new.get("multiAz") and not step.new.get("multiAzEnabled"):
            yield Downtime(service=owners.owner(step.urn), why=f"its {noun} restarts for {', '.join(changed)}")


def _becomes_managed(step: Step, owners: Owners, steps: Steps) -> Iterator[Downtime]:
    """A container's place is taken by what AWS runs, or the other way round."""
    if step.type != "aws:ecs/service:Service" or step.operation != "delete":
        return
    service = owners.owner(step.urn)
    kinds = ("aws:rds/instance:Instance", "aws:elasticache/replicationGroup:ReplicationGroup")
    if any(
        item.type in kinds and item.operation == "create" and owners.owner(item.urn) == service
        for item in steps.values()
    ):
        yield Downtime(service=service, why="AWS runs it from now on, without the data that its container had")


def _shared(step: Step, _: Owners, __: Steps) -> Iterator[Downtime]:
    if step.type in SHARED_ENDS and step.operation in ("replace", "delete"):
        verb = "replaced" if step.operation == "replace" else "deleted"
        yield Downtime(service=ALL_SERVICES, why=f"{SHARED_ENDS[step.type]} is {verb}")


def _instances(step: Step, _: Owners, __: Steps) -> Iterator[Downtime]:
    """A new launch template has the group's instances replaced one at a time; the only one goes first."""
    if step.type != "aws:autoscaling/group:Group" or step.operation != "update" or step.new is None:
        return
    healthy = within(step.new, "instanceRefresh", "preferences", "minHealthyPercentage")
    if healthy == 0 and any(path.startswith("launchTemplate") for path in step.changed):
        yield Downtime(service=ALL_SERVICES, why="the one instance is replaced")


def _compose(step: Step, owners: Owners, steps: Steps) -> Iterator[Downtime]:
    """Docker Compose recreates a container whose definition or image differs."""
    service = owners.owner(step.urn)
    if step.type == "berth:components:ComposeService" and step.operation == "update" and service != SHARED:
        yield Downtime(service=service, why="its containers are recreated")
    if step.type == "pulumi-python:dynamic/berth:ComposeUp" and step.operation == "update":
        services = [item for item in steps.values() if item.type == "berth:components:ComposeService"]
        project = [item for item in steps.values() if item.type == "berth:components:ComposeProject"]
        if all(item.operation == "same" for item in (*services, *project)):
            yield Downtime(service="services whose secrets, configs or variables changed", why="recreated")


RULES: tuple[Callable[[Step, Owners, Steps], Iterator[Downtime]], ...] = (
    *(_shared, _instances, _service, _database, _becomes_managed, _compose),
)
