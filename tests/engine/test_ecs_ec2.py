"""A stack on ecs-ec2: real CLI, real provider, real containers; the control plane is the emulator's."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.engine.conftest import Stack
from tests.engine.lifecycle import live

pytestmark = pytest.mark.engine


def test_a_stack_from_up_to_destroy(stack: Callable[..., Stack]) -> None:
    live(stack(platform="ecs-ec2", dashboard=True, monthlyBudget=50, alarmEmails=["ops@example.com"]))
