"""Guesses about the platform: each says what, whence, how to try it; and none stands there for nobody."""

from __future__ import annotations

from pathlib import Path

import pytest

import bots
from bots.wecom.guesses import CHECKED, TO_CHECK, guesses

SOURCES = "".join(path.read_text() for path in Path(bots.__path__[0]).rglob("*.py"))


@pytest.mark.parametrize("name", guesses())
def test_a_guess_says_what_it_is_and_somebody_goes_by_it(name: str) -> None:
    kept = guesses()[name]
    assert all(kept[part] for part in ("says", "source", "how"))
    assert kept["state"].startswith((TO_CHECK, CHECKED))
    assert f'guess("{name}")' in SOURCES


def test_a_style_is_for_every_button_and_within_the_platforms() -> None:
    from bots import card

    assert set(guesses()["button_styles"]["value"]) == set(card._STYLES)
    assert set(guesses()["source_colours"]["value"]) == set(card._TONES)
    assert set(guesses()["button_styles"]["value"].values()) <= {1, 2, 3, 4}
