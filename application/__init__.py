"""A Compose application as one component of somebody's own Pulumi program, next to their other resources."""

from berth.application.args import ComposeApplicationArgs
from berth.application.component import ComposeApplication
from berth.platforms.outputs import ServiceOutputs

__all__ = ["ComposeApplication", "ComposeApplicationArgs", "ServiceOutputs"]
