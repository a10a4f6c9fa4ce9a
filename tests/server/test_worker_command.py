"""`anban worker`: one that ends by itself begins again, one that is asked to end does not (L08)."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any

import pytest
from celery.signals import worker_shutting_down
from click.testing import CliRunner

from server import cli


class Celery:
    """Stands where the application would."""

    def __init__(self, work: Callable[[], None]) -> None:
        self._work = work

    def worker_main(self, argv: list[str]) -> None:
        assert argv[0] == "worker"
        self._work()


@pytest.fixture
def begun(monkeypatch: pytest.MonkeyPatch) -> list[Any]:
    """What the process was replaced by."""
    seen: list[Any] = []
    monkeypatch.setattr(os, "execv", lambda path, argv: seen.append((path, argv)))
    monkeypatch.setattr(cli, "_AGAIN_IN", 0.0)
    monkeypatch.setattr(cli, "_require_house", lambda: None)
    return seen


def run(monkeypatch: pytest.MonkeyPatch, work: Callable[[], None]) -> None:
    monkeypatch.setattr(cli, "_celery", lambda: Celery(work))
    assert CliRunner().invoke(cli.main, ["worker"], catch_exceptions=False).exit_code == 0


def _breaks() -> None:
    raise SystemExit(1)


@pytest.mark.parametrize("work", [lambda: None, _breaks])
def test_one_that_ends_by_itself_begins_again(
    monkeypatch: pytest.MonkeyPatch, begun: list[Any], work: Callable[[], None]
) -> None:
    run(monkeypatch, work)
    assert begun == [(sys.executable, [sys.executable, *sys.orig_argv[1:]])]


def test_one_that_was_asked_to_end_stays_ended(monkeypatch: pytest.MonkeyPatch, begun: list[Any]) -> None:
    run(monkeypatch, lambda: worker_shutting_down.send(sender="w", sig="SIGTERM", how="Warm", exitcode=0))
    assert begun == []
