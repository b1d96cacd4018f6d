"""A deployment of Pulumi's, as ``stack export`` prints it, with what AWS has made in it.

``refresh --import-pending-creates`` would be Pulumi's own way, and loses what it is told: it marks the operation as an
import, and the refresh that follows keeps of all operations the creations alone.
https://github.com/pulumi/pulumi/blob/v3.250.0/pkg/backend/snapshot.go

So the resource is written into the state, with its inputs as outputs, by which the provider finds it, and with the mark
that has the next update or destruction read it from AWS before anything else. The provider's answer takes the mark
away: a run that is cut off before leaves it to the one after.
https://github.com/pulumi/pulumi/blob/v3.250.0/sdk/go/common/apitype/core.go
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from berth.adoption.search import Made
from berth.untyped import is_list, is_mapping

DEFAULTS = "__defaults"
"""The provider's note, among inputs, of what it has filled in."""

SECRET = "4dabf18193072939515e22adb298388d"
SECRET_VALUE = "1b47061264138c4ac30d75fd1eb44270"
"""Key and value by which a deployment marks a secret; one in clear is encrypted by ``stack import``:
https://github.com/pulumi/pulumi/blob/master/sdk/go/common/resource/sig/sig.go"""

READ_FIRST = {"refreshBeforeUpdate": True}


def adopt(exported: Mapping[str, Any], made: Sequence[Made]) -> dict[str, Any]:
    """What to give to ``stack import``: no operation is pending, and what was under way is read first.

    One that replaces another stands before it, which is left to be deleted.
    """
    deployment = exported["deployment"]
    resources = [dict(one) for one in deployment.get("resources") or ()]
    changed = {op["resource"]["urn"] for op in deployment.get("pending_operations") or () if op["type"] != "creating"}
    for one in resources:
        if one["urn"] in changed:
            one |= READ_FIRST
    for item in made:
        index = next((n for n, one in enumerate(resources) if one["urn"] == item.pending.urn), len(resources))
        if index < len(resources):
            resources[index]["delete"] = True
        resources.insert(index, _entry(item))
    return {**exported, "deployment": {**deployment, "resources": resources, "pending_operations": []}}


def _entry(item: Made) -> dict[str, Any]:
    inputs = {**item.pending.inputs, **item.inputs}
    outputs = {**_without_defaults(item.pending.inputs), **item.outputs}
    entry = {**item.pending.resource, "id": item.id, "inputs": inputs, "outputs": outputs}
    if not item.pending.type.startswith("aws:"):
        return entry  # Berth's own go on from there
    return {**entry, "outputs": {**outputs, "id": item.id}, **READ_FIRST}


def _without_defaults(value: Any) -> Any:
    if is_mapping(value):
        return {key: _without_defaults(part) for key, part in value.items() if key != DEFAULTS}
    return [_without_defaults(part) for part in value] if is_list(value) else value
