"""What runs of a stack on ECS, and what that is short of."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from berth.components.aws_access import AwsAccess
from berth.components.ecs_reasons import stopped_by_itself
from berth.logs import TASK
from berth.status.asked import AskedEcs, AskedTask
from berth.status.model import Event, ServiceStatus, health_of
from berth.untyped import mapping

EVENTS = 5
DESCRIBED_SERVICES, DESCRIBED_TASKS = 10, 100
"""How many one call describes: https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_DescribeServices.html"""

Found = Mapping[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Cluster:
    """What ECS says of a cluster: services by name, and tasks, the newest first."""

    services: Mapping[str, Found]
    running: Sequence[Found]
    stopped: Sequence[Found]

    def tasks(self, service: str) -> list[Found]:
        """Those that are to run."""
        return [task for task in self.running if task.get("group") == f"service:{service}"]

    def of_family(self, definition: str) -> list[Found]:
        """Every task of a family, those that ended too, the newest first."""
        family = _family(definition)
        found = [task for task in [*self.running, *self.stopped] if _family(task["taskDefinitionArn"]) == family]
        return _newest_first(found)

    def failures(self, service: str) -> list[Found]:
        """The service's tasks that ended by themselves, the newest first; ECS shows them for about an hour."""
        ended = [task for task in self.stopped if task.get("group") == f"service:{service}"]
        return [task for task in ended if stopped_by_itself(task)]


def read_cluster(client: Any, cluster: str, names: Sequence[str]) -> Cluster:
    """Ask ECS, in as few calls as it takes. A cluster that is gone has nothing."""
    services: dict[str, Found] = {}
    try:
        for part in _parts(names, DESCRIBED_SERVICES):
            found = client.describe_services(cluster=cluster, services=list(part))["services"]
            services |= {item["serviceName"]: item for item in found if item["status"] != "INACTIVE"}
        return Cluster(
            services=services,
            running=_tasks(client, cluster, "RUNNING"),
            stopped=_tasks(client, cluster, "STOPPED"),
        )
    except client.exceptions.ClusterNotFoundException:
        return Cluster(services={}, running=(), stopped=())


def _tasks(client: Any, cluster: str, status: str) -> list[Found]:
    pages = client.get_paginator("list_tasks").paginate(cluster=cluster, desiredStatus=status)
    arns = [arn for page in pages for arn in page["taskArns"]]
    parts = _parts(arns, DESCRIBED_TASKS)
    return _newest_first(
        [task for part in parts for task in client.describe_tasks(cluster=cluster, tasks=list(part))["tasks"]]
    )


def _newest_first(tasks: Sequence[Found]) -> list[Found]:
    return sorted(tasks, key=lambda task: str(task.get("createdAt", "")), reverse=True)


def _parts(items: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    for start in range(0, len(items), size):
        yield items[start : start + size]


def ecs_statuses(access: AwsAccess, wanted: AskedEcs, urls: Mapping[str, str]) -> list[ServiceStatus]:
    """Every service of the stack, by name."""
    names = [task.ecs_service for task in wanted.tasks.values() if task.ecs_service]
    cluster = Cluster(services={}, running=(), stopped=())
    if wanted.cluster:
        cluster = read_cluster(access.client("ecs"), wanted.cluster, names)
    tags = ImageTags(access)
    return [
        job_status(name, task, cluster, tags)
        if task.runs_once or task.schedule
        else service_status(name, task, cluster, urls, tags)
        for name, task in sorted(wanted.tasks.items())
    ]


def service_status(
    name: str, task: AskedTask, cluster: Cluster, urls: Mapping[str, str], tags: ImageTags
) -> ServiceStatus:
    """One service, from what ECS says of it."""
    found = cluster.services.get(task.ecs_service)
    if found is None:
        gone = (
            "it is gone; run `pulumi refresh`, then `pulumi up`"
            if task.ecs_service
            else "it was not made; run `pulumi up`"
        )
        return ServiceStatus(name=name, url=urls.get(name, ""), problem=gone)
    primary = next((item for item in found["deployments"] if item["status"] == "PRIMARY"), found)
    running = cluster.tasks(task.ecs_service)
    health = health_of([item.get("healthStatus", "") for item in running if item["lastStatus"] == "RUNNING"])
    image, digest = _image(name, running)
    return ServiceStatus(
        name=name,
        desired=found["desiredCount"],
        running=found["runningCount"],
        pending=found["pendingCount"],
        health=health,
        deployment={"COMPLETED": "rolled out", "IN_PROGRESS": "in progress", "FAILED": "failed"}.get(
            primary.get("rolloutState", "COMPLETED"), ""
        ),
        revision=_short(primary["taskDefinition"]),
        image=image.partition("@")[0],
        tag=tags.of(image, digest),
        digest=digest,
        url=urls.get(name, ""),
        changed=_time(primary.get("updatedAt")),
        events=_events(found, cluster.failures(task.ecs_service)),
        problem=_problem(found, primary, task, health) or "",
    )


def _problem(found: Found, primary: Found, task: AskedTask, health: str) -> str | None:
    """The first thing that is not as it was asked for: what rolls back a deployment comes before what it leads to."""
    if primary["taskDefinition"] != task.task_definition:
        return f"it runs {_short(primary['taskDefinition'])}, not {_short(task.task_definition)} that was asked for"
    if primary.get("rolloutState") == "FAILED":
        return primary.get("rolloutStateReason") or "its deployment failed"
    running, desired = found["runningCount"], found["desiredCount"]
    if not task.fewest <= desired <= task.most:
        asked = task.fewest if task.fewest == task.most else f"{task.fewest} to {task.most}"
        return f"ECS is to run {desired} tasks, but {asked} were asked for; run `pulumi up --refresh`"
    if running != desired:
        return f"{running} of {desired} tasks run"
    if primary.get("rolloutState") == "IN_PROGRESS":
        return "its deployment is in progress"
    return f"tasks fail their health check: {health}" if "unhealthy" in health else None


def job_status(name: str, task: AskedTask, cluster: Cluster, tags: ImageTags) -> ServiceStatus:
    """One service that runs once, or by a schedule: its last task while ECS shows that, for about an hour.

    Of one that runs once Pulumi knows, too, whether it has ended well; one with a schedule may not have run so far.
    """
    runs = cluster.of_family(task.task_definition) if task.task_definition else []
    newest = runs[0] if runs else None
    container = mapping(next((item for item in mapping(newest).get("containers", ()) if item["name"] == name), None))
    code, at = container.get("exitCode"), _time(mapping(newest).get("stoppedAt"))
    if newest is None and task.completed:
        code, at = 0, task.completed  # it is in the state only once it has ended well
    problem = ""
    if newest is not None and code is None and newest["lastStatus"] != "STOPPED":
        problem = "" if task.schedule else "it is running"
    elif code is None and newest is None and task.schedule:
        problem = ""
    elif code is None:
        problem = "it has not run to its end" if newest is None else f"it did not start: {_reason(newest, container)}"
    elif code != 0:
        problem = f"it ended with exit code {code}"
    elif not task.schedule and task.completed_definition != task.task_definition:
        problem = f"{_short(task.task_definition)} has not run to its end"
    image = str(container.get("image", ""))
    digest = _digest(image, container)
    return ServiceStatus(
        name=name,
        runs_once=True,
        exit_code=code,
        running=int(newest is not None and code is None and newest["lastStatus"] != "STOPPED"),
        deployment=task.schedule,
        revision=_short(task.task_definition),
        image=image.partition("@")[0],
        tag=tags.of(image, digest),
        digest=digest,
        changed=at or task.completed,
        problem=problem,
    )


def _events(found: Found, failures: Sequence[Found]) -> tuple[Event, ...]:
    """What the service tells, without its long name that begins each, and what became of its tasks."""
    prefix = f"(service {found['serviceName']}) "
    told = [(item["createdAt"], str(item["message"]).removeprefix(prefix)) for item in found.get("events") or ()]
    told += [(task.get("stoppedAt"), _failure(task)) for task in failures]
    events = [Event(at=at, text=text) for moment, text in told if (at := _time(moment)) is not None]
    return tuple(sorted(events, key=lambda event: event.at, reverse=True)[:EVENTS])


def _failure(task: Found) -> str:
    """As logs name the task, too."""
    codes = [
        f"{item['name']} exit code {item['exitCode']}" for item in task.get("containers", ()) if item.get("exitCode")
    ]
    return ", ".join([f"task {_short(task['taskArn'])[:TASK]} stopped: {task.get('stoppedReason', '')}", *codes])


def _image(name: str, tasks: Sequence[Found]) -> tuple[str, str]:
    """The reference and the digest of the service's own container, of its newest task that has one."""
    for task in tasks:
        for container in task.get("containers", ()):
            if container["name"] == name and container.get("image"):
                return container["image"], _digest(container["image"], container)
    return "", ""


def _digest(image: str, container: Found) -> str:
    """Fargate and agents say it; an image that is deployed by digest has it in its name."""
    return str(container.get("imageDigest") or image.partition("@")[2])


def _reason(task: Found, container: Found) -> str:
    return str(container.get("reason") or task.get("stoppedReason") or "no reason given")


class ImageTags:
    """The tags of images that are deployed by digest, asked of ECR once each."""

    def __init__(self, access: AwsAccess) -> None:
        self._access = access
        self._known: dict[str, str] = {}

    def of(self, image: str, digest: str) -> str:
        """The tag in the image's own name, or that of the digest in its repository; empty where there is none."""
        reference, _, by_digest = image.partition("@")
        if not by_digest:
            return reference.rpartition("/")[2].partition(":")[2] if reference else ""
        if image not in self._known:
            self._known[image] = self._ask(reference.partition("/")[2], digest)
        return self._known[image]

    def _ask(self, repository: str, digest: str) -> str:
        from botocore.exceptions import ClientError  # slow to load

        try:
            client = self._access.client("ecr")
            found = client.describe_images(repositoryName=repository, imageIds=[{"imageDigest": digest}])
        except ClientError:  # another registry's, or no permission: a tag is only for people
            return ""
        return next((tag for item in found["imageDetails"] for tag in item.get("imageTags") or ()), "")


def _family(definition: str) -> str:
    return _short(definition).rpartition(":")[0]


def _short(arn: str) -> str:
    return arn.rpartition("/")[2]


def _time(value: Any) -> datetime | None:
    return value.astimezone(UTC) if isinstance(value, datetime) else None
