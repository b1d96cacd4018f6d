from __future__ import annotations

from tests.unit.quick import quick_sdk as quick_sdk
