"""Whose jobs are whose, which are still open, and what is left of them after their time (X09)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from models.core import clock as clocks
from models.core.config import Config, configure
from models.core.errors import NotFound
from models.core.files import stored
from models.core.jobs import access, jobs, retention
from models.core.jobs.jobs import Job
from models.core.security.actor import Actor, Places
from models.core.security.rights import Scope

pytestmark = pytest.mark.one_engine
READ, EDIT = "equipment.read", "equipment.edit"
ME = Actor(7, "我", 1, {READ: Scope.COMPANY}, group_companies=(1, 2))


@pytest.fixture(autouse=True)
def house(database: Any, clock: Any, tmp_path: Path) -> Iterator[None]:
    configure(Config(data_dir=tmp_path))
    yield
    configure(Config())


def job(**values: Any) -> Job:
    given = {
        "account_id": 7,
        "company_id": 1,
        "kind": "export",
        "title": "导出",
        "state": "done",
        "rights": {},
    }
    return Job.create(**{**given, **values})


def reaching(scope: Scope, sites: tuple[int, ...] = (), departments: tuple[int, ...] = ()) -> Actor:
    return replace(ME, rights={READ: scope}, places={READ: Places(sites, departments)})


@pytest.mark.parametrize(
    ("then", "now", "held"),
    [
        (reaching(Scope.COMPANY), reaching(Scope.COMPANY), True),
        (reaching(Scope.COMPANY), reaching(Scope.GROUP), True),
        (reaching(Scope.GROUP), reaching(Scope.COMPANY), False),
        (reaching(Scope.SELF), reaching(Scope.SELF), True),
        (reaching(Scope.SITE, (1, 2)), reaching(Scope.SITE, (2, 1, 3)), True),
        (reaching(Scope.SITE, (1, 2)), reaching(Scope.SITE, (1,)), False),
        (reaching(Scope.SITE, (1,)), reaching(Scope.SITE, (2,)), False),
        (reaching(Scope.SITE, (1,), (5,)), reaching(Scope.SITE, (1,)), False),
        (reaching(Scope.SITE, (1,), (5,)), reaching(Scope.SITE, (1,), (5,)), True),
        (reaching(Scope.DEPARTMENT, (), (5,)), reaching(Scope.DEPARTMENT, (), (6,)), False),
        (reaching(Scope.DEPARTMENT, (), (5,)), reaching(Scope.SITE, (1,), (5,)), True),
        (reaching(Scope.SITE, (1,)), reaching(Scope.COMPANY), True),
        (reaching(Scope.SITE, (1,)), replace(ME, rights={EDIT: Scope.GROUP}), False),
    ],
)
def test_who_reaches_as_far_as_then_holds_it_still(then: Actor, now: Actor, held: bool) -> None:
    kept = access.held(then, [READ, READ])
    assert access.still_held(now, kept) is held
    assert access.still_held(now, {}) and not access.still_held(now, None)


def test_a_job_is_its_owners_at_the_unit_it_was_for(clock: Any) -> None:
    mine = job(rights=access.held(ME, [READ]))
    assert jobs.find(ME, mine.id)["id"] == str(mine.id)
    for actor in (
        replace(ME, account_id=8), replace(ME, company_id=2), replace(ME, rights={}), replace(ME, account_id=None),
    ):  # fmt: skip
        with pytest.raises(NotFound):
            jobs.find(actor, mine.id)
        assert jobs.mine(actor) == []
    with pytest.raises(NotFound):
        jobs.record_of(ME, mine.id, kind="import")
    assert jobs.record_of(ME, mine.id, kind="export", state="done").id == mine.id
    with pytest.raises(NotFound):
        jobs.record_of(ME, mine.id, kind="export", state="failed")
    nobodys = job(account_id=None)
    assert nobodys.id and jobs.mine(replace(ME, account_id=None)) == []


def test_the_newest_jobs_of_a_month_are_listed(clock: Any) -> None:
    ids = [str(job().id) for _ in range(32)]
    assert [each["id"] for each in jobs.mine(ME)] == ids[:1:-1]
    clock.forward(days=30)
    assert jobs.mine(ME) == []


@pytest.mark.parametrize(
    ("state", "silent", "told"),
    [
        ("running", 0, "running"), ("running", 60, "running"), ("running", 61, "failed"), ("waiting", 61, "failed"),
        ("done", 61, "done"), ("failed", 0, "failed"),
    ],
)  # fmt: skip
def test_a_job_on_which_nobody_works_has_failed(clock: Any, state: str, silent: int, told: str) -> None:
    made = job(
        state=state, kind="import", ledger="equipment", alive_at=clocks.now() - timedelta(seconds=silent)
    )
    shown = jobs.find(ME, made.id)
    assert shown["state"] == told
    assert (shown["error"] is not None) is (told == "failed")
    is_open = told == "running"
    assert jobs.is_open(made.id) is is_open
    assert jobs.works_on(ME, "import", "equipment") is is_open
    assert not jobs.works_on(ME, "export", "equipment") and not jobs.works_on(ME, "import", "persons")
    assert not jobs.works_on(replace(ME, account_id=8), "import", "equipment")


def test_no_job_is_not_open() -> None:
    assert not jobs.is_open(None) and not jobs.is_open(10**6)


def test_the_newest_check_that_found_something_is_gone_on_with() -> None:
    check: dict[str, Any] = {
        "kind": "import_check",
        "ledger": "equipment",
        "upload": "u",
        "result": {"bad": 2, "rows": 3},
    }
    first, newest = job(**check), job(**check)
    for values in (
        {"kind": "import"}, {"ledger": "persons"}, {"state": "failed"}, {"upload": None}, {"account_id": 8},
        {"result": {"bad": 0, "rows": 3}}, {"result": {"bad": 2, "rows": 0}}, {"company_id": 2},
    ):  # fmt: skip
        job(**{**check, **values})
    found = jobs.newest_check(ME, "equipment")
    assert found is not None and found.id == newest.id
    Job.update(result=None).where(Job.id == newest.id).execute()
    found = jobs.newest_check(ME, "equipment")
    assert found is not None and found.id == first.id
    assert jobs.newest_check(ME, "certificates") is None


def _file(kind: str, name: str) -> None:
    stored.keep(kind, b"x", name=name)


def test_files_go_after_their_time_and_what_was_said_of_rows_with_them(clock: Any) -> None:
    told = {
        "rows": 3, "bad": 1, "errors": [{"row": 2}], "remarks": [], "notes": [],
        "preview": {"columns": ["姓名"], "rows": [["王"]]},
    }  # fmt: skip
    quiet = {
        "rows": 3,
        "bad": 0,
        "errors": [],
        "remarks": [],
        "notes": [],
        "preview": {"columns": ["姓名"], "rows": []},
    }
    made, sheet = job(file="a.xlsx"), job(kind="import_check", upload="b.xlsx", result=told)
    clean, nothing = job(kind="import_check", result=quiet), job()
    other = job(kind="export", result=told)
    for kind, name in (
        (stored.JOBS, "a.xlsx"), (stored.IMPORTS, "b.xlsx"), (stored.IMPORTS, "b-errors.xlsx"), (stored.IMPORTS, "b-kept.json"),
    ):  # fmt: skip
        _file(kind, name)
    clock.forward(hours=24)
    assert retention.sweep() == 0 and Job.get_by_id(made.id).file == "a.xlsx", "kept for just as long"
    clock.forward(seconds=1)
    young = job(file="c.xlsx", kind="import_check", result=told)
    _file(stored.JOBS, "c.xlsx")
    assert retention.sweep() == 3
    left = [stored.exists(stored.JOBS, name) for name in ("a.xlsx", "c.xlsx")]
    left += [stored.exists(stored.IMPORTS, name) for name in ("b.xlsx", "b-errors.xlsx", "b-kept.json")]
    assert left == [False, True, False, False, False]
    assert Job.get_by_id(made.id).file is None and Job.get_by_id(sheet.id).upload is None
    kept = Job.get_by_id(sheet.id).result
    assert (kept["rows"], kept["bad"], kept["errors"], kept["preview"]) == (
        3,
        1,
        [],
        {"columns": [], "rows": []},
    )
    assert Job.get_by_id(clean.id).result == quiet and Job.get_by_id(other.id).result == told
    assert Job.get_by_id(young.id).result == told and Job.get_by_id(young.id).file == "c.xlsx"
    clock.forward(days=30)
    retention.sweep()
    assert {row.id for row in Job.select()} == {young.id} and nothing.id != young.id
    clock.forward(seconds=1)
    retention.sweep()
    assert not Job.select().exists()
    assert not stored.exists(stored.JOBS, "c.xlsx")


@pytest.mark.parametrize("name", ["remarks", "notes"])
def test_remarks_of_a_dry_run_go_too(clock: Any, name: str) -> None:
    told = {
        "rows": 1,
        "errors": [],
        "remarks": [],
        "notes": [],
        "preview": {"columns": [], "rows": []},
        name: [{"row": 2}],
    }
    check = job(kind="import_check", result=told)
    clock.forward(hours=25)
    retention.sweep()
    assert Job.get_by_id(check.id).result[name] == []
