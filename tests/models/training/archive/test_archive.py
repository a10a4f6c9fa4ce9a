"""What people were trained in (C06): passed by the score, and counted for as long as the course says."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models.core import clock
from models.core.db.connection import in_transaction
from models.core.errors import Invalid
from models.core.ledger.changes.editing import create, edit
from models.training.archive.ledgers import TRAININGS
from models.training.archive.records import Training
from models.training.archive.rules import counts_until, months_on, result_of
from models.training.courses.records import Course
from tests.support.people_to_tell import Crowd


def write(crowd: Crowd, officer: Any, person: Any, **values: Any) -> Training:
    course = Course.get(Course.code == values.pop("code", "PX12"))
    wanted = {"person": str(person.id), "course": str(course.id), "held_on": "2026-11-20", **values}
    return Training.get_by_id(int(in_transaction(create, officer, TRAININGS, wanted)["id"]))


def test_hours_result_and_how_long_it_counts_follow_from_the_course(crowd: Crowd, clock: Any) -> None:
    clock.set(2026, 11, 30, 10, 0)
    officer, person = crowd.officer(), crowd.person(unit=crowd.unit)
    made = write(crowd, officer, person, score="92")
    assert (made.company_id, made.hours, made.result, made.counts_until) == (
        crowd.unit.id, 8, "passed", date(2027, 11, 20),
    )  # fmt: skip
    failed = write(crowd, officer, person, score="79", held_on="2026-11-21")
    assert (failed.result, failed.counts_until) == ("failed", None)
    in_transaction(edit, officer, TRAININGS, failed.id, failed.version, {"score": "80"})
    assert (Training.get_by_id(failed.id).result, Training.get_by_id(failed.id).counts_until) == (
        "passed", date(2027, 11, 21),
    )  # fmt: skip
    once = write(crowd, officer, person, code="PX05")
    assert (once.result, once.counts_until) == ("passed", None), "what is done before work counts for good"


def test_a_day_to_come_and_the_same_twice_are_refused(crowd: Crowd) -> None:
    officer, person = crowd.officer(), crowd.person(unit=crowd.unit)
    today = clock.today().isoformat()
    write(crowd, officer, person, held_on=today)
    for day in (today, "2099-01-01"):
        with pytest.raises(Invalid) as refused:
            write(crowd, officer, person, held_on=day)
        assert "held_on" in refused.value.fields


def test_months_end_where_months_end() -> None:
    assert months_on(date(2026, 1, 31), 1) == date(2026, 2, 28)
    assert months_on(date(2024, 2, 29), 12) == date(2025, 2, 28)
    assert months_on(date(2026, 11, 30), -12) == date(2025, 11, 30)
    assert months_on(date(2026, 3, 15), -3) == date(2025, 12, 15)


@pytest.mark.parametrize(
    ("pass_score", "score", "result"),
    [
        (80, 80, "passed"),
        (80, 79.5, "failed"),
        (80, 0, "failed"),
        (80, None, "passed"),
        (0, 0, "passed"),
        (None, 10, "passed"),
    ],
)
def test_who_passed(pass_score: int | None, score: float | None, result: str) -> None:
    assert result_of(Course(pass_score=pass_score), score) == result


@pytest.mark.parametrize(
    ("months", "period", "until"),
    [
        (None, "month", date(2026, 12, 20)),
        (None, "quarter", date(2027, 2, 20)),
        (None, "half_year", date(2027, 5, 20)),
        (None, "year", date(2027, 11, 20)),
        (24, "year", date(2028, 11, 20)),
        (24, "before", date(2028, 11, 20)),
        (None, "before", None),
        (None, "need", None),
    ],
)
def test_how_long_what_was_learned_counts(months: int | None, period: str, until: date | None) -> None:
    assert counts_until(Course(valid_months=months, period=period), date(2026, 11, 20)) == until


def test_a_correction_keeps_what_it_does_not_touch(crowd: Crowd, clock: Any) -> None:
    clock.set(2026, 11, 30, 10, 0)
    officer, person = crowd.officer(), crowd.person(unit=crowd.unit)
    made = write(crowd, officer, person, score="92", hours="6")
    other = write(crowd, officer, person, score="92", held_on="2026-11-21")

    def corrected(**values: Any) -> tuple[Any, ...]:
        row = Training.get_by_id(made.id)
        in_transaction(edit, officer, TRAININGS, row.id, row.version, values)
        row = Training.get_by_id(made.id)
        return row.hours, row.result, row.counts_until

    assert corrected(held_on="2026-11-19") == (6, "passed", date(2027, 11, 19))
    assert corrected(result="failed") == (6, "failed", None)
    assert corrected(held_on="2026-11-18") == (6, "failed", None), "what was said of the result stays"
    assert corrected(score="95") == (6, "passed", date(2027, 11, 18)), "a new score decides anew"
    longer = Course.get(Course.code == "PX05")
    assert corrected(course=str(longer.id))[0] == longer.hours
    assert corrected(hours="3")[0] == 3
    for day in ("2026-12-01", None):
        wanted = {"held_on": day} if day else {"course": str(other.course_id), "held_on": "2026-11-21"}
        with pytest.raises(Invalid):
            corrected(**wanted)
