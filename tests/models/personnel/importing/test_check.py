"""What is wrong with a roster beside other rows and what is on file: sign-ins, names, who has left, which unit (Q05)."""

from __future__ import annotations

from typing import Any

import pytest

from models.administration.records import Invitation
from models.core.events.outbox import Outbox
from models.organization.records import Binding
from models.personnel.importing.check import check
from models.personnel.people import delete_person
from tests.models.organization.conftest import Town, number
from tests.models.personnel.attacks import save


def row(place: int, phone: int, *, account: bool = True) -> dict[str, Any]:
    named = {"name": f"工人{place}", "id_number": number(place), "phone": f"1380000{phone:04d}"}
    return {**named, "open_account": account}


def faults(town: Town, *rows: dict[str, Any], by: Any = None) -> dict[int, dict[str, str]]:
    found = check(by or town.officer, list(rows))
    return {place: {name: fault.code for name, fault in wrong.items()} for place, wrong in found.items()}


@pytest.mark.parametrize(
    ("place", "phone", "values", "wrong"),
    [
        (5, 5, {}, ""),
        (5, 1, {}, "login_taken"),  # somebody of the unit signs in with it
        (5, 2, {}, "login_taken"),  # somebody is invited under it
        (5, 3, {}, "login_taken"),  # an account is wished for under it
        (5, 4, {}, ""),  # that invitation was taken back
        (5, 6, {}, ""),  # what another unit has is not said
        (5, 1, {"open_account": False}, ""),
        (5, 1, {"phone": ""}, ""),
        (1, 2, {}, ""),  # who signs in already does so under whatever login
        (1, 1, {}, ""),
        (2, 2, {}, ""),
        (2, 3, {}, "login_taken"),
        (5, 1, {"id_number": None}, "login_taken"),
    ],
)
def test_a_phone_that_would_be_a_login_is_one_humans(
    town: Town, place: int, phone: int, values: dict[str, Any], wrong: str
) -> None:
    town.working(1)
    for other, state in ((2, "open"), (3, "wished"), (4, "withdrawn")):
        person = town.worker(other).person
        Invitation.update(state=state).where(Invitation.person_id == person.id).execute()
    town.working(6, by=town.neighbour)
    expected = {0: {"phone": wrong}} if wrong else {}
    assert faults(town, {**row(place, phone), **values}) == expected


def test_one_phone_is_not_a_login_for_two_of_the_sheet(town: Town) -> None:
    assert faults(town, row(1, 1), row(2, 1), row(3, 1, account=False), row(1, 1)) == {
        1: {"phone": "login_twice"}
    }


def test_another_name_on_file_and_who_has_left(town: Town) -> None:
    there, left, refused = (town.worker(place, account=False).person for place in (1, 2, 3))
    for person, state in ((left, "ended"), (refused, "refused")):
        Binding.update(state=state).where(Binding.person == person.id).execute()
    plain = town.acting("plain", "safety_officer", town.company)
    rows = [row(place, place, account=False) for place in (1, 2, 3, 4)]
    assert faults(town, *rows) == {}, "who may review is asked whether to take them back"
    assert faults(town, *rows, by=plain) == {1: {"name": "left"}, 2: {"name": "left"}}
    renamed = {**rows[0], "name": "王大友"}
    assert faults(town, renamed) == {0: {"name": "other_name"}}
    told = [check(actor, [renamed])[0]["name"].message for actor in (town.boss, plain)]
    assert [there.name in sentence for sentence in told] == [True, False]


def test_a_group_imports_nobody_before_it_has_chosen_a_company(town: Town) -> None:
    group = town.acting("group", "administrator", town.group)
    assert faults(town, row(1, 1), row(2, 2), by=group) == {
        0: {"name": "no_company"},
        1: {"name": "no_company"},
    }


def test_who_was_invited_before_and_deleted_keeps_what_was_tried_then(town: Town) -> None:
    person = town.worker(1).person
    Invitation.update(tail_tries=3).execute()
    delete_person(town.boss, person)
    town.worker(2, by=town.neighbour)
    save(town.officer, [row(1, 1), row(2, 2)])
    found = Invitation.select().where(Invitation.company_id == town.company.id).order_by(Invitation.id)
    assert [(one.login, one.state, one.tail_tries) for one in found] == [
        ("13800000001", "open", 3), ("13800000002", "open", 0),
    ]  # fmt: skip


def test_who_is_bound_at_once_has_who_decided_and_who_waits_has_nobody(town: Town) -> None:
    plain = town.acting("plain", "safety_officer", town.company)
    for place, by, account, state in (
        (1, town.officer, True, "approved"),
        (2, plain, False, "approved"),
        (3, plain, True, "waiting"),
    ):
        person = town.worker(place, by=by, account=account).person
        binding = Binding.get(Binding.person == person.id)
        decided = (None, False) if state == "waiting" else (by.name, True)
        assert (binding.state, binding.decided_by, binding.decided_at is not None) == (state, *decided)
        news = Outbox.select().where(Outbox.kind == "binding.applied", Outbox.subject_id == binding.id)
        assert news.exists() is (state == "waiting")
