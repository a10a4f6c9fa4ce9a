"""One spelling for matching, and one order for names."""

from __future__ import annotations

import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.core import errors
from models.core.fields import Flag, Number
from models.core.security import identifiers
from models.core.text.folding import fold, pattern
from models.core.text.pinyin import sort_key


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("王 伟", "王伟"), ("Ｑ２", "q2"), ("阿卜杜・热西提", "阿卜杜·热西提"), ("阿卜杜．热西提", "阿卜杜•热西提"), ("\ue863", "䶮"),
        ("\ue81e", "\u9fb4"), ("①号", "1号"), ("２－３", "2—3"), ("戶\U000e0100", "戶"),
        ("羅", "羅"), ("a\u2060b\ufeff", "ab"), ("葉问", "叶问"), ("⺮青", "竹青"), ("趙鐵柱", "赵铁柱"), ("⻢云⻰", "马云龙"),
        ("髙", "高"),
        ("阿卜杜。热西提", "阿卜杜·热西提"), ("阿卜杜··热西提", "阿卜杜˙热西提"),
    ],
)  # fmt: skip
def test_what_looks_the_same_is_the_same(one: str, other: str) -> None:
    assert fold(one) == fold(other)
    assert re.search(pattern(one), other)
    assert re.search(pattern(other), one)


@pytest.mark.parametrize(
    ("one", "other"),
    [("王伟", "王玮"), ("1.5", "15"), ("A-1", "A1"), ("厂一", "一厂"), ("李乾", "李干"), ("張著", "张着")],
)
def test_what_differs_stays_apart(one: str, other: str) -> None:
    assert fold(one) != fold(other)


def test_a_voiced_sign_in_two_is_compared_as_one() -> None:
    assert fold("ﾊﾝｶﾞｰ") == fold("ハンガー")


@pytest.mark.parametrize(
    "same",
    [
        ("Ⅲ级", "iii级", "ⅲ级", "Ⅱi 级", "IＩⅠ级"), ("30㎡", "30m2", "30M²", "㉚㎡"), ("11月", "⑪月", "㋊", "1㋀"),
        ("5㎏", "5kg", "5 KG"), ("㈠号", "(一)号", "（一）号"), ("№3", "No3", "no③"), ("Ⅷ", "viii", "ⅤⅢ", "vⅲ"),
        ("ﬁre", "FIRE"), ("等…", "等..."),
    ],
)  # fmt: skip
def test_what_is_one_sign_for_several_is_found_both_ways(same: tuple[str, ...]) -> None:
    for one in same:
        for other in same:
            assert fold(one) == fold(other)
            assert re.search(pattern(one), f"在{other}旁"), (one, other)


@pytest.mark.parametrize(("typed", "stored"), [("Ⅲ", "Ⅱ"), ("m2", "㎝"), ("Ⅳ", "ⅵ"), ("m2", "2")])
def test_one_sign_for_several_finds_no_other(typed: str, stored: str) -> None:
    assert not re.search(pattern(typed), stored)


@given(st.text(max_size=40))
def test_folding_twice_is_folding_once(text: str) -> None:
    assert fold(fold(text)) == fold(text)


@given(st.text(alphabet="王伟李娜阿卜杜·•．…Ⅲⅱi㎡m②1２aＢ[]^-\\.*()| \u3000\u200b", min_size=1, max_size=20))
def test_every_name_is_found_by_itself(text: str) -> None:
    looked_for = pattern(text)
    assert not looked_for or re.search(looked_for, text)
    assert not looked_for or re.search(looked_for, fold(text))


def test_names_stand_by_pinyin_surnames_as_surnames_numbers_as_numbers() -> None:
    people = ["张三", "李四", "曾国藩", "单雄信", "安娜", "尉迟恭", "查良镛", "仇英", "赵六", "张伞"]
    assert sorted(people, key=lambda name: sort_key(name, person=True)) == [
        "安娜", "李四", "仇英", "单雄信", "尉迟恭", "曾国藩", "查良镛", "张三", "张伞", "赵六",
    ]  # fmt: skip
    machines = ["10号叉车", "2号叉车", "重庆厂", "１号叉车", "锅炉"]
    assert sorted(machines, key=sort_key) == ["１号叉车", "2号叉车", "10号叉车", "重庆厂", "锅炉"]


@pytest.mark.parametrize(
    ("typed", "kept"),
    [("0.125", "0.13"), (0.125, "0.13"), ("2.675", "2.68"), ("-0.125", "-0.13"), ("1.005", "1.01")],
)
def test_amounts_are_rounded_half_up(typed: Any, kept: str) -> None:
    assert str(Number("金额", min=-10).clean(typed)) == kept


@pytest.mark.parametrize(
    ("said", "means"),
    [
        ("是 ", True), ("Y", True), ("yes", True), ("TRUE", True), ("√", True), ("✓", True), ("1", True), ("需要", True),
        ("是（开通）", True), ("否。", False), ("N", False), ("×", False), ("0", False), ("不需要", False), ("ＮＯ", False), ("", None),
    ],
)  # fmt: skip
def test_yes_and_no_as_people_write_them(said: str, means: bool | None) -> None:
    assert Flag("要").clean(said) is means


@pytest.mark.parametrize("said", ["有", "也许", "2", "是否", "看情况"])
def test_what_is_neither_is_asked_about(said: str) -> None:
    with pytest.raises(errors.Malformed):
        Flag("要").clean(said)


@pytest.mark.parametrize(
    "typed",
    [
        "+86 138 0013 8000", "86-13800138000", "(+86)13800138000", "１３８００１３８０００",
        "\u202d13800138000\u202c", "13800138000（微信同号）", "013800138000", "0086 138-0013-8000",
    ],
)  # fmt: skip
def test_phones_as_people_write_them(typed: str) -> None:
    assert identifiers.mobile(typed) == "13800138000"


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("13800138003；13900139003", "两个"), ("13800138004/13900139004", "两个"), ("0571-88881234", "座机"), ("+852 91234567", "大陆"),
        ("13800138015 张三", "数字以外"), ("13800138003（转 13900139003）", "两个"),
    ],
)  # fmt: skip
def test_what_is_no_single_mobile_is_told(typed: str, told: str) -> None:
    with pytest.raises(errors.Malformed) as caught:
        identifiers.mobile(typed)
    assert told in caught.value.message


def test_a_search_can_not_run_away() -> None:
    """One who types dots must not hold up everybody else: with two ways to read a dot this would take years."""
    looked_for = pattern("." * 60 + "x")
    assert not re.search(looked_for, ". " * 100)
    assert re.search(pattern("王...伟"), "王. .·.伟")


def test_a_yes_or_no_is_short() -> None:
    """Half a million brackets would be looked through from each of them on, which takes a quarter of an hour."""
    for text in ("(" * 500_000, "是" + "（" * 500_000, "是" + "（是）" * 200_000):
        with pytest.raises(errors.Malformed):
            Flag("允许").clean(text)
    assert Flag("允许").clean("是（已和本人核对过，电话里说的）") is True
