"""A sheet is checked and made ready while others write, and put in only if what was checked is still so (Q05, X10)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from threading import Thread
from typing import Any

import pytest

from models.core import history
from models.core.db import batch
from models.core.db.connection import in_transaction, is_sqlite
from models.core.errors import Conflict
from models.core.events.outbox import Outbox
from models.core.excel import read_sheet
from models.core.excel.imports import importing
from models.core.files.keeping import IMPORT_ROWS
from models.organization.records import Person
from tests.models.core import small_ledgers
from tests.models.core.excel.uploads import book, id_number, line


def imported(world: Any, content: bytes, meanwhile: Callable[[], None], times: int = 1) -> tuple[int, int]:
    """Import it; whenever a check begins, somebody else does something `meanwhile` and is done before it goes on."""
    columns = in_transaction(importing.import_columns, small_ledgers.PERSONS, world.in_a)
    sheet = read_sheet(content, columns, max_rows=IMPORT_ROWS.of(None))
    left = [times]

    def progress(done: int, total: int | None) -> None:
        if done == 0 and left[0]:
            left[0] -= 1
            other = Thread(target=in_transaction, args=(meanwhile,))
            other.start()
            other.join(10)
            assert not other.is_alive(), "it had to wait for the import"

    return importing.commit_beside(world.in_a, small_ledgers.PERSONS, sheet, progress)


def test_others_write_while_it_is_checked(world: Any) -> None:
    made = imported(
        world, book(*(line(n) for n in range(20))), lambda: Outbox.insert(kind="clocked in").execute()
    )
    assert made == (20, 0)
    assert Outbox.select().where(Outbox.kind == "clocked in").count() == 1


def test_what_came_in_between_is_seen(world: Any) -> None:
    """Somebody enters one of the people by hand while the sheet is checked: they are changed, not made twice."""

    def enter() -> None:
        person = Person.create(
            company=world.a, name="李四", id_number=id_number(3), phone="13900000009", role="operator"
        )
        history.note(world.in_a, person, "created")

    # The first check reads before that (its snapshot is older), the second one sees it.
    assert imported(world, book(*(line(n) for n in range(5))), enter) == (4, 1)
    assert Person.select().count() == 5


def test_what_is_wrong_by_now_stops_all_of_it(world: Any) -> None:
    def rename() -> None:
        world.a.change(name="改名公司")
        history.note(world.over, world.a, "edited", [])

    rows = [line(n, 单位="甲公司") for n in range(5)]
    with pytest.raises(Conflict) as caught:
        imported(world, book(*rows), rename)
    assert caught.value.code == "import_has_errors"
    assert Person.select().count() == 0


def test_where_it_is_never_quiet_it_gets_in_all_the_same(world: Any) -> None:
    number = [0]

    def enter() -> None:
        number[0] += 1
        person = Person.create(
            company=world.a, name="王五", id_number=small_ledgers.id_number(900_000 + number[0]), phone="13900000009",
            role="operator",
        )  # fmt: skip
        history.note(world.in_a, person, "created")

    assert imported(world, book(*(line(n) for n in range(5))), enter, times=importing._TRIES) == (5, 0)
    assert number[0] == (importing._TRIES if is_sqlite() else 1)


def test_rows_that_only_their_own_rule_makes_are_few_at_once(
    world: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The embedded database's writer is held while such a rule runs: the check says so, before anybody waits."""
    monkeypatch.setattr(batch, "RULES_AT_ONCE", 3)
    rules = replace(small_ledgers.PERSONS.rules, create=lambda actor, values: Person.create(**values))
    ledger = replace(small_ledgers.PERSONS, rules=rules)
    fits = importing.check(world.in_a, ledger, book(*(line(n) for n in range(3))), lambda *_: None)
    assert not fits.errors
    more = importing.check(world.in_a, ledger, book(*(line(n) for n in range(4))), lambda *_: None)
    assert [error.code for error in more.errors] == (["too_many_at_once"] if is_sqlite() else [])


def test_it_says_how_far_it_is_in_rows_from_the_first_to_the_last(world: Any) -> None:
    """Each row is checked and put in, and counts once: half of the way is the check, the end is the end."""
    content = book(*(line(n) for n in range(40)))
    columns = in_transaction(importing.import_columns, small_ledgers.PERSONS, world.in_a)
    sheet = read_sheet(content, columns, max_rows=IMPORT_ROWS.of(None))
    told: list[tuple[int, int | None]] = []
    importing.commit_beside(world.in_a, small_ledgers.PERSONS, sheet, lambda *one: told.append(one))
    assert {total for _, total in told} == {40}
    assert [done for done, _ in told] == sorted(done for done, _ in told)
    assert told[-1] == (40, 40)
    assert any(20 < done < 40 for done, _ in told), "putting in takes a while, too"
