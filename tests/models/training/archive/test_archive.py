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
from models.training.archive.rules import months_on
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
