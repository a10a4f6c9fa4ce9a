"""Who stands in for whom, and who is above whom, is decided by who may review; nobody puts themselves there (I4)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Invalid
from models.core.security.actor import Actor
from models.messages.channels.records import Contact
from models.messages.channels.set_up import check_sheet, create_contact, delete_contact, edit_contact
from models.organization.records import Person
from tests.models.organization.conftest import Town, town

__all__ = ["town"]


@pytest.fixture
def cast(town: Town) -> dict[str, Any]:
    """A worker, an officer who may not review with a file, one who may, and the company's administrator."""
    plain, plain_account = town.working(1, role="safety_officer")
    chief, chief_account = town.working(2, by=town.boss, role="safety_officer", may_review=True)
    return {
        "worker": town.worker(3).person, "friend": town.worker(4).person,
        "plain": town.phone(plain_account), "chief": town.phone(chief_account), "boss": town.boss,
        "plain file": plain, "chief file": chief,
    }  # fmt: skip


def line(cast: dict[str, Any], by: str, of: str, **values: str) -> Contact | AnbanError:
    """What comes of setting somebody's line; a refusal is given, not raised."""
    actor: Actor = cast[by]
    person: Person = cast[of]
    wanted = {name: cast[value].id for name, value in values.items()}
    there = Contact.get_or_none(Contact.person == person.id)
    try:
        if there is None:
            return in_transaction(
                create_contact, actor, {"company": person.company_id, "person": person.id, **wanted}
            )
        return in_transaction(edit_contact, actor, there, wanted)
    except AnbanError as refused:
        return refused


@pytest.mark.parametrize(
    ("by", "of", "values", "ends"),
    [
        ("plain", "worker", {"superior": "plain file"}, "superior"),
        ("plain", "worker", {"deputy": "plain file"}, "deputy"),
        ("plain", "worker", {"superior": "friend"}, "superior"),
        ("plain", "plain file", {"superior": "friend"}, "superior"),
        ("plain", "plain file", {"deputy": "friend"}, "done"),
        ("plain", "chief file", {"deputy": "plain file"}, "deputy"),
        ("chief", "worker", {"superior": "friend"}, "done"),
        ("chief", "worker", {"deputy": "friend", "superior": "plain file"}, "done"),
        ("chief", "worker", {"superior": "chief file"}, "superior"),
        ("chief", "chief file", {"superior": "friend"}, "superior"),
        ("boss", "worker", {"superior": "chief file"}, "done"),
        ("boss", "chief file", {"superior": "plain file"}, "done"),
    ],
)
def test_who_may_say_who_is_above_whom(
    cast: dict[str, Any], by: str, of: str, values: dict[str, str], ends: str
) -> None:
    found = line(cast, by, of, **values)
    if ends == "done":
        assert isinstance(found, Contact)
        return
    assert isinstance(found, Invalid) and list(found.fields) == [ends]
    assert Contact.select().count() == 0


def test_what_stands_there_is_not_taken_away_either_and_the_rest_of_the_row_is_free(
    cast: dict[str, Any],
) -> None:
    made = line(cast, "boss", "worker", superior="chief file", deputy="friend")
    assert isinstance(made, Contact)
    for values in ({"superior": None}, {"deputy": cast["plain file"].id}):
        with pytest.raises(Invalid):
            in_transaction(edit_contact, cast["plain"], Contact.get_by_id(made.id), values)
    with pytest.raises(Invalid):
        in_transaction(delete_contact, cast["plain"], Contact.get_by_id(made.id))
    same = {"superior": cast["chief file"].id, "email": "worker@example.com"}  # a form sends all it has
    changed = in_transaction(edit_contact, cast["plain"], Contact.get_by_id(made.id), same)
    assert (changed.superior_id, changed.email) == (cast["chief file"].id, "worker@example.com")


def test_nobody_puts_somebody_over_one_who_may_do_more(cast: dict[str, Any], town: Town) -> None:
    director, account = town.working(5)
    from models.administration.roles.roles import assign

    assign(account.id, "unit", town.company.id)
    cast["director"] = director
    found = line(cast, "chief", "director", superior="friend")
    assert isinstance(found, Invalid) and "权限比您的大" in found.fields["superior"]


def test_a_sheet_says_it_at_the_cell(cast: dict[str, Any]) -> None:
    worker, friend = cast["worker"].id, cast["friend"].id
    rows = [
        {"person": worker, "superior": cast["plain file"].id},
        {"person": friend, "email": "friend@example.com", "superior": None, "deputy": None},
        {"person": friend, "deputy": worker},
    ]
    faults = check_sheet(cast["plain"], rows)
    assert {place: list(wrong) for place, wrong in faults.items()} == {0: ["superior"], 2: ["deputy"]}
    assert check_sheet(cast["boss"], rows) == {}
