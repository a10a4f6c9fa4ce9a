"""Signing in: who gets in, who does not, what is counted, and what is never given away (Q05, J02)."""

from __future__ import annotations

import threading
from datetime import timedelta
from typing import Any

import pytest

from models.administration.accounts.accept_invitation import accept
from models.administration.accounts.actors import actor_for_token
from models.administration.records import Account, Invitation, Session, SignIn, SignInWait
from models.administration.sign_in.sign_in import SignedIn, normal_login, sign_in
from models.administration.sign_in.throttling import wait_after
from models.core import clock as house_clock
from models.core.config import Config, configure
from models.core.db.connection import close_database, in_transaction
from models.core.errors import AnbanError, TooMany, Unauthenticated
from tests.models.administration.conftest import GOOD, House


def enter(login: str, password: str, door: str = "phone") -> SignedIn:
    return sign_in(login, password, door=door, device="Test", address="127.0.0.1")


def refusal(login: str, password: str) -> AnbanError:
    with pytest.raises(AnbanError) as caught:
        enter(login, password)
    return caught.value


def test_right_password_opens_a_session_of_the_doors_length(house: House, clock: Any) -> None:
    account = house.account()
    signed = enter("13800000001", GOOD)
    assert signed.account.id == account.id
    assert signed.session.expires_at - house_clock.now() == timedelta(days=30)
    assert enter("13800000001", GOOD, "console").session.expires_at - house_clock.now() == timedelta(hours=12)
    assert signed.token not in str([row.__data__ for row in Session.select()])


@pytest.mark.parametrize(
    "typed", [" 13800000001 ", "１３８０００００００１", "+86 138 0000 0001", "138-0000-0001"]
)
def test_login_is_compared_as_people_mean_it(house: House, typed: str) -> None:
    house.account()
    assert enter(typed, GOOD).token


def test_logins_know_no_capitals() -> None:
    assert normal_login("ＡＤmin ") == "admin"


def test_every_try_is_written_down_without_the_password(house: House) -> None:
    house.account()
    enter("13800000001", GOOD)
    refusal("13800000001", "Wrong#pass-77")
    refusal("nobody", "Wrong#pass-77")
    rows = [
        (row.login, row.outcome, row.address, row.account_id is None)
        for row in SignIn.select().order_by(SignIn.id)
    ]
    assert rows == [
        ("13800000001", "ok", "127.0.0.1", False),
        ("13800000001", "wrong_password", "127.0.0.1", False),
        ("nobody", "wrong_password", "127.0.0.1", True),
    ]
    assert "Wrong#pass-77" not in str([row.__data__ for row in SignIn.select()])


def test_unknown_and_known_logins_are_told_the_same_all_the_way(house: House, clock: Any) -> None:
    house.account("known")
    told = []
    for minute in range(14):
        answers = [refusal(login, "Wrong#pass-77") for login in ("known", "nobody")]
        told.append([(answer.code, answer.message, getattr(answer, "retry_after", 0)) for answer in answers])
        clock.forward(seconds=20 + minute)
    assert all(known == unknown for known, unknown in told), told
    assert {known[0] for known, _ in told} == {"wrong_password", "account_locked"}


def test_waits_grow_and_a_success_forgets_them(house: House, clock: Any) -> None:
    house.account()
    for _ in range(5):
        assert refusal("13800000001", "no").code == "wrong_password"
    blocked = refusal("13800000001", GOOD)
    assert isinstance(blocked, TooMany)
    assert (blocked.code, blocked.retry_after) == ("account_locked", 60)
    clock.forward(seconds=61)
    assert refusal("13800000001", "no").code == "wrong_password"
    assert refusal("13800000001", GOOD).retry_after == 120  # type: ignore[attr-defined]
    clock.forward(seconds=121)
    enter("13800000001", GOOD)
    for _ in range(4):
        assert refusal("13800000001", "no").code == "wrong_password"
    assert enter("13800000001", GOOD).token


def test_lock_out_lasts_1_2_4_up_to_60_minutes() -> None:
    minutes = [wait_after(failures).total_seconds() / 60 for failures in range(1, 16)]
    assert minutes == [0, 0, 0, 0, 1, 2, 4, 8, 16, 32, 60, 60, 60, 60, 60]


def at_once(count: int, work: Any) -> list[Any]:
    """`work` on as many threads at the same moment; results or errors."""
    start, outcomes = threading.Barrier(count), []

    def run() -> None:
        start.wait()
        try:
            outcomes.append(work())
        except Exception as error:
            outcomes.append(error)

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes


def test_twenty_wrong_tries_at_once_count_like_one_after_the_other(house: House) -> None:
    house.account()
    outcomes = at_once(20, lambda: enter("13800000001", "Wrong#pass-77"))
    codes = sorted(error.code for error in outcomes)
    assert codes == ["account_locked"] * 15 + ["wrong_password"] * 5
    row = SignInWait.get(SignInWait.source == "127.0.0.1")
    assert row.failures == 5
    assert row.until is not None
    assert SignIn.select().where(SignIn.outcome == "wrong_password").count() == 5


def test_right_tries_at_once_all_get_in(house: House) -> None:
    house.account()
    outcomes = at_once(8, lambda: enter("13800000001", GOOD))
    assert [type(outcome) for outcome in outcomes] == [SignedIn] * 8


def test_first_password_works_until_a_password_is_set(house: House, clock: Any) -> None:
    house.invited()
    signed = enter("13800000002", "070019")
    assert signed.account is None
    assert signed.session.expires_at - house_clock.now() == timedelta(minutes=30)
    guest = actor_for_token(signed.token, "phone")
    assert (guest.account_id, guest.must_change_password, dict(guest.rights)) == (None, True, {})
    assert enter("13800000002", "070019").token, "a look at the form does not spend it"
    accept(guest, "Other#word-92")
    assert refusal("13800000002", "070019").code == "wrong_password", "setting a password does"
    assert enter("13800000002", "Other#word-92").account is not None


def test_an_invitation_taken_up_twice_at_once_makes_one_account(house: House) -> None:
    house.invited()
    guests = [actor_for_token(enter("13800000002", "070019").token, "phone") for _ in range(4)]
    waiting = iter(guests)
    outcomes = at_once(4, lambda: accept(next(waiting), "Other#word-92"))
    assert sum(isinstance(outcome, str) for outcome in outcomes) == 1
    assert {error.code for error in outcomes if isinstance(error, AnbanError)} == {"session_expired"}
    assert Account.select().count() == 1


def test_first_password_dies_after_its_days(house: House, clock: Any) -> None:
    house.invited()
    clock.forward(days=7, seconds=1)
    assert refusal("13800000002", "070019").code == "first_password_expired"
    assert refusal("13800000002", "070018").code == "wrong_password"


def test_first_password_takes_a_small_x_and_full_width_digits(house: House) -> None:
    house.invited("13800000003", id_number="11010519491231002X")
    assert refusal("13800000003", "31002y").code == "wrong_password"
    assert enter("13800000003", "３１００２x").token


def test_activation_code_instead_of_the_id_number(house: House) -> None:
    configure(Config(first_password="activation_code"))
    try:
        house.invited()
        assert house.code
        assert house.code not in str([row.__data__ for row in Invitation.select()])
        assert refusal("13800000002", "070019").code == "wrong_password"
        assert enter("13800000002", house.code.lower()).token
    finally:
        configure(Config())


def test_disabled_account_is_told_only_to_who_knows_the_password(house: House) -> None:
    house.account(state="disabled")
    assert refusal("13800000001", "no").code == "wrong_password"
    assert refusal("13800000001", GOOD).code == "account_disabled"
    assert not Session.select().exists()


def test_refuses_to_run_where_its_trace_would_be_taken_back(house: House) -> None:
    with pytest.raises(RuntimeError, match="own transactions"):
        in_transaction(enter, "13800000001", GOOD)


@pytest.mark.parametrize("password", ["", "\x00", "\ud800", "x" * 5000])
def test_odd_passwords_are_simply_wrong(house: House, password: str) -> None:
    house.account()
    house.invited()
    assert refusal("13800000001", password).code == "wrong_password"
    assert refusal("13800000002", password).code == "wrong_password"
    assert isinstance(refusal("\ud800", password), Unauthenticated)


@pytest.fixture(autouse=True)
def _end(house: House) -> Any:
    yield
    close_database()
