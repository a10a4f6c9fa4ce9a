"""What one reported oneself, the unit's open and closed ones, and photos that could not go along (E07, E09)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Forbidden, Invalid, NotFound
from models.core.files import photos
from models.core.history import Change
from models.core.security.actor import Actor
from models.hazards.display.listing import of_unit
from models.hazards.records import Hazard
from models.hazards.report.open_hazard import LEDGER
from models.hazards.report.snapshot import add_own_photos, mine
from tests.models.hazards.grid_company import Land

pytestmark = pytest.mark.one_engine


def ids(found: tuple[list[Hazard], str | None]) -> list[int]:
    return [row.id for row in found[0]]


def without_a_file(land: Land, name: str) -> Actor:
    """Somebody who reports with an account alone, as an administrator does."""
    actor = land.actor(name)
    return Actor(
        actor.account_id,
        name,
        land.company.id,
        actor.rights,
        group_companies=(land.company.id,),
        door="phone",
    )


def test_mine_are_those_of_my_files_and_of_my_account_without_a_file(land: Land) -> None:
    theirs, own = land.snap("友"), land.snap("工")
    by_account = land.snap("工")
    Hazard.update(reporter=None).where(Hazard.id == by_account.id).execute()
    worker = land.actor("工")
    assert ids(mine(worker)) == [by_account.id, own.id]
    assert ids(mine(land.actor("友"))) == [theirs.id]
    assert ids(mine(without_a_file(land, "工"))) == [by_account.id], "whose file is named is theirs"
    with pytest.raises(Forbidden):
        mine(Actor(1, "谁", land.company.id))


@pytest.mark.parametrize("listed", ["mine", "unit"])
def test_page_by_page_the_newest_first_until_the_last(land: Land, listed: str) -> None:
    rows = [land.snap("工").id for _ in range(4)]

    def page(cursor: str | None = None, limit: int = 2) -> tuple[list[Hazard], str | None]:
        if listed == "mine":
            return mine(land.actor("工"), cursor=cursor, limit=limit)
        return of_unit(land.actor("友"), open_=True, cursor=cursor, limit=limit)

    first = page()
    assert (ids(first), first[1]) == (rows[:1:-1], str(rows[2]))
    last = page(first[1])
    assert (ids(last), last[1]) == (rows[1::-1], None), "as many as there are: no page behind"
    assert page(limit=5)[1] is None
    with pytest.raises(Invalid) as wrong:
        page("12; DROP TABLE hazard")
    assert wrong.value.code == "bad_cursor"


def test_the_units_open_ones_and_its_closed_ones_and_no_others(land: Land) -> None:
    states = ("reported", "planning", "rectifying", "reviewing", "closed", "rejected", "withdrawn")
    rows = {state: land.snap("工").id for state in states}
    for state, row_id in rows.items():
        Hazard.update(state=state).where(Hazard.id == row_id).execute()
    foreign = land.snap("工").id
    Hazard.update(company=land.other, site=None).where(Hazard.id == foreign).execute()
    friend = land.actor("友")
    assert ids(of_unit(friend, open_=True)) == [rows[state] for state in reversed(states[:4])]
    assert ids(of_unit(friend, open_=False)) == [rows["closed"]]
    assert ids(of_unit(land.actor("外"), open_=True)) == [foreign]
    with pytest.raises(Forbidden):
        of_unit(Actor(1, "谁", land.company.id), open_=True)


def add(land: Land, who: str | Actor, hazard: Hazard, *kept: str | int) -> Hazard:
    actor = who if isinstance(who, Actor) else land.actor(who)
    return in_transaction(add_own_photos, actor, hazard.id, [int(each) for each in kept])


def shots(hazard: Hazard) -> list[str]:
    return [str(row.id) for row in photos.of(LEDGER, [hazard.id])]


def test_a_late_photo_joins_ones_own_report_once(land: Land) -> None:
    hazard = land.snap("工")
    first, second = land.photo("工", (1, 1, 1)), land.photo("工", (90, 90, 90))
    add(land, "工", hazard, first)
    add(land, "工", hazard, first, second)  # the answer to the first try was lost
    assert shots(hazard) == [first, second]
    told: list[Any] = [
        row.changes[0]["new"] for row in Change.select().where(Change.action == "edited").order_by(Change.id)
    ]
    assert told == ["补 1 张", "补 1 张"]
    land.judge(hazard)
    assert add(land, "工", hazard, first).id == hazard.id, "what is there already is no fault of theirs"
    with pytest.raises(Conflict) as late:
        add(land, "工", hazard, land.photo("工", (7, 7, 7)))
    assert late.value.code == "too_late" and hazard.number in late.value.cause
    with pytest.raises(Conflict):
        add(land, "工", hazard)
    assert shots(hazard) == [first, second]


def test_nothing_to_add_is_said(land: Land) -> None:
    hazard = land.snap("工")
    with pytest.raises(Conflict) as nothing:
        add(land, "工", hazard)
    assert nothing.value.code == "no_photos"


def test_nobody_adds_to_what_another_one_reported(land: Land) -> None:
    hazard = land.snap("工")
    for who in ("友", "管", "外"):
        with pytest.raises(NotFound):
            add(land, who, hazard, land.photo(who, (3, 3, 3)))
    Hazard.update(reporter=None).where(Hazard.id == hazard.id).execute()
    account = without_a_file(land, "工")
    assert add(land, account, hazard, land.photo("工", (4, 4, 4))).id == hazard.id, (
        "by the account that reported it"
    )
    Hazard.update(reporter_account_id=None).where(Hazard.id == hazard.id).execute()
    for nobody in (account, Actor(None, "系统", land.company.id, account.rights)):
        with pytest.raises(NotFound):
            add(land, nobody, hazard, 1)
    with pytest.raises(NotFound):
        in_transaction(add_own_photos, account, 999_999, [1])
