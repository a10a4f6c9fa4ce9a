"""Cutting never tears a character apart."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.wecom.protocol.lengths import clean, cut, cut_bytes, length, line

FAMILY = "👨‍👩‍👧"


@pytest.mark.parametrize(
    ("text", "most", "left"),
    [
        ("三号炉", 3, "三号炉"),
        ("三号炉煤气", 3, "三号…"),
        ("三号炉", 1, "…"),
        ("三号炉", 0, ""),
        ("abc def", 5, "abc…"),
        ("e\u0301" * 3, 4, "e\u0301…"),  # two code points each
        (FAMILY * 2, 9, FAMILY + "…"),
        (FAMILY * 2, 8, "…"),
        ("🇨🇳🇨🇳", 5, "🇨🇳…"),
        ("𬭎𬭎", 3, "𬭎…"),
        ("10:26 王大友\n还有 77 人", 13, "10:26 王大友\n…"),  # “还有…” says nothing
        ("泵房漏水\n阀门关不严，已停机", 12, "泵房漏水\n阀门关不严，…"),
    ],
)
def test_cut_by_characters(text: str, most: int, left: str) -> None:
    assert cut(text, most) == left


@pytest.mark.parametrize(
    ("text", "most", "left"), [("三号炉", 9, "三号炉"), ("三号炉", 8, "三…"), ("三号", 2, "")]
)
def test_cut_by_bytes(text: str, most: int, left: str) -> None:
    assert cut_bytes(text, most) == left


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(0, 30))
def test_never_longer_and_only_cut_where_needed(text: str, most: int) -> None:
    assert length(cut(text, most)) <= most
    assert len(cut_bytes(text, most).encode()) <= most
    if length(text) <= most:
        assert cut(text, most) == text
    else:
        assert text.startswith(cut(text, most)[:-1])


def test_what_cannot_be_sent_goes() -> None:
    assert clean("a\x00b\ud800c\u202ed\r\ne\rf\tg") == "abcd\ne\nf\tg"
    assert line(" a \n b\t\u3000c ") == "a b c"
