"""A second factor at its edges: the last moment of a wait, whose codes are whose, what the holder is told (J02)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pyotp
import pytest

from models.administration.accounts.actors import actor_for_account, system_actor
from models.administration.records import Account
from models.administration.second_factor import codes, enrolment, second_step, totp
from models.administration.second_factor.records import HalfSession, RecoveryCode, SecondFactor
from models.administration.second_factor.requirement import GOOD_FOR, asked
from models.administration.sign_in import known_devices
from models.administration.sign_in.sign_in import sign_in
from models.core.clock import now
from models.core.config import Config, config, configure
from models.core.db.connection import in_transaction
from models.core.errors import Conflict, Invalid, TooMany, Unauthenticated
from tests.models.administration.conftest import GOOD, House
from tests.support.clocks import Clock


def shown(secret: str) -> str:
    return pyotp.TOTP(secret).at(int(now().timestamp()))


def with_factor(house: House, login: str, clock: Clock) -> tuple[Account, str, list[str]]:
    """An account with an authenticator whose first code is over, its secret, and its recovery codes."""
    account = house.account(login)
    secret = in_transaction(enrolment.offer, account).secret
    recovery = in_transaction(
        enrolment.confirm, actor_for_account(account, "console"), account, shown(secret)
    )
    assert isinstance(recovery, list)
    clock.forward(minutes=1)
    return account, secret, recovery


def factor(account: Account) -> SecondFactor:
    return SecondFactor.get(SecondFactor.account_id == account.id)


def half(login: str) -> Unauthenticated:
    with pytest.raises(Unauthenticated) as caught:
        sign_in(login, GOOD, door="console")
    return caught.value


def test_a_wait_is_over_at_its_end_and_a_right_code_clears_it_for_this_account_alone(
    house: House, clock: Clock
) -> None:
    mine, secret, _ = with_factor(house, "mine", clock)
    other, _, _ = with_factor(house, "other", clock)
    SecondFactor.update(failures=5, locked_until=now() + timedelta(minutes=10)).execute()
    clock.forward(minutes=10, seconds=-1)
    refusal = in_transaction(codes.check, factor(mine), shown(secret))
    assert isinstance(refusal, TooMany) and refusal.retry_after == 1
    clock.forward(seconds=1)
    assert in_transaction(codes.check, factor(mine), shown(secret)) is None
    assert (factor(mine).failures, factor(mine).locked_until) == (0, None)
    assert factor(other).failures == 5
    assert in_transaction(codes.check, factor(mine), shown(secret)) is not None, "good once"
    assert factor(other).last_step != factor(mine).last_step


def test_waits_begin_with_the_last_try_that_is_free_and_grow_to_an_hour(house: House, clock: Clock) -> None:
    mine, _, _ = with_factor(house, "mine", clock)
    free, waits = config().lock_after_failures, []
    for failures in (free - 2, free - 1, free, free + 5, free + 6):
        SecondFactor.update(failures=failures, locked_until=None).execute()
        in_transaction(codes.check, factor(mine), "000000")
        until = factor(mine).locked_until
        waits.append(None if until is None else (until - now()).total_seconds() / 60)
    assert waits == [None, 1, 2, 60, 60]


@pytest.mark.parametrize("typed", ["12345", "1234567", "１２３４５６", "abcdef", ""])
def test_what_is_no_code_is_wrong(house: House, clock: Clock, typed: str) -> None:
    mine, _, _ = with_factor(house, "mine", clock)
    assert isinstance(in_transaction(codes.check, factor(mine), typed), Invalid)


def test_recovery_codes_are_each_accounts_own_and_new_ones_end_the_old(house: House, clock: Clock) -> None:
    mine, _, first = with_factor(house, "mine", clock)
    other, _, theirs = with_factor(house, "other", clock)
    assert in_transaction(codes.check, factor(mine), theirs[0]) is not None
    actor = actor_for_account(mine, "console")
    assert enrolment.describe(actor)["recovery_codes_left"] == 10
    assert in_transaction(codes.check, factor(mine), first[0]) is None
    told = enrolment.describe(actor)
    assert (told["on"], told["since"] is not None, told["recovery_codes_left"]) == (True, True, 9)
    renewed = in_transaction(enrolment.renew_codes, actor)
    assert enrolment.describe(actor)["recovery_codes_left"] == 10
    assert in_transaction(codes.check, factor(mine), first[1]) is not None
    assert in_transaction(codes.check, factor(mine), renewed[1]) is None
    assert in_transaction(codes.check, factor(other), theirs[1]) is None
    in_transaction(enrolment.switch_off, actor)
    told = enrolment.describe(actor)
    assert (told["on"], told["since"], told["recovery_codes_left"]) == (False, None, 0)
    assert RecoveryCode.select().where(RecoveryCode.account_id == other.id).count() == 10
    for act in (enrolment.renew_codes, enrolment.switch_off):
        with pytest.raises(Invalid) as caught:
            in_transaction(act, actor)
        assert caught.value.code == "no_second_factor"


def test_what_was_not_begun_or_is_done_is_not_confirmed(house: House, clock: Clock) -> None:
    account = house.account("mine")
    actor = actor_for_account(account, "console")
    nothing = in_transaction(enrolment.confirm, actor, account, "000000")
    assert isinstance(nothing, Conflict) and nothing.code == "nothing_pending"
    secret = in_transaction(enrolment.offer, account).secret
    with pytest.raises(Invalid):
        in_transaction(enrolment.confirm_own, actor, "000000")
    assert len(in_transaction(enrolment.confirm_own, actor, shown(secret))) == 10
    again = in_transaction(enrolment.confirm, actor, account, shown(secret))
    assert isinstance(again, Conflict)


def test_a_new_authenticator_counts_with_its_first_code_and_leaves_others_alone(
    house: House, clock: Clock
) -> None:
    mine, secret, _ = with_factor(house, "mine", clock)
    other, _, _ = with_factor(house, "other", clock)
    kept = factor(other).secret
    new = in_transaction(enrolment.offer, mine).secret
    assert in_transaction(codes.check, factor(mine), shown(secret)) is None, "the old one is good until then"
    clock.forward(minutes=1)
    in_transaction(enrolment.confirm, actor_for_account(mine, "console"), mine, shown(new))
    assert factor(mine).secret == new and factor(other).secret == kept


def test_who_has_one_is_asked_for_a_code_and_who_has_none_to_set_it_up(house: House, clock: Clock) -> None:
    with_factor(house, "mine", clock)
    told = half("mine")
    assert (told.title, told.details["step"]) == ("请输入动态口令", "code")
    house.account("none")
    configure(Config(second_factor="all"))
    try:
        told = half("none")
        assert (told.title, told.details["step"]) == ("请先设置动态口令", "enrol")
    finally:
        configure(Config())


@pytest.mark.parametrize(("seconds", "good"), [(-1, True), (0, False)])
def test_a_half_session_is_good_to_its_last_moment(
    house: House, clock: Clock, seconds: int, good: bool
) -> None:
    _, secret, _ = with_factor(house, "mine", clock)
    token = half("mine").details["token"]
    clock.moment += GOOD_FOR["code"] + timedelta(seconds=seconds)
    if good:
        assert second_step.finish(token, shown(secret), door="console").token
    else:
        with pytest.raises(Unauthenticated):
            second_step.finish(token, shown(secret), door="console")


def test_half_sessions_that_are_over_go_with_the_next_one(house: House, clock: Clock) -> None:
    account, _, _ = with_factor(house, "mine", clock)
    half("mine")
    clock.moment += GOOD_FOR["code"]
    half("mine")
    assert HalfSession.select().count() == 2, "one that ends now is not over yet"
    clock.forward(seconds=1)
    assert in_transaction(asked, account, door="console", device=None, address=None) is not None
    assert HalfSession.select().count() == 2


def test_a_device_is_known_from_a_password_of_the_holders_own(house: House, clock: Clock) -> None:
    account, secret, _ = with_factor(house, "mine", clock)
    opened = second_step.finish(half("mine").details["token"], shown(secret), door="console")
    assert known_devices.read(opened.known_device).vouches_for(Account.get_by_id(account.id))
    clock.forward(minutes=1)
    Account.update(must_change_password=True).execute()
    opened = second_step.finish(half("mine").details["token"], shown(secret), door="console")
    assert not known_devices.read(opened.known_device).knows("mine")


@pytest.mark.parametrize(("days", "known"), [(-1, True), (0, False)])
def test_a_device_is_known_for_its_days(house: House, clock: Clock, days: int, known: bool) -> None:
    account = house.account("mine")
    token = known_devices.read(None).with_account(account)
    clock.forward(days=config().known_device_days + days)
    assert known_devices.read(token).knows("mine") is known
    assert known_devices.read(token).vouches_for(account) is known
    assert not known_devices.read(token).vouches_for(None)


def test_a_code_of_an_earlier_step_than_the_last_is_none() -> None:
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    at = now()
    step = int(at.timestamp()) // totp.PERIOD
    code = pyotp.TOTP(secret).at(step * totp.PERIOD)
    assert totp.step_of(secret, code, at, after=step - 1) == step
    assert totp.step_of(secret, code, at, after=step) is None


def test_the_house_itself_has_none(house: House) -> None:
    assert not enrolment.describe(system_actor())["on"]


def described(house: House) -> Any:
    return enrolment.describe(actor_for_account(house.account("plain"), "console"))


def test_who_never_set_one_up_is_told_so(house: House) -> None:
    assert described(house) == {"on": False, "since": None, "required": False, "recovery_codes_left": 0}
