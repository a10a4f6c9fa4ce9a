"""An act on many rows whose process dies: how far it says it is, who goes on with it, and with which rows (X21)."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import Conflict, NotFound
from models.core.history import Change
from models.core.jobs import jobs
from models.core.ledger.bulk import acts, running, undo
from models.core.ledger.bulk.records import EDIT
from models.equipment.records import Equipment
from tests.models.core import small_ledgers
from tests.models.core.ledger.bulk.steps import everything
from tests.models.core.small_ledgers import EQUIPMENT


@pytest.fixture(autouse=True)
def _stopped():
    yield
    jobs.stop()


@pytest.fixture
def forklifts(world):
    """Thirty of company A, ten of company B."""
    mine = [small_ledgers.equipment(world.a, f"{number}号叉车") for number in range(30)]
    theirs = [small_ledgers.equipment(world.b, f"乙{number}号叉车") for number in range(10)]
    return mine, theirs


def _without(actor, *rights):
    return replace(actor, rights={name: reach for name, reach in actor.rights.items() if name not in rights})


class _Killed(BaseException):
    """The process dies."""


@contextmanager
def _dies_after(monkeypatch, parts, name="_do_part"):
    """The process dies after so many parts of work; its job never says so."""
    done = []
    real = getattr(running, name)

    def part(*args):
        if len(done) >= parts:
            raise _Killed
        done.append(real(*args))
        return done[-1]

    with monkeypatch.context() as patched:
        patched.setattr(running, name, part)
        yield done


def _start_and_die(world, monkeypatch, asked, parts, name="_do_part"):
    with _dies_after(monkeypatch, parts, name), monkeypatch.context() as patched:
        patched.setattr(jobs, "_workers", _Nobody())
        begun = in_transaction(running.start, world.in_a, EQUIPMENT, EDIT, asked)
        work = running._work
        with pytest.raises(_Killed):
            work(world.in_a, EQUIPMENT, int(begun["act"]["id"]), jobs.JobHandle(int(begun["job"]["id"])))
    return int(begun["act"]["id"])


class _Nobody:
    """A process that takes jobs and never does them."""

    stopping = False

    def __init__(self):
        self.live = {}

    def take(self, handle, work):
        pass


@pytest.mark.parametrize("parts", [0, 1])
def test_a_killed_act_says_how_far_it_is_and_goes_on(world, forklifts, monkeypatch, clock, parts):
    monkeypatch.setattr(running, "_PART", 10)
    act_id = _start_and_die(world, monkeypatch, everything(30, values={"location": "东门"}), parts)
    assert acts.find(world.in_a, act_id)["state"] == "working", "its job may still be alive"
    clock.forward(minutes=2)
    told = acts.find(world.in_a, act_id)
    assert (told["state"], told["done"], told["waiting"]) == ("stopped", 10 * parts, 30 - 10 * parts)
    assert told["can_go_on"]
    begun = in_transaction(running.go_on, world.in_a, act_id)
    jobs.wait(int(begun["job"]["id"]))
    told = acts.find(world.in_a, act_id)
    assert (told["state"], told["done"]) == ("done", 30)
    lines = Change.select().where(Change.table == "equipment", Change.action == "edited")
    assert lines.count() == 30, "no row had its turn twice"
    with pytest.raises(Conflict):
        in_transaction(running.go_on, world.in_a, act_id)


def test_one_that_dies_while_it_looks_for_its_rows_looks_again(world, forklifts, monkeypatch, clock):
    asked = everything(30, values={"location": "东门"})
    act_id = _start_and_die(world, monkeypatch, asked, 0, "_found")
    clock.forward(minutes=2)
    told = acts.find(world.in_a, act_id)
    assert (told["state"], told["done"], told["waiting"]) == ("stopped", 0, 30)
    begun = in_transaction(running.go_on, world.in_a, act_id)
    jobs.wait(int(begun["job"]["id"]))
    assert acts.find(world.in_a, act_id)["done"] == 30


def test_more_rows_than_were_agreed_to_end_it_undone(world, forklifts, monkeypatch, clock):
    """Days later the filter finds others, too: nobody has agreed to those."""
    asked = everything(30, values={"location": "东门"})
    act_id = _start_and_die(world, monkeypatch, asked, 0, "_found")
    clock.forward(minutes=2)
    small_ledgers.equipment(world.a, "后来的叉车")
    begun = in_transaction(running.go_on, world.in_a, act_id)
    jobs.wait(int(begun["job"]["id"]))
    assert jobs.find(world.in_a, int(begun["job"]["id"]))["error"]["code"] == "count_changed"
    told = acts.find(world.in_a, act_id)
    assert (told["state"], told["done"], told["can_go_on"], told["can_undo"]) == ("done", 0, False, False)
    assert told["why_not"] == "确认的是 30 台，开始时有 31 台，没有办"
    assert not Equipment.select().where(Equipment.location == "东门").exists()


def test_who_may_undo_it_does_not_do_the_rest_of_it(world, forklifts, monkeypatch, clock):
    act_id = _start_and_die(world, monkeypatch, everything(30, values={"location": "东门"}), 0, "_found")
    clock.forward(minutes=2)
    monkeypatch.setattr(jobs, "_workers", _Nobody())
    other = replace(world.in_a, account_id=8)
    assert acts.find(other, act_id)["can_go_on"] is False
    with pytest.raises(NotFound):
        in_transaction(running.go_on, other, act_id)


def test_what_is_being_taken_back_is_not_gone_on_with(world, forklifts, monkeypatch, clock):
    monkeypatch.setattr(running, "_PART", 25)
    act_id = _start_and_die(world, monkeypatch, everything(30, values={"location": "东门"}), 1)
    clock.forward(minutes=2)
    monkeypatch.setattr(jobs, "_workers", _Nobody())
    in_transaction(undo.start, world.in_a, act_id)
    clock.forward(minutes=2)
    told = acts.find(world.in_a, act_id)
    assert (told["state"], told["can_go_on"]) == ("stopped", False)
    with pytest.raises(Conflict):
        in_transaction(running.go_on, world.in_a, act_id)


def test_nobody_else_goes_on_with_it_or_sees_it(world, forklifts, monkeypatch, clock):
    act_id = _start_and_die(world, monkeypatch, everything(30, values={"location": "东门"}), 0)
    clock.forward(minutes=2)
    for other in (
        world.in_b,
        replace(world.in_b, account_id=8),
        _without(replace(world.in_a, account_id=8), "bulk.undo"),
    ):
        with pytest.raises(NotFound):
            in_transaction(running.go_on, other, act_id)
        with pytest.raises(NotFound):
            acts.find(other, act_id)
        assert acts.mine(other) == []
    assert [one["id"] for one in acts.mine(world.in_a)] == [str(act_id)]
