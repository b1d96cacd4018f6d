"""The sample on ecs-fargate, rehearsed: real CLI, provider, BuildKit and containers; AWS itself is emulated."""

from __future__ import annotations

import pytest

from tests.e2e.rehearsal import assert_rehearses

pytestmark = pytest.mark.e2e


def test_prod_rehearses() -> None:
    assert_rehearses("prod")
