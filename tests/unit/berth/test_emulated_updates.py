"""What an update of a service says nothing of stays as it was, in the emulator as in AWS."""

from __future__ import annotations

from typing import Any

import pytest
from ministack.services import ecs

from berth.emulator import updates


def test_what_an_update_says_nothing_of_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    service = {"deploymentConfiguration": {"maximumPercent": 150}, "propagateTags": "NONE", "desiredCount": 2}
    monkeypatch.setattr(ecs, "_services", {"live/web": service})
    monkeypatch.setattr(ecs, "_resolve_cluster_name", lambda _: "live")

    def as_it_comes(data: dict[str, Any]) -> str:
        service.update({key: data[key] for key in ("deploymentConfiguration", "desiredCount") if key in data})
        return "the answer"

    monkeypatch.setattr(ecs, "_update_service", as_it_comes)
    monkeypatch.setattr(ecs, "_ACTION_MAP", {})
    updates.install()
    breaker = {"deploymentCircuitBreaker": {"enable": True, "rollback": True}}
    answer = ecs._ACTION_MAP["UpdateService"](
        {"cluster": "live", "service": "web", "deploymentConfiguration": breaker, "propagateTags": "SERVICE"}
    )
    assert answer == "the answer"
    assert service == {
        "deploymentConfiguration": {"maximumPercent": 150, **breaker},
        "propagateTags": "SERVICE",
        "desiredCount": 2,
    }
