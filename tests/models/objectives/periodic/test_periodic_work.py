"""Periodic work made into tasks: for whom, once, after a killed worker and after a standstill (A05)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from models.core.clock import local
from models.core.db.connection import in_transaction
from models.core.events.outbox import Outbox
from models.core.history import Change
from models.objectives.periodic import periodic_work
from models.objectives.records import PersonPost, Post, PostWork
from models.tasks.records import Task
from models.tasks.timing.periodic import PeriodicTask
from scripts.bench.duties import plant_pairs
from tests.models.objectives.conftest import Duties

TODAY = date(2026, 11, 22)  # Sunday, 08:00


def daily(duties: Duties, post: Post, **values: Any) -> PostWork:
    return duties.work(post, **{"off_days": "anyway", "at_hour": "9", **values})


def test_a_work_is_made_for_everybody_who_holds_the_post(duties: Duties, clock: Any) -> None:
    post = duties.post()
    people = [duties.holder(post) for _ in range(3)]
    duties.holder(duties.post("别的岗位"))
    gone = duties.holder(post)
    duties.leave(gone)
    waiting = duties.holder(post, bound="waiting")
    work = daily(duties, post, target="成品库叉车", text="看轮胎和货叉")
    assert duties.run() == 0  # not before its hour
    clock.set(2026, 11, 22, 9)
    assert duties.run() == 1
    assert duties.made(work) == [(person.id, TODAY) for person in people]
    assert waiting.id not in [person for person, _ in duties.made()]
    task = Task.get(Task.person == people[0].id)
    assert (task.title, task.text, task.state) == ("班前检查：成品库叉车", "看轮胎和货叉", "open")
    assert f"{local(task.due_at):%Y-%m-%d %H:%M}" == "2026-11-23 23:59"
    again = duties.again(work)
    assert (again.made_on, again.next_on) == (TODAY, date(2026, 11, 23))
    assert duties.run() == 0
    news = Outbox.select().where(Outbox.kind == "work.made")
    assert [sorted(row.payload["persons"]) for row in news] == [[person.id for person in people]]


@pytest.mark.one_engine
@pytest.mark.parametrize(("hour", "minute", "day"), [(8, 59, 22), (9, 0, 23), (9, 1, 23)])
def test_a_new_work_is_of_today_until_its_hour(
    duties: Duties, clock: Any, hour: int, minute: int, day: int
) -> None:
    clock.set(2026, 11, 22, hour, minute)
    assert daily(duties, duties.post()).next_on == date(2026, 11, day)


def test_a_killed_workers_repeat_makes_the_rest_and_none_twice(
    duties: Duties, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(periodic_work, "PIECE", 4)
    posts = [duties.post(name) for name in "甲乙丙"]
    for post in posts:
        for _ in range(5):
            duties.holder(post)
        daily(duties, post)
    clock.set(2026, 11, 22, 9)
    real, calls = periodic_work.make, []

    def dies(rows: list[PeriodicTask]) -> int:
        calls.append(len(rows))
        made = real(rows)
        if len(calls) == 3:
            raise RuntimeError("killed")
        return made

    monkeypatch.setattr(periodic_work, "make", dies)
    with pytest.raises(RuntimeError):
        duties.run()
    # Two pieces stand; the third, and the move of the second work that ended in it, are rolled back.
    assert len(duties.made()) == 8
    moved = [duties.again(work).made_on for work in PostWork.select().order_by(PostWork.id)]
    assert moved == [TODAY, None, None]
    monkeypatch.setattr(periodic_work, "make", real)
    assert duties.run() == 2
    assert len(duties.made()) == len(set(duties.made())) == 15
    told = [
        person
        for row in Outbox.select().where(Outbox.kind == "work.made")
        for person in row.payload["persons"]
    ]
    assert len(told) == len(set(told)) == 15
    assert duties.run() == 0


def test_a_second_worker_that_saw_the_same_makes_none_twice(duties: Duties, clock: Any) -> None:
    post = duties.post()
    duties.holder(post)
    work = daily(duties, post)
    clock.set(2026, 11, 22, 9)
    turns = periodic_work._due(10)
    assert duties.run() == 1
    rows = [row for _, rows in periodic_work._with_rows(turns) for row in rows]
    periodic_work._finish(rows, turns)
    assert len(duties.made()) == 1
    assert duties.again(work).next_on == date(2026, 11, 23)


def test_after_a_standstill_only_the_newest_is_made_and_that_is_said(duties: Duties, clock: Any) -> None:
    post = duties.post()
    person = duties.holder(post)
    every_day = daily(duties, post)
    monthly = duties.work(post, name="月检", period="month", day_of="24", at_hour="9", days_to_do="2")
    clock.set(2026, 11, 28, 8)
    assert duties.run() == 2
    assert duties.made(every_day) == [(person.id, date(2026, 11, 27))]
    assert duties.made(monthly) == [(person.id, date(2026, 11, 24))]
    # There are two days for it from now on: a task that is late as it comes helps nobody. The 30th is a Monday.
    late = Task.get(Task.subject_id == monthly.id)
    assert f"{local(late.due_at):%Y-%m-%d}" == "2026-11-30"
    (line,) = Change.select().where(
        Change.table == "post_work", Change.row_id == every_day.id, Change.account_name == "系统"
    )
    assert "错过 5 次" in line.changes[0]["new"]
    assert not Change.select().where(Change.row_id == monthly.id, Change.account_name == "系统").exists()
    clock.set(2026, 11, 28, 9)
    assert duties.run() == 1


def test_newcomers_begin_with_the_next_period(duties: Duties, clock: Any) -> None:
    post = duties.post()
    old = duties.holder(post)
    work = daily(duties, post)
    clock.set(2026, 11, 22, 9, 30)
    new = duties.holder(post)  # before the worker came by, after the work's hour
    assert duties.run() == 1
    assert duties.made(work) == [(old.id, TODAY)]
    clock.set(2026, 11, 23, 9)
    duties.run()
    assert duties.made(work)[1:] == [(old.id, date(2026, 11, 23)), (new.id, date(2026, 11, 23))]


def test_who_gives_the_post_up_or_leaves_gets_no_more(duties: Duties, clock: Any) -> None:
    post = duties.post()
    stays, gives_up, leaves = (duties.holder(post) for _ in range(3))
    work = daily(duties, post)
    clock.set(2026, 11, 22, 9)
    duties.run()
    PersonPost.delete().where(PersonPost.person == gives_up.id).execute()
    duties.leave(leaves)
    clock.set(2026, 11, 23, 9)
    duties.run()
    assert duties.made(work)[3:] == [(stays.id, date(2026, 11, 23))]


def test_a_post_with_nobody_moves_on(duties: Duties, clock: Any) -> None:
    work = daily(duties, duties.post())
    clock.set(2026, 11, 22, 9)
    assert duties.run() == 1
    assert (duties.made(), duties.again(work).next_on) == ([], date(2026, 11, 23))


def test_a_work_switched_off_makes_nothing(duties: Duties, clock: Any) -> None:
    post = duties.post()
    duties.holder(post)
    work = daily(duties, post)
    duties.edit("post-works", work.id, enabled=False)
    clock.set(2026, 11, 23, 9)
    assert duties.run() == 0


def test_another_companys_holders_of_a_standard_post_get_nothing(duties: Duties, clock: Any) -> None:
    standard = Post.create(standing="in_force", company=None, name="电工")
    own = duties.holder(standard)
    other = duties.crowd.person(unit=duties.crowd.other)
    PersonPost.create(standing="in_force", company=duties.crowd.other, person=other, post=standard)
    work = daily(duties, standard)
    clock.set(2026, 11, 22, 9)
    duties.run()
    assert duties.made(work) == [(own.id, TODAY)]


def test_a_crowd_in_pieces_day_after_day(duties: Duties, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(periodic_work, "PIECE", 30)
    clock.set(2026, 11, 21, 9)
    works = in_transaction(plant_pairs, 200, posts=7, company=duties.unit, due=TODAY)
    for day in range(22, 27):
        clock.set(2026, 11, day, 9)
        assert duties.run() == len(works) == 7
    made = duties.made()
    assert len(made) == len(set(made)) == 1000
