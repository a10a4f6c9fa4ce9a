"""Applying for a unit and being decided on (Q06): every state by every step, told to the right people."""

from __future__ import annotations

import threading
from typing import Any

import pytest

from models.administration.accounts.invitations import WISHED, invitation_of
from models.administration.records import Account
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Conflict, Forbidden, Invalid, NotFound
from models.core.events.outbox import Outbox
from models.core.security.identifiers import credit_check_character, organisation_check_character
from models.organization.records import DECIDE_BINDINGS, Binding, Company, Person
from models.personnel.bindings import bindings
from models.personnel.ledgers import BINDINGS, PERSONS
from tests.models.organization.conftest import Town, number

STATES = ("waiting", "approved", "refused", "ended")
STEPS = {
    "approve": lambda actor, row: bindings.approve(actor, row),
    "refuse": lambda actor, row: bindings.refuse(actor, row, "不是本单位的"),
    "end": lambda actor, row: bindings.end(actor, row),
    "restore": lambda actor, row: bindings.restore(actor, row),
}


def applicant(town: Town, place: int = 1, **values: Any) -> Any:
    account = town.account(
        f"1380000{place:04d}", password=None, id_number=number(place), phone=f"1380000{place:04d}", **values
    )
    return town.phone(account)


def test_an_application_makes_a_waiting_file(town: Town) -> None:
    actor = applicant(town, company=town.other)
    binding, created = bindings.apply(actor, town.company.id, note="叉车班")
    assert created
    assert (binding.state, binding.origin, binding.note) == ("waiting", "applied", "叉车班")
    person = Person.get_by_id(binding.person_id)
    assert (person.company_id, person.name, person.id_number) == (town.company.id, "陈一", number(1))
    assert Outbox.get(Outbox.kind == "binding.applied").company_id == town.company.id
    again, created = bindings.apply(actor, town.company.id)
    assert (again.id, created) == (binding.id, False)


def test_twelve_applications_at_once_are_one(town: Town) -> None:
    actor = applicant(town)
    outcomes: list[Any] = []
    start = threading.Barrier(12)

    def run() -> None:
        start.wait()
        try:
            outcomes.append(in_transaction(bindings.apply, actor, town.company.id))
        except Exception as error:
            outcomes.append(error)

    threads = [threading.Thread(target=run) for _ in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not [item for item in outcomes if isinstance(item, Exception)], outcomes
    assert {binding.id for binding, _ in outcomes} == {Binding.get().id}
    assert sum(created for _, created in outcomes) == 1


def test_an_existing_file_is_used_and_another_name_is_told(town: Town) -> None:
    person = town.worker(1, account=False, name="王大友").person
    bindings.end(town.officer, Binding.get(Binding.person == person.id))
    binding, created = bindings.apply(applicant(town), town.company.id)
    assert created
    assert binding.person_id == person.id
    assert Person.get_by_id(person.id).name == "王大友"
    assert "陈一" in bindings.names_differ(binding)
    assert "王大友" in bindings.names_differ(binding)


def test_no_unit_and_no_identity(town: Town) -> None:
    with pytest.raises(NotFound):
        bindings.apply(applicant(town), 10**9)
    with pytest.raises(NotFound):
        bindings.apply(applicant(town, 2), town.site.id)
    nobody = town.phone(town.account("nobody", password=None))
    with pytest.raises(Conflict) as caught:
        bindings.apply(nobody, town.company.id)
    assert caught.value.code == "no_identity"


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("step", STEPS)
def test_every_step_from_every_state(town: Town, step: str, state: str) -> None:
    binding, _ = bindings.apply(applicant(town), town.company.id)
    Binding.update(state=state).where(Binding.id == binding.id).execute()
    binding = Binding.get_by_id(binding.id)
    assert Binding.transitions is not None
    transition = Binding.transitions.named(step)
    if state in transition.start:
        assert STEPS[step](town.officer, binding).state == transition.to
        assert Outbox.select().where(Outbox.kind == f"binding.{transition.to}").exists()
    else:
        with pytest.raises(Conflict):
            STEPS[step](town.officer, binding)
        assert Binding.get_by_id(binding.id).state == state


@pytest.mark.parametrize("state", ["ended", "refused"])
def test_applying_again_after_no(town: Town, state: str) -> None:
    actor = applicant(town)
    binding, _ = bindings.apply(actor, town.company.id)
    Binding.update(state=state, reason="不认识").where(Binding.id == binding.id).execute()
    again, created = bindings.apply(actor, town.company.id, note="再试")
    assert created
    assert (again.id, again.state, again.reason, again.note) == (binding.id, "waiting", None, "再试")


def test_only_the_units_own_reviewers_decide(town: Town) -> None:
    binding, _ = bindings.apply(applicant(town), town.company.id)
    with pytest.raises(NotFound):
        bindings.approve(town.neighbour, Binding.get_by_id(binding.id))
    with pytest.raises(Forbidden):
        bindings.approve(town.acting("plain", "safety_officer", town.company), Binding.get_by_id(binding.id))
    with pytest.raises(AnbanError):
        bindings.approve(applicant(town, 2), Binding.get_by_id(binding.id))


def test_approval_lets_work_begin_and_two_at_once_decide_once(town: Town) -> None:
    actor = applicant(town)
    binding, _ = bindings.apply(actor, town.company.id)
    first, second = Binding.get_by_id(binding.id), Binding.get_by_id(binding.id)
    bindings.approve(town.officer, first)
    with pytest.raises(Conflict):
        bindings.refuse(town.officer, second, "晚了")
    now = town.phone(Account.get_by_id(actor.account_id))
    assert now.person_ids == (binding.person_id,)


def test_finding_units(town: Town) -> None:
    actor = applicant(town)
    assert [unit.id for unit in bindings.find_units(actor, "江南")] == [town.company.id]
    assert bindings.find_units(actor, "%%") == []
    assert bindings.find_units(actor, "一号厂") == []
    with pytest.raises(Invalid):
        bindings.find_units(actor, "江")
    code = "91330100MA27XF5E" + organisation_check_character("MA27XF5E")
    code += credit_check_character(code)
    Company.update(credit_code=code).where(Company.id == town.company.id).execute()
    assert [unit.id for unit in bindings.find_units(actor, code.lower())] == [town.company.id]
    Company.update(credit_code=None).where(Company.id == town.company.id).execute()
    assert bindings.find_units(actor, code) == [], "a whole code is no part of a name"


def test_every_way_into_the_unit_is_a_decision_of_who_may_review(town: Town) -> None:
    """I2: approve and restore alike, from the table, the people's list and the bindings' list."""
    assert Binding.transitions is not None
    ways_in = [each for each in Binding.transitions.items if each.to == "approved"]
    assert {each.name for each in ways_in} == {"approve", "restore"}
    assert {each.right for each in ways_in} == {DECIDE_BINDINGS}
    for ledger in (PERSONS, BINDINGS):
        for name in ("approve", "restore"):
            action = ledger.action_named(name)
            assert action is not None and action.right == DECIDE_BINDINGS
    plain = town.acting("plain", "safety_officer", town.company)
    person = town.worker(1, account=False).person
    for state in ("ended", "refused"):
        Binding.update(state=state).where(Binding.person == person.id).execute()
        with pytest.raises(Forbidden) as refused:
            bindings.restore(plain, Binding.get(Binding.person == person.id))
        assert refused.value.details["right"] == DECIDE_BINDINGS
        assert Binding.get(Binding.person == person.id).state == state


def test_a_person_with_an_account_by_who_may_not_review_waits(town: Town) -> None:
    plain = town.acting("plain", "safety_officer", town.company)
    person = town.worker(1, by=plain).person
    assert Binding.get(Binding.person == person.id).state == "waiting"
    invitation = invitation_of(person)
    assert invitation is not None and invitation.state == WISHED
    with pytest.raises(Forbidden):
        bindings.approve(plain, Binding.get(Binding.person == person.id))
    bindings.approve(town.officer, Binding.get(Binding.person == person.id))
    assert Binding.get(Binding.person == person.id).state == "approved"
