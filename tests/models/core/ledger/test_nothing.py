"""Words for nothing are nothing, in every column that may be left out, of every form and every sheet."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.errors import Malformed
from models.core.excel.imports.check import _cleaned
from models.core.fields import Choice, Day, Flag, Integer, Lines, Number, Phone, Pick, Picks, Text
from models.core.fields.blank_words import says_nothing
from models.core.ledger import all_ledgers
from models.core.ledger.changes.form_values import asked_in_form, clean_value

WORDS = [
    "无",
    "不限",
    "/",
    "-",
    "——",
    "—",
    "暂无",
    "无限制",
    "N/A",
    "（无）",
    "空",
    "没有",
    "／",
    " / ",
    "无。",
    "null",
    "無限制",
    "未注明",
    "没有其他限制",
    "未作限制",
    "以下空白",
    "暂缺",
    "「无」",
    "\u200b",
    "＼",
    "~",
    "“”",
    "⸺",
    "一一",
]
MEANT = [
    "0",
    "否",
    "限叉车",
    "无锡分公司",
    "3t以下",
    "-1",
    "A/B",
    "一",
    "不限桥式",
    "空压站",
    "N1",
    "●",
    "○",
    "不限于桥式",
    "无锡",
    "同上",
]


def test_what_says_nothing_and_what_does_not() -> None:
    assert [word for word in WORDS if not says_nothing(word)] == []
    assert [word for word in MEANT if says_nothing(word)] == []


@pytest.mark.parametrize("ledger", all_ledgers(), ids=lambda ledger: ledger.name)
def test_every_optional_column_takes_them_as_empty(ledger: Any, database: Any) -> None:
    for name, asked in asked_in_form(ledger).items():
        if asked.required or asked.field.kind in ("secret", "grants"):
            continue
        for word in WORDS:
            assert clean_value(asked, word) in (None, asked.starts_with), (name, word)
    for name in ledger.importing.columns if ledger.importing is not None else ():
        field = ledger.field_named(name)
        if not field.required and field.kind != "reference":
            assert [_cleaned(field, word) for word in WORDS] == [None] * len(WORDS), name


def test_a_choice_is_known_by_the_beginning_that_it_alone_has() -> None:
    pick = Pick("用途", [Choice("works", "工业锅炉"), Choice("power", "电站锅炉"), Choice("x", "工业炉")])
    assert (pick.read("电站"), pick.read("工业锅")) == ("power", "works")
    for said in ("工业", "电", "锅炉"):
        with pytest.raises(Malformed):
            pick.read(said)


def test_a_choice_that_is_called_so_is_one() -> None:
    pick = Pick("风险", [Choice("none", "无"), Choice("some", "有")])
    assert (pick.read("无"), pick.read("/"), pick.read("有")) == ("none", None, "some")


@pytest.mark.parametrize(
    "field",
    [
        Text("甲"),
        Integer("甲"),
        Number("甲"),
        Day("甲"),
        Phone("甲"),
        Flag("甲"),
        Picks("甲", [Choice("a", "一")]),
    ],
)
def test_kinds_of_columns(field: Any) -> None:
    assert [field.read(word) for word in WORDS] == [None] * len(WORDS)


def test_a_line_of_a_form_too() -> None:
    lines = Lines("步骤", {"who": Text("谁", required=True), "note": Text("备注")})
    assert lines.clean([{"who": "张三", "note": "——"}]) == [{"who": "张三", "note": None}]


def test_a_required_column_keeps_what_is_written() -> None:
    assert Text("名称", required=True).read("无") == "无"
