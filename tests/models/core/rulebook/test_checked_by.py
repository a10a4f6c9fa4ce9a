"""Who says that a row was compared with the regulation's text (X06)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.rulebook.checked_by import checked_by
from models.core.security.actor import Actor
from models.hazards.records import MajorCriterion

OFFICER = Actor(account_id=1, name="管", company_id=1, rights={})
YES = {"confirmed": True, "checked_by": "管"}
NO = {"confirmed": False, "checked_by": None}
KEPT = {"confirmed": True, "checked_by": "老陈"}


def row(confirmed: bool) -> Any:
    return MajorCriterion(
        confirmed=confirmed, checked_by="老陈" if confirmed else None, title="一", article="3"
    )


@pytest.mark.parametrize(
    ("before", "values", "after"),
    [
        (None, {"title": "一"}, NO),
        (None, {"title": "一", "confirmed": True}, YES),
        (None, {"title": "一", "confirmed": False}, NO),
        (False, {"article": "4"}, NO),
        (False, {"article": "4", "confirmed": True}, YES),
        (True, {}, KEPT),
        (True, {"confirmed": True}, KEPT),
        (True, {"confirmed": False}, NO),
        (True, {"title": "一", "article": "3", "confirmed": True}, KEPT),
        (True, {"remark": "别的", "mode": "没有这一栏"}, KEPT),
        (True, {"article": "4"}, NO),
        (True, {"article": "4", "confirmed": True}, NO),
        (True, {"article": "4", "confirmed": False}, NO),
    ],
)
def test_the_mark_is_for_the_words_that_were_compared(
    before: bool | None, values: dict[str, Any], after: dict[str, Any]
) -> None:
    assert checked_by(OFFICER, None if before is None else row(before), values) == after
