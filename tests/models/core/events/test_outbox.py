"""News is handed out once, oldest first, and again if whoever took it dies; a backlog costs nothing."""

import threading
from datetime import timedelta

import pytest

from models.core.db.connection import in_transaction, is_sqlite
from models.core.events import outbox
from models.core.events.outbox import DONE, Outbox


@pytest.fixture
def said(database, clock):
    """Says so many pieces of news, a second apart; gives their ids."""

    def say(count):
        ids = []
        for number in range(count):
            ids.append(Outbox.create(kind="clock_in.created", subject_id=number).id)
            clock.forward(seconds=1)
        return ids

    return say


def taken(limit=100):
    return [row.id for row in in_transaction(outbox.take, limit)]


def test_oldest_first_and_each_once(said):
    ids = said(5)
    assert [taken(2), taken(2), taken(2), taken(2)] == [ids[:2], ids[2:4], ids[4:], []]


def test_what_is_finished_never_comes_again(said, clock):
    ids = said(3)
    outbox.finish(taken(2))
    clock.forward(hours=1)
    assert taken() == ids[2:]


def test_a_lease_that_ran_out_goes_before_what_waits(said, clock):
    ids = said(2)
    assert taken() == ids
    clock.forward(seconds=30)
    assert taken() == []
    clock.forward(seconds=31)
    later = said(1)
    assert taken(1) == ids[:1]
    assert taken() == [ids[1], *later]
    assert [row.attempts for row in Outbox.select().order_by(Outbox.id)] == [2, 2, 1]


def test_two_relays_at_once_never_get_the_same(said):
    ids = said(40)
    found, start = [], threading.Barrier(4)

    def relay():
        start.wait()
        for _ in range(5):
            found.extend(taken(3))

    relays = [threading.Thread(target=relay) for _ in range(4)]
    for one in relays:
        one.start()
    for one in relays:
        one.join()
    # One that skips what another holds may come back with less; nobody waits, and the next round has it.
    assert len(found) == len(set(found))
    assert sorted([*found, *taken()]) == ids


def test_a_backlog_is_not_sorted(database, clock, caplog):
    now = clock.moment
    fields = [Outbox.kind, Outbox.created_at, Outbox.due_at]
    with database.atomic():
        for _ in range(10):
            Outbox.insert_many([("backlog", now, now)] * 500, fields=fields).execute()
    database.execute_sql("ANALYZE" if is_sqlite() else "ANALYZE TABLE outbox")
    with caplog.at_level("DEBUG", "peewee"):
        assert len(taken(20)) == 20
    asked = [record.msg for record in caplog.records if record.msg[0].startswith("SELECT")]
    assert len(asked) == 2
    for sql, values in asked:
        explained = ("EXPLAIN QUERY PLAN " if is_sqlite() else "EXPLAIN ") + sql
        told = str(database.execute_sql(explained, values).fetchall())
        assert "outbox_state_due_at" in told
        assert "filesort" not in told
        assert "TEMP B-TREE" not in told


def test_sweeping_takes_only_what_was_dealt_with_long_ago(said, clock):
    ids = said(3)
    outbox.finish(taken(2))
    assert outbox.sweep(clock.moment - timedelta(days=7)) == 0
    clock.forward(days=8)
    assert outbox.sweep(clock.moment - timedelta(days=7)) == 2
    assert [row.id for row in Outbox.select()] == ids[2:]
    assert Outbox.select().where(Outbox.state == DONE).count() == 0
