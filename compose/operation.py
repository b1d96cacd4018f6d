"""The ``x-berth`` fields on how a service grows and how it is deployed."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field


class Operation(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class ScheduledBounds(Operation):
    """From a time on other bounds hold, until another entry says otherwise."""

    when: str = Field(
        description="`cron(0 8 ? * MON-FRI *)`, `rate(1 day)` or `at(2027-01-31T08:00:00)`, as AWS writes it."
    )
    timezone: str = Field(default="UTC", description="The time zone of `when`, for example Europe/Berlin.")
    min: int | None = Field(default=None, ge=0, description="The fewest tasks from then on; 0 with `max: 0` stops all.")
    max: int | None = Field(default=None, ge=0, description="The most tasks from then on.")


class Scaling(Operation):
    """How many tasks run, by load and by the clock. `deploy.replicas` is the first number."""

    min: int = Field(default=1, ge=1, description="The fewest tasks.")
    max: int = Field(ge=1, description="The most tasks.")
    cpu: float | None = Field(default=None, gt=0, description="Percent of the reserved CPU to aim at.")
    memory: float | None = Field(default=None, gt=0, description="Percent of the reserved memory to aim at.")
    requests: float | None = Field(
        default=None, gt=0, description="Requests a minute and task to aim at, as the load balancer counts them."
    )
    scale_in_cooldown: int = Field(default=300, ge=0, description="Seconds between two times that tasks are removed.")
    scale_out_cooldown: int = Field(default=60, ge=0, description="Seconds between two times that tasks are added.")
    disable_scale_in: bool = Field(default=False, description="Add tasks with the load, and never remove them.")
    task_protection: bool = Field(
        default=False, description="Let a task protect itself from being removed while it works on something long."
    )
    schedule: tuple[ScheduledBounds, ...] = Field(default=(), description="Other bounds by the clock.")


class Deployment(Operation):
    """How a new version takes the place of the old one."""

    strategy: Literal["rolling", "prepared", "blue_green"] = Field(
        default="rolling",
        description="`blue_green` moves the requests at once to new tasks that run beside the old ones (ecs-fargate); "
        "`prepared` is rolling, with its second target group in place: the step between for a service that runs.",
    )
    bake_time: int | None = Field(
        default=None, ge=0, le=1440, description="Minutes that `blue_green` keeps the old tasks after it; default: 5."
    )
    alarms: tuple[str, ...] = Field(
        default=(), description="Names of CloudWatch alarms that roll the deployment back, beside `deploymentAlarms`."
    )
    error_percent: float | None = Field(
        default=None, gt=0, le=100, description="Roll back above this percentage of requests answered with 5xx."
    )
