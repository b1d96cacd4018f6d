"""Schedules are what EventBridge Scheduler takes; what is not comes with what to write instead."""

from __future__ import annotations

import pytest
from pydantic import ValidationError

from berth.compose.extension import Schedule, ServiceExtension
from berth.compose.schedule import check_schedules, expression_problem, runs_per_month
from berth.diagnostics import Diagnostic
from tests.unit.applications import application, service


@pytest.mark.parametrize(
    "expression",
    [  # AWS's own examples: https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
        "cron(0 10 * * ? *)",
        "cron(15 12 * * ? *)",
        "cron(0 18 ? * MON-FRI *)",
        "cron(0 8 1 * ? *)",
        "cron(0/10 * ? * MON-FRI *)",
        "cron(0/5 8-17 ? * MON-FRI *)",
        "cron(30 0,8 ? JAN-JUN 2#1 2029-2030)",
        "cron(15 10 ? * 6L 2022-2023)",
        "cron(0 9 L * ? *)",
        "cron(0 9 3W * ? *)",
        "rate(1 minute)",
        "rate(5 minutes)",
        "rate(12 hours)",
        "at(2030-01-31T03:00:00)",
    ],
)
def test_what_aws_takes_has_no_problem(expression: str) -> None:
    assert expression_problem(expression) is None


@pytest.mark.parametrize(
    ("expression", "said", "instead"),
    [
        ("0 3 * * *", "five fields of a crontab", "Write cron(0 3 * * ? *)."),
        ("cron(*/15 9-17 * * 1-5)", "five fields", "Write cron(*/15 9-17 ? * MON-FRI *)."),
        ("30 4 1,15 * *", "five fields", "Write cron(30 4 1,15 * ? *)."),
        ("0 0 * * 0", "five fields", "Write cron(0 0 ? * SUN *)."),
        ("0 0 * * 7", "five fields", "Write cron(0 0 ? * SUN *)."),
        ("0 0 1 * 1", "five fields", "two services"),
        ("@daily", "five fields", "Write cron(0 0 * * ? *)."),
        ("0 3 * * ? *", "not in brackets", "Write cron(0 3 * * ? *)."),
        ("cron(0 3 * * * *)", "one of day-of-month and day-of-week must be ?", "Write cron(0 3 * * ? *)."),
        ("cron(0 3 * * MON *)", "must be ?", "Write cron(0 3 ? * MON *)."),
        ("cron(0 3 ? * ? *)", "must be ?", "Write cron(0 3 * * ? *)."),
        ("cron(0 3 1 * MON *)", "must be ?", "two services"),
        ("cron(0 24 * * ? *)", "'24' is no hours (allowed: 0 to 23", "cron(0 3 * * ? *) is every day"),
        ("cron(0 3 * * 0 *)", "'0' is no day of week", "cron(0 3"),
        ("cron(0 3 * * ?)", "five fields", "cron(0 3"),
        ("cron(0 3 *)", "six fields", "cron(0 3"),
        ("rate(0 minutes)", "no whole number above 0", "Write rate(5 minutes)."),
        ("rate(5 weeks)", "of minutes, hours or days", "Write rate(5 minutes)."),
        ("at(2030-02-31T03:00:00)", "no time of the form", "Write at(2030-01-31T03:00:00)."),
        ("every day", "none of cron(…), rate(…) and at(…)", "rate(6 hours)"),
    ],
)
def test_what_aws_refuses_comes_with_what_to_write(expression: str, said: str, instead: str) -> None:
    problem = expression_problem(expression)
    assert problem is not None
    assert said in problem[0]
    assert instead in problem[1]
    if problem[1].startswith("Write cron("):
        assert expression_problem(problem[1].removeprefix("Write ").removesuffix(".")) is None


@pytest.mark.parametrize(
    ("expression", "runs"),
    [
        ("rate(6 hours)", 121.75),
        ("cron(0 3 * * ? *)", 30.44),
        ("cron(0/15 * * * ? *)", 4 * 24 * 30.44),
        ("cron(0 3 ? * MON-FRI *)", 21.74),
        ("cron(0 3 1,15 * ? *)", 2),
        ("cron(0 3 L * ? *)", 1),
        ("cron(0 3 ? * MON#1 *)", 1),
        ("cron(0 3 1 1 ? *)", 1 / 12),
        ("at(2030-01-31T03:00:00)", 0),
    ],
)
def test_runs_a_month(expression: str, runs: float) -> None:
    assert runs_per_month(expression) == pytest.approx(runs, rel=0.01)


def test_a_schedule_is_a_text_or_has_fields() -> None:
    short = ServiceExtension.model_validate({"schedule": "rate(1 hour)"})
    assert short.schedule == Schedule(expression="rate(1 hour)")
    given = {"expression": "rate(1 hour)", "timezone": "Europe/Berlin", "window": 15, "retries": 0}
    assert ServiceExtension.model_validate({"schedule": given}).schedule == Schedule.model_validate(given)


@pytest.mark.parametrize("wrong", [{"window": 1441}, {"retries": 186}, {"retry_for": 59}, {"dead_letter_queue": "dlq"}])
def test_fields_have_awss_limits(wrong: dict[str, object]) -> None:
    with pytest.raises(ValidationError) as caught:
        ServiceExtension.model_validate({"schedule": {"expression": "rate(1 hour)", **wrong}})
    (error,) = caught.value.errors()
    assert error["loc"] == ("schedule", next(iter(wrong)))


def found(*services: object) -> list[Diagnostic]:
    return list(check_schedules(application(*services)))  # type: ignore[arg-type]


def test_a_time_zone_is_one_of_iana() -> None:
    wrong = service(extension={"schedule": {"expression": "rate(1 hour)", "timezone": "Berlin"}})
    (finding,) = found(wrong)
    assert finding.key == "x-berth.schedule.timezone"
    assert "Europe/Berlin" in finding.advice
    assert not found(service(extension={"schedule": {"expression": "rate(1 hour)", "timezone": "Europe/Berlin"}}))


def test_what_others_wait_for_cannot_be_scheduled() -> None:
    report = service("report", extension={"schedule": "rate(1 hour)"})
    (finding,) = found(report, service("web", depends_on={"report": {}}))
    assert (finding.service, finding.key) == ("report", "x-berth.schedule")
    assert "web depends on it" in finding.message
