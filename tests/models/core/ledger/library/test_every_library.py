"""Every ledger that offers standards of the program: all of them can be taken as they are, once, and say so (J07)."""

from __future__ import annotations

from typing import Any

import pytest

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account, Assignment
from models.administration.roles.roles import builtin
from models.core.db.connection import in_transaction
from models.core.ledger import Ledger, all_ledgers
from models.core.ledger.library import updates
from models.core.ledger.library.declaration import SAME
from models.core.ledger.library.records import LibraryCopy
from models.core.ledger.library.shelf import rows_of, shelf
from models.core.ledger.library.taking import MOST, PickedStandard, take
from models.core.ledger.library.versions import PRODUCT, source_of, standings
from models.core.security.actor import Actor
from models.installation import install_standards
from tests.support.people_to_tell import Crowd

LEDGERS = [
    ledger
    for ledger in all_ledgers()
    if ledger.library is not None and ledger.library.picked_here and ledger.library.make is None
]
#: Those whose rows an installation begins with: everybody's, copies of the program's standards.
BEGUN = ("training-types", "courses", "certificate-types", "hazard-factors")


def named(name: str) -> Ledger:
    return next(ledger for ledger in LEDGERS if ledger.name == name)


@pytest.fixture
def keeper(crowd: Crowd) -> Actor:
    """Somebody who keeps the whole group's rows."""
    account = Account.create(company=crowd.group, login="keeper", name="集团安监")
    Assignment.create(account_id=account.id, role=builtin("administrator"), company_id=None)
    return actor_for_account(account, "console")


def test_what_comes_with_the_program_is_offered_by_each_of_them() -> None:
    assert {*BEGUN, "posts", "documents", "point-rules"} <= {ledger.name for ledger in LEDGERS}
    for ledger in LEDGERS:
        keys = [one.key for one in ledger.library.product()]  # type: ignore[union-attr]
        assert len(keys) == len(set(keys)), ledger.name


@pytest.mark.parametrize("ledger", LEDGERS, ids=lambda ledger: ledger.name)
def test_all_of_it_can_be_taken_by_a_unit_that_has_none_of_it(
    ledger: Ledger, crowd: Crowd, keeper: Actor
) -> None:
    LibraryCopy.delete().execute()
    empty(ledger)
    company = str(crowd.unit.id)
    items = in_transaction(shelf, keeper, ledger, company, write=False)["items"]
    picks = [PickedStandard(one["source"]) for one in items if one["there"] is None]
    assert picks
    answer = in_transaction(take, keeper, ledger, picks[:MOST], company)
    assert answer["refused"] == []
    ids = [int(one["id"]) for one in answer["made"]]
    rows = [ledger.record.get_by_id(row_id) for row_id in ids]
    assert set(standings(ledger, rows).values()) == {SAME}
    again = in_transaction(shelf, keeper, ledger, company, write=False)["items"]
    assert [one["source"] for one in again if one["there"] is None] == []
    copy = in_transaction(updates.of_row, keeper, ledger, ids[0], write=False)["copy"]
    assert (copy["standing"], copy["changes"], copy["from"]) == (SAME, [], "系统样例")


def empty(ledger: Ledger) -> None:
    """Take away what is everybody's of a ledger, and what hangs on it."""
    children: dict[str, tuple[str, ...]] = {"training-types": ("courses",)}
    for name in (*children.get(ledger.name, ()), ledger.name):
        named(name).record.delete().execute()


@pytest.mark.parametrize("name", BEGUN)
def test_what_an_installation_begins_with_says_so_and_hears_of_news(
    name: str, crowd: Crowd, keeper: Actor, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger: Any = named(name)
    rows = {ledger.label(row): row for row in rows_of(ledger, None)}
    copied = standings(ledger, list(rows.values()))
    assert len(copied) == len(ledger.library.product())
    assert set(copied.values()) == {SAME}
    # An installation that is older than this is told at its next start; what was told stays.
    LibraryCopy.update(taken_at=LibraryCopy.select().first().taken_at).execute()
    first = LibraryCopy.get(LibraryCopy.ledger == name)
    LibraryCopy.delete().where(LibraryCopy.id == first.id).execute()
    install_standards()
    assert (
        LibraryCopy.select().where(LibraryCopy.ledger == name, LibraryCopy.source == first.source).count()
        == 1
    )
    assert LibraryCopy.select().where(LibraryCopy.ledger == name).count() == len(ledger.library.product())
    # A unit has no use for a second one.
    items = in_transaction(shelf, keeper, ledger, str(crowd.unit.id), write=False)["items"]
    assert all(one["there"] for one in items if one["from"] == "系统样例")
    # A newer program says something else.
    shipped = list(ledger.library.product())
    key = shipped[0].key
    newer = [type(shipped[0])(key, {**shipped[0].values, **other(ledger)}, shipped[0].group), *shipped[1:]]
    monkeypatch.setitem(vars(ledger.library), "product", lambda: newer)
    row_id = LibraryCopy.get(LibraryCopy.ledger == name, LibraryCopy.source == source_of(PRODUCT, key)).row_id
    copy = in_transaction(updates.of_row, keeper, ledger, row_id, write=False)["copy"]
    assert [change["key"] for change in copy["changes"]] == list(other(ledger))
    in_transaction(updates.decide, keeper, ledger, row_id, list(other(ledger)))
    assert standings(ledger, [ledger.record.get_by_id(row_id)]) == {row_id: SAME}


def other(ledger: Ledger) -> dict[str, str]:
    """A field that says something else than what is shipped."""
    name = {"courses": "basis", "hazard-factors": "places"}.get(ledger.name, "note")
    return {name: "新的说法"}
