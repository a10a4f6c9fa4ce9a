"""Signing in at the edges: the last moment of a wait or a first password, what one ended session leaves alone (J02, Q05)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from models.administration.accounts.actors import actor_for_token
from models.administration.records import Account, Session, SignInTicket
from models.administration.second_factor import enrolment
from models.administration.second_factor.records import SecondFactor
from models.administration.sign_in import throttling, tickets
from models.administration.sign_in.sign_in import (
    end_session,
    revoke_session,
    revoke_sessions,
    sign_in,
    sign_out,
    sign_out_token,
)
from models.administration.sign_in.step_up import prove, require_recent_proof
from models.core.clock import now
from models.core.config import config
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Forbidden, Invalid, NotFound, TooMany, Unauthenticated
from tests.models.administration.conftest import GOOD, House
from tests.support.clocks import Clock

LOGIN = "13800000001"


def wrong(login: str = LOGIN) -> AnbanError:
    with pytest.raises(AnbanError) as caught:
        sign_in(login, "Wrong#pass-77", door="phone")
    return caught.value


def running() -> list[int]:
    return [row.id for row in Session.select().where(Session.revoked_at.is_null()).order_by(Session.id)]


def test_each_way_to_end_one_session_leaves_all_others(house: House) -> None:
    house.account()
    house.account("other")
    one, two, three, four = (sign_in(LOGIN, GOOD, door="phone") for _ in range(4))
    theirs = sign_in("other", GOOD, door="phone")
    actor = actor_for_token(one.token, "phone")
    sign_out_token(two.token)
    assert running() == [one.session.id, three.session.id, four.session.id, theirs.session.id]
    revoke_session(actor, three.session.id)
    assert running() == [one.session.id, four.session.id, theirs.session.id]
    for nobodys in (theirs.session.id, 999_999):
        with pytest.raises(NotFound):
            revoke_session(actor, nobodys)
    assert running() == [one.session.id, four.session.id, theirs.session.id]
    assert end_session(four.session.id) == 1
    sign_out(actor)
    assert running() == [theirs.session.id]


def test_with_all_sessions_of_an_account_its_tickets_end_and_nobody_elses(house: House) -> None:
    account, other = house.account(), house.account("other")
    for whose in (account, other):
        tickets.issue(whose, origin="wecom:3")
        sign_in(whose.login, GOOD, door="phone")
    assert revoke_sessions(account.id) == 1
    used = {row.account_id: row.used_at is not None for row in SignInTicket.select()}
    assert used == {account.id: True, other.id: False} and len(running()) == 1


def test_a_wait_is_over_at_its_end(house: House, clock: Clock) -> None:
    house.account()
    for _ in range(config().lock_after_failures):
        refused = wrong()
    assert isinstance(refused, TooMany) or refused.code == "wrong_password"
    waiting = wrong()
    assert isinstance(waiting, TooMany)
    clock.forward(seconds=waiting.retry_after - 1)
    with pytest.raises(TooMany):
        sign_in(LOGIN, GOOD, door="phone")
    clock.forward(seconds=1)
    assert sign_in(LOGIN, GOOD, door="phone").token


def test_a_right_password_clears_the_count_also_where_a_code_is_still_asked_for(
    house: House, clock: Clock
) -> None:
    account, most = house.account(), config().lock_after_failures
    in_transaction(enrolment.offer, account)
    SecondFactor.update(confirmed_at=now()).execute()
    for _ in range(3):
        for _ in range(most - 1):
            assert wrong().code == "wrong_password"
        with pytest.raises(Unauthenticated) as caught:
            sign_in(LOGIN, GOOD, door="phone")
        assert caught.value.code == "second_factor_required"
    Account.update(state="disabled").execute()
    for _ in range(most - 1):
        wrong()
    with pytest.raises(Unauthenticated) as caught:
        sign_in(LOGIN, GOOD, door="phone")
    assert caught.value.code == "account_disabled"
    wrong()
    assert isinstance(wrong(), TooMany), "who is switched off is forgiven nothing"


@pytest.mark.parametrize(("seconds", "code"), [(1, ""), (0, "first_password_expired")])
def test_a_first_password_is_good_to_its_last_moment(
    house: House, clock: Clock, seconds: int, code: str
) -> None:
    values = {"first_password": True, "must_change_password": True}
    house.account(first_password_until=now() + timedelta(hours=1, seconds=seconds), **values)
    clock.forward(hours=1)
    if not code:
        assert sign_in(LOGIN, GOOD, door="phone").token
        return
    with pytest.raises(Unauthenticated) as caught:
        sign_in(LOGIN, GOOD, door="phone")
    assert caught.value.code == code


def test_when_a_first_password_was_used_first_is_kept_and_of_no_other(house: House, clock: Clock) -> None:
    account = house.account(first_password=True, must_change_password=True)
    plain = house.account("plain")
    began = now()
    for _ in range(2):
        sign_in(LOGIN, GOOD, door="phone")
        sign_in("plain", GOOD, door="phone")
        clock.forward(minutes=5)
    assert Account.get_by_id(account.id).first_password_used_at == began
    assert Account.get_by_id(plain.id).first_password_used_at is None
    assert Account.get_by_id(account.id).last_sign_in_at == began + timedelta(minutes=5)


def test_a_proof_is_recent_for_its_minutes(house: House, clock: Clock) -> None:
    house.account()
    house.account("other")
    actor = actor_for_token(sign_in(LOGIN, GOOD, door="console").token, "console")
    other = actor_for_token(sign_in("other", GOOD, door="console").token, "console")
    clock.forward(minutes=config().step_up_minutes)
    require_recent_proof(actor)
    clock.forward(seconds=1)
    with pytest.raises(Forbidden) as caught:
        require_recent_proof(actor)
    assert caught.value.advice == "请输入密码后继续"
    with pytest.raises(Invalid) as wrong_proof:
        prove(actor, "Wrong#pass-77")
    assert wrong_proof.value.fields == {"proof": "密码不对，请重新输入"}
    prove(actor, GOOD)
    require_recent_proof(actor)
    with pytest.raises(Forbidden):
        require_recent_proof(other)
    in_transaction(enrolment.offer, Account.get(Account.login == "other"))
    SecondFactor.update(confirmed_at=now()).execute()
    with pytest.raises(Forbidden) as caught:
        require_recent_proof(other)
    assert caught.value.advice == "请输入动态口令后继续"
    with pytest.raises(Invalid) as wrong_proof:
        prove(other, "000000")
    assert wrong_proof.value.fields == {"proof": "动态口令不对，请重新输入"}


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("10.0.0.7", "10.0.0.7"), ("::ffff:10.0.0.7", "10.0.0.7"), ("2001:db8:1:2::5", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"), (None, "unknown"), ("x" * 60, "x" * 50),
    ],
)  # fmt: skip
def test_who_is_taken_as_one(address: str | None, source: str) -> None:
    assert throttling.source_of(address) == source
