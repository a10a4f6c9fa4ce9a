"""Limits by sense: counted in the database, over at the end of their window, with words for whom they meet."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import TooMany
from models.core.security import usage_limits
from models.core.security.usage_limits import Usage, UsageLimit, all_limits, count, spend, sweep

TEST = UsageLimit("of_a_test", 3, timedelta(hours=1), "太多", "1 小时内最多 3 次", "请 {minutes} 分钟后再试")


def test_what_is_beyond_is_refused_until_the_window_is_over(database: Any, clock: Any) -> None:
    assert [in_transaction(spend, TEST, 7) for _ in range(3)] == [1, 2, 3]
    clock.forward(minutes=20)
    with pytest.raises(TooMany) as caught:
        in_transaction(spend, TEST, 7)
    assert (caught.value.code, caught.value.retry_after) == ("limit_of_a_test", 40 * 60)
    assert "40 分钟后再试" in str(caught.value)
    assert in_transaction(spend, TEST, 8) == 1, "of somebody else"
    clock.forward(minutes=41)
    assert in_transaction(spend, TEST, 7) == 1


def test_what_was_refused_or_rolled_back_is_not_counted(database: Any) -> None:
    def fails() -> None:
        spend(TEST, 7, amount=3)
        raise LookupError

    with pytest.raises(LookupError):
        in_transaction(fails)
    assert in_transaction(spend, TEST, 7, amount=3) == 3
    for _ in range(5):
        with pytest.raises(TooMany):
            in_transaction(spend, TEST, 7)
    assert Usage.get().count == 3


def test_counting_refuses_nothing(database: Any) -> None:
    assert [in_transaction(count, TEST, "a") for _ in range(5)][-1] == 5


def test_counts_that_are_over_are_swept(database: Any, clock: Any) -> None:
    in_transaction(spend, TEST, 7)
    assert in_transaction(sweep) == 0
    clock.forward(days=3)
    assert in_transaction(sweep) == 1


@pytest.mark.parametrize(
    "limit", [item for item in all_limits() if item is not TEST], ids=lambda item: item.name
)
def test_a_limit_says_what_why_and_what_to_do(limit: UsageLimit) -> None:
    assert limit.title and limit.cause and limit.advice.format(minutes=5)
    assert limit.most >= 5 and limit.within <= timedelta(days=1)


def test_a_name_is_declared_once() -> None:
    with pytest.raises(ValueError, match="twice"):
        UsageLimit("of_a_test", 3, timedelta(hours=1), "", "", "")
    assert usage_limits.all_limits()[-1].name != ""


def test_every_limit_stands_in_the_decision() -> None:
    from pathlib import Path

    told = (Path(usage_limits.__file__).parents[3] / "docs" / "decisions" / "limits.md").read_text()
    assert [item.name for item in all_limits() if item is not TEST and f"`{item.name}`" not in told] == []
