"""Earlier passwords, guessable ones, and passwords that run out (K06)."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from models.administration.accounts.actors import actor_for_token
from models.administration.passwords import password_rules
from models.administration.passwords.password_changes import change_password
from models.administration.passwords.password_history import OldPassword, has_run_out, replaced
from models.administration.records import Account
from models.administration.sign_in.sign_in import sign_in
from models.core.config import config, configure
from models.core.errors import Invalid
from tests.models.administration.conftest import GOOD, House

LOGIN = "13800000001"
OTHERS = [
    "Hedge-trim-42",
    "Plough#over-17",
    "Quartz+vine-93",
    "Umber!gate-58",
    "Tidal=fern-36",
    "Kelp?moss-71",
]


@pytest.fixture
def ninety_days() -> Iterator[None]:
    before = config()
    configure(replace(before, password_days=90))
    yield
    configure(before)


def test_the_last_five_are_not_taken_again(house: House) -> None:
    house.account()
    actor = actor_for_token(sign_in(LOGIN, GOOD, door="console").token, "console")
    now = GOOD
    for new in OTHERS[:5]:
        change_password(actor, now, new)
        now = new
    for used in (GOOD, *OTHERS[:4]):
        with pytest.raises(Invalid) as caught:
            change_password(actor, now, used)
        assert caught.value.fields["new"] == "不能用最近 5 次用过的密码"
    change_password(actor, now, OTHERS[5])
    change_password(actor, OTHERS[5], GOOD)  # the sixth before
    assert OldPassword.select().count() == config().password_history


def test_only_hashes_of_earlier_passwords_are_kept(house: House) -> None:
    house.account()
    actor = actor_for_token(sign_in(LOGIN, GOOD, door="console").token, "console")
    change_password(actor, GOOD, OTHERS[0])
    assert [row.password_hash[:9] for row in OldPassword.select()] == ["$argon2id"]
    assert Account.get(Account.login == LOGIN).password_changed_at is not None


@pytest.mark.parametrize(
    "password",
    ["Iloveyou1!", "Qwerty#2024", "Sunshine@123", "Abc123456!", "P@ssw0rd2026!", "1qaz@WSX", "Qq123456!",
     "Aa@12345678", "Dragon!2026", "Zaq1@wsx", "Passw0rd#1", "Liverpool!1"],
)  # fmt: skip
def test_what_is_guessed_first_is_refused(house: House, password: str) -> None:
    assert password_rules.fault_of(password, house.account()) != ""


@pytest.mark.parametrize(
    "password", [GOOD, *OTHERS, "Xk7#mPq2v", "correct Horse-battery 9", "安全生产Plan#62"]
)
def test_what_is_not_is_taken(house: House, password: str) -> None:
    assert password_rules.fault_of(password, house.account()) == ""


def test_what_is_handed_out_is_good_by_the_same_rules(house: House) -> None:
    account = house.account()
    assert [password_rules.fault_of(password_rules.random_password(), account) for _ in range(20)] == [
        ""
    ] * 20


def test_a_long_password_is_measured_quickly(house: House) -> None:
    """The estimate takes a quadratic time; it looks at the beginning alone."""
    assert password_rules.fault_of("aA1!" + "Lantern-moss+41" * 8, house.account()) == ""


def test_a_password_runs_out_where_an_installation_asks_for_it(
    house: House, ninety_days: None, clock: Any
) -> None:
    house.account()
    assert not sign_in(LOGIN, GOOD, door="console").account.must_change_password
    clock.forward(days=91)
    late = sign_in(LOGIN, GOOD, door="console")
    assert late.account.must_change_password
    change_password(actor_for_token(late.token, "console"), GOOD, OTHERS[0])
    assert not sign_in(LOGIN, OTHERS[0], door="console").account.must_change_password


def test_without_the_setting_it_never_does(house: House, clock: Any) -> None:
    house.account()
    clock.forward(days=2000)
    assert not sign_in(LOGIN, GOOD, door="console").account.must_change_password


def test_it_runs_out_with_the_last_of_its_days(house: House, ninety_days: None, clock: Any) -> None:
    account = Account.get_by_id(house.account().id)
    since = account.created_at
    clock.moment = since + timedelta(days=90, seconds=-1)
    assert not has_run_out(account)
    clock.moment = since + timedelta(days=90)
    assert has_run_out(account)
    account.first_password = True
    assert not has_run_out(account), "one that was handed out ends by days of its own"


@pytest.mark.parametrize(
    ("hashed", "first", "kept"),
    [("$argon2id$x", False, 1), ("$argon2id$x", True, 0), ("id-tail", False, 0), (None, False, 0)],
)
def test_only_a_password_of_ones_own_is_remembered(
    house: House, hashed: str | None, first: bool, kept: int
) -> None:
    account = house.account(password=None)
    account.password_hash, account.first_password = hashed, first
    replaced(account)
    assert OldPassword.select().count() == kept
