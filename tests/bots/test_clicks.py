"""A button says what we signed, or nothing."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots import clicks
from bots.clicks import Click
from models.core.config import Config, config, configure
from models.core.errors import Invalid

WORDS = st.text(string.ascii_letters + string.digits + "_.-", min_size=1, max_size=100)
NUMBERS = st.integers(0, 2**63 - 1)
GOOD = clicks.pack("accident", 5, 3, "received")


@given(WORDS, NUMBERS, NUMBERS, WORDS)
def test_what_was_packed_comes_back(kind: str, id: int, version: int, verb: str) -> None:
    packed = clicks.pack(kind, id, version, verb)
    assert clicks.unpack(packed) == Click(kind, id, version, verb)
    assert packed.isascii() and len(packed) <= clicks.MAX_BYTES


@given(st.data())
def test_one_sign_changed_is_refused(data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(GOOD) - 1))
    other = data.draw(st.characters().filter(lambda sign: sign != GOOD[at]))
    with pytest.raises(Invalid) as caught:
        clicks.unpack(GOOD[:at] + other + GOOD[at + 1 :])
    assert caught.value.code == "click.altered"
    assert caught.value.title == "按钮内容被改动过"
    assert caught.value.cause and caught.value.advice


@pytest.mark.parametrize(
    "text",
    ["", ":", "c1", GOOD[:-1], GOOD + "0", GOOD.upper(), GOOD + "\n", " " + GOOD, "\ud800:" + "0" * 32, "x" * 5000,
     GOOD.replace(":5:", ":５:"), GOOD.replace(":5:", ":05:")],
)  # fmt: skip
def test_anything_else_is_refused(text: str) -> None:
    with pytest.raises(Invalid):
        clicks.unpack(text)


@given(st.text(max_size=200))
def test_no_text_breaks_it(text: str) -> None:
    with pytest.raises(Invalid):
        clicks.unpack(text)


@pytest.mark.parametrize(("kind", "verb"), [("", "a"), ("a", ""), ("a:b", "c"), ("事故", "a"), ("a", "b c")])
def test_only_plain_words_are_signed(kind: str, verb: str) -> None:
    with pytest.raises(ValueError, match="not a plain word"):
        clicks.pack(kind, 1, 1, verb)


def test_cards_outlive_a_rotation_of_keys_but_not_another_installation() -> None:
    before = config()
    try:
        configure(Config(secret_key="new", previous_keys=(before.secret_key,)))
        assert clicks.unpack(GOOD).verb == "received"
        configure(Config(secret_key="another installation"))
        with pytest.raises(Invalid):
            clicks.unpack(GOOD)
    finally:
        configure(before)
