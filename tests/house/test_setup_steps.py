"""Steps of getting ready that run beside each other (scripts/setup/steps.py)."""

from __future__ import annotations

import threading

import pytest

from scripts.setup.steps import Stop, together


def test_steps_run_beside_each_other() -> None:
    met = threading.Barrier(3)
    together(*[lambda: met.wait(20) and None] * 3)
    assert not met.broken, "each waits for the others"


def test_a_step_that_fails_stops_after_the_others_are_done() -> None:
    failed, done = threading.Event(), threading.Event()

    def fails() -> None:
        failed.set()
        raise Stop("the package index is away")

    def goes_on() -> None:
        assert failed.wait(20)
        done.set()

    with pytest.raises(Stop, match="the package index"):
        together(fails, goes_on)
    assert done.is_set(), "what was begun is whole, and need not be done again"
