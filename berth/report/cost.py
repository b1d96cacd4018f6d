"""What a change costs a month: the resources before and after, each by the price table of ``berth cost``.

``berth.cost`` estimates a plan from files, of which there is none of before; so the prices here are those of the
resources' own inputs. Of a first deployment both say the same sum (a test holds them together). What depends on use is
in neither.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

from berth.compose.schedule import runs_per_month
from berth.cost.model import HOURS, Assumptions
from berth.cost.prices import Prices, read_prices
from berth.cost.watching import FREE_ALARMS
from berth.diagnostics import PlatformError
from berth.report.events import Log, Step
from berth.report.model import Cost, CostItem
from berth.report.owners import Owners
from berth.report.values import entries, names_in, number, unknown, within
from berth.untyped import is_list, is_mapping, mapping

LEAST = 0.005
"""US dollars: less is no difference."""

Side = Literal["old", "new"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Priced:
    """``quantity`` of what the price table calls ``price``; ``what`` is how it is told."""

    what: str
    price: str
    quantity: float


@dataclass(frozen=True, slots=True, kw_only=True)
class View:
    """The resources of one side."""

    side: Side
    steps: tuple[Step, ...]
    owners: Owners
    assumptions: Assumptions

    def inputs(self, step: Step) -> Mapping[str, Any] | None:
        return step.old if self.side == "old" else None if step.operation == "delete" else step.new

    def of(self, kind: str, service: str | None = None) -> Iterator[Mapping[str, Any]]:
        for step in self.steps if service is None else self.owners.steps(service):
            if step.type == kind and (inputs := self.inputs(step)) is not None:
                yield inputs


def cost_of(log: Log, owners: Owners, region: str = "") -> Cost | None:
    """None where the region has no prices, or nothing here has one."""
    region = region or log.config.get("berth:region") or _region(log) or "us-east-1"
    try:
        prices = read_prices(region)
    except PlatformError:
        return None
    views = [View(side=side, steps=log.steps, owners=owners, assumptions=Assumptions()) for side in ("old", "new")]
    found = [[item for part in PARTS for item in part(view)] for view in views]
    if not any(found):
        return None
    before, after = ({name: _sum(items, name, prices) for name in _names(items)} for items in found)
    missing = {item.price for items in found for item in items if _amount(item.price, prices) is None}
    items = [
        CostItem(what=what, before=before.get(what, 0), after=after.get(what, 0))
        for what in dict.fromkeys((*before, *after))
    ]
    changed = [item for item in items if abs(item.difference) >= LEAST]
    return Cost(
        region=region,
        as_of=prices.as_of,
        before=sum(before.values()),
        after=sum(after.values()),
        items=tuple(sorted(changed, key=lambda item: -abs(item.difference))),
        unpriced=tuple(sorted(missing)),
    )


def _names(items: list[Priced]) -> list[str]:
    return list(dict.fromkeys(item.what for item in items))


def _sum(items: list[Priced], what: str, prices: Prices) -> float:
    return sum(item.quantity * (_amount(item.price, prices) or 0) for item in items if item.what == what)


def _amount(price: str, prices: Prices) -> float | None:
    """None for what the table does not have, such as another engine's."""
    return prices.of(price).amount if price.partition(" ")[0] in prices.items else None


def _region(log: Log) -> str:
    """The provider's, which the program makes itself."""
    found = (step.inputs.get("region") for step in log.steps if step.type == "pulumi:providers:aws")
    return next((str(item) for item in found if item and not unknown(item)), "")


def _tasks(view: View) -> Iterator[Priced]:
    for step in view.steps:
        inputs = view.inputs(step)
        hours = None if inputs is None else _hours(step, inputs, view)
        if inputs is None or hours is None or not hours:
            continue
        service = view.owners.owner(step.urn)
        task = mapping(next(view.of("aws:ecs/taskDefinition:TaskDefinition", service), None))
        network = _network(inputs)
        if network.get("assignPublicIp") in (True, "ENABLED"):
            yield Priced(what="public IPv4 addresses", price="public_ipv4", quantity=hours)
        if "FARGATE" not in names_in(task.get("requiresCompatibilities")) or not task.get("cpu"):
            continue
        processor = str(within(task, "runtimePlatform", "cpuArchitecture") or "X86_64").lower()
        hours = hours - (spot := _spot_hours(inputs, hours)) + spot * view.assumptions.spot
        for price, size in (("vcpu", number(task["cpu"])), ("gb", number(task["memory"]))):
            quantity = hours * size / 1024
            yield Priced(what=f"tasks of {service}", price=f"fargate_{price}_{processor}", quantity=quantity)


def _hours(step: Step, inputs: Mapping[str, Any], view: View) -> float | None:
    """Hours of tasks a month of what starts tasks; None of all else."""
    if step.type == "aws:ecs/service:Service":
        return number(inputs.get("desiredCount"), 1) * HOURS
    if step.type == "pulumi-python:dynamic/berth:RunOnce":
        return view.assumptions.deployments * view.assumptions.job_minutes / 60
    if step.type == "aws:scheduler/schedule:Schedule":
        if inputs.get("state") == "DISABLED":
            return 0
        count = number(within(inputs, "target", "ecsParameters", "taskCount"), 1)
        runs = runs_per_month(str(inputs.get("scheduleExpression")))
        return runs * count * view.assumptions.job_minutes / 60
    return None


def _network(inputs: Mapping[str, Any]) -> Mapping[str, Any]:
    """Of a service, a schedule's target, or of what runs once."""
    places = (("target", "ecsParameters"), ("configuration",), ())
    found = [within(inputs, *place, "networkConfiguration") for place in places]
    known = mapping(next((item for item in found if is_mapping(item)), None))
    return within(known, "awsvpcConfiguration") or known


def _spot_hours(inputs: Mapping[str, Any], hours: float) -> float:
    """Of these hours those on Spot, by the weights; a base is on the first provider alone."""
    key = "capacityProviderStrategies"
    shares = entries(inputs.get(key)) or entries(within(inputs, "target", "ecsParameters", key))
    weights = {str(item.get("capacityProvider")): number(item.get("weight")) for item in shares}
    total = sum(weights.values())
    base = sum(number(item.get("base")) for item in shares if item.get("capacityProvider") == "FARGATE") * HOURS
    return max(0.0, hours - base) * weights.get("FARGATE_SPOT", 0) / total if total else 0


def _instances(view: View) -> Iterator[Priced]:
    templates = list(view.of("aws:ec2/launchTemplate:LaunchTemplate"))
    for group in view.of("aws:autoscaling/group:Group"):
        count = number(group.get("desiredCapacity"), number(group.get("minSize")))
        template = mapping(templates[0] if templates else None)
        if not count or not template:
            continue
        kind = str(template.get("instanceType"))
        yield Priced(what=f"instances ({kind})", price=f"ec2 {kind}", quantity=count * HOURS)
        for disk in entries(template.get("blockDeviceMappings")):
            size = number(within(disk, "ebs", "volumeSize"))
            yield Priced(what="disks", price="ebs_gp3", quantity=count * size)
        yield Priced(what="public IPv4 addresses", price="public_ipv4", quantity=count * HOURS)


def _balancers(view: View) -> Iterator[Priced]:
    for item in view.of("aws:lb/loadBalancer:LoadBalancer"):
        network = item.get("loadBalancerType") == "network"
        what = "Network Load Balancer" if network else "load balancer"
        yield Priced(what=what, price="network_load_balancer" if network else "load_balancer", quantity=HOURS)
        if not item.get("internal"):
            subnets = item.get("subnets") or item.get("subnetMappings") or ()
            count = len(subnets) if is_list(subnets) else 2
            yield Priced(what="public IPv4 addresses", price="public_ipv4", quantity=count * HOURS)


def _gateways(view: View) -> Iterator[Priced]:
    for _ in view.of("aws:ec2/natGateway:NatGateway"):
        yield Priced(what="NAT gateways", price="nat_gateway", quantity=HOURS)
        yield Priced(what="public IPv4 addresses", price="public_ipv4", quantity=HOURS)
    for item in view.of("aws:ec2/vpcEndpoint:VpcEndpoint"):
        if item.get("vpcEndpointType") == "Interface":
            subnets = item.get("subnetIds")
            count = len(subnets) if is_list(subnets) else 2
            yield Priced(what="interface endpoints", price="interface_endpoint", quantity=count * HOURS)


def _managed(view: View) -> Iterator[Priced]:
    for item in view.of("aws:rds/instance:Instance"):
        copies = 2 if item.get("multiAz") else 1
        kind, name = item.get("instanceClass"), f"database {item.get('engine')}"
        yield Priced(what=name, price=f"rds_{item.get('engine')} {kind}", quantity=copies * HOURS)
        yield Priced(what=name, price="rds_gb", quantity=copies * number(item.get("allocatedStorage")))
    for item in view.of("aws:elasticache/replicationGroup:ReplicationGroup"):
        price = f"cache_{item.get('engine')} {item.get('nodeType')}"
        quantity = number(item.get("numCacheClusters"), 1) * HOURS
        yield Priced(what=f"cache {item.get('engine')}", price=price, quantity=quantity)


def _by_the_month(view: View) -> Iterator[Priced]:
    counted = Counter(
        {
            ("secrets", "secret"): len(list(view.of("aws:secretsmanager/secret:Secret"))),
            ("hosted zones", "hosted_zone"): len(list(view.of("aws:route53/zone:Zone"))),
            ("encryption keys", "kms_key"): len(list(view.of("aws:kms/key:Key"))),
        }
    )
    alarms = sum(map(_metrics, view.of("aws:cloudwatch/metricAlarm:MetricAlarm")))
    counted["alarms", "alarm"] = max(0, alarms - FREE_ALARMS)
    for (what, price), count in counted.items():
        if count:
            yield Priced(what=what, price=price, quantity=count)


def _metrics(alarm: Mapping[str, Any]) -> int:
    """AWS counts each metric that an alarm looks at."""
    return sum("metric" in item for item in entries(alarm.get("metricQueries"))) or 1


PARTS: tuple[Callable[[View], Iterator[Priced]], ...] = (
    *(_tasks, _instances, _balancers, _gateways, _managed, _by_the_month),
)
