"""Sums that are kept say what counting says: by each column and filter, over days and months, as time goes on (I01)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from itertools import product
from typing import Any

import pytest
from peewee import Case

from models.core import clock as clocks
from models.core.db.connection import in_transaction
from models.core.fields import Choice
from models.core.ledger import Derived, Filter
from models.core.ledger.reading.query import ListQuery
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.core.views import Measure, Statistic, declaration, kept_sums
from models.core.views.counting import CountedRows, source_of
from models.core.views.declaration import ByTime, Kept, KeptPart
from models.core.views.kept_sums import KeptNumbers
from models.core.views.kept_sums import upkeep as keeping
from models.core.views.kept_sums import words as of
from models.core.views.kept_sums.adding import Changes, is_ready
from models.core.views.periods import days_of
from models.core.views.records import KeptKind, KeptSum
from models.core.views.statistic import AskedStatistic, statistic
from models.equipment.records import Equipment
from tests.models.core import small_ledgers
from tests.support.views import counted, led_to_its_rows

pytestmark = pytest.mark.one_engine
_CHOICES = (Choice("fine", "正常"), Choice("gone", "报废"), Choice("late", "超期"))
_NUMBERS = {"fine": 0, "gone": 1, "late": 2}


def _late() -> Any:
    return (Equipment.state == "in_use") & (Equipment.next_inspection_on < clocks.today())


def _standing(values: Sequence[str]) -> Any:
    parts = {"gone": Equipment.state == "scrapped", "late": _late()}
    parts["fine"] = ~(parts["gone"] | parts["late"])
    found = Equipment.id.is_null()
    for value in values:
        found |= parts[value]
    return found


STANDING = KeptPart(
    "standing", ("state",), lambda: Case(Equipment.state, [("scrapped", 1)], 0).converter(int),
    {"standing": lambda values: [_NUMBERS[value] for value in values]},
)  # fmt: skip
SMALL = Kept("machines", Equipment, "next_inspection_on", ("site", "state"))
WHOLE = Kept(
    "machines-whole", Equipment, "next_inspection_on", ("site", "type", "state", "quick_open", STANDING),
    months=True, by_time=ByTime("standing", 2, _late),
)  # fmt: skip


@pytest.fixture
def view(world: Any, monkeypatch: pytest.MonkeyPatch) -> Statistic:
    """A statistic of machines by the day of their inspection, with two kinds of sums."""
    declaration.all_views()
    monkeypatch.setattr(declaration, "_views", {})
    small = small_ledgers.EQUIPMENT
    standing = Derived(
        "standing", "情况", "choice", load=lambda actor, rows: {}, choices=_CHOICES, where=_standing
    )
    ledger = replace(
        small, derived=(*small.derived, standing),
        filters=(*small.filters, Filter("site", "reference"), Filter("standing", "choice")),
    )  # fmt: skip
    return Statistic(
        name="machines", title="设备数", ledger=ledger, time="next_inspection_on",
        measures=(Measure("all", "台数"), Measure("open", "快开门", {"quick_open": ["true"]}),
                  Measure("late", "超期", {"standing": ["late"]})),
        by=("company", "site", "type", "state", "quick_open"), kept=(SMALL, WHOLE),
    )  # fmt: skip


DAYS = [date(2026, 9, 30), date(2026, 10, 1), date(2026, 10, 31), date(2026, 11, 1), date(2026, 11, 21),
        date(2026, 11, 22), date(2026, 11, 30), date(2026, 12, 15)]  # fmt: skip


def _rows(world: Any) -> None:
    states, sites = ("in_use", "stopped", "scrapped", "in_use"), (world.site, None, world.site)
    for at, (day, how) in enumerate(product(DAYS, range(3))):
        small_ledgers.equipment(
            world.b if at % 7 == 6 else world.a, next_inspection_on=day, state=states[(at + how) % 4],
            site=None if at % 7 == 6 else sites[at % 3], quick_open=bool(at % 2),
        )  # fmt: skip


def _count() -> None:
    for kept in (SMALL, WHOLE):
        in_transaction(kept_sums.recount, kept)


SPANS = [("2026-09-30", "2026-12-31"), ("2026-10-01", "2026-10-31"), ("2026-10-31", "2026-11-21"),
         ("2026-10-02", "2026-12-14"), ("2026-11-01", "2026-11-01"), ("2027-01-01", "2027-01-31")]  # fmt: skip
FILTERS: list[dict[str, Any]] = [
    {}, {"state": ["in_use", "stopped"]}, {"site": ["~"]}, {"site": ["site"]}, {"site": ["site", "~"]},
    {"standing": ["late"]}, {"standing": ["fine", "gone"]}, {"standing": ["late", "fine"]}, {"quick_open": ["true"]},
    {"quick_open": ["false"]}, {"company": ["a"]}, {"company": ["a", "b"]}, {"type": ["type"]},
    {"standing": ["late"], "quick_open": ["true", "false"]}, {"standing": "gone"},
]  # fmt: skip


@pytest.mark.parametrize("by", ["company", "site", "type", "state", "quick_open", "next_inspection_on"])
def test_each_column_and_filter_over_days_and_months(
    world: Any, view: Statistic, clock: Any, monkeypatch: pytest.MonkeyPatch, by: str
) -> None:
    _rows(world)
    _count()
    names = {"site": world.site.id, "a": world.a.id, "b": world.b.id, "type": small_ledgers.forklift().id}
    steps = ("day", "week", "month", "quarter", "year") if by == view.time else ("day",)
    for at, (drawn, (first, last)) in enumerate(product(FILTERS, SPANS)):
        if (at + len(by)) % 3 == 2:
            continue  # two of three, others for each column
        filters = {
            name: [str(names.get(one, one)) for one in given] if isinstance(given, list) else given
            for name, given in drawn.items()
        }
        filters[view.time] = {"from": first, "to": last}
        asked = AskedStatistic(by, steps[at % len(steps)], filters=filters)
        found, slow = statistic(world.over, view, asked), counted(world.over, view, asked, monkeypatch)
        assert (found.total, found.groups) == (slow.total, slow.groups), asked


def test_what_passes_by_itself_needs_nobody_to_write_it(world: Any, view: Statistic, clock: Any) -> None:
    _rows(world)
    _count()
    asked = AskedStatistic("site", filters={view.time: {"from": "2026-09-30", "to": "2026-12-31"}})
    before = led_to_its_rows(world.in_a, view, asked).total
    clock.forward(days=30)
    after = led_to_its_rows(world.in_a, view, asked).total
    assert before[:2] == after[:2] and int(before[2] or 0) < int(after[2] or 0)


def _source(actor: Actor, view: Statistic, by: str, q: str = "", **filters: Any) -> Any:
    query = ListQuery(q=q, filters={view.time: {"from": "2026-11-01", "to": "2026-11-30"}, **filters})
    return source_of(actor, view, query, by, days_of(query.filters[view.time], "day"))


def test_the_first_sums_that_know_all_that_is_asked_answer(world: Any, view: Statistic) -> None:
    plain = replace(view, measures=(Measure("all", "台数"),), name="plain")
    for by, filters, name in (
        ("site", {}, "machines"), ("state", {"site": ["~"]}, "machines"), ("company", {}, "machines"),
        (plain.time, {}, "machines"), ("type", {}, "machines-whole"), ("site", {"quick_open": ["true"]}, "machines-whole"),
        ("site", {"standing": ["late"]}, "machines-whole"),
    ):  # fmt: skip
        source = _source(world.in_a, plain, by, **filters)
        assert isinstance(source, KeptNumbers) and source.kept.name == name, (by, filters)
    assert _source(world.in_a, view, "site").kept is WHOLE, "its measures ask for more"
    near = Actor(7, "甲", world.a.id, {"equipment.read": Scope.SITE}, sites=(world.site.id,))
    for actor, by, q, filters in (
        (world.in_a, "site", "叉", {}), (world.in_a, "site", "", {"location": ["东"]}), (near, "site", "", {}),
        (world.in_a, "site", "", {"created_at": {"from": "2026-01-01"}}),
    ):  # fmt: skip
        assert isinstance(_source(actor, plain, by, q, **filters), CountedRows)


def _sums() -> dict[tuple[Any, ...], int]:
    found: dict[tuple[Any, ...], int] = {}
    for row in KeptSum.select():
        key = (row.name, row.company_id, row.day, row.first, row.second, row.third, row.fourth, row.fifth)
        found[key] = found.get(key, 0) + row.count
    return {key: count for key, count in found.items() if count}


def test_whoever_changes_rows_changes_the_sums(world: Any, view: Statistic) -> None:
    """What a row was is taken away, what it is is added; of days and of months, and nothing where nothing counts."""
    _rows(world)
    _count()
    changes = Changes(SMALL, WHOLE)
    assert changes.fields == {"site", "state", "type", "quick_open", "company", "next_inspection_on"}
    rows = list(Equipment.select().order_by(Equipment.id).limit(4))
    mine = [Equipment.id.in_([row.id for row in rows])]
    before = changes.words(mine, lock=True)
    assert (
        len(before) == 4 == len(changes.words(mine, lock=False)) and len(changes.words([], lock=False)) == 24
    )
    Equipment.update(state="stopped", site=None).where(Equipment.id == rows[0].id).execute()
    Equipment.update(next_inspection_on=date(2026, 12, 31)).where(Equipment.id == rows[1].id).execute()
    Equipment.update(name="另一个名字").where(Equipment.id == rows[2].id).execute()
    Equipment.delete().where(Equipment.id == rows[3].id).execute()
    written = KeptSum.select().count()
    changes.moved(before, changes.words(mine, lock=False))
    assert KeptSum.select().count() > written
    assert [in_transaction(kept_sums.recount, kept) for kept in (SMALL, WHOLE)] == [0, 0]
    made = small_ledgers.equipment(world.a, next_inspection_on=DAYS[0], quick_open=True)
    changes.moved({}, changes.words([Equipment.id == made.id], lock=False))
    assert [in_transaction(kept_sums.recount, kept) for kept in (SMALL, WHOLE)] == [0, 0]
    written, same = KeptSum.select().count(), changes.words([], lock=False)
    changes.moved(same, same)
    assert KeptSum.select().count() == written


def test_rows_that_were_added_are_added_up(world: Any) -> None:
    day = date(2026, 11, 22)
    rows = [(1, day, (3, "4")), (1, day, (3, 4)), (1, day, (None, 4)), (2, day, (3, 4))]
    kept_sums.add(SMALL, rows)
    told = {key[1:5]: count for key, count in _sums().items()}
    assert told == {(1, day, 3, 4): 2, (1, day, 0, 4): 1, (2, day, 3, 4): 1}


def test_rows_of_the_same_words_are_put_together(world: Any) -> None:
    day, later = date(2026, 11, 22), date(2026, 11, 23)
    for _ in range(3):
        kept_sums.add(SMALL, [(1, day, (3, 4)), (1, later, (3, 4))])
    KeptSum.insert(name="machines", company_id=9, day=day, first=0, second=0, third=0, fourth=0, fifth=0, fresh=1,
                   count=5).execute()  # fmt: skip
    kept_sums.add(replace(SMALL, name="other"), [(1, day, (3, 4))])
    KeptSum.update(count=-5).where(KeptSum.company_id == 9).execute()
    KeptSum.insert(name="machines", company_id=9, day=day, first=0, second=0, third=0, fourth=0, fifth=0, fresh=1,
                   count=5).execute()  # fmt: skip
    before = _sums()
    assert kept_sums.fold(2) == 2 and kept_sums.fold(100) > 0 and kept_sums.fold(100) == 0
    assert _sums() == before == {
        ("machines", 1, day, 3, 4, 0, 0, 0): 3, ("machines", 1, later, 3, 4, 0, 0, 0): 3, ("other", 1, day, 3, 4, 0, 0, 0): 1,
    }  # fmt: skip
    assert KeptSum.select().count() == 3, "of what comes to nothing no row stays"
    keeping._fold_one(("machines", 5, day, 0, 0, 0, 0, 0))
    assert KeptSum.select().count() == 3


def test_sums_that_are_wrong_are_found_and_mended(world: Any, view: Statistic, clock: Any) -> None:
    _rows(world)
    assert sum(in_transaction(kept_sums.recount, kept) for kept in (SMALL, WHOLE)) > 20
    assert keeping.wrong_sums() == {} and kept_sums.recount_all() == 0 and kept_sums.recount_lately() == 0
    assert KeptKind.get(KeptKind.name == "machines").definition == of.definition_of(SMALL)
    old = KeptSum.get(KeptSum.name == "machines", KeptSum.day == DAYS[0])
    young = KeptSum.get(KeptSum.name == "machines", KeptSum.day == DAYS[5])
    months = KeptSum.get(KeptSum.name == "machines-whole@month", KeptSum.day == date(2026, 11, 1))
    for row in (old, young, months):
        KeptSum.update(count=KeptSum.count + 1).where(KeptSum.id == row.id).execute()
    assert keeping.wrong_sums() == {"machines": 2, "machines-whole": 1}
    assert in_transaction(kept_sums.recount, SMALL, DAYS[0], DAYS[4]) == 1
    assert kept_sums.recount_lately() == 2, "of the last days, and of the months in which they lie"
    assert keeping.wrong_sums() == {} and kept_sums.recount_all() == 0
    KeptSum.delete().where(KeptSum.name == "machines-whole@month").execute()
    assert kept_sums.recount_all() > 0 and keeping.wrong_sums() == {}


def test_sums_of_rows_that_change_answer_once_they_were_counted_as_they_are_declared(
    world: Any, view: Statistic, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Equipment, "watched", True, raising=False)
    assert not is_ready(SMALL) and keeping.wrong_sums() == {}
    assert isinstance(_source(world.in_a, view, "site"), CountedRows)
    assert (kept_sums.make_ready(), kept_sums.make_ready()) == (2, 0)
    assert is_ready(SMALL) and isinstance(_source(world.in_a, view, "site"), KeptNumbers)
    KeptKind.update(definition=7).where(KeptKind.name == "machines").execute()
    assert not is_ready(SMALL) and is_ready(WHOLE) and kept_sums.make_ready() == 1
    in_transaction(kept_sums.recount, SMALL, DAYS[0])
    KeptKind.update(definition=7).where(KeptKind.name == "machines").execute()
    in_transaction(kept_sums.recount, SMALL, None, DAYS[0])
    assert not is_ready(SMALL), "some days are not all of them"


def test_which_rows_belong_to_days(world: Any) -> None:
    """Both ends belong to it; of moments the whole of the last day where the installation is."""
    by_moment = replace(SMALL, day="created_at")
    for at, day in enumerate(DAYS):
        made = small_ledgers.equipment(world.a, str(at), next_inspection_on=day)
        moment = clocks.midnight(day + timedelta(days=1)) - timedelta(seconds=1)
        Equipment.update(created_at=moment).where(Equipment.id == made.id).execute()
    for kept in (SMALL, by_moment):
        for first, last, count in (
            (None, None, 8), (DAYS[1], None, 7), (None, DAYS[1], 2), (DAYS[1], DAYS[3], 3), (DAYS[4], DAYS[4], 1),
        ):  # fmt: skip
            conditions = of.between(kept, first, last)
            query = Equipment.select()
            assert (query.where(*conditions) if conditions else query).count() == count
    days = {row[0] for row in Equipment.select(of.day_of(by_moment)).tuples()}
    assert {of.as_day(day) for day in days} == set(DAYS)
