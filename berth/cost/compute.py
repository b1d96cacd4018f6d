"""What tasks run on: Fargate by the task's size, or instances with their disks."""

from __future__ import annotations

from collections.abc import Iterator

from berth.cost.model import HOURS, Item, Plan, Rate
from compose.schedule import runs_per_month
from platforms.ecs.plan import ServicePlan

FREE_TYPES = ("t2.micro", "t3.micro")
FREE_HOURS = 750
FREE_DISK = 30
"""Of an account made before 2025-07-15, in its first 12 months:
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-free-tier-usage.html"""


def compute(plan: Plan) -> Iterator[Item | Rate]:
    if plan.fargate:
        for name, service in sorted(plan.services.items()):
            yield from _tasks(plan, name, service)
        return
    settings = plan.settings
    count, kind = settings.instance_count, settings.instance_type
    free = kind in FREE_TYPES
    yield plan.item(f"ec2 {kind}", count * HOURS, f"{count} x {kind}, for all services", free=FREE_HOURS if free else 0)
    yield plan.item("ebs_gp3", count * settings.disk_size, f"{count} x {settings.disk_size} GB disk", free=FREE_DISK)


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
    return service.replicas * HOURS, ""
