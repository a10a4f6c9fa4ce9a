"""Working days: the national calendar, what the group and a company set over it, and years that are not known (A05)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models.administration.records import Account, Assignment
from models.administration.roles import builtin
from models.core.clock import today
from models.core.database import in_transaction
from models.core.errors import Forbidden, Invalid
from models.core.ledger import ledger_named
from models.core.ledger.acting import act
from models.core.outbox import Outbox, finish
from models.messages.news import tell_of
from models.messages.records import Notice
from models.objectives import calendar, calendar_warning
from models.objectives.calendar import Calendar, calendar_of
from models.objectives.records import CalendarDay, Post
from tests.models.objectives.conftest import Duties


def test_the_national_calendar_has_holidays_and_make_up_days() -> None:
    china = Calendar()
    assert not china.works_on(date(2026, 10, 1))
    assert china.works_on(date(2026, 10, 10))  # a Saturday
    assert china.works_on(date(2026, 11, 25))
    assert not china.works_on(date(2026, 11, 22))
    assert calendar.national_name(date(2026, 10, 1)) == "国庆节"
    assert calendar.national_name(date(2026, 10, 10)) == "国庆节调休上班"
    assert calendar.national_name(date(2026, 11, 25)) == ""


def test_an_unknown_year_is_a_plain_week() -> None:
    year = calendar.known_years()[1] + 1
    days = [date(year, 10, day) for day in range(1, 8)]
    assert [Calendar().works_on(day) for day in days] == [day.weekday() < 5 for day in days]
    assert calendar.national_name(days[0]) == ""


def test_a_company_goes_before_the_group_before_the_nation(duties: Duties) -> None:
    day = date(2026, 11, 25)
    other = duties.crowd.other.id
    CalendarDay.create(company=None, day=day, kind="off")
    CalendarDay.create(company=duties.unit, day=day, kind="work")
    CalendarDay.create(company=other, day=date(2026, 11, 26), kind="off")
    assert calendar_of(duties.unit.id).works_on(day)
    assert not calendar_of(other).works_on(day)
    assert calendar_of(duties.unit.id).works_on(date(2026, 11, 26))
    assert calendar_of(duties.unit.id, since=date(2026, 12, 1)).own == {}
    shown = {item["day"]: item for item in calendar.month(duties.unit.id, 2026, 11)}
    assert len(shown) == 30
    assert shown[day] == {"day": day, "works": True, "name": "", "origin": "company"}
    assert {item["day"]: item["origin"] for item in calendar.month(other, 2026, 11)}[day] == "group"
    assert calendar.month(other, 2027, 12)[-1]["origin"] in ("week", "national")


def test_a_missing_year_is_told_until_somebody_enters_it(duties: Duties, clock: Any) -> None:
    last = calendar.known_years()[1]
    clock.set(last, 6, 1)
    assert calendar.warnings(duties.officer) == []
    clock.set(last, 12, 20)
    (warning,) = calendar.warnings(duties.officer)
    assert warning["year"] == last + 1
    assert str(last + 1) in warning["title"]
    found = in_transaction(act, duties.officer, ledger_named("calendar"), "check", [], {})
    assert f"{last + 1} 年" in found["message"]
    # A company's own day says nothing of the nation; one of everybody does.
    CalendarDay.create(company=duties.unit, day=date(last + 1, 5, 1), kind="off")
    assert calendar.warnings(duties.officer)
    CalendarDay.create(company=None, day=date(last + 1, 5, 1), kind="off")
    assert calendar.warnings(duties.officer) == []
    clock.set(last + 2, 1, 1)
    assert calendar.unknown_year(today()) == last + 2


def test_administrators_are_told_once_in_two_weeks(duties: Duties, clock: Any) -> None:
    last = calendar.known_years()[1]
    keeper, worker = duties.holder(duties.post()), duties.crowd.person()
    account = Account.get(Account.id_hash == keeper.id_hash)
    Assignment.create(account_id=account.id, role=builtin("safety_officer"), company_id=duties.unit.id)
    clock.set(last, 12, 20)
    assert calendar_warning.work(10) == 0  # nobody has periodic work
    duties.work(Post.get())
    assert calendar_warning.work(10) == 1
    assert calendar_warning.work(10) == 0  # waits to be told
    row = Outbox.get(Outbox.kind == calendar_warning.KIND)
    message = in_transaction(tell_of, row)
    assert message is not None
    assert str(last + 1) in message.title
    assert [notice.person_id for notice in Notice.select().where(Notice.message == message.id)] == [keeper.id]
    assert worker.id != keeper.id
    finish([row.id])
    assert calendar_warning.work(10) == 0
    clock.forward(days=15)
    assert calendar_warning.work(10) == 1


def test_only_who_keeps_the_calendar_is_warned(duties: Duties) -> None:
    with pytest.raises(Forbidden):
        calendar.warnings(duties.crowd.actor(duties.crowd.person()))


def test_a_day_is_set_once_and_by_an_officer_for_the_own_company(duties: Duties) -> None:
    made = duties.create("calendar", day="2026-12-31", kind="off", name="年终盘点")
    assert CalendarDay.get_by_id(int(made["id"])).company_id == duties.unit.id
    with pytest.raises(Invalid) as caught:
        duties.create("calendar", day="2026-12-31", kind="work")
    assert set(caught.value.fields) == {"day"}
    duties.delete("calendar", made["id"])
    assert calendar_of(duties.unit.id).works_on(date(2026, 12, 31))


def test_setting_a_day_moves_the_works_that_fall_on_it(duties: Duties) -> None:
    work = duties.work(duties.post(), period="month", day_of="1", off_days="after")
    assert work.next_on == date(2026, 12, 1)
    made = duties.create("calendar", day="2026-12-01", kind="off")
    assert duties.again(work).next_on == date(2026, 12, 2)
    duties.edit("calendar", made["id"], kind="work")
    assert duties.again(work).next_on == date(2026, 12, 1)
    CalendarDay.create(company=duties.crowd.other, day=date(2026, 12, 1), kind="off")
    assert duties.again(work).next_on == date(2026, 12, 1)
