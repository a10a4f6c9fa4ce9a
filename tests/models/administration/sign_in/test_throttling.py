"""Waits after wrong passwords: nobody locks out somebody else, a plant may mistype, who sprays is noticed (issue 9)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from models.administration.accounts.accounts import unlock_account
from models.administration.accounts.actors import actor_for_account, system_actor
from models.administration.passwords.password_changes import change_password, reset_password
from models.administration.records import Account, SignIn, SignInWait
from models.administration.sign_in import known_devices, throttling
from models.administration.sign_in.sign_in import SignedIn, sign_in
from models.core.db.connection import close_database, in_transaction
from models.core.errors import AnbanError, Invalid, TooMany
from tests.models.administration.conftest import GOOD, House

HOME, ELSEWHERE = "203.0.113.7", "198.51.100.9"
NEW = "Qingyuan#88"


def enter(login: str = "admin", password: str = GOOD, address: str = HOME, device: str = "") -> SignedIn:
    return sign_in(login, password, door="console", address=address, known_device=device)


def refusal(
    login: str = "admin", password: str = "wrong", address: str = HOME, device: str = ""
) -> AnbanError:
    with pytest.raises(AnbanError) as caught:
        enter(login, password, address, device)
    return caught.value


def forget_the_wait_of_argon2(monkeypatch: Any) -> None:
    """Compare plainly where hundreds of tries are made; what is counted is the same."""
    from models.administration.passwords import password_rules

    monkeypatch.setattr(
        password_rules, "matches", lambda account, typed: account is not None and typed == GOOD
    )


def test_five_wrong_tries_elsewhere_do_not_lock_the_holder_out(house: House) -> None:
    house.account("admin")
    for _ in range(6):
        refusal(address=ELSEWHERE)
    assert refusal(password=GOOD, address=ELSEWHERE).code == "account_locked"
    assert enter().token


def test_from_a_known_device_the_holder_gets_in_whoever_else_tries(
    house: House, clock: Any, monkeypatch: Any
) -> None:
    forget_the_wait_of_argon2(monkeypatch)
    house.account("admin")
    device = enter().known_device
    for number in range(60):
        refusal(address=f"198.51.100.{number}")
    for _ in range(6):
        refusal(address=HOME)
    assert refusal(password=GOOD, address="192.0.2.1").code == "account_locked", "tried from everywhere"
    assert refusal(password=GOOD).code == "account_locked"
    assert enter(device=device).token
    assert enter(device=device, address="192.0.2.99").token, "wherever it is carried"


def test_a_known_device_has_waits_of_its_own(house: House, clock: Any, monkeypatch: Any) -> None:
    forget_the_wait_of_argon2(monkeypatch)
    house.account("admin")
    device = enter().known_device
    for _ in range(5):
        assert refusal(device=device).code == "wrong_password"
    assert refusal(device=device, password=GOOD).retry_after == 60  # type: ignore[attr-defined]
    assert enter(address=HOME).token, "its mistakes count for nobody else"
    clock.forward(seconds=61)
    assert enter(device=device).token


def test_a_known_device_is_no_key_to_other_accounts_and_ends_with_the_password(house: House) -> None:
    house.account("admin")
    other = house.account("other")
    device = known_devices.read(enter().known_device)
    assert device.knows("admin")
    assert not device.knows("other")
    assert not device.vouches_for(other)
    holder = Account.get(Account.login == "admin")
    assert device.vouches_for(holder)
    Account.update(password_hash="$other").where(Account.id == holder.id).execute()
    assert not device.vouches_for(Account.get_by_id(holder.id))


@pytest.mark.parametrize("forged", ["", "x", "a.b", "W10.", "é.é", "." * 2000])
def test_a_forged_device_knows_nobody(house: House, forged: str) -> None:
    house.account("admin")
    assert not known_devices.read(forged).knows("admin")
    assert enter(device=forged).token


def test_a_changed_device_knows_nobody_and_one_grows_old(house: House, clock: Any) -> None:
    house.account("admin")
    token = enter().known_device
    assert not known_devices.read(token[:-1] + ("0" if token[-1] != "0" else "1")).knows("admin")
    clock.forward(days=181)
    assert not known_devices.read(token).knows("admin")


def test_a_device_remembers_the_latest_eight_accounts(house: House, clock: Any) -> None:
    token = ""
    for number in range(10):
        account = house.account(f"user{number}", password=None)
        token = known_devices.read(token).with_account(account)
        clock.forward(days=1)
    device = known_devices.read(token)
    assert [number for number in range(10) if device.knows(f"user{number}")] == list(range(2, 10))
    assert len(token) < known_devices.LONGEST


def test_tries_from_many_sources_make_the_login_wait_more_slowly(
    house: House, clock: Any, monkeypatch: Any
) -> None:
    forget_the_wait_of_argon2(monkeypatch)
    house.account("admin")
    codes = [refusal(address=f"198.51.100.{number}").code for number in range(25)]
    assert codes == ["wrong_password"] * 20 + ["account_locked"] * 5
    assert Account.get(Account.login == "admin").locked_until is not None, "administrators see it"


def test_a_plant_behind_one_address_is_not_locked_out_at_shift_start(
    house: House, clock: Any, monkeypatch: Any
) -> None:
    forget_the_wait_of_argon2(monkeypatch)
    for number in range(500):
        login = f"{13900000000 + number}"
        house.account(login, role="")
        if number % 5 == 0:
            assert refusal(login).code == "wrong_password", "one in five mistypes"
        if number % 50 != 10:  # and one in fifty gives up
            assert enter(login).token
    assert not SignIn.select().where(SignIn.outcome == "sprayed").exists()


def test_sixty_accounts_sprayed_from_one_source_are_noticed_and_wait(
    house: House, clock: Any, monkeypatch: Any
) -> None:
    forget_the_wait_of_argon2(monkeypatch)
    for number in range(30):
        house.account(f"user{number}", role="")
    # Every second one is nobody's: all the same.
    codes = [refusal(f"user{number}", address=ELSEWHERE).code for number in range(60)]
    assert codes == ["wrong_password"] * 30 + ["account_locked"] * 30
    noticed = SignIn.get(SignIn.outcome == "sprayed")
    assert (noticed.address, SignIn.select().where(SignIn.outcome == "sprayed").count()) == (ELSEWHERE, 1)
    assert enter("user3", address=HOME).token, "from elsewhere they get in"
    clock.forward(seconds=61)
    assert refusal("user40", address=ELSEWHERE).code == "wrong_password"
    assert refusal("user41", address=ELSEWHERE).retry_after == 120  # type: ignore[attr-defined]


def test_known_devices_get_in_from_a_source_that_waits(house: House, clock: Any, monkeypatch: Any) -> None:
    forget_the_wait_of_argon2(monkeypatch)
    house.account("admin")
    device = enter().known_device
    for number in range(31):
        refusal(f"user{number}")
    assert refusal(password=GOOD).code == "account_locked"
    assert enter(device=device).token


def test_waits_outlive_the_process_and_hold_for_every_other(house: House) -> None:
    house.account("admin")
    for _ in range(5):
        refusal()
    close_database()
    assert SignInWait.get(SignInWait.source == HOME).failures == 5
    assert refusal(password=GOOD).code == "account_locked"


def test_a_day_without_a_try_forgets(house: House, clock: Any, monkeypatch: Any) -> None:
    forget_the_wait_of_argon2(monkeypatch)
    house.account("admin")
    for _ in range(4):
        refusal()
    clock.forward(days=1)
    assert in_transaction(throttling.sweep) == 0, "the last moment is remembered"
    clock.forward(seconds=1)
    SignInWait.update(until=clock() + timedelta(seconds=1)).execute()
    assert in_transaction(throttling.sweep) == 0, "what one still waits for is not forgotten"
    SignInWait.update(until=None).execute()
    assert in_transaction(throttling.sweep) == 2
    for _ in range(4):
        refusal()
    assert enter().token


def test_unlocking_lets_everybody_try_again(house: House) -> None:
    account = house.account("admin")
    for _ in range(6):
        refusal()
    in_transaction(unlock_account, system_actor(), Account.get_by_id(account.id))
    assert enter().token


def test_a_reset_password_works_elsewhere_at_once_and_here_after_the_wait(house: House, clock: Any) -> None:
    account = house.account("admin")
    for _ in range(6):
        refusal()
    password = in_transaction(reset_password, system_actor(), Account.get_by_id(account.id))
    assert refusal(password=password).code == "account_locked", "taking a wait away is a right of its own"
    assert enter(password=password, address=ELSEWHERE).token
    clock.forward(seconds=61)
    assert enter(password=password).token


def test_a_login_named_like_the_count_of_all_is_only_a_login(house: House) -> None:
    house.account("admin")
    for _ in range(6):
        refusal("*")
    assert enter().token


def test_wrong_current_passwords_wait_in_their_session_and_nowhere_else(house: House, clock: Any) -> None:
    account = house.account("admin")
    signed = enter()
    actor = in_transaction(
        actor_for_account, Account.get_by_id(account.id), "console", session_id=signed.session.id
    )
    for _ in range(5):
        with pytest.raises(Invalid):
            change_password(actor, "wrong", NEW)
    with pytest.raises(TooMany):
        change_password(actor, GOOD, NEW)
    assert enter().token
    clock.forward(seconds=61)
    device = change_password(actor, GOOD, NEW, known_device=signed.known_device)
    assert known_devices.read(device).vouches_for(Account.get_by_id(account.id)), "it stays known"


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1", "2001:db8:1:2::/64"),
        ("fe80::1%eth0", "fe80::/64"),
        ("/run/anban.sock", "/run/anban.sock"),
        (None, "unknown"),
    ],
)
def test_a_source_is_an_address_or_the_line_that_has_them_all(address: str | None, source: str) -> None:
    assert throttling.source_of(address) == source


def test_waits_double_up_to_an_hour() -> None:
    assert throttling.wait_after(4) == timedelta(0)
    assert [throttling.wait_after(failures).total_seconds() / 60 for failures in (5, 6, 7, 11, 40)] == [
        1, 2, 4, 60, 60,
    ]  # fmt: skip


@pytest.fixture(autouse=True)
def _end(house: House) -> Any:
    yield
    close_database()
