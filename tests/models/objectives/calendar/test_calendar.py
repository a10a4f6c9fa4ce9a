"""Working days: the national calendar, what the group and a company set over it, and years that are not known (A05)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from models.administration.accounts.actors import system_actor
from models.administration.records import Account, Assignment
from models.administration.roles.roles import builtin
from models.core.clock import today
from models.core.db.connection import in_transaction
from models.core.errors import Invalid
from models.core.events.outbox import Outbox, finish
from models.core.history import Change
from models.core.ledger import Ledger, ledger_named
from models.core.ledger.reading.listing import list_rows
from models.core.ledger.reading.query import ListQuery
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.messages.records import Notice
from models.messages.tellers import tell_of
from models.objectives.calendar import notifications, set_days, working_days
from models.objectives.calendar.working_days import WorkingCalendar, calendar_of
from models.objectives.records import READ_CALENDAR, READ_POSTS, CalendarDay, Post
from tests.models.objectives.conftest import Duties


def test_the_national_calendar_has_holidays_and_make_up_days() -> None:
    china = WorkingCalendar()
    assert not china.works_on(date(2026, 10, 1))
    assert china.works_on(date(2026, 10, 10))  # a Saturday
    assert china.works_on(date(2026, 11, 25))
    assert not china.works_on(date(2026, 11, 22))
    assert working_days.national_name(date(2026, 10, 1)) == "国庆节"
    assert working_days.national_name(date(2026, 10, 10)) == "国庆节调休上班"
    assert working_days.national_name(date(2026, 11, 25)) == ""


def test_an_unknown_year_has_the_days_that_the_law_names() -> None:
    """2028 as 国务院令第795号 has it: two days in May, 除夕 to 初三; nothing is known of what is worked instead."""
    names = {
        date(2028, 1, 1): "元旦", date(2028, 1, 25): "除夕", date(2028, 1, 26): "春节", date(2028, 1, 28): "春节",
        date(2028, 4, 4): "清明节", date(2028, 5, 1): "劳动节", date(2028, 5, 2): "劳动节",
        date(2028, 5, 28): "端午节", date(2028, 10, 2): "国庆节", date(2028, 10, 3): "中秋节、国庆节",
    }  # fmt: skip
    assert {day: working_days.statutory(2028)[day] for day in names} == names
    assert len(working_days.statutory(2028)) == 12  # 13 days of the law, two of which fall on one
    for day in names:
        assert not WorkingCalendar().works_on(day), day
        assert working_days.national_name(day) == names[day]
    for day in (date(2028, 1, 29), date(2028, 5, 3), date(2028, 10, 4)):  # a Saturday; what might be moved
        assert WorkingCalendar().works_on(day) == (day.weekday() < 5)
        assert working_days.national_name(day) == ""
    assert WorkingCalendar(own={date(2028, 5, 2): True}).works_on(date(2028, 5, 2))


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
    shown = {item["day"]: item for item in working_days.month(duties.unit.id, 2026, 11)}
    assert len(shown) == 30
    assert shown[day] == {"day": day, "works": True, "name": "", "origin": "company"}
    assert {item["day"]: item["origin"] for item in working_days.month(other, 2026, 11)}[day] == "group"
    origins = {item["day"].day: item["origin"] for item in working_days.month(other, 2028, 5)}
    assert (origins[1], origins[3]) == ("statutory", "week")


def test_a_missing_year_is_told_until_somebody_enters_it(duties: Duties, clock: Any) -> None:
    last = working_days.known_years()[1]
    clock.set(last, 6, 1)
    assert working_days.notices(duties.officer) == []
    clock.set(last, 12, 20)
    (notice,) = working_days.notices(duties.officer)
    assert str(last + 1) in notice.title
    # A company's own day says nothing of the nation; one of everybody does.
    CalendarDay.create(company=duties.unit, day=date(last + 1, 5, 1), kind="off")
    assert working_days.notices(duties.officer)
    # … but one day does not make a year: each day that the law names must be there, and what is worked instead.
    CalendarDay.create(company=None, day=date(last + 1, 5, 1), kind="off")
    assert working_days.notices(duties.officer)
    for day in working_days.statutory(last + 1):
        if day != date(last + 1, 5, 1):
            assert "国庆节" in working_days.year_unknown(last + 1)["cause"]
            CalendarDay.create(company=None, day=day, kind="off")
    assert working_days.lacking(last + 1) == ["调休上班的日子"]
    saturday = next(day for day in (date(last + 1, 2, n) for n in range(1, 29)) if day.weekday() == 5)
    CalendarDay.create(company=None, day=saturday, kind="work")
    assert working_days.notices(duties.officer) == []
    clock.set(last + 2, 1, 1)
    assert working_days.unknown_year(today()) == last + 2


def test_the_first_days_of_a_year_do_not_make_it_known() -> None:
    """An arrangement may reach into January of the next year."""
    free = [date(2026, 1, 1), date(2026, 10, 1), date(2027, 1, 1), date(2027, 1, 2)]
    assert working_days.years_of(free) == (2026, 2026)
    assert working_days.years_of([*free, date(2027, 10, 1)]) == (2026, 2027)


def test_a_missing_year_is_said_wherever_its_dates_stand(duties: Duties, clock: Any) -> None:
    """Whoever opens the calendar or the works that fall due by it reads so, without asking; how to mend it who may."""
    last = working_days.known_years()[1]
    reader = replace(duties.officer, rights={READ_CALENDAR: Scope.COMPANY, READ_POSTS: Scope.COMPANY})
    for name in ("calendar", "post-works"):
        ledger = ledger_named(name)
        assert ledger is not None
        clock.set(last, 6, 1)
        assert _page(duties.officer, ledger)["notices"] == []
        clock.set(last, 12, 20)
        (notice,) = _page(duties.officer, ledger)["notices"]
        assert f"{last + 1} 年" in notice["title"]
        assert "哪些周末调休上班不知道" in notice["text"]
        assert "导入" in notice["text"].split("不知道", 1)[1]
        (notice,) = _page(reader, ledger)["notices"]
        assert notice["text"].endswith("不知道")


def _page(actor: Actor, ledger: Ledger) -> dict[str, Any]:
    return in_transaction(list_rows, actor, ledger, ListQuery.parse(ledger))


def test_administrators_are_told_once_in_two_weeks(duties: Duties, clock: Any) -> None:
    last = working_days.known_years()[1]
    keeper, worker = duties.holder(duties.post()), duties.crowd.person()
    account = Account.get(Account.id_hash == keeper.id_hash)
    Assignment.create(account_id=account.id, role=builtin("safety_officer"), company_id=duties.unit.id)
    clock.set(last, 12, 20)
    assert notifications.work(10) == 0  # nobody has periodic work
    duties.work(Post.get())
    assert notifications.work(10) == 1
    assert notifications.work(10) == 0  # waits to be told
    row = Outbox.get(Outbox.kind == notifications.KIND)
    message = in_transaction(tell_of, row)
    assert message is not None
    assert str(last + 1) in message.title
    assert [notice.person_id for notice in Notice.select().where(Notice.message == message.id)] == [keeper.id]
    assert worker.id != keeper.id
    finish([row.id])
    assert notifications.work(10) == 0
    clock.forward(days=15)
    assert notifications.work(10) == 1


def test_a_day_is_set_once_and_by_an_officer_for_the_own_company(duties: Duties) -> None:
    made = duties.create("calendar", day="2026-12-31", kind="off", name="年终盘点")
    assert CalendarDay.get_by_id(int(made["id"])).company_id == duties.unit.id
    with pytest.raises(Invalid) as caught:
        duties.create("calendar", day="2026-12-31", kind="work")
    assert set(caught.value.fields) == {"day"}
    duties.delete("calendar", made["id"])
    assert calendar_of(duties.unit.id).works_on(date(2026, 12, 31))


def test_many_days_at_once_are_new_changed_or_as_they_were(duties: Duties) -> None:
    calendar, edited = ledger_named("calendar"), Change.select().where(Change.table == "calendar_day")
    assert calendar is not None
    work = duties.work(duties.post(), period="month", day_of="1", off_days="after")
    CalendarDay.create(company=duties.crowd.other, day=date(2026, 12, 1), kind="work", name="别家的")
    first = {"day": date(2026, 12, 1), "kind": "off", "name": "盘点"}
    second = {"day": date(2026, 12, 2), "kind": "off", "name": None}

    def bring(*rows: dict[str, Any]) -> tuple[int, int]:
        return in_transaction(set_days.import_days, duties.officer, list(rows))

    assert bring(first, second) == (2, 0)
    assert duties.again(work).next_on == date(2026, 12, 3), "works fall due by it at once"
    assert bring(first, {**second, "kind": "work"}) == (0, 2)
    own = {
        row.day.day: (row.kind, row.name)
        for row in CalendarDay.select().where(CalendarDay.company == duties.unit)
    }
    assert own == {1: ("off", "盘点"), 2: ("work", None)}
    assert bring({**first, "name": None}) == (0, 1)
    assert CalendarDay.get(CalendarDay.name == "盘点").day == date(2026, 12, 1), (
        "an empty cell empties nothing"
    )
    assert [row.action for row in edited.order_by(Change.id)] == ["created", "created", "edited"], (
        "as it was is no change"
    )
    assert duties.again(work).next_on == date(2026, 12, 2)
    house = system_actor()
    assert in_transaction(set_days.import_days, house, [{**first, "company": None}]) == (1, 0)
    assert CalendarDay.select().where(CalendarDay.company.is_null()).count() == 1, (
        "of everybody, beside the unit's own"
    )


@pytest.mark.one_engine
@pytest.mark.parametrize(
    ("year", "month", "days"), [(2026, 12, 31), (2027, 1, 31), (2027, 2, 28), (2026, 11, 30)]
)
def test_a_month_is_shown_from_its_first_to_its_last_day(
    duties: Duties, year: int, month: int, days: int
) -> None:
    first, last = date(year, month, 1), date(year, month, days)
    for day in (first - timedelta(days=1), first, last, last + timedelta(days=1)):
        CalendarDay.create(company=duties.unit, day=day, kind="off", name="自定")
    shown = working_days.month(duties.unit.id, year, month)
    assert (shown[0]["day"], shown[-1]["day"], len(shown)) == (first, last, days)
    assert [item["day"] for item in shown if item["origin"] == "company"] == [first, last]
    assert all(item["name"] == "自定" and not item["works"] for item in (shown[0], shown[-1]))
    CalendarDay.create(company=None, day=first, kind="work")
    assert working_days.month(duties.unit.id, year, month)[0]["origin"] == "company", (
        "the unit's own counts first"
    )


def test_setting_a_day_moves_the_works_that_fall_on_it(duties: Duties) -> None:
    work = duties.work(duties.post(), period="month", day_of="1", off_days="after")
    assert work.next_on == date(2026, 12, 1)
    made = duties.create("calendar", day="2026-12-01", kind="off")
    assert duties.again(work).next_on == date(2026, 12, 2)
    duties.edit("calendar", made["id"], kind="work")
    assert duties.again(work).next_on == date(2026, 12, 1)
    CalendarDay.create(company=duties.crowd.other, day=date(2026, 12, 1), kind="off")
    assert duties.again(work).next_on == date(2026, 12, 1)
