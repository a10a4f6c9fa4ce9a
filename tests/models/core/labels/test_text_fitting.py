"""Texts on a label, with every character as wide as its size: where they wrap, shrink and are cut."""

from __future__ import annotations

import pytest

from models.core.labels.text_fitting import (
    LINE_HEIGHT,
    SMALLEST,
    SMALLEST_PART,
    Block,
    LabelPart,
    clean,
    ellipsis,
    fit,
    wrap,
)


def _measure(text: str) -> float:
    return float(len(text))


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("", 5, []),
        ("   ", 5, []),
        ("一二三四五", 5, ["一二三四五"]),
        ("一二三四五六", 5, ["一二三四五", "六"]),
        ("ab cd ef", 5, ["ab cd", "ef"]),
        ("ab  cde", 5, ["ab", "cde"]),
        ("abcdef", 5, ["abcde", "f"]),
        ("一abcde", 5, ["一", "abcde"]),
        ("一 二", 1, ["一", "二"]),
    ],
)
def test_where_a_text_wraps(text: str, width: float, lines: list[str]) -> None:
    assert wrap(text, width, _measure) == lines


@pytest.mark.parametrize(
    ("text", "width", "cut"),
    [("abc", 4, "abc…"), ("abcd", 4, "abc…"), ("abc", 1, "…"), ("abc", 0.5, ""), ("", 1, "…")],
)
def test_a_cut_text_keeps_what_fits(text: str, width: float, cut: str) -> None:
    assert ellipsis(text, width, _measure) == cut


def test_a_block_is_cut_only_if_something_is_lost() -> None:
    block = Block(["abcd", "ef"], 1.0, 1.0, 4.0)
    assert block.cut(2, _measure) is block and block.cut(3, _measure) is block
    assert block.cut(1, _measure).lines == ["abc…"] and block.cut(0, _measure).lines == []
    assert block.height == pytest.approx(2 * LINE_HEIGHT)
    assert Block(["abcd", "ef"], 2.0, 1.0, 8.0).cut(1, _measure).lines == ["abc…"]


def test_what_is_not_seen_is_taken_out() -> None:
    assert clean(" a\u200b \n b\x07\ue000 ") == "a b"


def test_parts_stand_under_each_other_and_empty_ones_take_no_place() -> None:
    lines = fit([LabelPart("甲"), LabelPart("\u200b"), LabelPart("乙", 0.5, ink=0.3)], 10, 10, 2.0, _measure)
    assert [(line.text, line.size, line.ink) for line in lines] == [("甲", 2.0, 1.0), ("乙", 1.0, 0.3)]
    assert lines[0].baseline == pytest.approx(2.04)
    assert lines[1].baseline == pytest.approx(2 * LINE_HEIGHT + 1.02)


@pytest.mark.parametrize(
    ("characters", "size", "text"),
    [
        (10, 1.0, "一" * 10),
        (12, 0.8, "一" * 12),
        (14, SMALLEST_PART, "一" * 14),
        (15, SMALLEST_PART, "一" * 13 + "…"),
    ],
)
def test_a_part_with_too_many_lines_is_made_smaller_and_then_cut(
    characters: int, size: float, text: str
) -> None:
    (line,) = fit([LabelPart("一" * characters, lines=1)], 10, 100, 1.0, _measure)
    assert (line.text, line.size) == (text, pytest.approx(size))


def test_all_shrink_together_where_the_whole_is_too_high() -> None:
    parts = [LabelPart("甲"), LabelPart("乙")]
    exact = fit(parts, 10, 2 * LINE_HEIGHT + 1e-9, 1.0, _measure)
    assert [line.size for line in exact] == [1.0, 1.0]
    lower = fit(parts, 10, 2 * LINE_HEIGHT * 0.9, 1.0, _measure)
    assert [line.size for line in lower] == [pytest.approx(0.9)] * 2


def test_lines_of_the_last_parts_go_first_and_no_part_before_second_lines() -> None:
    parts = [LabelPart("一" * 20, lines=2), LabelPart("二" * 20, lines=2)]
    width, line = (
        10 * SMALLEST,
        SMALLEST * LINE_HEIGHT,
    )  # so narrow that nothing gets larger than the smallest
    told = [
        [each.text[0] for each in fit(parts, width, rows * line + 0.01, 1.0, _measure)]
        for rows in (4, 3, 2, 1, 0)
    ]
    assert told == [["一", "一", "二", "二"], ["一", "一", "二"], ["一", "二"], ["一"], []]
    three = fit(parts, width, 3 * line + 0.01, 1.0, _measure)
    assert [each.text[-1] for each in three] == ["一", "一", "…"]


def test_a_part_of_three_lines_loses_its_third_before_others_their_second() -> None:
    parts = [LabelPart("一" * 30, lines=3), LabelPart("二" * 20, lines=2)]
    lines = fit(parts, 10 * SMALLEST, 4 * SMALLEST * LINE_HEIGHT + 0.01, 1.0, _measure)
    assert [each.text[0] for each in lines] == ["一", "一", "二", "二"]


def test_nothing_is_shown_in_a_box_narrower_than_a_character() -> None:
    assert fit([LabelPart("一二")], 0.3, 10, 1.0, _measure) == []
