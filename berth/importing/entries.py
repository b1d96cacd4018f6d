"""A deployment of Pulumi's, as ``stack export`` prints it, with a service in it that AWS had before.

Pulumi's own ``import_`` and ``pulumi import`` demand a program that says of the service what AWS has, its name with it;
here it says what the service is to become. The name is the point: as a default of the provider's among the inputs it is
kept, and the service with it, where a name in the program's own words would be another service.

Only what identifies the service is written. The mark that it be read before anything else has the provider fill in the
rest, in the preview as in the update.
"""

from __future__ import annotations

import json
import uuid
from collections.abc import Iterable, Mapping
from typing import Any

from berth.adoption.state import DEFAULTS, READ_FIRST, SECRET, SECRET_VALUE
from berth.importing.live import Live
from berth.importing.planned import Step, ancestors, provider_of
from berth.untyped import entries

KEPT = ("urn", "custom", "type", "parent")
"""Of a planned resource's state; dependencies may name what the state does not have yet."""


def take_over(exported: Mapping[str, Any], steps: tuple[Step, ...], service: Step, live: Live) -> dict[str, Any]:
    """What to give to ``stack import``: ``live`` as the planned ``service``, with its parents and its provider where
    the stack has none of these yet."""
    deployment = exported["deployment"]
    resources = [dict(one) for one in deployment.get("resources") or ()]
    known = {one["urn"]: one for one in resources}
    provider = provider_of(steps, service)
    for step in _in_order(ancestors(steps, service), provider):
        if step.urn not in known:
            known[step.urn] = _provider(step) if step.urn == provider.urn else _kept(step)
            resources.append(known[step.urn])
    resources.append(_service(service, live, f"{provider.urn}::{known[provider.urn]['id']}"))
    return {**exported, "deployment": {**deployment, "resources": resources}}


def _in_order(parents: Iterable[Step], provider: Step) -> list[Step]:
    """Each after its parent, as Pulumi wants it."""
    found: list[Step] = []
    for step in parents:
        found.append(step)
        if step.urn == provider.state.get("parent"):
            found.append(provider)
    return found


def _kept(step: Step) -> dict[str, Any]:
    return {key: step.state[key] for key in KEPT if key in step.state}


def _provider(step: Step) -> dict[str, Any]:
    hidden = frozenset[str](entries(step.state.get("additionalSecretOutputs")))
    inputs = {
        name: {SECRET: SECRET_VALUE, "plaintext": json.dumps(value)} if name in hidden else value
        for name, value in step.inputs.items()
    }
    return {**_kept(step), "id": str(uuid.uuid4()), "inputs": inputs, "outputs": inputs}


def _service(step: Step, live: Live, provider: str) -> dict[str, Any]:
    said = {
        "name": live.name,
        "cluster": live.cluster_arn,
        # Kept where scaling has the say: a program that leaves the number to it takes that of the inputs.
        "desiredCount": live.desired_count,
        "schedulingStrategy": live.scheduling,
    }
    return {
        **_kept(step),
        "id": live.arn,
        "provider": provider,
        "inputs": {**said, DEFAULTS: ["name", "schedulingStrategy"]},
        "outputs": {**said, "id": live.arn, "arn": live.arn},
        **READ_FIRST,
    }
