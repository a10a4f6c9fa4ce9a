"""Lists are read along their index, whatever the page and however many rows."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from models.core.ledger.reading.listing import Selection, list_rows
from models.core.ledger.reading.query import ListQuery
from models.core.security.rights import Scope
from models.duty.records import ClockIn
from tests.models.core import small_ledgers
from tests.support.query_plans import plans as explained

START = datetime(2026, 11, 1, tzinfo=UTC)


def page(actor, ledger, **asked):
    return list_rows(actor, ledger, ListQuery.parse(ledger, **asked))


def ids(listed):
    return [int(row["id"]) for row in listed["items"]]


def plans(database, run):
    """How the engine will carry out the lists that `run` asks for."""
    matters = lambda sql: "clock_in" in sql and "LIMIT" in sql and "capped" not in sql  # noqa: E731
    return [line for plan in explained(database, run, matters) for line in plan]


def test_a_day_bounds_the_moment_that_it_belongs_to(world, database):
    """So that a day long ago is found by the index, not by reading everything since."""
    for number in range(60):
        small_ledgers.clock_in(world.a, scanned_at=START + timedelta(hours=number))
    days = {"from": "2026-11-02", "to": "2026年11月2日"}
    run = lambda: page(world.in_a, small_ledgers.CLOCK_INS, filters={"day": days}, limit=200)  # noqa: E731
    found = run()["items"]
    assert {row["values"]["day"] for row in found} == {"2026-11-02"}
    assert len(found) == 24
    assert found[0]["values"]["scanned_at"] == "2026-11-02T23:00:00+08:00"
    assert found[-1]["values"]["scanned_at"] == "2026-11-02T00:00:00+08:00"
    if "PooledSqliteDatabase" in type(database).__name__:
        assert "(company_id=? AND scanned_at>? AND scanned_at<?)" in plans(database, run)[0]


@pytest.mark.parametrize("who", ["in_a", "over"])
@pytest.mark.parametrize("sort", ["scanned_at", "-scanned_at"])
def test_the_log_is_read_along_its_index_whatever_the_page(world, database, who, sort):
    for number in range(400):
        small_ledgers.clock_in(
            [world.a, world.b][number % 2], scanned_at=START + timedelta(seconds=number // 3)
        )
    if ClockIn._meta.database.obj.__class__.__name__ != "PooledSqliteDatabase":
        database.execute_sql("ANALYZE TABLE clock_in")
    actor = getattr(world, who)
    filters = {} if who == "over" else {"company": [str(world.a.id)]}
    listed = page(actor, small_ledgers.CLOCK_INS, sort=sort, limit=50, filters=filters)
    for asked in ({}, {"end": "last"}, {"cursor": listed["next"]}):
        plan = plans(
            database,
            lambda asked=asked: page(
                actor, small_ledgers.CLOCK_INS, sort=sort, limit=50, filters=filters, **asked
            ),
        )
        assert plan
        for line in plan:
            assert "clock_in_company_id_scanned_at_id" in line, plan
            assert "TEMP B-TREE" not in line, plan
            assert "filesort" not in line, plan
            assert "temporary" not in line, plan


def test_which_index_mariadb_is_told_to_walk(world):
    def told(actor, ledger=small_ledgers.CLOCK_INS, **asked):
        query = ListQuery.parse(ledger, **asked)
        return Selection(actor, ledger, query, ledger.rights["read"]).index_to_force(query)

    one = {"company": [str(world.a.id)]}
    index = told(world.in_a)
    assert index and index == told(world.in_a, filters=one) == told(world.over, filters=one)
    assert index == told(world.in_a, filters={"day": {"from": "2026-11-02"}}), "that lies along it"
    assert told(world.over) == index, "each company is read along it by itself"
    for narrower in ({"filters": {"code": "N1"}}, {"filters": {**one, "code": "N1"}}, {"q": "叉车"}):
        assert told(world.in_a, **narrower) is None
    own = replace(world.in_a, rights={**world.in_a.rights, "clock-ins.read": Scope.SELF})
    assert told(own) is None
