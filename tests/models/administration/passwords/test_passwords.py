"""What passwords are taken, and what changing or resetting one does (K06)."""

from __future__ import annotations

from typing import Any

import pytest
from argon2 import PasswordHasher

from models.administration.accounts.accept_invitation import accept
from models.administration.accounts.actors import actor_for_account, actor_for_token, system_actor
from models.administration.passwords.password_changes import change_password, reset_password
from models.administration.passwords.password_rules import fault_of, random_password
from models.administration.records import Account, AccountClaim, Session
from models.administration.sign_in.sign_in import sign_in
from models.core.errors import Forbidden, Invalid, NotFound, TooMany, Unauthenticated
from models.core.security import crypto
from tests.models.administration.conftest import GOOD, House

#: What OWASP asks of Argon2id at least: KiB, passes, lanes.
OWASP = "$argon2id$v=19$m=19456,t=2,p=1$"
ACCOUNT = Account(login="wang.lei", phone="13812345678", id_number="330102199003070019")


def test_the_house_hashes_passwords_as_owasp_asks(house_hashing: PasswordHasher) -> None:
    kept = crypto.hash_password(GOOD)
    assert kept.startswith(OWASP) and crypto._DUMMY.startswith(OWASP), "nobody's password takes as long"
    assert crypto.verify_password(kept, GOOD) and not crypto.verify_password(kept, f"{GOOD} ")


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("Ab1#", "至少 8 位"),
        ("abcdefgh1", "三种"),
        ("ABCDEFGH-", "三种"),
        ("Xk#13812345678", "手机号"),
        ("Wang.Lei#77", "账号"),
        ("Xk#070019zz", "身份证号后 6 位"),
        ("Xk#19900307", "生日"),
        ("Xk#900307aa", "生日"),
        ("Password123!", "太常见"),
        ("P@ssw0rd2026", "太常见"),
        ("Admin#888", "太常见"),
        ("1qaz@WSX", "太常见"),
        ("Woaini1314!", "太常见"),
        ("Qwer1234!", "太常见"),
        ("Aa1Aa1Aa1", "太常见"),
        (" Good#one-81", "空格"),
        ("Good\x07#one-81", "看不见"),
        ("Gk#1" * 40, "最多"),
    ],
)
def test_what_is_refused(password: str, word: str) -> None:
    assert word in fault_of(password, ACCOUNT)


@pytest.mark.parametrize("password", [GOOD, "Shangang#2026", "安全Abc-91x", "tian qi Hao 7"])
def test_what_is_taken(password: str) -> None:
    assert fault_of(password, ACCOUNT) == ""


@pytest.mark.parametrize(
    ("password", "word"),
    [
        ("Kx7#" * 31 + "Kx7", "最多"), ("Kx7#" * 31 + "Kx7m", "最多"), ("Kx7#" * 32 + "m", "最多 128 位"),
        ("安" * 120 + "Kx7#mPq2" * 1, ""), ("\U00020000" * 120 + "Kx7#mPq2", ""), ("\U00020000" * 121 + "Kx7#mPq2", "最多"),
    ],
)  # fmt: skip
def test_a_password_has_128_signs_and_512_bytes_at_most(password: str, word: str) -> None:
    fault = fault_of(password, ACCOUNT)
    assert ("最多" in fault) is (word != "" and (len(password) > 128 or len(password.encode()) > 512))


def test_three_different_signs_are_too_few_and_four_are_measured() -> None:
    assert "太常见" in fault_of("Aa#Aa#aA#", ACCOUNT)
    assert "太常见" not in fault_of("7Mq#q7#M#7Mq", ACCOUNT)


def test_a_login_of_four_signs_is_one_to_be_found() -> None:
    assert "账号" in fault_of("Xk#wang-Lm8q", Account(login="wang"))
    assert fault_of("Xk#wan-Lm8q2", Account(login="wan")) == ""


def test_the_own_name_is_guessed_first() -> None:
    typed = "Yuanzixiao#8"
    assert fault_of(typed, Account(login="u1", name="某某")) == ""
    assert "太容易猜" in fault_of(typed, Account(login="u1", name="yuanzixiao"))


def test_a_password_to_be_handed_over_has_all_four_kinds_of_signs() -> None:
    for password in (random_password() for _ in range(50)):
        found = [any(map(test, password)) for test in (str.isupper, str.islower, str.isdigit)]
        assert all(found) and password.count("-") == 2


def test_random_passwords_are_good_by_their_own_rules() -> None:
    assert {fault_of(random_password(), ACCOUNT) for _ in range(200)} == {""}


def signed(house: House, login: str = "13800000001") -> Any:
    return sign_in(login, GOOD, door="phone", device=None, address=None)


def test_change_ends_all_other_sessions(house: House) -> None:
    house.account()
    here, there = signed(house), signed(house)
    actor = actor_for_token(here.token, "phone")
    change_password(actor, GOOD, "Other#word-92")
    assert actor_for_token(here.token, "phone").account_id == actor.account_id
    with pytest.raises(Unauthenticated) as caught:
        actor_for_token(there.token, "phone")
    assert caught.value.code == "session_expired"
    assert sign_in("13800000001", "Other#word-92", door="phone").token


def test_first_session_becomes_an_ordinary_one(house: House, clock: Any) -> None:
    house.invited()
    first = sign_in("13800000002", "070019", door="phone")
    actor = actor_for_token(first.token, "phone")
    assert actor.must_change_password
    accept(actor, "Other#word-92")
    clock.forward(days=29)
    assert not actor_for_token(first.token, "phone").must_change_password


def test_first_session_is_over_after_thirty_minutes(house: House, clock: Any) -> None:
    house.invited()
    first = sign_in("13800000002", "070019", door="phone")
    clock.forward(minutes=31)
    with pytest.raises(Unauthenticated):
        actor_for_token(first.token, "phone")


@pytest.mark.parametrize(
    ("current", "new", "field"), [("no", "Other#word-92", "current"), (GOOD, GOOD, "new"), (GOOD, "x", "new")]
)
def test_faults_stand_at_their_field(house: House, current: str, new: str, field: str) -> None:
    actor = actor_for_account(house.account(), "phone")
    with pytest.raises(Invalid) as caught:
        change_password(actor, current, new)
    assert list(caught.value.fields) == [field]


def test_guessing_the_current_password_locks(house: House, clock: Any) -> None:
    actor = actor_for_account(house.account(), "phone")
    for _ in range(5):
        with pytest.raises(Invalid):
            change_password(actor, "no", "Other#word-92")
    with pytest.raises(TooMany):
        change_password(actor, GOOD, "Other#word-92")
    assert signed(house).token, "elsewhere the holder still gets in"


def test_reset_gives_a_password_until_ones_own_is_set(house: House) -> None:
    account = house.account()
    signed(house)
    officer = actor_for_account(house.account("boss", role="company_administrator"), "console")
    password = reset_password(officer, Account.get_by_id(account.id))
    assert not Session.select().where(Session.account_id == account.id, Session.revoked_at.is_null()).exists()
    first = sign_in("13800000001", password, door="phone")
    assert actor_for_token(first.token, "phone").must_change_password
    assert sign_in("13800000001", password, door="phone").token
    change_password(actor_for_token(first.token, "phone"), password, "Other#word-92")
    with pytest.raises(Unauthenticated):
        sign_in("13800000001", password, door="phone")


def test_the_session_of_a_first_password_becomes_an_ordinary_one_by_the_change(
    house: House, clock: Any
) -> None:
    account, other = house.account(), house.account("other")
    officer = actor_for_account(house.account("boss", role="company_administrator"), "console")
    password = reset_password(officer, Account.get_by_id(account.id))
    beside, first = signed(house, "other"), sign_in("13800000001", password, door="phone")
    until = Session.get_by_id(beside.session.id).expires_at
    clock.forward(minutes=5)
    change_password(actor_for_token(first.token, "phone"), password, "Other#word-92")
    clock.forward(days=29)
    assert actor_for_token(first.token, "phone").account_id == account.id
    assert Session.get_by_id(beside.session.id).expires_at == until
    clock.forward(days=1)
    with pytest.raises(Unauthenticated):
        actor_for_token(first.token, "phone")
    change_password(actor_for_account(other, "phone"), GOOD, "Quite#word-92")


def test_a_reset_asks_anew_what_the_holder_had_asked_elsewhere(house: House) -> None:
    account, other = house.account(), house.account("other")
    officer = actor_for_account(house.account("boss", role="company_administrator"), "console")
    claims = [(account, "waiting"), (account, "confirmed"), (other, "waiting")]
    for number, (whose, state) in enumerate(claims):
        AccountClaim.create(
            company_id=9, person_id=number, account_id=whose.id, origin="applied", state=state
        )
    reset_password(officer, Account.get_by_id(account.id))
    left = [(row.account_id, row.state) for row in AccountClaim.select().order_by(AccountClaim.id)]
    assert left == [(account.id, "confirmed"), (other.id, "waiting")]


def test_nobody_resets_somebody_greater_or_elsewhere(house: House) -> None:
    officer = actor_for_account(house.account("officer", role="reviewing_officer"), "console")
    boss = house.account("boss", role="company_administrator")
    with pytest.raises(Forbidden):
        reset_password(officer, boss)
    other = house.node("海东物流", "company", house.group)
    with pytest.raises(NotFound):
        reset_password(officer, house.account("13800000009", company=other))
    reset_password(officer, house.account("member", role="unit_member"))
    reset_password(system_actor(), boss)
