"""Long work runs beside requests, tells how far it is, and is told as failed when nobody works on it."""

import threading
import time
from dataclasses import replace
from datetime import timedelta

import pytest

from models.core.config import Config, configure
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, NotFound, TooMany
from models.core.files import stored
from models.core.jobs import jobs, retention
from models.core.security.actor import Actor
from models.core.security.rights import Scope

ME = Actor(account_id=7, name="我", company_id=1)


@pytest.fixture
def house(database, tmp_path):
    configure(Config(data_dir=tmp_path))
    yield tmp_path
    jobs.stop()
    configure(Config())


def ended(job):
    jobs.wait(job["id"], 20)
    return jobs.find(ME, job["id"])


def start(work, actor=ME, title="数数"):
    return jobs.start(actor, "action", None, title, work)


def test_a_job_gives_its_result(house, clock):
    told = ended(start(lambda handle: handle.progress(3, 4) or {"sum": 5}))
    assert told == {
        "id": told["id"],
        "kind": "action",
        "ledger": None,
        "title": "数数",
        "state": "done",
        "done": 4,
        "total": 4,
        "started_at": "2026-11-22T08:00:00+08:00",
        "finished_at": "2026-11-22T08:00:00+08:00",
        "result": {"sum": 5},
        "error": None,
        "file": None,
    }


def test_progress_is_told_while_it_runs(house):
    go, going = threading.Event(), threading.Event()

    def work(handle):
        handle.progress(5, 10)
        going.set()
        assert go.wait(10)

    job = start(work)
    assert going.wait(10)
    told = jobs.find(ME, job["id"])
    assert (told["state"], told["done"], told["total"]) == ("running", 5, 10)
    go.set()
    assert ended(job)["state"] == "done"


def test_other_processes_read_the_progress_from_a_server(house, engine):
    if engine == "sqlite":
        pytest.skip("the embedded database has one process only")
    go = threading.Event()

    def work(handle):
        handle.progress(5, 10)
        assert go.wait(10)

    job = start(work)
    limit = time.monotonic() + 10
    while jobs.Job.get_by_id(int(job["id"])).done != 5 and time.monotonic() < limit:
        time.sleep(0.05)
    row = jobs.Job.get_by_id(int(job["id"]))
    assert (row.state, row.done, row.total) == ("running", 5, 10)
    go.set()
    ended(job)


def test_a_job_begins_only_after_the_commit(house):
    ran = threading.Event()

    def caller(fail):
        job = start(lambda handle: ran.set())
        time.sleep(0.2)
        assert not ran.is_set()
        if fail:
            raise RuntimeError
        return job

    with pytest.raises(RuntimeError):
        in_transaction(caller, True)
    time.sleep(0.1)
    assert not ran.is_set()  # what was rolled back never begins
    assert jobs.Job.select().count() == 0
    assert ended(in_transaction(caller, False))["state"] == "done"
    assert ran.is_set()


def test_refusals_are_told_and_faults_are_not(house):
    def refuse(handle):
        raise Conflict("表里有错", code="import_has_errors", details={"bad": 3})

    told = ended(start(refuse))
    assert (told["state"], told["error"]["code"], told["error"]["details"]) == (
        "failed",
        "import_has_errors",
        {"bad": 3},
    )

    def break_down(handle):
        handle.keep("x.txt", "text/plain", b"half")
        raise RuntimeError("secret 330102199001010012")

    told = ended(start(break_down))
    assert (told["state"], told["error"]["code"], told["file"]) == ("failed", "server_error", None)
    assert "330102" not in str(told)
    assert list((house / "jobs").iterdir()) == []  # nothing half done is kept


def test_a_fault_is_logged_without_the_values_that_were_worked_on(house, capsys):
    def break_down(handle):
        number = "330102199001010012"
        raise RuntimeError(f"bad {number}")

    ended(start(break_down))
    jobs.stop()
    told = "".join(capsys.readouterr())
    assert "RuntimeError" in told
    assert "330102" not in told


def test_files_are_for_their_owner_and_for_a_while(house, clock):
    job = ended(start(lambda handle: handle.keep("标签.pdf", "application/pdf", b"%PDF")))
    assert job["file"] == {"name": "标签.pdf", "size": 4, "mime": "application/pdf"}
    name, mime, kept = jobs.file_of(ME, job["id"])
    assert (name, mime, stored.read(stored.JOBS, kept)) == ("标签.pdf", "application/pdf", b"%PDF")
    stranger = replace(ME, account_id=8)
    for call in (jobs.find, jobs.file_of):
        for job_id in (int(job["id"]), 0, 999999, 2**63 - 1):
            with pytest.raises(NotFound):
                call(stranger, job_id)
    assert jobs.mine(stranger) == []
    assert jobs.mine(replace(ME, account_id=None)) == []
    assert retention.sweep() == 0
    clock.forward(hours=25)
    assert retention.sweep() == 1
    assert jobs.find(ME, job["id"])["file"] is None
    with pytest.raises(NotFound):
        jobs.file_of(ME, job["id"])
    clock.forward(days=31)
    retention.sweep()
    with pytest.raises(NotFound):
        jobs.find(ME, job["id"])


def test_a_job_whose_process_died_has_failed(house, clock):
    for state in ("waiting", "running"):
        job = jobs.Job.create(account_id=7, company_id=1, kind="export", title="导出", state=state, rights={})
        assert jobs.find(ME, job.id)["state"] == state
        clock.forward(seconds=61)
        told = jobs.find(ME, job.id)
        assert told["state"] == "failed"
        assert told["error"]["advice"] == "请重新开始"


def test_a_long_job_of_a_living_process_has_not_failed(house, clock):
    go = threading.Event()
    job = start(lambda handle: go.wait(10) and None)
    clock.forward(hours=2)
    assert jobs.find(ME, job["id"])["state"] in ("waiting", "running")
    go.set()
    assert ended(job)["state"] == "done"


def test_newest_jobs_come_first(house):
    first, second = start(lambda handle: None, title="一"), start(lambda handle: None, title="二")
    ended(first), ended(second)
    assert [job["title"] for job in jobs.mine(ME)] == ["二", "一"]


def test_nobody_fills_all_threads(house):
    go = threading.Event()
    running = [start(lambda handle: go.wait(10) and None) for _ in range(jobs.MAX_OPEN)]
    with pytest.raises(TooMany) as caught:
        start(lambda handle: None)
    assert caught.value.retry_after > 0
    start(lambda handle: None, actor=replace(ME, account_id=8))  # others are not kept out
    go.set()
    for job in running:
        assert ended(job)["state"] == "done"
    assert start(lambda handle: None)


def test_going_down_gives_up_what_runs(house):
    going = threading.Event()

    def work(handle):
        going.set()
        while True:
            handle.progress(handle.done + 1)
            time.sleep(0.01)

    job = start(work)
    assert going.wait(10)
    jobs.stop()
    told = jobs.find(ME, job["id"])
    assert (told["state"], told["error"]["code"]) == ("failed", "job_interrupted")


def test_files_that_no_row_names_are_swept(house):
    import os

    left = stored.path_of(stored.JOBS, stored.keep(stored.JOBS, b"left"))
    fresh = stored.path_of(stored.JOBS, stored.keep(stored.JOBS, b"fresh"))
    old = time.time() - timedelta(days=4).total_seconds()
    os.utime(left, (old, old))
    assert retention.sweep() == 1
    assert not left.exists()
    assert fresh.exists()
    assert oct(fresh.stat().st_mode & 0o777) == "0o600"


READER = replace(ME, rights={"persons.read": Scope.SITE, "persons.export": Scope.SITE}, sites=(4,))


def exported(house):
    job = jobs.start(READER, "export", None, "导出人员", lambda handle: handle.keep("a.txt", "text/plain", b"x"),
                     rights=("persons.read", "persons.export"))  # fmt: skip
    jobs.wait(job["id"], 20)
    return job["id"]


def test_an_export_is_given_out_again_under_the_same_right(house):
    job = exported(house)
    assert jobs.file_of(READER, job)[0] == "a.txt"
    wider = replace(READER, rights=dict.fromkeys(READER.rights, Scope.COMPANY), sites=())
    assert jobs.file_of(wider, job)[0] == "a.txt"
    assert [item["id"] for item in jobs.mine(READER)] == [job]


@pytest.mark.parametrize(
    "changed",
    [
        {"rights": {"persons.read": Scope.SITE}},
        {"rights": {}},
        {"rights": {"persons.read": Scope.DEPARTMENT, "persons.export": Scope.DEPARTMENT}},
        {"sites": (5,)},
        {"sites": ()},
        {"company_id": 2},
        {"account_id": 8},
    ],
    ids=[
        "no export right",
        "no right",
        "a department now",
        "another site",
        "no site",
        "another unit",
        "another",
    ],
)
def test_an_export_is_not_given_out_without_the_right_it_was_made_under(house, changed):
    job = exported(house)
    other = replace(READER, **changed)
    for ask in (jobs.file_of, jobs.find, jobs.record_of):
        with pytest.raises(NotFound):
            ask(other, job)
    assert jobs.mine(other) == []


def test_what_was_made_before_rights_were_kept_is_given_out_no_more(house):
    job = jobs.Job.create(account_id=7, company_id=1, kind="export", title="导出", state="done", file="x")
    with pytest.raises(NotFound):
        jobs.file_of(ME, job.id)
