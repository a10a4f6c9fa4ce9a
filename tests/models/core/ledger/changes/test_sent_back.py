"""A form sends everything back: what stands already is no change, even where it could not be entered any more."""

from __future__ import annotations

from copy import copy
from dataclasses import replace
from typing import Any

import pytest

from models.core.errors import Invalid
from models.core.fields import Text
from models.core.ledger import Derived, Ledger, Section
from models.core.ledger.changes.editing import edit
from models.core.ledger.changes.form_values import _kept_signatures
from models.core.ledger.reading.rows import row_json
from models.objectives.meetings.ledgers import MEETINGS
from models.objectives.meetings.records import Meeting
from models.organization.records import Person
from tests.models.core import small_ledgers

pytestmark = pytest.mark.one_engine
PERSONS = small_ledgers.PERSONS


def change(world: Any, row: Person, ledger: Ledger = PERSONS, **values: Any) -> dict[str, str]:
    """What is wrong with it, by field; nothing where it was taken."""
    try:
        edit(world.in_a, ledger, row.id, Person.get_by_id(row.id).version, values)
    except Invalid as refused:
        return dict(refused.fields)
    return {}


@pytest.fixture
def row(world: Any) -> Person:
    return Person.get_by_id(small_ledgers.person(world.a, site=world.site).id)


def test_what_is_entered_once_is_sent_back_as_it_is_or_masked(world: Any, row: Person) -> None:
    masked = row_json(world.in_a, PERSONS, [row])[0]["values"]["id_number"]
    assert masked != row.id_number
    for same in (masked, row.id_number, f" {row.id_number} "):
        assert change(world, row, id_number=same, name="新名") == {}
    for other in (small_ledgers.id_number(999), masked.replace("*", "1"), "", None):
        assert set(change(world, row, id_number=other)) == {"id_number"}
    assert Person.get_by_id(row.id).id_number == row.id_number


def test_the_unit_of_a_row_stays(world: Any, row: Person) -> None:
    assert change(world, row, company=str(world.a.id)) == {}
    assert change(world, row, company=str(world.b.id)) == {"company": "新增之后不能修改"}


def test_nothing_that_is_sent_back_stays_nothing(world: Any, row: Person) -> None:
    for nothing in ("", None):
        assert change(world, row, site=nothing, note=nothing) == {}
    assert Person.get_by_id(row.id).site_id is None
    assert set(change(world, row, phone="", name="")) == {"phone", "name"}, (
        "what has to be there is not taken away"
    )


def worked_out(present: Any) -> Ledger:
    """Persons with a value that is worked out and may be entered only once."""
    item = Derived(
        "told", "某值", "text", load=lambda actor, rows: {row.get_id(): present for row in rows},
        field=Text("某值", max=3), create_only=True,
    )  # fmt: skip
    sections = (*PERSONS.form, Section("更多", ("told",)))
    return replace(PERSONS, derived=(*PERSONS.derived, item), form=sections, name="persons")


@pytest.mark.parametrize(
    ("present", "sent", "fine"),
    [("甲乙", "甲乙", True), ("甲乙", " 甲乙 ", True), ("甲乙", "甲", False), (None, None, True), (None, "甲", False),
     ("很长的值", "很长的值", True), ("很长的值", "更长的值", False)],
)  # fmt: skip
def test_a_value_that_is_worked_out(world: Any, row: Person, present: Any, sent: Any, fine: bool) -> None:
    assert (change(world, row, worked_out(present), told=sent) == {}) is fine


@pytest.mark.parametrize(
    ("state", "there", "sent", "kept"),
    [
        ("已结束", "a.png", {"signature": "b.png"}, True),
        ("已结束", "a.png", {"signature": None}, True),
        ("已结束", None, {"signature": "b.png"}, False),
        ("已结束", "a.png", {"name": "另一个名字"}, False),
        ("进行中", "a.png", {"signature": "b.png"}, False),
    ],
)
def test_a_signature_of_a_closed_case_stays(
    world: Any, state: str, there: str | None, sent: dict[str, Any], kept: bool
) -> None:
    ledger = copy(MEETINGS)
    object.__setattr__(ledger, "closed", {"place": ("已结束",)})
    meeting = Meeting(place=state, signature=there)
    assert bool(_kept_signatures(ledger, sent, meeting)) is kept
    assert _kept_signatures(ledger, sent, None) == {}, "a new row has none yet"
