"""Ids as somebody sent them: what can be no row's is told from what might be."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.errors import NotFound
from models.core.row_ids import LARGEST, all_ids, known_id, parse_id, parse_ids


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (1, 1), ("1", 1), (7, 7), ("0042", 42), (LARGEST, LARGEST), (str(LARGEST), LARGEST),
        (0, None), ("0", None), (-1, None), ("-1", None), (LARGEST + 1, None), (str(LARGEST + 1), None),
        ("", None), (None, None), (True, None), (1.0, None), (" 1", None), ("1_0", None), ("１", None), ("²", None),
        ("0" * 18 + "1", 1), ("0" * 19 + "1", None), (["1"], None),
    ],
)  # fmt: skip
def test_an_id_or_none(value: Any, said: int | None) -> None:
    assert parse_id(value) == said
    if said is None:
        with pytest.raises(NotFound):
            known_id(value)
    else:
        assert known_id(value) == said


def test_several() -> None:
    assert parse_ids(["3", "x", 1, "3", None]) == [3, 1]
    assert all_ids(["3", 1, "3"]) == [3, 1] and all_ids([]) == []
    assert all_ids(["3", "x"]) is None
