"""Application Auto Scaling of a service as ``x-berth.scaling``.

https://docs.aws.amazon.com/autoscaling/application/APIReference/API_ScalingPolicy.html
"""

from __future__ import annotations

from typing import Any

from berth.draft.containers import Part
from berth.importing.live import Live
from berth.untyped import inside

METRICS = {
    "ECSServiceAverageCPUUtilization": "cpu",
    "ECSServiceAverageMemoryUtilization": "memory",
    "ALBRequestCountPerTarget": "requests",
}
"""AWS's metric -> the key. Each counts as the other: percent, or requests a minute."""


def read_scaling(live: Live, *, routed: bool) -> Part:
    """Nothing where it is not scaled, or by nothing that Berth scales by; only what is ``routed`` has its requests
    counted."""
    if not live.scaling:
        return Part()
    least = int(live.scaling["MinCapacity"])
    scaling: dict[str, Any] = {"min": max(1, least), "max": int(live.scaling["MaxCapacity"])}
    notes = [] if least else ["scaling: none of its tasks may be left now; Berth keeps one"]
    for policy in live.scaling.get("policies") or ():
        tracked = inside(policy, "TargetTrackingScalingPolicyConfiguration")
        metric = inside(tracked, "PredefinedMetricSpecification").get("PredefinedMetricType")
        key = METRICS.get(str(metric))
        if key is None or key in scaling or (key == "requests" and not routed):
            notes.append(
                f"scaling policy {policy['PolicyName']}: {policy['PolicyType']} by {metric or 'its own metric'}"
            )
            continue
        scaling[key] = tracked["TargetValue"]
        for theirs, ours in (("ScaleInCooldown", "scale_in_cooldown"), ("ScaleOutCooldown", "scale_out_cooldown")):
            if theirs in tracked:
                scaling[ours] = tracked[theirs]
        if tracked.get("DisableScaleIn"):
            scaling["disable_scale_in"] = True
    for action in live.scaling.get("schedule") or ():
        notes.append(
            f"scheduled action {action['ScheduledActionName']}: {action['Schedule']}; see x-berth.scaling.schedule"
        )
    if not scaling.keys() & set(METRICS.values()):
        notes.append(
            f"scaling: {least} to {scaling['max']} tasks, by nothing of x-berth.scaling's; write it, or deregister it"
        )
        return Part(notes=tuple(notes))
    return Part(extension={"scaling": scaling}, notes=tuple(notes))
