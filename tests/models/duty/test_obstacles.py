"""What keeps an operator from clocking in is said on the home screen (Q10)."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from models.duty.obstacles import hindrance
from models.training.records import Certificate

TODAY = date(2026, 11, 22)


def paper(code: str = "N1", days: int = 400, **values: Any) -> Certificate:
    return Certificate(code=code, valid_until=TODAY + timedelta(days=days), **values)


@pytest.mark.parametrize(
    ("held", "title", "blocking"),
    [
        ([paper()], None, None),
        ([paper(days=0)], None, None),
        ([], "还没有证照", True),
        ([paper(days=-1)], "证书已过期", True),
        ([paper(days=-400), paper(days=30)], None, None),
        ([paper(days=-1), paper("Q2")], "证书已过期", False),
        ([paper(state="revoked")], "证书已注销", True),
    ],
)
def test_what_is_in_the_way(held: list[Certificate], title: str | None, blocking: bool | None) -> None:
    told = hindrance(held, TODAY, {"N1": "叉车司机"})
    assert (told and (told["title"], told["blocking"])) == (title and (title, blocking))
    if title == "证书已过期":
        assert told is not None and "N1 叉车司机证 20" in told["line"]
