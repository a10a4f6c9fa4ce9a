"""Small rules that much stands on: what holds a row, numbers and requests, addresses as they are told, floors, labels."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from models.core.chapters import chapters, floor_of
from models.core.errors import Conflict, Malformed
from models.core.excel.reading.rows_below import told
from models.core.held import Held, held_by, require_free
from models.core.labels.label_codes import ALPHABET, check_label_code, format_label_code, new_label_code
from models.core.logs.origin import masked
from models.core.numbering import by_request_key, request_key
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.core.text.folding import same_name
from models.hazards.records import Hazard


def test_what_holds_a_row() -> None:
    assert held_by(0, "条隐患") is None
    assert held_by(2, "条隐患") == Held("2 条隐患")
    assert held_by(2, "条隐患", code="has_hazards", detail="hazards") == Held(
        "2 条隐患", "has_hazards", {"hazards": 2}
    )
    require_free("不能删除", "它", [], advice="x")
    require_free("不能删除", "它", [None, None], advice="x")
    one, other = (
        held_by(1, "条隐患", code="has_hazards", detail="hazards"),
        held_by(3, "次上岗", code="has_scans"),
    )
    for held, code in (([one], "has_hazards"), ([None, other], "has_scans"), ([one, other], "has_records")):
        with pytest.raises(Conflict) as refused:
            require_free("不能删除", "它", held, advice="请停用")
        assert refused.value.code == code
    assert "1 条隐患、3 次上岗" in str(refused.value.cause) and refused.value.details == {"hazards": 1}


@pytest.mark.one_engine
def test_the_same_request_of_another_account_is_another(database: Any) -> None:
    keys = {request_key(1, "a"), request_key(2, "a"), request_key(1, "b"), request_key(None, "a")}
    assert len(keys) == 4 and request_key(1, "a") == request_key(1, "a")
    assert request_key(1, None) is None and by_request_key(Hazard, None) is None
    assert by_request_key(Hazard, request_key(1, "a")) is None


@pytest.mark.parametrize(
    ("address", "shown"),
    [("10.12.1.2", "10.12.*.*"), ("2001:db8:1::2", "2001:db8:*"), ("::1", "::*"), ("", None), (None, None)],
)
def test_an_address_as_it_is_told(address: str | None, shown: str | None) -> None:
    assert masked(address) == shown


def test_the_floor_of_a_module() -> None:
    names = [chapter.name for chapter in chapters()]
    assert floor_of(f"models.{names[0]}.records") == 0 and floor_of(f"models.{names[-1]}") == len(names) - 1
    for none in ("models", f"bots.{names[0]}", "models.nothing", "", f"x.{names[0]}"):
        assert floor_of(none) == len(names)


def test_a_label_code_is_read_however_it_is_typed() -> None:
    code = new_label_code()
    for typed in (
        code,
        code.lower(),
        format_label_code(code),
        f" {format_label_code(code)} ",
        code.replace("1", "I").replace("0", "O"),
    ):
        assert check_label_code(typed) == code
    other = ALPHABET[(ALPHABET.index(code[0]) + 1) % len(ALPHABET)]
    for wrong, why in (("", "label_length"), (code[:-1], "label_length"), (code + "0", "label_length"),
                       ("U" + code[1:], "label_characters"), (other + code[1:], "label_check")):  # fmt: skip
        with pytest.raises(Malformed) as refused:
            check_label_code(wrong)
        assert refused.value.code == why


@pytest.mark.parametrize(
    ("one", "other", "same"),
    [
        ("阿·力", "阿力", True),
        ("王-大友", "王 大友", True),
        ("王大友", "王大有", False),
        ("王大", "王大友", False),
        ("", "·", True),
    ],
)
def test_names_with_the_same_letters(one: str, other: str, same: bool) -> None:
    assert same_name(one, other) is same


def test_who_reaches_the_group_reaches_a_company_that_was_founded_just_now() -> None:
    group = Actor(1, "总", rights={"companies.read": Scope.GROUP}, group_companies=(1,))
    group.takes_in(2)
    group.takes_in(2)
    assert group.group_companies == (1, 2)
    near = replace(group, rights={"companies.read": Scope.COMPANY}, group_companies=(1,))
    near.takes_in(2)
    assert near.group_companies == (1,)


def test_rows_that_were_passed_over_are_told_by_the_first_few() -> None:
    rows = [(number, f"合计 {number}", "表尾") for number in range(1, 7)]
    assert told(rows[:2]) == "第 1 行“合计 1”、第 2 行“合计 2”是表尾，没有导入。"
    assert "等 " not in told(rows[:5]) and "等 6 行是表尾" in told(rows)
    assert told([*rows[:1], (9, "姓名", "表头")]).endswith("是表尾、表头，没有导入。")
