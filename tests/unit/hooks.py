"""Resource hooks under Pulumi's mocks, which have no server that the engine could call back."""

from __future__ import annotations

from dataclasses import dataclass, field

from pulumi import ResourceHook
from pulumi.runtime import settings


@dataclass(slots=True)
class HookRecorder:
    """Takes the hooks that resources register, so that a test can run them."""

    hooks: dict[str, ResourceHook] = field(default_factory=dict)

    def register_resource_hook(self, hook: ResourceHook) -> None:
        assert hook.name not in self.hooks, f"two hooks are named {hook.name}"
        self.hooks[hook.name] = hook


def accept_hooks() -> HookRecorder:
    """Let the test that calls this, after ``start``, have resources with hooks."""
    hooks = HookRecorder()
    settings.SETTINGS.callbacks = hooks
    return hooks
