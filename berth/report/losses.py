"""Dangers of what ends: data, addresses and names, and what guarded them."""

from __future__ import annotations

from collections.abc import Iterator

from berth.report.events import Step
from berth.report.model import SHARED, Danger, Level
from berth.report.routes import where
from berth.report.sight import Sight
from berth.report.values import entries, names_in, within
from berth.report.weaker import weaker

HOLDS: dict[str, tuple[str, str]] = {
    "aws:efs/fileSystem:FileSystem": ("file system", "all files of its volumes are lost"),
    "aws:efs/accessPoint:AccessPoint": ("volume", "what mounts it starts without its files"),
    "aws:rds/instance:Instance": ("database", "all of its data is lost, but for a snapshot"),
    "aws:rds/cluster:Cluster": ("database cluster", "all of its data is lost, but for a snapshot"),
    "aws:elasticache/replicationGroup:ReplicationGroup": ("cache", "all of its entries are lost"),
    "aws:ecr/repository:Repository": (
        "image repository",
        "its images are lost, and nothing can be rolled back to them",
    ),
    "aws:secretsmanager/secret:Secret": ("secret", "its value is lost for whoever reads it"),
    "aws:cloudwatch/logGroup:LogGroup": ("log group", "its log is lost"),
    "aws:kms/key:Key": ("encryption key", "what it has encrypted can be read no more"),
    "aws:s3/bucket:Bucket": ("bucket", "all of its objects are lost"),
    "aws:s3/bucketV2:BucketV2": ("bucket", "all of its objects are lost"),
    "aws:ebs/volume:Volume": ("disk", "all that is on it is lost"),
    "aws:dynamodb/table:Table": ("table", "all of its items are lost"),
    "aws:sqs/queue:Queue": ("queue", "its messages are lost"),
}
"""Type -> what it is, and what its end means."""

REACHED: dict[str, tuple[str, str]] = {
    "aws:lb/loadBalancer:LoadBalancer": ("load balancer", "its address and every URL by it change"),
    "aws:lb/listener:Listener": ("listener", "nothing answers at its port"),
    "aws:route53/record:Record": ("DNS record", "its name leads nowhere, for as long as it is cached"),
    "aws:route53/zone:Zone": ("DNS zone", "all of its names lead nowhere"),
    "aws:ec2/eip:Eip": ("public address", "AWS gives another one; who allowed the old one must change that"),
    "aws:ecs/cluster:Cluster": ("cluster", "every service is started anew in another one"),
    "aws:servicediscovery/httpNamespace:HttpNamespace": ("namespace", "services lose each other's names"),
    "aws:ec2/vpc:Vpc": ("network", "all that lies in it is made anew"),
    "aws:ec2/subnet:Subnet": ("subnet", "what lies in it is made anew"),
    "aws:ec2/natGateway:NatGateway": ("NAT gateway", "requests go out from another address"),
    "aws:acm/certificate:Certificate": ("certificate", "TLS needs the new one to be validated first"),
}

WITHIN = {
    "aws:efs/accessPoint:AccessPoint": "aws:efs/fileSystem:FileSystem",
    "aws:lb/listener:Listener": "aws:lb/loadBalancer:LoadBalancer",
    "aws:ec2/subnet:Subnet": "aws:ec2/vpc:Vpc",
}
"""Type -> what it lies in, whose end says it all."""

VERBS = {"delete": "is deleted", "replace": "is replaced"}


def _data(step: Step, sight: Sight) -> Iterator[Danger]:
    if step.type not in HOLDS or step.operation not in VERBS:
        return
    noun, why = HOLDS[step.type]
    if step.type in WITHIN and _ends(step, WITHIN[step.type], sight):
        return
    name = sight.owners.short(step.name)
    level = {"log group": Level.CARE, "secret": Level.OPEN}.get(noun, Level.DATA)
    services: tuple[str, ...] = ()
    if step.type == "aws:efs/fileSystem:FileSystem":
        volumes = _volumes(step, sight)
        services = tuple(sorted({service for name in volumes for service in _mounting(name, sight)}))
        name = f"with the volumes {', '.join(volumes)}" if len(volumes) > 1 else f"with the volume {''.join(volumes)}"
    elif step.type == "aws:efs/accessPoint:AccessPoint":
        services = _mounting(name, sight)
    elif name == sight.owners.owner(step.urn):
        name = ""
    text = " ".join(filter(None, [noun, name, VERBS[step.operation]]))
    yield Danger(level=level, what=f"{text}{_cause(step)}", why=why, services=services)


def _ends(step: Step, kinds: str, sight: Sight) -> bool:
    """Whether what the step's resource lies in ends as well, so that one word is enough."""
    return any(
        item.type == kinds and item.operation == step.operation and _application(item, step, sight)
        for item in sight.log.steps
    )


def _application(one: Step, other: Step, sight: Sight) -> bool:
    roots = [next((root for root in sight.owners.roots if step.name.startswith(root)), "") for step in (one, other)]
    return roots[0] == roots[1]


def _volumes(step: Step, sight: Sight) -> list[str]:
    """The volumes on a file system."""
    points = [
        item
        for item in sight.log.steps
        if item.type == "aws:efs/accessPoint:AccessPoint" and item.old is not None and item.parent == step.parent
    ]
    return sorted(sight.owners.short(item.name) for item in points)


def _mounting(volume: str, sight: Sight) -> tuple[str, ...]:
    """The services that have had it; an access point's name may end with its owner's numbers."""
    found = set[str]()
    for step in sight.log.steps:
        if step.type == "aws:ecs/taskDefinition:TaskDefinition":
            names = {str(item.get("name")) for item in entries(within(step.old, "volumes"))}
            if any(volume == name or volume.startswith(f"{name}-") for name in names):
                found.add(sight.owners.owner(step.urn))
    return tuple(sorted(found - {SHARED}))


def _reached(step: Step, sight: Sight) -> Iterator[Danger]:
    if step.type not in REACHED or step.operation not in VERBS:
        return
    if step.type in WITHIN and _ends(step, WITHIN[step.type], sight):
        return
    noun, why = REACHED[step.type]
    text = " ".join(filter(None, [noun, sight.owners.short(step.name), VERBS[step.operation]]))
    yield Danger(level=Level.GONE, what=f"{text}{_cause(step)}", why=why)


def _ways(step: Step, sight: Sight) -> Iterator[Danger]:
    """A listener's rule leads requests elsewhere, or nowhere."""
    if step.type != "aws:lb/listenerRule:ListenerRule" or step.old is None:
        return
    before = where(step, step.old, sight.owners)
    after = where(step, step.new, sight.owners) if step.new is not None else ""
    still = {
        where(item, item.new, sight.owners)
        for item in sight.log.steps
        if item.type == step.type and item.new is not None
    }
    if before != after and before not in still:
        yield Danger(level=Level.GONE, what=f"{before} is answered no more", why="links and clients that use it fail")


def _service_replaced(step: Step, _: Sight) -> Iterator[Danger]:
    if step.type == "aws:ecs/service:Service" and step.operation == "replace":
        yield Danger(level=Level.CARE, what=f"the ECS service is replaced{_cause(step)}", why="all of its tasks end")


def _volumes_of_compose(step: Step, _: Sight) -> Iterator[Danger]:
    """Docker keeps a volume that no file names, but nothing mounts it; another project has none of the old ones."""
    if step.type == "berth:components:ComposeProject":
        old, new = (names_in(within(side, "volumes")) for side in (step.old, step.new))
        if step.operation != "create":
            for name in sorted(old - new):
                yield Danger(
                    level=Level.DATA,
                    what=f"volume {name} is no longer part of the project",
                    why="its containers start without its files; Docker keeps them until `docker volume rm`",
                )
    if step.type == "pulumi-python:dynamic/berth:ComposeUp" and step.operation in VERBS:
        why = "all of its containers end" + (
            ", and its volumes are removed" if (step.old or {}).get("remove_volumes") else "; its volumes stay behind"
        )
        name = (step.old or {}).get("project_name", step.name)
        yield Danger(level=Level.DATA, what=f"the Compose project {name} {VERBS[step.operation]}", why=why)


def _unprotected(step: Step, sight: Sight) -> Iterator[Danger]:
    before, after = step.protect
    if before and not after and step.operation in ("same", "update", "replace"):
        yield Danger(
            level=Level.OPEN,
            what=f"protection of {called(step, sight)} is taken away",
            why="Pulumi deletes it from now on without a question",
        )


def _weaker(step: Step, sight: Sight) -> Iterator[Danger]:
    if step.operation in ("update", "replace"):
        for level, what, why in weaker(step):
            yield Danger(level=level, what=f"{called(step, sight)}: {what}", why=why)


def called(step: Step, sight: Sight) -> str:
    noun = (HOLDS.get(step.type) or REACHED.get(step.type) or (step.type.rpartition(":")[2], ""))[0]
    return f"the {noun} {sight.owners.short(step.name)}".strip()


def _cause(step: Step) -> str:
    causes = [cause for cause in step.causes if not cause.startswith("__")]
    return f" (for {', '.join(causes)})" if causes and step.operation == "replace" else ""


LOSSES = (_data, _reached, _ways, _service_replaced, _volumes_of_compose, _unprotected, _weaker)
