"""What runs of a stack on this machine, by Docker Compose, and what that is short of."""

from __future__ import annotations

import json
import subprocess
from collections.abc import Mapping, Sequence

from berth.components.compose_command import ComposeContainer, find_binary, list_containers
from berth.diagnostics import Diagnostic, ToolError
from berth.status.asked import AskedCompose
from berth.status.model import ServiceStatus, health_of

Images = Mapping[str, str]


def compose_statuses(wanted: AskedCompose, urls: Mapping[str, str]) -> list[ServiceStatus]:
    """Every service of the project, by name.

    Raises:
        ToolError: Docker does not answer.
    """
    try:
        containers = list_containers(wanted.project)
    except RuntimeError as error:
        raise ToolError(Diagnostic(message=str(error), advice="Start Docker, or set DOCKER_HOST.")) from error
    images = _image_ids(wanted.project)
    return [
        compose_status(name, wanted, [item for item in containers if item.service == name], urls, images)
        for name in sorted(wanted.replicas)
    ]


def compose_status(
    name: str,
    wanted: AskedCompose,
    containers: Sequence[ComposeContainer],
    urls: Mapping[str, str],
    images: Images,
) -> ServiceStatus:
    """One service, from its containers."""
    once, desired = name in wanted.runs_once, wanted.replicas[name]
    running = [item for item in containers if item.state == "running"]
    ended = [item for item in containers if item.state == "exited"]
    health = health_of([item.health for item in running])
    first = containers[0] if containers else None
    image, _, tag = first.image.rpartition(":") if first and ":" in first.image.rpartition("/")[2] else ("", "", "")
    return ServiceStatus(
        name=name,
        runs_once=once,
        exit_code=ended[0].exit_code if once and ended else None,
        desired=0 if once else desired,
        running=len(running),
        pending=sum(item.state in ("created", "restarting") for item in containers),
        health=health,
        image=image or (first.image if first else ""),
        tag=tag,
        digest=images.get(first.name, "") if first else "",
        url=urls.get(name, ""),
        text=first.status if first else "",
        problem=_job_problem(running, ended) if once else _problem(desired, containers, running, health),
    )


def _job_problem(running: Sequence[ComposeContainer], ended: Sequence[ComposeContainer]) -> str:
    if running:
        return "it is running"
    if not ended:
        return "it has no container; run `pulumi refresh`, then `pulumi up`"
    code = ended[0].exit_code
    return f"it ended with exit code {code}" if code else ""


def _problem(
    desired: int, containers: Sequence[ComposeContainer], running: Sequence[ComposeContainer], health: str
) -> str:
    if len(running) != desired:
        others = ", ".join(sorted({f"{item.state} ({item.exit_code})" for item in containers if item not in running}))
        return f"{len(running)} of {desired} containers run" + (f"; {others}" if others else "")
    if "unhealthy" in health:
        return f"containers fail their health check: {health}"
    return "its health check has not passed yet" if health == "starting" and _checked(running) else ""


def _checked(running: Sequence[ComposeContainer]) -> bool:
    return all(item.health for item in running)


def _image_ids(project: str) -> Images:
    """Container -> the id of its image, ``sha256:…``. https://docs.docker.com/reference/cli/docker/compose/images/"""
    command = [find_binary(), "--project-name", project, "images", "--format", "json"]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    if result.returncode != 0 or not result.stdout.strip():
        return {}
    return {item["ContainerName"]: item["ID"] for item in json.loads(result.stdout)}
