"""Seals of a log to the line and to the moment: what is closed, found, sealed anew and swept (等保 审计记录保护)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.core import clock as house_clock
from models.core.db.connection import in_transaction
from models.core.logs import sealing
from models.core.logs.access import Access, count_refusal, note_read, write_refusals
from models.core.logs.sealing import Seal, rewritten, seal, sweep, verify
from models.core.security.actor import Actor

pytestmark = pytest.mark.one_engine
SOMEBODY = Actor(1, "甲", company_id=1, door="console")


@pytest.fixture(autouse=True)
def _(database: Any, clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sealing, "LINES", 2)


def _lines(count: int) -> list[int]:
    made = [
        Access.create(account_name=str(number), door="console", action="opened") for number in range(count)
    ]
    return [row.id for row in made]


def _seals() -> list[tuple[int, int, int, int]]:
    return [(row.number, row.first_id, row.last_id, row.lines) for row in Seal.select().order_by(Seal.number)]


def _faults() -> list[tuple[int, str]]:
    return [(fault.number, fault.what) for fault in verify(Access)]


def test_stretches_are_closed_one_after_the_other_in_order(clock: Any) -> None:
    ids = _lines(5)
    assert seal(Access) == 0
    clock.forward(minutes=10)
    assert seal(Access) == 0, "a line is young for ten whole minutes"
    clock.forward(seconds=1)
    assert seal(Access, most=1) == 1 and seal(Access) == 2 and seal(Access) == 0
    assert _seals() == [(1, 1, ids[1], 2), (2, ids[1] + 1, ids[3], 2), (3, ids[3] + 1, ids[4], 1)]
    assert _faults() == []


def test_a_young_line_keeps_all_behind_it_open(clock: Any) -> None:
    ids = _lines(4)
    clock.forward(minutes=11)
    Access.update(at=house_clock.now()).where(Access.id == ids[1]).execute()
    assert seal(Access) == 1 and _seals() == [(1, 1, ids[0], 1)]


def _sealed(clock: Any, count: int = 6) -> list[int]:
    ids = _lines(count)
    clock.forward(minutes=11)
    seal(Access)
    return ids


def test_what_was_changed_added_and_taken_away_is_told_with_its_stretch(clock: Any) -> None:
    ids = _sealed(clock)
    Access.update(account_name="x").where(Access.id == ids[0]).execute()
    Access.delete().where(Access.id == ids[5]).execute()
    assert _faults() == [
        (1, f"第 1 到 {ids[1]} 行有内容被改过"),
        (3, f"第 {ids[4]} 到 {ids[5]} 行封存时有 2 行，现在有 1 行"),
    ]


def test_a_seal_that_was_taken_away_or_changed(clock: Any) -> None:
    _sealed(clock)
    Seal.delete().where(Seal.number == 2).execute()
    assert _faults() == [(3, "封条 2 到 2 不见了"), (3, "封条被改过，或者前面的封条被换过")]
    Seal.update(lines=3).where(Seal.number == 1).execute()
    assert _faults()[0] == (1, "封条被改过，或者前面的封条被换过")


def test_a_true_digest_over_a_gap_is_found(clock: Any) -> None:
    _sealed(clock, 2)
    only = Seal.get()
    only.first_id = 2
    only.digest = sealing._digest(only, sealing._BEGINNING)
    only.save()
    assert _faults()[0] == (1, "封条被改过，或者前面的封条被换过")


def test_seals_are_read_in_pieces(clock: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    _sealed(clock)
    assert [row.number for row in sealing._seals("access_log")] == [1, 2, 3]
    assert list(sealing._seals("none")) == []


def _write(key: int, values: Any) -> None:
    Access.update(**values).where(Access.id == key).execute()


def test_lines_that_are_rewritten_are_sealed_anew_and_all_behind_them(clock: Any) -> None:
    ids = _sealed(clock)
    assert rewritten(Access, {}, _write) == 0
    assert rewritten(Access, {ids[2]: {"subject": "隐去"}}, _write) == 2
    assert _faults() == [] and Access.get_by_id(ids[2]).subject == "隐去"
    late = _lines(1)[0]
    assert rewritten(Access, {late: {"subject": "隐去"}}, _write) == 0
    assert Access.get_by_id(late).subject == "隐去"


def test_what_somebody_had_changed_is_found_as_before(clock: Any) -> None:
    ids = _sealed(clock)
    Access.update(account_name="x").where(Access.id == ids[0]).execute()
    rewritten(Access, {ids[1]: {"subject": "隐去"}, ids[3]: {"subject": "隐去"}}, _write)
    assert _faults() == [(1, f"第 1 到 {ids[1]} 行有内容被改过")]
    Seal.update(digest="0" * 64).where(Seal.number == 3).execute()
    rewritten(Access, {ids[5]: {"subject": "隐去"}}, _write)
    assert (3, "封条被改过，或者前面的封条被换过") in _faults()


def test_the_oldest_stretch_goes_when_all_of_it_is_old(clock: Any) -> None:
    ids = _sealed(clock)
    now = house_clock.now()
    written, sealed_at = now - timedelta(minutes=11), now
    assert in_transaction(sweep, Access, sealed_at) == 0, "sealed then, not before"
    later = sealed_at + timedelta(seconds=1)
    for line in ids[:2]:
        Access.update(at=later).where(Access.id == line).execute()
        assert in_transaction(sweep, Access, later) == 0, "a line of it is younger"
        Access.update(at=written).where(Access.id == line).execute()
    assert in_transaction(sweep, Access, later) == 2
    assert [row.id for row in Access.select().order_by(Access.id)] == ids[2:]
    assert [row.swept_at is None for row in Seal.select().order_by(Seal.number)] == [False, True, True]
    assert _faults() == []
    Access.delete().where(Access.id.in_(ids[2:4])).execute()
    assert in_transaction(sweep, Access, later) == 1, "one whose lines are gone is swept too"
    assert in_transaction(sweep, Access, later) == 2 and in_transaction(sweep, Access, later) == 0


def test_a_look_is_noted_once_in_ten_minutes_and_the_house_never(clock: Any) -> None:
    note_read(SOMEBODY, None, "人员")
    note_read(SOMEBODY, None, "人员")
    note_read(Actor(None, "系统"), None, "人员")
    assert Access.select().count() == 2, "many at once are noted each time"


def test_refusals_are_counted_until_they_are_written() -> None:
    for _ in range(3):
        count_refusal(SOMEBODY, "看人员")
    count_refusal(SOMEBODY, "看设备")
    assert write_refusals() == 2 and write_refusals() == 0
    assert sorted((row.subject, row.times) for row in Access.select()) == [("看人员", 3), ("看设备", 1)]
