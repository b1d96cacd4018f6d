"""The base of resources whose create, update and delete are Python."""

from __future__ import annotations

from typing import Any, ClassVar

import pulumi
from pulumi.dynamic import Resource, ResourceProvider

__all__ = ["PACKAGE", "DynamicResource", "ResourceProvider"]

PACKAGE = "berth"
"""The name of Berth's own provider."""


class DynamicResource(Resource):
    """A dynamic resource of Pulumi's Python SDK: https://www.pulumi.com/docs/iac/concepts/providers/dynamic-providers/

    Pulumi runs it with the Python of the program, which a program in another language does not have. In the process of
    Berth's own provider, which sets ``served``, it is a resource of that provider instead.
    """

    served: ClassVar[bool] = False

    def __init__(
        self, provider: ResourceProvider, name: str, props: dict[str, Any], opts: pulumi.ResourceOptions | None = None
    ) -> None:
        if self.served:
            pulumi.CustomResource.__init__(self, f"{PACKAGE}:index:{type(self).__name__}", name, props, opts)
        else:
            super().__init__(provider, name, props, opts)
