"""What a training record says of itself: passed or not, and until when it counts (C06)."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from typing import Any

from models.core import clock
from models.core.errors import Invalid
from models.core.ledger.changes.default_rules import plain_create, plain_edit
from models.core.security.actor import Actor
from models.training.archive.records import FAILED, PASSED, Training
from models.training.courses.records import MONTHS, Course

Values = dict[str, Any]


def record(actor: Actor, values: Values) -> Training:
    """Write down that somebody took part in a course. Raises Invalid for a day to come, and for one that is there."""
    _check(values)
    made: Training = plain_create(Training)(actor, {**values, **_worked_out(values)})
    return made


def correct(actor: Actor, training: Training, values: Values) -> Training:
    """Change what was written down; hours, result and until when it counts follow. Raises Invalid as `record`."""
    whole = {**{name: training.__data__[name] for name in ("person", "course", "held_on", "score")}, **values}
    _check(whole, training.id)
    kept: Values = {name: values[name] for name in ("hours", "result") if name in values}
    if "score" not in values:
        kept.setdefault("result", training.result)
    if "course" not in values:
        kept.setdefault("hours", training.hours)
    made: Training = plain_edit(Training)(actor, training, {**values, **_worked_out({**whole, **kept})})
    return made


def _check(values: Values, own: int = 0) -> None:
    if values["held_on"] > clock.today():
        raise Invalid(fields={"held_on": "培训日期不能晚于今天"})
    there = Training.select().where(
        Training.person == values["person"], Training.course == values["course"],
        Training.held_on == values["held_on"], Training.id != own,
    )  # fmt: skip
    if there.exists():
        raise Invalid(fields={"held_on": "这个人这天的这门课已经登记过"})


def _worked_out(values: Values) -> Values:
    course = Course.get_by_id(values["course"])
    result = values.get("result") or result_of(course, values.get("score"))
    return {
        "hours": course.hours if values.get("hours") is None else values["hours"],
        "result": result,
        "counts_until": counts_until(course, values["held_on"]) if result == PASSED else None,
    }


def result_of(course: Course, score: Any) -> str:
    """Passed or not by the score; without one the course has no test, and being there is enough."""
    return FAILED if score is not None and course.pass_score and score < course.pass_score else PASSED


def counts_until(course: Course, day: date) -> date | None:
    """The last day on which what was learned on `day` counts; None for good."""
    months = course.valid_months or MONTHS.get(course.period)
    return None if months is None else months_on(day, months)


def months_on(day: date, months: int) -> date:
    """The same day so many months later (earlier, where negative), or the last one of that month."""
    year, month = divmod(day.year * 12 + day.month - 1 + months, 12)
    return date(year, month + 1, min(day.day, monthrange(year, month + 1)[1]))


__all__ = ["correct", "counts_until", "months_on", "record", "result_of"]
