"""Who has the most points: of which days, who shares a place, and who may see whose (A12)."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from models.core import clock
from models.core.errors import Forbidden, Invalid
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.objectives.points import points
from models.objectives.records import READ_POINTS, Point
from models.organization.records import Binding, Company, Person
from tests.models.objectives.conftest import Duties
from tests.support.clocks import Clock


@pytest.fixture(autouse=True)
def _(clock: Clock) -> None:
    clock.set(2026, 11, 22, 8)


def earn(person: Person, many: int, at: datetime | None = None, **values: Any) -> None:
    Point.create(
        company=person.company_id, person=person, points=many, what="hazard.confirmed", why="随手拍",
        subject_kind="hazard", subject_id=1, at=at or clock.now(), once_key=f"k{Point.select().count()}", **values,
    )  # fmt: skip


def reads(duties: Duties, scope: Scope, *people: Person) -> Actor:
    ids = tuple(person.id for person in people)
    return Actor(1, "看的人", duties.unit.id, {READ_POINTS: scope}, person_ids=ids)


@pytest.mark.parametrize(
    ("period", "day", "first"),
    [
        ("month", "2026-11-22", "2026-11-01"),
        ("quarter", "2026-01-01", "2026-01-01"),
        ("quarter", "2026-03-31", "2026-01-01"),
        ("quarter", "2026-04-01", "2026-04-01"),
        ("quarter", "2026-09-30", "2026-07-01"),
        ("quarter", "2026-12-31", "2026-10-01"),
        ("year", "2026-11-22", "2026-01-01"),
        ("all", "2026-11-22", None),
    ],
)
def test_when_a_period_begins(period: str, day: str, first: str | None) -> None:
    found = points.begin(period, date.fromisoformat(day))
    assert (None if found is None else found.isoformat()) == (
        None if first is None else f"{first}T00:00:00+08:00"
    )


def test_equal_points_share_a_place_and_what_was_taken_back_was_never_earned(duties: Duties) -> None:
    first, second, third, fourth, gone = (duties.crowd.person(name=name) for name in "甲乙丙丁戊")
    for person, many in ((first, 5), (second, 3), (third, 3), (fourth, 1), (gone, 9)):
        earn(person, many)
    earn(first, 4)
    earn(first, -4)
    duties.leave(gone)
    earn(duties.crowd.person(unit=duties.crowd.other), 20)
    actor = reads(duties, Scope.COMPANY)
    assert [
        (row["place"], row["person"]["name"], row["points"], row["times"]) for row in points.ranking(actor)
    ] == [(1, "甲", 5, 1), (2, "乙", 3, 1), (2, "丙", 3, 1), (4, "丁", 1, 1)]
    assert [len(points.ranking(actor, limit=limit)) for limit in (0, 1, 3, 9)] == [1, 1, 3, 4]
    since = clock.now()
    earn(first, 1, since - timedelta(seconds=1))
    assert len(points.ranking(actor, since=since)) == 4, "the moment itself counts"
    assert points.ranking(actor, since=since + timedelta(seconds=1)) == []


def test_a_ranking_is_for_who_may_read_everybodys_points(duties: Duties) -> None:
    person = duties.crowd.person()
    earn(person, 5)
    other = duties.crowd.other.id
    for actor, company in (
        (reads(duties, Scope.SELF, person), None), (reads(duties, Scope.SITE), None), (reads(duties, Scope.COMPANY), other),
    ):  # fmt: skip
        with pytest.raises(Forbidden):
            points.ranking(actor, company)
    with pytest.raises(Forbidden):
        points.ranking(Actor(1, "无单位", None, {READ_POINTS: Scope.COMPANY}))
    with pytest.raises(Forbidden):
        points.mine(Actor(1, "无权限", duties.unit.id))


def test_a_board_shows_everybody_to_who_may_read_them_and_to_each_their_own_place(duties: Duties) -> None:
    first, second, idle = (duties.crowd.person(name=name) for name in "甲乙丙")
    earn(first, 5)
    earn(second, 3, clock.midnight(date(2026, 11, 1)))
    earn(second, 1, clock.midnight(date(2026, 11, 1)) - timedelta(seconds=1))
    whole = points.board(reads(duties, Scope.COMPANY, second))
    assert [(row["person"]["name"], row["points"], row["mine"]) for row in whole["items"]] == [
        ("甲", 5, False), ("乙", 3, True),
    ]  # fmt: skip
    assert (whole["mine"], whole["count"]) == ({"place": 2, "points": 3}, 2)
    own = points.board(reads(duties, Scope.SELF, second), "all")
    assert (own["items"], own["mine"], own["count"]) == ([], {"place": 2, "points": 4}, 2)
    assert points.board(reads(duties, Scope.SELF, idle))["mine"] is None
    nowhere = points.board(Actor(1, "无单位", None, {READ_POINTS: Scope.COMPANY}))
    assert (nowhere["items"], nowhere["mine"], nowhere["count"]) == ([], None, 0)
    for period, by in (("week", "person"), ("month", "grid")):
        with pytest.raises(Invalid):
            points.board(reads(duties, Scope.COMPANY), period, by)


def test_ones_own_place_in_words_by_person_and_site(duties: Duties) -> None:
    sites = [
        Company.create(name=name, kind="site", parent=duties.unit, company_root=duties.unit.id, path="/")
        for name in ("一厂", "二厂")
    ]
    first, second = (
        duties.crowd.person(name=name, site=site) for name, site in zip("甲乙", sites, strict=True)
    )
    last = datetime(2026, 11, 30, 23, 59, 59, tzinfo=ZoneInfo("Asia/Shanghai"))
    earn(first, 5, last, site=sites[0])
    earn(first, 7, last + timedelta(seconds=1), site=sites[0])
    earn(second, 2, clock.midnight(date(2026, 11, 1)), site=sites[1])
    days = (date(2026, 11, 1), date(2026, 11, 30))
    said = [
        points.own_place(reads(duties, Scope.SELF, person), *days, by)
        for person in (first, second)
        for by in ("person", "site", "department")
    ]
    assert said == [
        "您是第 1 名，共 2 个，5 分", "您的厂站是第 1 名，共 2 个，5 分", "",
        "您是第 2 名，共 2 个，2 分", "您的厂站是第 2 名，共 2 个，2 分", "",
    ]  # fmt: skip
    assert points.own_place(Actor(1, "无单位", None), *days, "person") == ""
    assert Binding.select().count() == 2
