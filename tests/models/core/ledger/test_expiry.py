"""A date that warns before it comes: each row by the same word in its column, its filter and its reminder (C02, D01, A11)."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest

from models.core import clock as clocks
from models.core.fields import Choice
from models.core.ledger import Column, Filter, Ledger
from models.core.ledger.expiry import LACKING, OVER, Expiry
from models.equipment.inspection import INSPECTION
from models.equipment.records import Equipment
from models.training.certificates.validity import REMIND_DAYS as UNSAID
from tests.models.core import small_ledgers
from tests.support.company_settings import set_to

pytestmark = pytest.mark.one_engine
DAYS = INSPECTION.days
PLAIN = Expiry("next_inspection_on", days=DAYS, right="equipment.edit")
IN_USE = replace(PLAIN, when={"state": ("in_use", "stopped")}, otherwise=Choice("scrapped", "已报废", "bad"))
BY_PLACE = replace(PLAIN, days=UNSAID, by="location", first=lambda: {"": 60, "东": 90, "西": 3})


def machine(unit: Any, left: int | None, **values: Any) -> Equipment:
    day = None if left is None else clocks.today() + timedelta(days=left)
    made = small_ledgers.equipment(unit, next_inspection_on=day, **values)
    return Equipment.get_by_id(made.id)


def found(expiry: Expiry, *values: str, day: date | None = None) -> set[int]:
    where = expiry.where(Equipment, values, day or clocks.today())
    return {row.id for row in Equipment.select(Equipment.id).where(where)}


STANDINGS = [(None, ""), (-1, "expired"), (0, "expiring"), (1, "expiring"), (30, "expiring"), (31, "valid")]


def test_a_row_stands_as_it_is_found(world: Any) -> None:
    rows = {machine(world.a, left).id: standing for left, standing in STANDINGS}
    today = clocks.today()
    for expiry in (PLAIN, IN_USE):
        told = {row.id: expiry.standing(row, today) for row in Equipment.select()}
        assert told == rows
        for value in ("valid", "expiring", "expired"):
            assert found(expiry, value) == {row for row, standing in rows.items() if standing == value}
        assert found(expiry, "expired", "valid", "nonsense") == {
            row for row, standing in rows.items() if standing in ("expired", "valid")
        }
        assert found(expiry) == set()
    assert found(PLAIN, "scrapped") == set()


def test_a_row_that_cannot_expire_stands_as_is_said_for_those(world: Any) -> None:
    gone, undated = (machine(world.a, left, state="scrapped") for left in (-5, None))
    today = clocks.today()
    assert [IN_USE.standing(row, today) for row in (gone, undated)] == ["scrapped", ""]
    assert found(IN_USE, "scrapped") == {gone.id}
    assert found(IN_USE, "expired", "expiring", "valid") == set() != found(PLAIN, "expired")
    silent = replace(IN_USE, otherwise=None)
    assert (silent.standing(gone, today), silent.tone(gone)) == ("", "plain")
    assert (IN_USE.tone(gone), IN_USE.tone(undated)) == ("bad", "plain")
    assert [choice.value for choice in IN_USE.choices] == ["valid", "expiring", "expired", "scrapped"]
    assert [choice.value for choice in silent.choices] == ["valid", "expiring", "expired"]


def test_the_tone_of_a_row(world: Any) -> None:
    tones = {left: PLAIN.tone(machine(world.a, left)) for left in (-1, 0, 30, 31, None)}
    assert tones == {-1: "bad", 0: "warn", 30: "warn", 31: "plain", None: "plain"}


@pytest.mark.parametrize(
    ("left", "due"),
    [(31, None), (30, 30), (29, 30), (8, 30), (7, 7), (1, 7), (0, 7), (-1, OVER), (-99, OVER), (None, None)],
)
def test_which_reminder_is_due(world: Any, left: int | None, due: int | None) -> None:
    assert PLAIN.threshold(machine(world.a, left), clocks.today()) == due


def test_which_reminder_is_due_for_a_row_that_stands_otherwise(world: Any) -> None:
    gone, today = machine(world.a, 3, state="scrapped"), clocks.today()
    assert IN_USE.threshold(gone, today) is None
    told = replace(IN_USE, tells=("scrapped", "expired"))
    assert told.threshold(gone, today) == LACKING
    assert told.threshold(machine(world.a, 3), today) is None, "what is not told is not due"
    assert list(told.told_as().items()) == [("scrapped", "已报废"), ("expired", "已过期")]
    rows = {row.id for row in Equipment.select().where(told.warned(Equipment, today))}
    assert rows == {gone.id}


def test_each_company_warns_as_early_as_it_says(world: Any) -> None:
    set_to(DAYS, world.a.id, (60, 10))
    set_to(DAYS, None, (20, 5))
    early, late, usual = machine(world.a, 60), machine(world.a, 61), machine(world.b, 21)
    near = machine(world.b, 20)
    today = clocks.today()
    assert found(PLAIN, "expiring") == {early.id, near.id}
    assert found(PLAIN, "valid") == {late.id, usual.id}
    assert [PLAIN.thresholds_of(row) for row in (early, near)] == [(60, 10), (20, 5)]
    assert [PLAIN.threshold(row, today) for row in (early, late, near)] == [60, None, 20]


def test_kinds_of_rows_that_warn_at_times_of_their_own(world: Any) -> None:
    """By the value of a column; a company's own days hold for all its rows."""
    lefts = {"东": 90, "西": 3, "南": 60}
    near = {place: machine(world.a, left, location=place).id for place, left in lefts.items()}
    far = {place: machine(world.a, left + 1, location=place).id for place, left in lefts.items()}
    assert found(BY_PLACE, "expiring") == set(near.values())
    assert found(BY_PLACE, "valid") == set(far.values())
    told = {row.location: BY_PLACE.thresholds_of(row) for row in Equipment.select()}
    assert told == {"东": (90, 30, 7), "西": (3,), "南": (60, 30, 7)}
    alone = replace(BY_PLACE, first=lambda: {"": 60})
    assert found(alone, "expiring") == {near["西"], near["南"], far["西"]}
    set_to(UNSAID, world.a.id, (1,))
    assert found(BY_PLACE, "expiring") == set()
    assert BY_PLACE.thresholds(world.a.id, "东") == (1,)


def test_a_kind_of_rows_is_said_with_the_column_that_tells_it(world: Any) -> None:
    for wrong in ({"by": "location"}, {"first": lambda: {"": 1}}):
        with pytest.raises(ValueError, match="belong together"):
            replace(PLAIN, **wrong)


def woven(expiry: Expiry = PLAIN, **values: Any) -> Ledger:
    small = small_ledgers.EQUIPMENT
    given: dict[str, Any] = {
        "name": "machines", "columns": (Column("name"), Column("next_inspection_on"), Column("state")),
        "filters": (Filter("state", "choice"),), "derived": (), "expires": expiry,
    }  # fmt: skip
    return replace(small, **{**given, **values})


def test_what_a_ledger_gets_of_it(world: Any) -> None:
    """Its column behind the date, its filter in front, its values, and its tone unless the ledger has one of its own."""
    ledger = woven()
    assert [each.field for each in ledger.columns] == ["name", "next_inspection_on", "expiry", "state"]
    assert [each.field for each in ledger.filters] == ["expiry", "state"]
    undated = woven(columns=(Column("name"), Column("state")))
    assert [each.field for each in undated.columns] == ["name", "state", "expiry"]
    placed = woven(
        columns=(Column("expiry"), Column("next_inspection_on")),
        filters=(Filter("state", "choice"), Filter("expiry", "choice")),
    )
    assert [each.field for each in placed.columns] == ["expiry", "next_inspection_on"]
    assert [each.field for each in placed.filters] == ["state", "expiry"]
    row = machine(world.a, -1)
    assert ledger.tone(row, {"state": "in_use"}) == "plain", "it says itself: small_ledgers' by state"
    default = type(ledger).__dataclass_fields__["tone"].default
    assert woven(tone=default).tone(row, {}) == "bad"


def test_the_days_that_are_left_are_shown_where_they_count(world: Any) -> None:
    standing, left = IN_USE.derived(Equipment)
    rows = [machine(world.a, 5), machine(world.a, None), machine(world.a, 5, state="scrapped")]
    assert standing.load is not None and left.load is not None
    shown = standing.load(world.in_a, rows), left.load(world.in_a, rows)
    assert shown == (
        {rows[0].id: "expiring", rows[1].id: None, rows[2].id: "scrapped"},
        {rows[0].id: 5},
    )
