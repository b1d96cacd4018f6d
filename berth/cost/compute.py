"""What tasks run on: Fargate by the task's size, or instances.

Tasks are counted as they are deployed first; what a scaling adds, and the second set of tasks that a deployment starts
before it stops the first, are not.
"""

from __future__ import annotations

from collections.abc import Iterator

from berth.compose.schedule import runs_per_month
from berth.cost.instances import instances
from berth.cost.model import HOURS, Item, Plan, Rate
from berth.platforms.ecs.counts import fewest, most
from berth.platforms.ecs.plan import ServicePlan
from berth.platforms.ecs.rollouts import bake_time


def compute(plan: Plan) -> Iterator[Item | Rate]:
    if plan.fargate:
        for name, service in sorted(plan.services.items()):
            yield from _tasks(plan, name, service)
        return
    yield from instances(plan)


def _tasks(plan: Plan, name: str, service: ServicePlan) -> Iterator[Item]:
    size, processor = service.size, plan.settings.cpu_architecture
    if size is None:  # the platform's rules say why
        return
    hours, how = task_hours(plan, name)
    spot = plan.settings.fargate_spot / 100
    spot_hours = hours * spot
    if 0 < spot < 1 and service.replicas * HOURS == hours:  # the first task is never on Spot
        spot_hours = (hours - HOURS) * spot
    note = how
    if spot_hours:
        share = plan.assumptions.spot
        note = ", ".join(filter(None, [how, f"{spot_hours / hours:.0%} on Spot at {share:.0%} of the price"]))
        hours = hours - spot_hours + spot_hours * share
    vcpus, memory = size.cpu / 1024, size.memory / 1024
    count = f"{service.replicas} x " if service.replicas != 1 else ""
    yield plan.item(f"fargate_vcpu_{processor}", hours * vcpus, f"{count}{vcpus:g} vCPU", service=name, note=note)
    yield plan.item(f"fargate_gb_{processor}", hours * memory, f"{count}{memory:g} GB of memory", service=name)


def task_hours(plan: Plan, name: str) -> tuple[float, str]:
    """Hours of one service's tasks in a month, and what was assumed for them."""
    service, assumed = plan.services[name], plan.assumptions
    minutes = f"{assumed.job_minutes:g} min"
    schedule = service.service.schedule
    if schedule is not None:
        runs = runs_per_month(schedule.expression) if schedule.enabled else 0
        return runs * service.replicas * assumed.job_minutes / 60, f"{runs:.3g} runs of {minutes} by its schedule"
    if service.run_once:
        runs = assumed.deployments
        return runs * assumed.job_minutes / 60, f"{runs:g} deployments, {minutes} each"
    twice = (
        "twice as many while it is deployed, not counted"
        if bake_time(service.service, plan.settings) is not None
        else ""
    )
    return service.replicas * HOURS, ", ".join(filter(None, [_range(service), twice]))


def _range(service: ServicePlan) -> str:
    """``2 to 10 tasks, counted at 2``, where the number changes."""
    if service.service.extension.scaling is None:
        return ""
    return f"{fewest(service.service)} to {most(service.service)} tasks, counted at {service.replicas}"
