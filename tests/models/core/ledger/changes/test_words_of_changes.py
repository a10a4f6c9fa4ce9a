"""How values are told: in a row's trail, and as cells of an export."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from models.core import history
from models.core.errors import Invalid
from models.core.excel import export
from models.core.fields import Choice, Day, Flag, Integer, Lines, Link, Moment, Pick, Picks, Secret, Text
from models.core.history import Change
from models.core.ledger.changes import trail
from models.core.ledger.parts import Derived
from models.core.ledger.sub_rows import _with_defaults
from models.equipment.records import Equipment
from models.messages.channels.records import WecomApp
from models.organization.records import Company
from tests.models.core import small_ledgers

pytestmark = pytest.mark.one_engine
_AB = (Choice("a", "甲"), Choice("b", "乙"))
_BOXES = Lines("条目", {"what": Text("内容"), "done": Flag("完成")})


def _derived(kind: str, *, choices: Any = (), field: Any = None) -> Derived:
    return Derived("x", "某值", kind, load=lambda actor, rows: {}, choices=choices, field=field)


@pytest.mark.parametrize(
    ("item", "value", "words"),
    [
        (_derived("text"), None, None),
        (_derived("text"), "", None),
        (_derived("text"), [], None),
        (_derived("text"), "x", "x"),
        (_derived("integer"), 0, 0),
        (_derived("flag"), True, "是"),
        (_derived("flag"), False, "否"),
        (_derived("choice", choices=_AB), "a", "甲"),
        (_derived("choice", choices=_AB), "c", "c"),
        (_derived("reference"), {"id": "1", "label": "一厂"}, "一厂"),
        (_derived("reference"), {"id": "1"}, {"id": "1"}),
        (_derived("choices", choices=_AB), ["a", "c"], "甲、c"),
        (_derived("references"), [{"label": "一厂"}, {"label": "二厂"}], "一厂、二厂"),
        (_derived("facts"), [{"right": "看", "scope": "全公司"}], "看（全公司）"),
        (_derived("facts"), [{"right": "看"}], "{'right': '看'}"),
        (_derived("facts"), [{"scope": "全公司"}], "{'scope': '全公司'}"),
        (_derived("lines", field=_BOXES), [{"what": "扫地", "done": True}], "1. 扫地，完成：是"),
        (_derived("lines", field=_BOXES), "x", "x"),
    ],
)
def test_a_derived_value_in_the_trail(item: Derived, value: Any, words: Any) -> None:
    assert trail._words(item, value) == words


@pytest.mark.parametrize(
    ("before", "after", "same"),
    [
        ("", None, True),
        ([], "", True),
        (None, 0, False),
        (0, False, True),
        ("a", "a", True),
        ("", "a", False),
        ("a", "", False),
    ],
)
def test_nothing_is_the_same_as_nothing(before: Any, after: Any, same: bool) -> None:
    assert trail._same(before, after) is same
    assert (history.differences(Equipment, {"location": before}, {"location": after}) == []) is same


@pytest.mark.parametrize(
    ("item", "value", "cell"),
    [
        (_derived("text"), "", ""),
        (_derived("integer"), 0, 0),
        (
            _derived("moment"),
            "2026-11-22T08:00:00+08:00",
            datetime.fromisoformat("2026-11-22T08:00:00+08:00"),
        ),
        (_derived("date"), "2026-11-22", date(2026, 11, 22)),
        (_derived("date"), None, None),
        (_derived("choice", choices=_AB), "a", "甲"),
        (_derived("choices", choices=_AB), ["b", "c"], "乙、c"),
        (_derived("reference"), {"id": "1", "label": "一厂"}, "一厂"),
        (_derived("references"), [{"id": "1", "label": "一厂"}, "x"], "一厂、x"),
        (_derived("lines", field=_BOXES), [{"what": "扫地", "done": None}], "1. 扫地"),
        (_derived("lines", field=_BOXES), [], None),
        (_derived("facts"), {"长": 1, "宽": 2}, "长：1；宽：2"),
        (_derived("facts"), 1.5, "1.5"),
        (_derived("facts"), "x", "x"),
    ],
)
def test_a_derived_value_as_a_cell(item: Derived, value: Any, cell: Any) -> None:
    assert export._told(item, value) == cell


@pytest.mark.parametrize(
    ("part", "value", "cell"),
    [
        (Day("日"), None, None),
        (Day("日"), "2026-11-22", date(2026, 11, 22)),
        (Moment("时"), None, None),
        (Moment("时"), "2026-11-22T08:00:00+08:00", datetime.fromisoformat("2026-11-22T08:00:00+08:00")),
        (Integer("数"), 0, 0),
        (Flag("要"), False, False),
        (Text("字"), "", None),
        (Pick("类", _AB), "a", "甲"),
    ],
)
def test_a_box_of_a_line_as_a_cell(part: Any, value: Any, cell: Any) -> None:
    assert export._box(part, value) == cell


def test_a_column_as_a_cell() -> None:
    def told(field: Any, value: Any) -> Any:
        convert = export._converter(field)
        return value if convert is None else convert(value)

    assert told(Picks("类", _AB), ["a", "c"]) == "甲、c"
    assert told(Pick("类", _AB), "b") == "乙" and told(Pick("类", _AB), "c") == "c"
    assert told(Text("字"), "x") == "x" and told(Integer("数"), 3) == 3
    assert export._converter(Day("日")) is None


def test_a_line_begins_with_its_defaults_only_where_it_must() -> None:
    sub: Any = type("Sub", (), {"field": Lines("条目", {
        "done": Flag("完成"), "what": Text("内容"), "kind": Pick("类", _AB, default="a"), "on": Day("日", default=date.today)
    })})  # fmt: skip
    made = _with_defaults(sub, {"what": None})
    assert made["what"] is None and made["done"] is False
    assert _with_defaults(sub, {"done": True, "what": "x", "kind": "b"}) | {"on": None} == {
        "done": True, "what": "x", "kind": "b", "on": None
    }  # fmt: skip


def test_a_secret_is_never_told(world: Any) -> None:
    secret = next(name for name, field in WecomApp._meta.fields.items() if isinstance(field, Secret))
    assert (
        history.readable(WecomApp, secret, "x") == "已设置"
        and history.readable(WecomApp, secret, None) is None
    )
    told = [
        history.changed_to(WecomApp, secret, before, after)
        for before, after in (("a", "b"), (None, "b"), ("a", None))
    ]
    assert told == ["已更换", "已设置", None]


def test_the_trail_is_cut_into_pages(world: Any) -> None:
    row = small_ledgers.equipment(world.a)
    for _ in range(trail.PAGE):
        history.note(world.in_a, row, "edited")
    whole = trail.history_json(row, "")
    assert (len(whole["items"]), whole["next"]) == (trail.PAGE, None)
    history.note(world.in_a, row, "edited", [{"field": "a", "title": "甲", "old": "", "new": None}])
    first = trail.history_json(row, "")
    assert len(first["items"]) == trail.PAGE and first["items"][0]["changes"] == []
    rest = trail.history_json(row, first["next"])
    assert (len(rest["items"]), rest["next"]) == (1, None)
    assert first["items"][0]["by"] == {"id": "7", "name": "测试员"}
    Change.update(account_id=None).where(Change.table == "equipment").execute()
    assert trail.history_json(row, "")["items"][0]["by"] is None
    with pytest.raises(Invalid):
        trail.history_json(row, "x")


def test_a_reference_in_the_trail_is_called_by_its_name(world: Any) -> None:
    link = Equipment._meta.fields["site"]
    assert isinstance(link, Link)
    names: Any = {}
    assert trail._readable(Equipment, "site", link, world.site.id, names) == "甲一厂"
    Company.update(name="别的").where(Company.id == world.site.id).execute()
    assert trail._readable(Equipment, "site", link, world.site.id, names) == "甲一厂", "asked once"
    assert trail._readable(Equipment, "site", link, 99_999, {}) == "99999"
    assert trail._readable(Equipment, "site", link, None, {}) is None


def test_what_a_form_writes_is_told_in_a_trail_unless_it_is_secret(world: Any) -> None:
    plain, secret = Text("某值"), Text("密钥")
    derived = (
        replace(_derived("text", field=plain), name="plain"),
        replace(_derived("secret", field=secret), name="secret"),
        replace(_derived("text"), name="shown"),
    )
    ledger = replace(small_ledgers.EQUIPMENT, derived=(*small_ledgers.EQUIPMENT.derived, *derived))
    assert [item.name for item in trail.written(ledger)] == ["plain"]
