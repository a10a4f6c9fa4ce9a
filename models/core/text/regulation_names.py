"""Regulations as a card names them, where a line is short."""

from __future__ import annotations

import re

_NAME = re.compile(r"《[^》]*》(（[^）]*年[^）]*）)?")


def short_basis(basis: str) -> str:
    """Number and article of a regulation without its long name: 国务院令第493号第九条（待核对）.

    One that has no number keeps its name: nothing else says which it is.
    """
    bare = _NAME.sub("", basis)
    kept = bare if any(sign.isdigit() for sign in bare) else basis
    return re.sub(r"\s+", "", kept)
