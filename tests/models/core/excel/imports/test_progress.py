"""How far an import is, is said in rows of the sheet, from the first to the last, and each counts once (issue 10.8)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.excel import corrections
from models.core.excel.imports import importing, share
from models.core.excel.imports.share import Walked, walked
from models.core.jobs import jobs
from tests.models.core import small_ledgers
from tests.models.core.excel.uploads import book, finish, line, upload

Told = list[tuple[int, int | None]]
ROWS = 40


@pytest.fixture
def told(monkeypatch: Any) -> Any:
    """Everything that a job says of its progress, which here it does after each few rows."""
    found: Told = []
    plain = jobs.JobHandle.progress

    def progress(handle: jobs.JobHandle, done: int, total: int | None = None) -> None:
        found.append((done, total))
        plain(handle, done, total)

    monkeypatch.setattr(jobs.JobHandle, "progress", progress)
    monkeypatch.setattr(share, "_EVERY", 4)
    monkeypatch.setattr(corrections, "PROGRESS_EVERY", 4)
    yield found
    jobs.stop()


def quarters(told: Told) -> set[int]:
    """The quarters of the way of which something was told."""
    assert {total for _, total in told} == {ROWS}
    done = [one for one, _ in told]
    assert done == sorted(done), "it never goes back"
    return {min(3, one * 4 // ROWS) for one in done}


def test_a_check_of_wrong_rows_says_so_while_it_writes_them_down_too(world: Any, told: Told) -> None:
    checked = upload(world, book(*(line(n, 联系电话=f"12{n}") for n in range(ROWS))))
    assert (checked.result["bad"], checked.done, checked.total) == (ROWS, ROWS, ROWS)
    assert quarters(told) == {0, 1, 2, 3}


def test_a_check_without_errors_is_done_whole(world: Any, told: Told) -> None:
    checked = upload(world, book(*(line(n) for n in range(ROWS))))
    assert (checked.result["good"], checked.done, checked.total) == (ROWS, ROWS, ROWS)
    told.clear()
    done = finish(importing.start_commit(world.in_a, small_ledgers.PERSONS, checked.id))
    assert (done.result["created"], done.done, done.total) == (ROWS, ROWS, ROWS)
    assert quarters(told) == {0, 1, 2, 3}


def test_a_rule_that_knows_nothing_of_progress_is_watched_as_it_walks(monkeypatch: Any) -> None:
    monkeypatch.setattr(share, "_EVERY", 2)
    found: Told = []
    rows = Walked(range(5), lambda *one: found.append(one))
    assert list(rows) == [0, 1, 2, 3, 4] == list(rows)
    assert found == [(2, 5), (4, 5), (5, 5)], "walking again is no way back"
    assert list(walked([], lambda *one: found.append(one))) == []
