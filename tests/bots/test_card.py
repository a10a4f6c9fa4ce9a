"""A card knows few tones and styles; what a rule or a flow names otherwise is plain."""

from __future__ import annotations

import pytest

from bots.card import style, tone


@pytest.mark.parametrize(
    ("word", "shown"),
    [("warn", "warn"), ("alarm", "alarm"), ("done", "done"), ("good", "plain"), ("", "plain")],
)
def test_a_tone(word: str, shown: str) -> None:
    assert tone(word) == shown


@pytest.mark.parametrize(
    ("word", "shown"), [("primary", "primary"), ("danger", "danger"), ("", "plain"), ("big", "plain")]
)
def test_a_style(word: str, shown: str) -> None:
    assert style(word) == shown
