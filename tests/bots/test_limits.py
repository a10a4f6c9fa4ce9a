"""Limits are exact: never one too many in any window, and none refused that would have passed."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bots.delivery import limits
from bots.delivery.limits import SendLimits, Window
from bots.store import connect

RATES = {"a": (Window(5, 10),), "b": (Window(3, 10), Window(8, 60)), "big": (Window(100, 60),)}


class Now:
    """A clock in whole seconds from a fixed moment."""

    def __init__(self) -> None:
        self.moment = datetime(2026, 11, 24, tzinfo=UTC)

    def __call__(self) -> datetime:
        return self.moment

    def forward(self, seconds: float) -> None:
        self.moment += timedelta(seconds=seconds)


@pytest.fixture
def now() -> Now:
    return Now()


@pytest.fixture
def make(store: Any, now: Now) -> Callable[..., SendLimits]:
    return lambda **options: SendLimits(store, now=now, **{"rates": RATES, "margin": 0, **options})


def test_a_window_slides(make: Callable[..., SendLimits], now: Now) -> None:
    taking = make()
    assert [taking.take("a:x") for _ in range(3)] == [0, 0, 0]
    now.forward(4)
    assert [taking.take("a:x") for _ in range(3)] == [0, 0, 6], "the first three leave in 6 s"
    now.forward(5.999)
    assert taking.take("a:x") == 0.001
    now.forward(0.001)
    assert [taking.take("a:x") for _ in range(4)] == [0, 0, 0, 4]


def test_scopes_know_nothing_of_each_other(make: Callable[..., SendLimits]) -> None:
    taking = make()
    assert taking.take("a:x", 5) == 0
    assert taking.take("a:y", 5) == 0
    assert taking.take("a:x") > 0


def test_all_or_nothing(make: Callable[..., SendLimits], now: Now) -> None:
    taking = make()
    assert taking.take("a:x", 4) == 0
    assert taking.take("a:x", 2) == 10, "two do not fit, so neither is taken"
    assert taking.take("a:x", 1) == 0
    assert taking.take_all([("b:x", 3)]) == 0
    assert taking.take_all([("b:y", 1), ("a:x", 1), ("big:x", 9)]) == 10
    assert [taking.used(scope)[0][0] for scope in ("b:y", "big:x")] == [0, 0]


def test_the_same_scope_twice_in_one_call_counts_twice(make: Callable[..., SendLimits]) -> None:
    taking = make()
    assert taking.take_all([("a:x", 2), ("a:x", 3)]) == 0
    assert taking.used("a:x") == [(5, RATES["a"][0])]
    assert taking.take_each(["b:x"] * 5) == [0, 0, 0, 10, 10]


def test_the_longest_wait_decides(make: Callable[..., SendLimits], now: Now) -> None:
    taking = make()
    for _ in range(2):
        assert taking.take("b:x", 3) == 0
        now.forward(10)
    assert taking.take("b:x", 2) == 0
    assert taking.take("b:x", 2) == 40, "8 within 60 s; three of them leave 60 s after the first"


def test_each_by_itself(make: Callable[..., SendLimits]) -> None:
    taking = make()
    taking.take("a:2", 5)
    assert taking.take_each(["a:1", "a:2", "a:3"]) == [0, 10, 0]
    assert taking.take_each([]) == []


def test_the_margin_makes_windows_longer(make: Callable[..., SendLimits], now: Now) -> None:
    taking = make(margin=1.0)
    assert taking.take("a:x", 5) == 0
    now.forward(10)
    assert taking.take("a:x") == 1


def test_what_never_passes_is_a_mistake(make: Callable[..., SendLimits]) -> None:
    taking = make()
    with pytest.raises(ValueError, match="never pass"):
        taking.take("a:x", 6)
    with pytest.raises(ValueError, match="no rates"):
        taking.take("nobody:x")


def test_another_machines_clock_is_ahead(make: Callable[..., SendLimits], now: Now) -> None:
    taking = make()
    now.forward(5)
    assert taking.take("a:x", 4) == 0
    now.forward(-5)
    assert taking.take("a:x") == 0
    assert taking.take("a:x") == 15
    now.forward(14.999)
    assert taking.take("a:x") > 0
    now.forward(0.001)
    assert taking.take("a:x", 5) == 0


def test_nothing_is_kept_for_ever(make: Callable[..., SendLimits], store: Any) -> None:
    taking = make()
    taking.take_all([("a:x", 1), ("b:x", 1)])
    left = [store.pttl(key) for key in store.keys("*")]
    assert len(left) == 3
    assert all(0 < each <= 60_000 for each in left)


def test_exact_under_concurrency(make: Callable[..., SendLimits]) -> None:
    taking = [make() for _ in range(8)]  # as eight processes

    def hammer(its: SendLimits) -> int:
        return sum(its.take("big:x", 1) == 0 for _ in range(25))

    with ThreadPoolExecutor(8) as pool:
        taken = list(pool.map(hammer, taking))
    assert sum(taken) == 100
    assert taking[0].used("big:x")[0][0] == 100


@given(st.lists(st.tuples(st.integers(0, 4000), st.integers(1, 3)), max_size=40))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_as_a_plain_count_would_decide(steps: list[tuple[int, int]]) -> None:
    now, client = Now(), connect()
    client.flushall()
    taking = SendLimits(client, now=now, rates=RATES, margin=0)
    passed: list[tuple[datetime, int]] = []
    for pause, n in steps:
        now.forward(pause / 1000)
        fits = all(
            n + sum(count for at, count in passed if at > now() - timedelta(seconds=window.seconds))
            <= window.most
            for window in RATES["b"]
        )
        wait = taking.take("b:x", n)
        assert (wait == 0) is fits
        if fits:
            passed.append((now(), n))
            continue
        rest = [
            (count, at + timedelta(seconds=window.seconds), window)
            for window in RATES["b"]
            for at, count in passed
        ]
        at_last = now() + timedelta(seconds=wait)
        for window in RATES["b"]:
            there = sum(count for count, leaves, its in rest if its is window and leaves > at_last)
            assert there + n <= window.most, "after the wait it passes"


def test_scopes_of_the_platform_have_rates_and_name_no_secret() -> None:
    taking = SendLimits(connect())
    key = "693a91f6-7xxx-4bc4-97a0-0ec2sifa5aaa"
    scopes = [
        limits.member("ww1", 2, "ZhangSan"),
        limits.api("ww1", "message/send"),
        limits.robot(key),
        limits.ip("h"),
    ]
    assert [len(taking.used(scope)) for scope in scopes] == [2, 2, 1, 2]
    assert key not in limits.robot(key)
    assert limits.member("ww1", 2, "ZHANGSAN") == scopes[0]
