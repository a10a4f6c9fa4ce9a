"""What ends when an account's standing changes, and over whom one may decide (I1, I6)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.administration.accounts import account_ties, standing_changes
from models.administration.accounts.actors import actor_for_account, actor_for_token
from models.administration.records import (
    Account,
    Assignment,
    Session,
    SignInTicket,
)
from models.administration.roles import builtin_roles
from models.administration.roles.roles import assign
from models.administration.sign_in.sign_in import sign_in
from models.core.clock import now
from models.core.errors import Forbidden
from models.organization.records import Company, Person
from tests.models.administration.accounts.test_ties import file_of
from tests.models.administration.conftest import GOOD, House


def open_session(account: Account, unit: Company | None = None) -> Session:
    return Session.create(
        token_hash=f"{Session.select().count():064}", account_id=account.id, unit_id=unit.id if unit else None,
        door="phone", expires_at=now() + timedelta(days=1),
    )  # fmt: skip


def running(*rows: Session) -> list[bool]:
    return [Session.get_by_id(row.id).revoked_at is None for row in rows]


def test_what_one_unit_was_the_reason_of_ends_and_the_rest_goes_on(house: House) -> None:
    far = house.node("海东物流", "company", house.group)
    account, other = house.account("mine", role=""), house.account("other")
    assign(account.id, builtin_roles.UNIT_MEMBER, far.id)
    rows = [open_session(account), open_session(account, house.company), open_session(account, far)]
    theirs = open_session(other, house.company)
    standing_changes.standing_changed([account.id], unit_id=house.company.id)
    assert running(*rows, theirs) == [True, False, True, True]
    Assignment.delete().where(Assignment.account_id == account.id).execute()
    standing_changes.standing_changed([account.id], unit_id=house.company.id)
    assert running(*rows, theirs) == [False, False, False, True], "nothing is left to it"


@pytest.mark.parametrize("state", ["approved", "waiting"])
def test_a_file_that_binds_keeps_sessions_open(house: House, state: str) -> None:
    account, person = house.account("mine"), file_of(house, state=state)
    Person.update(account_id=account.id).where(Person.id == person.id).execute()
    file_of(house, 1)
    row = open_session(account)
    standing_changes.standing_changed([account.id], unit_id=house.company.id)
    assert running(row) == [state == "approved"]


def test_a_role_of_the_group_keeps_sessions_open(house: House) -> None:
    account = house.account("mine", role="")
    assign(account.id, builtin_roles.SUPERVISOR, None)
    row = open_session(account)
    standing_changes.standing_changed([account.id], unit_id=house.company.id)
    assert running(row) == [True]


def test_a_new_password_ends_all_but_the_session_that_set_it(house: House) -> None:
    account = house.account("mine")
    rows = [open_session(account), open_session(account, house.company)]
    ticket = SignInTicket.create(
        ticket_hash="t" * 64,
        secret_hash="s" * 64,
        account_id=account.id,
        origin="x",
        expires_at=now() + timedelta(minutes=1),
    )
    standing_changes.standing_changed([account.id], but=rows[1].id)
    assert running(*rows) == [False, True]
    assert SignInTicket.get_by_id(ticket.id).used_at is not None


def test_the_units_of_an_account_are_its_home_its_files_and_its_roles(house: House) -> None:
    names = ("海东物流", "南岸水务", "东岸水务", "别家")
    far, south, east, none = (house.node(name, "company", house.group) for name in names)
    account = house.account("mine")
    for company, state in ((far, "waiting"), (none, "ended")):
        row = file_of(house, 0, company, state=state)
        Person.update(account_id=account.id).where(Person.id == row.id).execute()
    file_of(house, 1, east)
    assign(account.id, builtin_roles.UNIT_MEMBER, south.id)
    assign(house.account("other").id, builtin_roles.UNIT_MEMBER, east.id)
    assert standing_changes.units_of(account.id) == {house.company.id, far.id, south.id}


def test_nobody_unties_somebody_greater_here_and_what_they_are_elsewhere_is_nothing(house: House) -> None:
    far = house.node("海东物流", "company", house.group)
    reviewer = actor_for_account(house.account("reviewer", role="reviewing_officer"), "console")
    boss, person = house.account("boss", role="company_administrator", company=far), file_of(house)
    account_ties.tie(reviewer, person, boss)
    account_ties.untie(reviewer, person)
    account_ties.tie(reviewer, person, boss)
    assign(boss.id, builtin_roles.COMPANY_ADMINISTRATOR, house.company.id)
    with pytest.raises(Forbidden) as caught:
        account_ties.untie(reviewer, person)
    assert caught.value.code == "greater_account"


def test_a_session_that_is_over_is_over_at_its_last_moment(house: House, clock: Any) -> None:
    house.account()
    signed = sign_in("13800000001", GOOD, door="phone")
    until = Session.get_by_id(signed.session.id).expires_at
    clock.moment = until - timedelta(seconds=1)
    assert actor_for_token(signed.token, "phone").account_id
    clock.moment = until
    with pytest.raises(Exception, match="登录已过期"):
        actor_for_token(signed.token, "phone")
