"""The tie between a file and an account, what belonging gives, and what falls with it (I2, I6, Q04)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.administration.accounts import account_ties
from models.administration.accounts.actors import actor_for_account, system_actor
from models.administration.accounts.membership import is_bound, leave, sync_roles
from models.administration.records import (
    Account,
    AccountClaim,
    Assignment,
    Invitation,
    Role,
    Session,
)
from models.administration.roles import builtin_roles
from models.administration.roles.roles import assign
from models.core.clock import now
from models.core.errors import Conflict
from models.core.events.outbox import Outbox
from models.core.history import Change
from models.core.security.actor import Actor
from models.organization.records import Binding, Company, Person
from tests.models.administration.conftest import House

NUMBERS = ("330102199003070019", "330203198511121238", "330782199506150023")


def file_of(house: House, who: int = 0, company: Company | None = None, **values: Any) -> Person:
    state = values.pop("state", "approved")
    wanted = {
        "name": f"陈{who}",
        "id_number": NUMBERS[who],
        "phone": f"1380000001{who}",
        "role": "operator",
        **values,
    }
    person = Person.create(company=company or house.company, **wanted)
    Binding.create(company=person.company_id, person=person, state=state, origin="entered")
    return Person.get_by_id(person.id)


@pytest.fixture
def reviewer(house: House) -> Actor:
    return actor_for_account(house.account("reviewer", role="reviewing_officer"), "console")


def roles_of(account: Account, company: Company | None = None) -> set[str]:
    held = Role.select(Role.code).join(Assignment).where(Assignment.account_id == account.id)
    where = Assignment.company_id == company.id if company else Assignment.company_id.is_null()
    return {role.code for role in held.where(where)}


def claim(person: Person, account: Account, state: str = "waiting") -> AccountClaim:
    return AccountClaim.create(
        company_id=person.company_id,
        person_id=person.id,
        account_id=account.id,
        origin="applied",
        state=state,
    )


def states() -> list[str]:
    return [row.state for row in AccountClaim.select().order_by(AccountClaim.id)]


def test_a_tie_settles_what_was_claimed_and_spends_the_invitation(house: House, reviewer: Actor) -> None:
    person = house.invited()
    elsewhere = file_of(house, 1)
    mine, other, third = house.account("mine"), house.account("other"), house.account("third")
    claim(person, mine), claim(person, other), claim(person, third, "denied"), claim(elsewhere, other)
    account_ties.tie(reviewer, person, mine, member=True)
    assert Person.get_by_id(person.id).account_id == mine.id
    assert states() == ["confirmed", "refused", "denied", "waiting"]
    assert Invitation.get().state == "accepted"
    assert roles_of(mine, house.company) == {"unit_member"} and roles_of(mine) == {"worker"}
    account_ties.tie(reviewer, Person.get_by_id(person.id), mine)
    with pytest.raises(Conflict) as caught:
        account_ties.tie(reviewer, person, other)
    assert caught.value.code == "tied_already"
    with pytest.raises(Conflict) as caught:
        account_ties.tie(reviewer, elsewhere, mine)
    assert caught.value.code == "two_files"
    account_ties.tie(reviewer, elsewhere, other)
    with pytest.raises(Conflict) as caught:
        account_ties.tie(reviewer, person, other)  # who has a file of their own takes nobody's
    assert caught.value.code == "tied_already" and Person.get_by_id(person.id).account_id == mine.id


def test_untying_takes_the_file_its_roles_and_its_sessions_and_nobody_elses(
    house: House, reviewer: Actor
) -> None:
    person, other = file_of(house), file_of(house, 1)
    mine, theirs = house.account("mine"), house.account("theirs")
    account_ties.tie(reviewer, person, mine, member=True)
    account_ties.tie(reviewer, other, theirs, member=True)
    claim(person, mine, "confirmed"), claim(other, theirs, "confirmed"), claim(person, theirs, "denied")
    assert account_ties.untie(reviewer, person).account_id is None
    assert [Person.get_by_id(one.id).account_id for one in (person, other)] == [None, theirs.id]
    assert states() == ["refused", "confirmed", "denied"]
    assert roles_of(mine, house.company) == set() and roles_of(theirs, house.company) == {"unit_member"}
    with pytest.raises(Conflict) as caught:
        account_ties.untie(reviewer, person)
    assert caught.value.code == "no_account"


def test_the_trail_tells_a_tie_masked_and_the_account_only_where_it_is_kept(
    house: House, reviewer: Actor
) -> None:
    far = house.node("海东物流", "company", house.group)
    person, mine, kept_far = file_of(house), house.account("13812345678"), house.account("far", company=far)
    account_ties.tie(reviewer, person, mine)
    account_ties.untie(reviewer, person)
    trail = [
        (row.table, row.action, [(line["old"], line["new"]) for line in row.changes or ()])
        for row in Change.select().where(Change.action.in_(("tied", "untied"))).order_by(Change.id)
    ]
    masked = "138****5678"
    assert trail == [
        ("person", "tied", [(None, masked)]), ("account", "tied", []),
        ("person", "untied", [(masked, None)]), ("account", "untied", []),
    ]  # fmt: skip
    account_ties.tie(reviewer, person, kept_far)
    assert Change.select().where(Change.table == "account", Change.row_id == kept_far.id).count() == 0


@pytest.mark.parametrize(
    ("login", "shown"),
    [("13812345678", "138****5678"), ("12345678", "123***5678"), ("1234567", "1***"), ("a", "a***")],
)
def test_a_login_is_masked(login: str, shown: str) -> None:
    assert account_ties.masked(login) == shown


def test_what_is_left_of_units_that_one_has_left_is_untied(house: House) -> None:
    far = house.node("海东物流", "company", house.group)
    left, kept = file_of(house, state="ended"), file_of(house, 0, far)
    stranger = file_of(house, 1, state="ended")
    mine, other = house.account("mine"), house.account("other")
    Person.update(account_id=mine.id).where(Person.id.in_((left.id, kept.id))).execute()
    Person.update(account_id=other.id).where(Person.id == stranger.id).execute()
    account_ties.release_left(system_actor(), mine)
    told = [Person.get_by_id(one.id).account_id for one in (left, kept, stranger)]
    assert told == [None, mine.id, other.id]


# -- what belonging gives


def test_a_file_gives_its_role_while_it_is_bound(house: House) -> None:
    person = file_of(house, role="safety_officer", may_review=True)
    account, other = house.account("mine", role=""), house.account("other", role="")
    sync_roles(person)
    assert roles_of(account) == set(), "a file without a tie gives nobody anything"
    Person.update(account_id=account.id).execute()
    person = Person.get_by_id(person.id)
    file_of(house, 1, state="ended")
    sync_roles(person)
    assert roles_of(account, house.company) == {"reviewing_officer"} and roles_of(account) == {"worker"}
    person.may_review = False
    sync_roles(person)
    assert roles_of(account, house.company) == {"safety_officer"}
    person.role = "operator"
    sync_roles(person)
    assert roles_of(account, house.company) == set()
    assert roles_of(other, house.company) == set()
    Binding.update(state="ended").where(Binding.person == person.id).execute()
    assert not is_bound(person)
    assign(account.id, builtin_roles.UNIT_MEMBER, house.company.id)
    sync_roles(person)
    assert roles_of(account, house.company) == set() and roles_of(account) == {"worker"}


def test_a_change_of_role_is_news_and_a_loss_ends_what_was_open(house: House) -> None:
    def news() -> int:
        return Outbox.select().where(Outbox.kind == "person.role_changed").count()

    person = file_of(house, role="safety_officer", may_review=True)
    account = house.account("mine", role="")
    Person.update(account_id=account.id).execute()
    person = Person.get_by_id(person.id)
    sync_roles(person)
    assert news() == 1
    sync_roles(person)
    assert news() == 1, "nothing new"
    row = Session.create(
        token_hash="x" * 64, account_id=account.id, unit_id=house.company.id, door="phone",
        expires_at=now() + timedelta(days=1),
    )  # fmt: skip
    sync_roles(person)
    assert Session.get_by_id(row.id).revoked_at is None
    person.role = "operator"
    sync_roles(person)
    assert news() == 2
    assert Session.get_by_id(row.id).revoked_at is not None


def test_who_left_one_unit_for_another_comes_account_and_all(house: House) -> None:
    far = house.node("海东物流", "company", house.group)
    account = house.account("mine", role="", current_company=house.company)
    old, new = file_of(house, state="ended"), file_of(house, 0, far)
    sync_after(account, new)
    assert kept_by(account) == (house.company.id, far.id), (
        "no file of theirs was ever tied there: it stays in that care"
    )
    Person.update(account_id=account.id).where(Person.id == old.id).execute()
    assign(account.id, builtin_roles.UNIT_MEMBER, house.company.id)
    sync_after(account, new)
    assert kept_by(account)[0] == house.company.id, "it has a role there"
    Assignment.delete().where(Assignment.company_id == house.company.id).execute()
    Binding.update(state="approved").where(Binding.person == old.id).execute()
    sync_after(account, new)
    assert kept_by(account)[0] == house.company.id, "bound in both"
    Binding.update(state="ended").where(Binding.person == old.id).execute()
    sync_after(account, new)
    assert kept_by(account) == (far.id, far.id)
    assert [row.action for row in Change.select().where(Change.row_id == account.id)] == ["left", "joined"]
    assert Outbox.select().where(Outbox.kind == "person.account_moved").count() == 1


def sync_after(account: Account, person: Person) -> None:
    Person.update(account_id=account.id).where(Person.id == person.id).execute()
    sync_roles(Person.get_by_id(person.id))


def kept_by(account: Account) -> tuple[int, int]:
    row = Account.get_by_id(account.id)
    return row.company_id, row.current_company_id


def test_leaving_the_current_unit_chooses_another_that_one_is_bound_in(house: House) -> None:
    far, third = (house.node(name, "company", house.group) for name in ("海东物流", "南岸水务"))
    account = house.account("mine", current_company=house.company)
    for company, state in ((house.company, "approved"), (far, "ended"), (third, "approved")):
        row = file_of(house, 0, company, state=state)
        Person.update(account_id=account.id).where(Person.id == row.id).execute()
    assign(account.id, builtin_roles.UNIT_MEMBER, third.id)
    leave(account, far.id)
    assert kept_by(account)[1] == house.company.id, "another one was left"
    leave(account, house.company.id)
    assert kept_by(account)[1] == third.id and roles_of(account, third) == {"unit_member"}
    leave(account, third.id)
    assert kept_by(account)[1] == house.company.id, "whose binding still stands"
