"""0013: who worked goes on working, what was never anybody's opens one unit alone, and what waits is asked."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models.core.db.connection import close_database, migrations, open_database

NOW = "2026-11-01 00:00:00"


@pytest.fixture
def before(new_database: Callable[[], str]) -> Any:
    """A database as it was before the migration, connected; the runner and the names that are still to be done."""
    opened = open_database(new_database())
    opened.connect(reuse_if_open=True)
    runner = migrations()
    names = runner.up()
    left = [name for name in names if name >= "0013"]
    for _ in left:
        runner.down()
    yield opened, runner
    close_database()


def put(database: Any, table: str, /, **values: Any) -> None:
    columns = ", ".join(f"`{name}`" for name in values)
    marks = ", ".join([database.param] * len(values))
    database.execute_sql(f"INSERT INTO `{table}` ({columns}) VALUES ({marks})", list(values.values()))


def lay(database: Any) -> None:
    row = {"version": 1, "created_at": NOW, "updated_at": NOW}
    for key in (1, 2):
        put(
            database,
            "company",
            id=key,
            name=f"单位{key}",
            kind="company",
            path=f"/{key}/",
            company_root=key,
            sequence=0,
            **row,
        )
    people = (  # id, company, human, binding
        (1, 1, "works", "approved"), (2, 2, "works", "approved"), (3, 2, "left", "ended"), (4, 1, "new", "approved"),
        (5, 2, "new", "approved"), (6, 1, "reset", "approved"), (7, 2, "reset", "approved"), (8, 2, "asks", "waiting"),
    )  # fmt: skip
    for key, company, human, state in people:
        put(database, "person", id=key, company_id=company, name=human, id_number="x", id_hash=human, phone="13800000000",
            role="operator", may_review=0, **row)  # fmt: skip
        put(
            database,
            "binding",
            id=key,
            company_id=company,
            person_id=key,
            state=state,
            origin="entered",
            applied_at=NOW,
            **row,
        )
    accounts = (  # id, human, first password, stored
        (1, "works", 0, "$argon"), (2, "left", 0, "$argon"), (3, "new", 1, "id-tail"), (4, "reset", 1, "$argon"),
        (5, "asks", 0, "$argon"),
    )  # fmt: skip
    for key, human, first, stored in accounts:
        put(database, "account", id=key, company_id=1, login=human, name=human, id_hash=human, state="active",
            password_hash=stored, must_change_password=first, first_password=first, failures=0, **row)  # fmt: skip


@pytest.mark.slow
def test_ties_are_where_rights_were_and_the_holder_had_a_password(before: Any) -> None:
    database, runner = before
    lay(database)
    runner.up()
    tied = dict(database.execute_sql("SELECT id, account_id FROM person").fetchall())
    assert tied == {1: 1, 2: 1, 3: None, 4: None, 5: None, 6: 4, 7: None, 8: None}
    invited = database.execute_sql("SELECT person_id, account_id, secret, state FROM invitation").fetchall()
    assert list(invited) == [(4, 3, "id-tail", "open")], (
        "by the unit that looks after the account, and no other"
    )
    stored = dict(database.execute_sql("SELECT id, password_hash FROM account").fetchall())
    assert stored[3] is None
    assert stored[4] == "$argon"
    claims = database.execute_sql("SELECT person_id, account_id, origin, state FROM account_claim").fetchall()
    assert list(claims) == [(8, 5, "applied", "waiting")]
