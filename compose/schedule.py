"""When a service runs by ``x-berth.schedule``: the words of EventBridge Scheduler, checked as AWS would.

https://docs.aws.amazon.com/scheduler/latest/UserGuide/schedule-types.html
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from zoneinfo import available_timezones

from berth.compose.model import Application
from berth.diagnostics import Diagnostic, Where

EXAMPLES = "cron(0 3 * * ? *) is every day at 3:00; others are rate(6 hours) and at(2030-01-31T03:00:00)"
HOURS = {"minute": 1 / 60, "hour": 1.0, "day": 24.0}
MONTHS = ("JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC")
DAYS = ("SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT")
SHORT = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@midnight": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
    "@annually": "0 0 1 1 *",
}
"""What Unix cron has words for: https://man7.org/linux/man-pages/man5/crontab.5.html"""

DAYS_A_MONTH = 365.25 / 12


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a cron expression; ``names`` stand for ``low`` and the numbers after it."""

    name: str
    low: int
    high: int
    names: tuple[str, ...] = ()
    special: str = ""

    def count(self, text: str) -> int | None:
        """How many values ``text`` means, wildcards included; None: it is not what AWS takes here."""
        found: set[int] = set()
        for part in text.split(","):
            values = self._values(part)
            if values is None:
                return None
            found |= values
        return len(found)

    def _values(self, part: str) -> set[int] | None:
        if part in ("*", "?"):
            return set(range(self.low, self.high + 1)) if part == "*" or part in self.special else None
        if "L" in self.special and re.fullmatch(r"L|L-\d{1,2}|\d{1,2}L|[A-Z]{3}L", part):
            return {self.high}
        if "W" in self.special and re.fullmatch(r"(\d{1,2}|L)W", part):
            return {self.high}
        if "#" in self.special and re.fullmatch(r"([1-7]|[A-Z]{3})#[1-5]", part):
            return {self.high}
        span, slash, step = part.partition("/")
        first, dash, last = span.partition("-")
        start = self.low if first == "*" else self._number(first)
        if start is None or (slash and not re.fullmatch(r"[1-9]\d*", step)) or (dash and first == "*"):
            return None
        end = self._number(last) if dash else self.high if slash or first == "*" else start
        if end is None or end < start:
            return None
        return set(range(start, end + 1, int(step) if slash else 1))

    def _number(self, text: str) -> int | None:
        if text.upper() in self.names:
            return self.low + self.names.index(text.upper())
        return int(text) if text.isdecimal() and self.low <= int(text) <= self.high else None


FIELDS = (
    Field("minutes", 0, 59),
    Field("hours", 0, 23),
    Field("day of month", 1, 31, special="?LW"),
    Field("month", 1, 12, MONTHS),
    Field("day of week", 1, 7, DAYS, special="?L#"),
    Field("year", 1970, 2199),
)


def check_schedules(application: Application) -> Iterator[Diagnostic]:
    """Every finding about when services run, and about those that wait for one that runs by itself."""
    for name, service in sorted(application.services.items()):
        schedule = service.schedule
        if schedule is None:
            continue
        where: Where = {"file": application.file, "service": name}
        if problem := expression_problem(schedule.expression):
            yield Diagnostic(**where, key="x-berth.schedule", message=problem[0], advice=problem[1])
        known = available_timezones()
        if known and schedule.timezone not in known:
            yield Diagnostic(
                **where,
                key="x-berth.schedule.timezone",
                message=f"{schedule.timezone!r} is no time zone",
                advice="Name one of the IANA database, such as Europe/Berlin; UTC is the default.",
            )
        waiting = sorted(other for other, item in application.services.items() if name in item.depends_on)
        if waiting:
            yield Diagnostic(
                **where,
                key="x-berth.schedule",
                message=f"{', '.join(waiting)} depends on it, but it runs by its schedule and not at a deployment",
                advice="Leave one of them out; what others wait for with service_completed_successfully runs once.",
            )


def expression_problem(expression: str) -> tuple[str, str] | None:
    """What is wrong with an expression, and what to write instead; None: AWS takes it."""
    kind, inside = _parts(expression)
    if kind == "rate":
        return _rate_problem(inside)
    if kind == "at":
        return _at_problem(inside)
    unix = SHORT.get(expression.strip().lower(), inside if kind == "cron" else expression)
    fields = unix.split()
    if len(fields) == 5:
        return _unix_problem(expression, fields)
    if kind == "" and len(fields) == 6 and all(field.count(text) for field, text in zip(FIELDS, fields, strict=True)):
        return f"{expression!r} is not in brackets", f"Write cron({' '.join(fields)})."
    if kind != "cron":
        return f"{expression!r} is none of cron(…), rate(…) and at(…)", f"{EXAMPLES}."
    if len(fields) != 6:
        return (
            f"cron(…) has six fields, minutes hours day-of-month month day-of-week year (got {len(fields)})",
            f"{EXAMPLES}.",
        )
    return _cron_problem(fields)


def runs_per_month(expression: str) -> float:
    """About how often a valid expression comes round in a month; an ``at`` does not come round."""
    kind, inside = _parts(expression)
    if kind == "rate":
        value, unit = inside.split()
        return DAYS_A_MONTH * 24 / (int(value) * HOURS[unit.rstrip("s")])
    if kind != "cron":
        return 0
    minutes, hours, day, month, weekday = (
        field.count(text) or 0 for field, text in zip(FIELDS[:5], inside.split()[:5], strict=True)
    )
    days = day * DAYS_A_MONTH / 31 if inside.split()[4] in ("?", "*") else weekday * DAYS_A_MONTH / 7
    if "#" in inside.split()[4] or "L" in inside.split()[4]:
        days = 1
    elif inside.split()[2] not in ("?", "*"):
        days = day
    return minutes * hours * days * month / 12


def _parts(expression: str) -> tuple[str, str]:
    match = re.fullmatch(r"(cron|rate|at)\((.*)\)", expression.strip())
    return (match[1], match[2].strip()) if match else ("", "")


def _rate_problem(inside: str) -> tuple[str, str] | None:
    match = re.fullmatch(r"([1-9]\d*) +(minute|hour|day)s?", inside)
    if match:
        return None
    return f"rate({inside}) is no whole number above 0 of minutes, hours or days", "Write rate(5 minutes)."


def _at_problem(inside: str) -> tuple[str, str] | None:
    try:
        if re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d", inside):
            datetime.fromisoformat(inside)
            return None
    except ValueError:
        pass
    return f"at({inside}) is no time of the form yyyy-mm-ddThh:mm:ss", "Write at(2030-01-31T03:00:00)."


def _cron_problem(fields: list[str]) -> tuple[str, str] | None:
    for field, text in zip(FIELDS, fields, strict=True):
        if field.count(text) is None:
            return f"cron: {text!r} is no {field.name} (allowed: {_allowed(field)})", f"{EXAMPLES}."
    day, weekday = fields[2], fields[4]
    if (day == "?") != (weekday == "?"):
        return None
    message = "cron: one of day-of-month and day-of-week must be ?, and the other not"
    if "*" not in (day, weekday) and day != "?":
        return message, "Write two services with a schedule each, one for the days of the month."
    free = 2 if weekday not in ("*", "?") else 4
    words = [("?" if index == free else "*" if text == "?" else text) for index, text in enumerate(fields)]
    return message, f"Write cron({' '.join(words)})."


def _allowed(field: Field) -> str:
    names = f" or {field.names[0]} to {field.names[-1]}" if field.names else ""
    return f"{field.low} to {field.high}{names}, with , - * / {' '.join(field.special)}".rstrip()


def _unix_problem(expression: str, fields: list[str]) -> tuple[str, str]:
    """A crontab's line, whose days of the week count from 0 (Sunday), in AWS's words."""
    message = f"{expression!r} has the five fields of a crontab, and AWS has six: a year, and ? for a day that is free"
    minutes, hours, day, month, weekday = fields
    if day != "*" and weekday != "*":
        return message, "A crontab runs on either of both days, which takes two services with a schedule each here."
    words = _weekdays(weekday)
    given = [minutes, hours, "?" if weekday != "*" else day, month, words, "*"]
    if _cron_problem(given):
        return message, f"{EXAMPLES}."
    return message, f"Write cron({' '.join(given)})."


def _weekdays(text: str) -> str:
    if text == "*":
        return "?"
    if "/" in text:
        return text  # a step from Sunday on is the same in both
    return re.sub(r"\d", lambda match: DAYS[int(match[0]) % 7], text) if re.fullmatch(r"[0-7,\-]+", text) else text
