"""Rules as data: which version holds on a day, what a spoiled one leaves in force, what a new release changes."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from peewee import Database

from models.core.config import Config, configure
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, Invalid
from models.core.rulebook import RuleCheck, RuleVersion, files, in_force, versions
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.equipment.rulebooks import CERTIFICATE_PERIODS as BOOK
from models.equipment.standards import certificate_rules, inspection_months, within_limits

ADMIN = Actor(1, "系统管理员", rights={"rules.read": Scope.GROUP, "rules.edit": Scope.GROUP})


@pytest.fixture(autouse=True)
def _(database: Database, clock: Any, tmp_path: Path) -> Iterator[None]:
    clock.set(2026, 11, 2)
    configure(replace(Config(), data_dir=tmp_path))
    in_transaction(versions.install)
    yield
    configure(Config())


def years(number: int) -> dict[str, Any]:
    rows = [{"code": "*", "validity_years": number, "review_apply_days": 30, "warn_days": 90}]
    return {"periods": {"rows": rows}}


def save(parts: dict[str, Any], *, on: int = 1, valid_from: date | None = None) -> RuleVersion:
    return in_transaction(versions.save, ADMIN, BOOK, parts, on=on, valid_from=valid_from, note="换了新规")


def test_what_the_program_brings_is_version_one() -> None:
    found = BOOK.in_force()
    assert (found.version, found.valid_from, found.rules.of("N1").validity_years) == (1, date(2026, 11, 2), 4)
    assert in_transaction(versions.install) == 0


def test_a_version_holds_from_its_day_on(clock: Any) -> None:
    made = save(years(6), valid_from=date(2027, 1, 1))
    assert (made.number, certificate_rules().validity_years) == (2, 4)
    assert BOOK.rules(date(2027, 1, 1)).of().validity_years == 6
    clock.set(2027, 1, 1)
    assert (certificate_rules("Q2").validity_years, BOOK.in_force().version) == (6, 2)
    # What is said later for the same day, or for an earlier one that has come, is what holds.
    assert (save(years(5), on=2).number, certificate_rules().validity_years) == (3, 5)


def test_a_version_to_come_can_be_taken_back_and_one_in_force_not() -> None:
    save(years(6), valid_from=date(2027, 1, 1))
    in_transaction(versions.withdraw, ADMIN, BOOK, 2)
    assert BOOK.in_force(date(2027, 6, 1)).version == 1
    for number in (1, 2):
        with pytest.raises(Conflict) as caught:
            in_transaction(versions.withdraw, ADMIN, BOOK, number)
        assert caught.value.code == "in_force"


@pytest.mark.parametrize(
    ("parts", "field"),
    [
        (years(0), "periods"),
        (years("四"), "periods"),  # type: ignore[arg-type]
        ({"periods": {"rows": []}}, "periods"),
        ({"periods": {"rows": [{"code": "N1", "validity_years": 4, "review_apply_days": 1, "warn_days": 2}]}},
         "periods"),
        ({"periods": {"rows": 2 * years(4)["periods"]["rows"]}}, "periods"),
        ({"periods": {"basis": 7}}, "periods"),
        ({"limits": {}}, "limits"),
        ([], "parts"),
    ],
)  # fmt: skip
def test_rules_that_can_not_be_are_never_kept(parts: Any, field: str) -> None:
    with pytest.raises(Invalid) as caught:
        save(parts)
    assert set(caught.value.fields) == {field}
    assert RuleVersion.select().where(RuleVersion.book == BOOK.name).count() == 1


def test_a_version_says_why_and_does_not_begin_in_the_past() -> None:
    with pytest.raises(Invalid) as caught:
        in_transaction(versions.save, ADMIN, BOOK, years(5), on=1, valid_from=date(2026, 11, 1), note=" ")
    assert set(caught.value.fields) == {"valid_from", "note"}
    with pytest.raises(Invalid):
        save({})  # nothing is another


def test_two_who_save_at_once_do_not_overwrite_each_other() -> None:
    save(years(5))
    with pytest.raises(Conflict) as caught:
        save(years(6))
    assert (caught.value.code, certificate_rules().validity_years) == ("changed_meanwhile", 5)


def test_only_who_keeps_the_rules_of_the_group_changes_them() -> None:
    for reach in (None, Scope.COMPANY):
        rights = {"rules.read": Scope.GROUP} | ({"rules.edit": reach} if reach else {})
        with pytest.raises(Forbidden):
            in_transaction(
                versions.save,
                Actor(2, "别人", rights=rights),
                BOOK,
                years(5),
                on=1,
                valid_from=None,
                note="改",
            )


def test_a_mark_holds_for_the_very_words_that_were_compared() -> None:
    assert BOOK.in_force().basis("periods") == "TSG Z6001-2019（待核对）"
    in_transaction(versions.mark, ADMIN, BOOK, "periods", 1, "市场监管总局网站，2026-11-02 下载的 PDF")
    mark = BOOK.in_force().mark("periods")
    assert mark is not None and (mark.by, BOOK.in_force().basis("periods")) == (
        "系统管理员",
        "TSG Z6001-2019",
    )
    save(years(5))
    assert BOOK.in_force().mark("periods") is None
    save(years(4), on=2)
    assert BOOK.in_force().mark("periods") is not None
    in_transaction(versions.mark, ADMIN, BOOK, "periods", 3, None)
    assert BOOK.in_force().mark("periods") is None
    with pytest.raises(Invalid):
        in_transaction(versions.mark, ADMIN, BOOK, "periods", 3, "  ")
    assert RuleCheck.select().count() == 1


def test_a_version_that_was_spoiled_leaves_the_one_before() -> None:
    save(years(5))
    RuleVersion.update(content=[1]).where(RuleVersion.number == 2).execute()
    in_force._parsed.cache_clear()  # as in a process that begins
    found = BOOK.in_force()
    assert (found.version, found.rules.of().validity_years) == (1, 4)
    assert ["版本 2 没有采用" in problem.what for problem in files.problems()] == [True]


def test_a_newer_release_leaves_what_somebody_changed(monkeypatch: pytest.MonkeyPatch) -> None:
    save(years(5))
    newer = {"periods": {**BOOK.seed["periods"], "basis": "TSG Z6001-2030"}}
    monkeypatch.setitem(BOOK.__dict__, "seed", newer)
    assert in_transaction(versions.install) == 0
    assert certificate_rules().validity_years == 5
    save({"periods": BOOK.seed["periods"]}, on=2)
    monkeypatch.setitem(BOOK.__dict__, "seed", {"periods": {**newer["periods"], "basis": "TSG Z6001-2031"}})
    assert in_transaction(versions.install) == 1
    assert BOOK.in_force().content["periods"]["basis"] == "TSG Z6001-2031"


def test_a_file_is_taken_once_and_one_that_can_not_be_read_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / BOOK.file
    path.write_text(json.dumps({"parts": years(3)}), encoding="utf-8")
    assert [in_transaction(files.take) for _ in range(2)] == [1, 0]
    assert (certificate_rules().validity_years, files.problems()) == (3, [])
    for wrong in (
        '{"parts": {"periods": ',
        "\xff",
        '{"parts": []}',
        json.dumps({"parts": years(0)}),
        "[" * 100_000,
        json.dumps({"parts": {"periods": {"basis": "\ud800"}}}),
        '{"parts": {"periods": {"rows": [{"code": "*", "validity_years": NaN}]}}}',
    ):
        path.write_bytes(wrong.encode("latin-1"))
        assert in_transaction(files.take) == 0
        assert certificate_rules().validity_years == 3
        (problem,) = files.problems()
        assert (problem.book, BOOK.file in problem.what) == (BOOK.name, True), wrong[:20]
    path.unlink()
    assert files.problems() == []


def test_the_gate_reads_the_limits_in_force() -> None:
    from models.equipment.rulebooks import LIMITS

    assert within_limits("Q2", "限桥式起重机", "4210") is False
    rows = [{"code": "Q2", "name": "桥式起重机", "words": "桥式", "equipment_types": "41；42"}]
    in_transaction(
        versions.save, ADMIN, LIMITS, {"limits": {"rows": rows}}, on=1, valid_from=None, note="两种都可以"
    )
    assert within_limits("Q2", "限桥式起重机", "4210") is True
    assert inspection_months("2150") == 36


def test_a_number_of_any_form_on_file_is_not_doubted() -> None:
    from models.equipment.numbers import number_doubts
    from models.equipment.records import Equipment
    from models.equipment.rulebooks import QR_RULES

    rows = QR_RULES.seed["patterns"]["rows"]
    old = {"kind": "device_code", "title": "老设备的代码", "pattern": r"OLD\d{4}"}
    assert number_doubts(Equipment(code="OLD1234"))
    in_transaction(
        versions.save, ADMIN, QR_RULES, {"patterns": {"rows": [old, *rows]}}, on=1, valid_from=None, note="老设备也有代码"
    )  # fmt: skip
    assert not number_doubts(Equipment(code="OLD1234"))
    assert number_doubts(Equipment(code="123"))
