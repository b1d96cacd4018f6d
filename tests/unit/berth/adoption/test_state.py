"""What was found stands in the state as the next run needs it."""

from __future__ import annotations

from typing import Any

from berth.adoption.pending import Pending
from berth.adoption.search import Made
from berth.adoption.state import adopt

CLUSTER = "urn:pulumi:dev::berth::aws:ecs/cluster:Cluster::one"
NEW = {
    "urn": CLUSTER,
    "type": "aws:ecs/cluster:Cluster",
    "custom": True,
    "provider": "urn::aws::1",
    "inputs": {"__defaults": ["name"], "name": "one-1a2b3c4", "settings": [{"__defaults": [], "name": "x"}]},
}
ROOT = {"urn": "urn:pulumi:dev::berth::pulumi:pulumi:Stack::berth-dev", "type": "pulumi:pulumi:Stack"}


def exported(*resources: Any, operations: Any = ()) -> dict[str, Any]:
    return {"version": 3, "deployment": {"resources": list(resources), "pending_operations": list(operations)}}


def test_a_new_resource_has_its_id_and_inputs_and_is_read_first() -> None:
    state = exported(ROOT, operations=[{"type": "creating", "resource": NEW}])
    adopted = adopt(state, [Made(pending=Pending(NEW), id="arn:cluster", outputs={"more": "1"})])
    assert adopted["version"] == 3
    assert adopted["deployment"]["pending_operations"] == []
    root, cluster = adopted["deployment"]["resources"]
    assert root == ROOT
    assert cluster == {
        **NEW,
        "id": "arn:cluster",
        "outputs": {"name": "one-1a2b3c4", "settings": [{"name": "x"}], "more": "1", "id": "arn:cluster"},
        "refreshBeforeUpdate": True,
    }


def test_what_it_replaces_is_left_to_be_deleted() -> None:
    old = {**NEW, "id": "arn:old", "outputs": {}}
    adopted = adopt(exported(ROOT, old), [Made(pending=Pending(NEW), id="arn:new")])
    _, new, replaced = adopted["deployment"]["resources"]
    assert (new["id"], "delete" in new) == ("arn:new", False)
    assert (replaced["id"], replaced["delete"]) == ("arn:old", True)


def test_what_was_deleted_or_changed_is_read_first() -> None:
    old = {**NEW, "id": "arn:old", "outputs": {"name": "one"}}
    other = {**old, "urn": "urn:other"}
    for kind in ("deleting", "updating"):
        adopted = adopt(exported(old, other, operations=[{"type": kind, "resource": old}]), [])
        assert adopted["deployment"]["resources"] == [{**old, "refreshBeforeUpdate": True}, other]
        assert adopted["deployment"]["pending_operations"] == []


def test_a_job_of_berths_own_is_one_that_has_not_run() -> None:
    inputs = {"service_prefix": "one", "task_definition": "arn:td:1"}
    job = Pending({"urn": "urn:job", "type": "pulumi-python:dynamic/berth:RunOnce", "inputs": inputs})
    never = {"task_definition": ""}
    (entry,) = adopt(exported(), [Made(pending=job, id="one", outputs=never, inputs=never)])["deployment"]["resources"]
    assert entry["inputs"] == entry["outputs"] == {"service_prefix": "one", "task_definition": ""}
    assert entry["id"] == "one"
