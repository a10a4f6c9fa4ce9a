"""The units of a person on the phone: which one is current, what waits, what was refused and why (Q06, Q08)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account, AccountClaim, Session
from models.core.clock import now
from models.core.errors import NotFound
from models.core.security.actor import Actor
from models.duty import my_units
from models.organization.records import Binding, Company
from tests.support.clock_in_plant import Plant


def me(plant: Plant, unit_id: int | None = None) -> Actor:
    session = Session.get(Session.account_id == plant.accounts[0].id)
    account = Account.get_by_id(plant.accounts[0].id)
    return actor_for_account(account, "phone", session_id=session.id, unit_id=unit_id)


def listed(plant: Plant) -> list[tuple[str, str, bool]]:
    return [(item["name"], item["state"], item["current"]) for item in my_units.units_with_state(me(plant))]


def applied(plant: Plant, unit: Company, state: str = "waiting", binding: str = "approved") -> AccountClaim:
    person = plant.person(3 if state == "waiting" else 4, unit, state=binding)
    return AccountClaim.create(
        company_id=unit.id, person_id=person.id, account_id=plant.accounts[0].id, origin="applied",
        state=state, made_at=now() + timedelta(minutes=1), decided_at=now(),
    )  # fmt: skip


def test_exactly_one_approved_unit_is_current_and_it_is_the_chosen_one(plant: Plant) -> None:
    south, east = plant.unit("南岸水务"), plant.unit("东岸水务")
    plant.person(0, south)
    plant.person(0, east, state="waiting")
    plant.person(1, south)
    assert listed(plant) == [
        ("南岸水务", "approved", True), ("清源水务", "approved", False), ("东岸水务", "waiting", False),
    ]  # fmt: skip
    my_units.choose_unit(me(plant), plant.units[0].id)
    assert listed(plant)[:2] == [("南岸水务", "approved", False), ("清源水务", "approved", True)]
    assert Account.get_by_id(plant.accounts[0].id).current_company_id == plant.units[0].id
    Binding.update(state="ended").where(Binding.company == plant.units[0].id).execute()
    assert ("南岸水务", "approved", True) in listed(plant), "a unit that I left is not current any more"
    for unit in (east, plant.unit("别家")):
        with pytest.raises(NotFound):
            my_units.choose_unit(me(plant), unit.id)


def test_without_an_approved_unit_none_is_current(plant: Plant) -> None:
    Binding.update(state="waiting").execute()
    assert listed(plant) == [("清源水务", "waiting", False)]


def test_a_session_of_one_unit_knows_that_unit_alone_and_decides_nothing_for_others(plant: Plant) -> None:
    south = plant.unit("南岸水务")
    plant.person(0, south)
    applied(plant, plant.unit("东岸水务"))
    actor = me(plant, plant.units[0].id)
    assert [item["name"] for item in my_units.units_with_state(actor)] == ["清源水务"]
    my_units.choose_unit(actor, plant.units[0].id)
    assert Account.get_by_id(plant.accounts[0].id).current_company_id is None
    assert [item["unit"]["name"] for item in my_units.bindings(actor)] == ["清源水务"]
    assert len(my_units.bindings(me(plant))) == 3


def test_what_i_asked_for_waits_with_nothing_told_of_the_file(plant: Plant) -> None:
    east = plant.unit("东岸水务")
    claim = applied(plant, east)
    applied(plant, plant.unit("南岸水务"), "refused")
    told = my_units.units_with_state(me(plant))
    assert [(item["name"], item["state"]) for item in told] == [
        ("清源水务", "approved"), ("东岸水务", "waiting"),
    ]  # fmt: skip
    binding = Binding.get(Binding.company == east.id)
    asked = my_units.application(me(plant), binding)
    assert (asked["id"], asked["state"], asked["reason"]) == (f"a{claim.id}", "waiting", None)
    own = Binding.get(Binding.company == plant.units[0].id)
    assert my_units.application(me(plant), own)["id"] == str(own.id)


@pytest.mark.parametrize(
    ("state", "binding", "told"),
    [("refused", "refused", "不是本单位的人"), ("refused", "approved", None), ("waiting", "refused", None)],
)
def test_a_refusal_tells_its_reason_and_the_units_other_affairs_stay_its_own(
    plant: Plant, state: str, binding: str, told: str | None
) -> None:
    east = plant.unit("东岸水务")
    applied(plant, east, state, binding)
    Binding.update(reason="不是本单位的人").where(Binding.company == east.id).execute()
    newest = my_units.bindings(me(plant))[0]
    assert (newest["unit"]["name"], newest["state"], newest["reason"]) == ("东岸水务", state, told)


def test_the_session_tells_the_phone_masked(plant: Plant) -> None:
    told = my_units.session(me(plant))
    assert told["person"]["phone"] == "138****0000"
    Account.update(phone=None).execute()
    assert my_units.session(me(plant))["person"]["phone"] is None
