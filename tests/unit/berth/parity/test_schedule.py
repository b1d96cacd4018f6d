"""A service with a schedule: the same times on AWS, and none on this machine, with the reason."""

from __future__ import annotations

from tests.unit.berth.parity.checkout import DEV, LOCAL, PROD, Checkout, difference

JOB = {"image": "example/report:1", "stop_grace_period": "30s", "ports": ["9000:9000"], "restart": "always"}


def test_each_difference_of_a_scheduled_service_is_explained(checkout: Checkout) -> None:
    checkout.services(
        report={**JOB, "x-berth": {"schedule": {"expression": "rate(6 hours)", "timezone": "Asia/Tokyo"}}}
    )
    compared = checkout.compare(local=LOCAL, dev=DEV, prod=PROD)
    assert compared.count("unexplained") == 0
    found = difference(compared, "schedule", service="report")
    assert found.values == {"local": None, "dev": "rate(6 hours) Asia/Tokyo", "prod": "rate(6 hours) Asia/Tokyo"}
    assert "Docker Compose has no schedules" in found.causes[0].text
    assert difference(compared, "replicas", service="report").values == {"local": "0", "dev": "1", "prod": "1"}
    restart = difference(compared, "restart", service="report")
    assert restart.values == {"local": "always", "dev": "no", "prod": "no"}
    published = difference(compared, "published", "9000/tcp", service="report")
    assert "by a schedule" in published.causes[0].text


def test_a_service_without_a_schedule_is_not_told_of_one(checkout: Checkout) -> None:
    checkout.services(web={"image": "nginx:1.29"})
    assert "schedule" not in checkout.compare(dev=DEV, prod=PROD).equal["web"]
