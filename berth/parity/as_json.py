"""A comparison for programs. The shape is stable; a change of it changes ``version``.

.. code-block:: text

    {"version": 1,
     "stacks": [{"name": "local", "platform": "compose"}, …],
     "summary": {"equal": 97, "by platform": 14, "by setting": 0, "unexplained": 0},
     "services": {"web": {"equal": {"image": 1, "variables": 5, …}, "differences": [DIFFERENCE, …]}, …},
     "shared": [DIFFERENCE, …]}

    DIFFERENCE = {"aspect": "published", "item": "8000/tcp", "kind": "by platform",
                  "values": {"local": "8080", "dev": "8080", "prod": "80"}, "file": "8080",
                  "causes": [{"kind": "by platform", "stack": "prod", "text": "…", "setting": ""}]}

``equal`` counts the items of an aspect (``berth.parity.facts.ASPECTS``) that are proved equal, 0 where no stack has
any; the summary's ``equal`` counts the aspects of which nothing differs. A value is null where
there is nothing, and ``[sensitive]`` where it must not be told; ``item`` is empty where an aspect has but one.
``shared`` holds what concerns all services. ``setting`` names the settings of a cause ``by setting``.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from berth.parity.compare import ALL, KINDS, Comparison, Difference
from berth.parity.stacks import Stack

VERSION = 1


def as_json(comparison: Comparison, stacks: Sequence[Stack]) -> str:
    """The text, the same for the same comparison."""
    whole = {
        "version": VERSION,
        "stacks": [{"name": stack.name, "platform": stack.settings.platform} for stack in stacks],
        "summary": {
            "equal": comparison.whole(),
            **{kind: comparison.count(kind) for kind in KINDS},
        },
        "services": {
            service: {"equal": dict(equal), "differences": [_difference(item) for item in comparison.of(service)]}
            for service, equal in comparison.equal.items()
        },
        "shared": [_difference(item) for item in comparison.of(ALL)],
    }
    return json.dumps(whole, indent=2, ensure_ascii=False)


def _difference(difference: Difference) -> dict[str, Any]:
    return {
        "aspect": difference.aspect,
        "item": difference.item,
        "kind": difference.kind,
        "values": dict(difference.values),
        "file": difference.file,
        "causes": [
            {"kind": cause.kind, "stack": cause.stack, "text": cause.text, "setting": cause.setting}
            for cause in difference.causes
        ],
    }
