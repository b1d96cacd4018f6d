"""What a stack was asked to run, and what runs of it, as plain data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """Something that happened to a service, in the words of who runs it."""

    at: datetime
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ServiceStatus:
    """One service. ``problem`` is what is not as it was asked for; empty where all is.

    Attributes:
        runs_once: It is to end with exit code 0, at a deployment or by a schedule, and ``exit_code`` is that of its
            last run, None where none ended.
        desired: Tasks (on this machine: containers) that are asked for; ``pending`` ones are on their way.
        health: ``healthy``, ``starting``, ``1 unhealthy``; empty where nothing is checked or nothing runs.
        deployment: ``rolled out``, ``in progress`` or ``failed``, or a schedule's expression; empty on this machine.
        revision: The task definition that runs, ``FAMILY:NUMBER``; empty on this machine.
        image: As the running container names it, without a digest.
        tag: The image's tag; of one built by Berth, the hash of what it is built from.
        digest: ``sha256:…`` of the running image.
        changed: When the deployment, or the last run, came to where it is.
        endpoint: ``HOST:PORT`` of what AWS runs in place of containers, whose ``deployment`` is AWS's word for its
            state and whose ``revision`` is its size; empty of all else.
        text: Docker's own words for a container, ``Up 3 minutes (healthy)``; empty on AWS.
        events: The newest first.
    """

    name: str
    runs_once: bool = False
    exit_code: int | None = None
    desired: int = 0
    running: int = 0
    pending: int = 0
    health: str = ""
    deployment: str = ""
    revision: str = ""
    image: str = ""
    tag: str = ""
    digest: str = ""
    url: str = ""
    endpoint: str = ""
    changed: datetime | None = None
    text: str = ""
    events: tuple[Event, ...] = ()
    problem: str = ""


def health_of(states: list[str]) -> str:
    """One word or two for the health of all of a service's tasks; ``states`` are Docker's or ECS's words."""
    known = [state.lower() for state in states if state and state.lower() != "unknown"]
    unhealthy = known.count("unhealthy")
    if unhealthy:
        return f"{unhealthy} unhealthy"
    if not known:
        return ""
    return "healthy" if all(state == "healthy" for state in known) and len(known) == len(states) else "starting"
