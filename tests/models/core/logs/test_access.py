"""Who looked at personal data, or was refused: each look once within ten minutes, refusals counted (J05, X11)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.logs import access
from models.core.logs.access import Access, count_refusal, note_read, write_refusals
from models.core.logs.origin import address, came_from, masked
from models.core.security.actor import Actor
from tests.models.core import small_ledgers

pytestmark = pytest.mark.one_engine
SOMEBODY = Actor(1, "甲", company_id=1, door="console")


def test_the_same_look_is_one_line_for_ten_minutes(world: Any, clock: Any) -> None:
    row, other = small_ledgers.person(world.a), small_ledgers.person(world.a)
    note_read(SOMEBODY, row, "王大友")
    for actor, record, what, action in (
        (replace(SOMEBODY, account_id=2), row, "王大友", "opened"), (SOMEBODY, other, "王大友", "opened"),
        (SOMEBODY, row, "李四", "opened"), (SOMEBODY, row, "王大友", "revealed"),
        (SOMEBODY, small_ledgers.equipment(world.a), "王大友", "opened"),
    ):  # fmt: skip
        before = Access.select().count()
        note_read(actor, record, what, action=action)
        assert Access.select().count() == before + 1, "another look is a line of its own"
        note_read(actor, record, what, action=action)
        assert Access.select().count() == before + 1
    before = Access.select().count()
    clock.forward(minutes=9, seconds=59)
    note_read(SOMEBODY, row, "王大友")
    assert Access.select().count() == before
    clock.forward(seconds=1)
    note_read(SOMEBODY, row, "王大友")
    assert Access.select().count() == before + 1, "after ten minutes it is another look"


def test_a_line_says_whose_the_row_is_or_for_whom_many_were_read(world: Any) -> None:
    row = small_ledgers.person(world.b)
    came_from("10.1.2.3")
    note_read(SOMEBODY, row, "王大友" + "x" * 200)
    note_read(SOMEBODY, None, "人员 300 名", action="exported")
    came_from(None)
    first, second = Access.select().order_by(Access.id)
    assert (first.company_id, first.table, first.row_id, first.address) == (
        world.b.id,
        "person",
        row.id,
        "10.1.2.3",
    )
    assert len(first.subject) == 120
    assert (second.company_id, second.table, second.row_id, second.action) == (1, None, None, "exported")


def test_the_house_is_neither_noted_nor_refused(world: Any) -> None:
    house = Actor(None, "系统")
    note_read(house, small_ledgers.person(world.a), "王大友")
    count_refusal(house, "看人员")
    assert write_refusals() == 0 == Access.select().count()


def test_kinds_of_refusals_beyond_a_number_are_counted_together(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(access, "_MOST", 2)
    for what in ("看人员", "看设备", "看隐患", "看事故", "看人员"):
        count_refusal(SOMEBODY, what)
    assert write_refusals() == 3
    assert {row.subject: row.times for row in Access.select()} == {"看人员": 2, "看设备": 1, "其他": 2}


def test_refusals_that_could_not_be_written_are_counted_on(world: Any) -> None:
    count_refusal(SOMEBODY, "看人员")
    Access._schema.drop_all()
    with pytest.raises(Exception, match="access_log"):
        write_refusals()
    in_transaction(Access._schema.create_all)
    count_refusal(SOMEBODY, "看人员")
    assert write_refusals() == 1 and Access.get().times == 2


@pytest.mark.parametrize(
    ("text", "shown"),
    [(None, None), ("", None), ("10.12.3.4", "10.12.*.*"), ("2001:db8::1", "2001:db8:*"), ("::1", "::*")],
)
def test_an_address_as_people_read_it(text: str | None, shown: str | None) -> None:
    assert masked(text) == shown


def test_where_the_running_request_came_from() -> None:
    for given, kept in (("1.2.3.4", "1.2.3.4"), ("", None), (None, None), ("x" * 70, "x" * 64)):
        came_from(given)
        assert address() == kept
    came_from(None)
