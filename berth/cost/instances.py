"""Instances and their disks: as many as are always there, and a first one on Spot where tasks are to run there."""

from __future__ import annotations

from collections.abc import Iterator

from berth.cost.model import HOURS, Item, Plan

FREE_TYPES = ("t2.micro", "t3.micro")
FREE_HOURS = 750
FREE_DISK = 30
"""Of an account made before 2025-07-15, in its first 12 months:
https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/ec2-free-tier-usage.html"""


def instances(plan: Plan) -> Iterator[Item]:
    """What ECS adds up to ``instanceMaximum`` is not counted, nor another stack's instances that it shares."""
    settings = plan.settings
    if settings.shared:
        return
    count, kind, most = settings.instance_count, settings.instance_type, settings.instance_maximum
    note = f"{count} to {most} as tasks need them, counted at {count}" if most > count else ""
    free = FREE_HOURS if kind in FREE_TYPES else 0
    yield plan.item(f"ec2 {kind}", count * HOURS, f"{count} x {kind}, for all services", free=free, note=note)
    spot = spot_instances(plan)
    if spot:
        share = plan.assumptions.spot
        note = f"up to {most} as tasks need them, counted at {spot} and {share:.0%} of the price"
        yield plan.item(f"ec2 {kind}", spot * HOURS * share, f"{spot} x {kind} on Spot", note=note)
    disks = count + spot
    yield plan.item("ebs_gp3", disks * settings.disk_size, f"{disks} x {settings.disk_size} GB disk", free=FREE_DISK)


def spot_instances(plan: Plan) -> int:
    """The Spot group is empty until a task is placed there, and a service's first task never is."""
    running = [item for item in plan.services.values() if not (item.run_once or item.scheduled)]
    return int(plan.settings.instance_spot > 0 and any(item.replicas > 1 for item in running))
