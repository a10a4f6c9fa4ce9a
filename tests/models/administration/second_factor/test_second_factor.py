"""Codes of an authenticator beside the password: who is asked, what is good once, what is counted (TOTP, J02)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pyotp
import pytest

from models.administration.accounts.actors import actor_for_account, actor_for_token
from models.administration.records import Account, Session, SignIn
from models.administration.second_factor import enrolment, second_step, totp
from models.administration.second_factor.records import HalfSession, RecoveryCode, SecondFactor
from models.administration.second_factor.reset import reset_second_factor
from models.administration.sign_in.sign_in import sign_in
from models.administration.sign_in.step_up import prove, require_recent_proof
from models.core import clock as house_clock
from models.core.config import config, configure
from models.core.db.connection import database, in_transaction
from models.core.errors import AnbanError, Conflict, Forbidden, Invalid, TooMany, Unauthenticated
from models.core.events.outbox import Outbox
from models.core.history import Change
from models.messages.tellers import telling_of
from models.organization.records import Binding, Person
from tests.models.administration.conftest import GOOD, House

LOGIN = "13800000001"


@pytest.fixture
def asked_of_administrators() -> Iterator[None]:
    before = config()
    configure(replace(before, second_factor="administrators"))
    yield
    configure(before)


def code_of(secret: str, *, steps: int = 0) -> str:
    """What the authenticator shows `steps` half minutes from now."""
    return pyotp.TOTP(secret).at(int(house_clock.now().timestamp()) + steps * totp.PERIOD)


def half(login: str = LOGIN, door: str = "console") -> dict[str, Any]:
    """The half session that the right password gives."""
    with pytest.raises(Unauthenticated) as caught:
        sign_in(login, GOOD, door=door)
    assert caught.value.code == "second_factor_required"
    return caught.value.details


def with_factor(house: House, login: str = LOGIN, role: str = "company_administrator") -> tuple[Account, str]:
    """An account that has an authenticator, and its secret."""
    account = house.account(login, role=role)
    secret = in_transaction(enrolment.offer, account).secret
    codes = in_transaction(enrolment.confirm, actor_for_account(account, "console"), account, code_of(secret))
    assert isinstance(codes, list)
    return account, secret


def test_the_codes_are_those_of_rfc_6238() -> None:
    """Appendix B, SHA-1, six digits: at second 59 the code ends in 287082."""
    secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ"
    from datetime import UTC, datetime

    at_59 = datetime.fromtimestamp(59, UTC)
    assert totp.step_of(secret, "287082", at_59, after=0) == 1
    assert totp.step_of(secret, "287083", at_59, after=0) is None


def test_who_is_no_administrator_is_not_asked(house: House, asked_of_administrators: None) -> None:
    house.account(role="worker")
    house.account("13800000009", role="reviewing_officer")
    assert sign_in(LOGIN, GOOD, door="phone").token
    assert sign_in("13800000009", GOOD, door="console").token


@pytest.mark.parametrize("role", ["administrator", "company_administrator", "audit_administrator", "unit"])
def test_an_administrator_without_one_is_led_to_set_it_up(
    house: House, asked_of_administrators: None, role: str
) -> None:
    house.account(role=role)
    details = half()
    assert details["step"] == "enrol"
    with pytest.raises(Unauthenticated):
        second_step.finish(details["token"], "000000", door="console")
    offered = in_transaction(second_step.offer, details["token"], door="console")
    assert offered.uri.startswith("otpauth://totp/") and "<svg" in offered.picture
    with pytest.raises(Invalid):
        second_step.enrol(details["token"], "000000", door="console")
    enrolled = second_step.enrol(details["token"], code_of(offered.secret), door="console")
    assert actor_for_token(enrolled.signed_in.token, "console").rights
    assert len(set(enrolled.recovery_codes)) == 10
    assert half()["step"] == "code"


@pytest.mark.parametrize("door", ["console", "phone"])
def test_the_password_alone_opens_nothing_at_either_door(house: House, door: str) -> None:
    with_factor(house)
    details = half(door=door)
    for each in ("console", "phone"):
        with pytest.raises(Unauthenticated):
            actor_for_token(details["token"], each)
    assert Session.select().count() == 0


def test_a_code_opens_a_session_with_a_token_of_its_own(house: House, clock: Any) -> None:
    _, secret = with_factor(house)
    clock.forward(minutes=1)
    details = half()
    opened = second_step.finish(details["token"], code_of(secret), door="console")
    assert opened.token != details["token"]
    assert actor_for_token(opened.token, "console").account_id
    outcomes = [row.outcome for row in SignIn.select().order_by(SignIn.id)]
    assert outcomes == ["second_factor_required", "ok"]


def test_a_code_is_good_once(house: House, clock: Any) -> None:
    _, secret = with_factor(house)
    clock.forward(minutes=1)
    code = code_of(secret)
    second_step.finish(half()["token"], code, door="console")
    with pytest.raises(Invalid) as caught:
        second_step.finish(half()["token"], code, door="console")
    assert caught.value.code == "wrong_code"


def test_the_code_that_set_it_up_is_no_sign_in(house: House, clock: Any) -> None:
    _, secret = with_factor(house)
    with pytest.raises(Invalid):
        second_step.finish(half()["token"], code_of(secret), door="console")


def test_an_older_code_than_the_last_one_is_refused(house: House, clock: Any) -> None:
    _, secret = with_factor(house)
    clock.forward(minutes=2)
    second_step.finish(half()["token"], code_of(secret, steps=1), door="console")
    with pytest.raises(Invalid):
        second_step.finish(half()["token"], code_of(secret), door="console")


@pytest.mark.parametrize(("steps", "good"), [(-2, False), (-1, True), (1, True), (2, False)])
def test_clocks_may_differ_by_half_a_minute(house: House, clock: Any, steps: int, good: bool) -> None:
    _, secret = with_factor(house)
    clock.forward(minutes=5)
    token = half()["token"]
    if good:
        assert second_step.finish(token, code_of(secret, steps=steps), door="console").token
    else:
        with pytest.raises(Invalid):
            second_step.finish(token, code_of(secret, steps=steps), door="console")


def test_a_half_session_is_good_once_for_its_door_and_for_minutes(house: House, clock: Any) -> None:
    _, secret = with_factor(house)
    clock.forward(minutes=1)
    token = half()["token"]
    with pytest.raises(Unauthenticated):
        second_step.finish(token, code_of(secret), door="phone")
    second_step.finish(token, code_of(secret), door="console")
    clock.forward(minutes=1)
    with pytest.raises(Unauthenticated) as caught:
        second_step.finish(token, code_of(secret), door="console")
    assert caught.value.code == "half_session_over"
    late = half()["token"]
    clock.forward(minutes=6)
    with pytest.raises(Unauthenticated):
        second_step.finish(late, code_of(secret), door="console")


def test_guessing_codes_has_an_end(house: House, clock: Any) -> None:
    _, secret = with_factor(house)
    clock.forward(minutes=1)
    for _ in range(config().lock_after_failures):
        with pytest.raises(Invalid):
            second_step.finish(half()["token"], "000000", door="console")
    with pytest.raises(TooMany) as caught:
        second_step.finish(half()["token"], code_of(secret), door="console")
    assert caught.value.code == "second_factor_locked" and caught.value.retry_after <= 60
    clock.forward(minutes=1, seconds=1)
    assert second_step.finish(half()["token"], code_of(secret), door="console").token
    assert SignIn.select().where(SignIn.outcome == "wrong_code").count() == config().lock_after_failures


def test_of_many_at_once_with_one_code_one_gets_in(house: House, clock: Any) -> None:
    _, secret = with_factor(house)
    clock.forward(minutes=1)
    tokens, code = [half()["token"] for _ in range(4)], code_of(secret)
    opened: list[str] = []
    refused: list[str] = []

    def enter(token: str) -> None:
        try:
            opened.append(second_step.finish(token, code, door="console").token)
        except AnbanError as error:
            refused.append(error.code)

    database.close()
    threads = [threading.Thread(target=enter, args=(token,)) for token in tokens]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    database.connect(reuse_if_open=True)
    assert len(opened) == 1
    assert set(refused) <= {"wrong_code", "second_factor_locked"}


def test_a_recovery_code_is_good_once_and_kept_as_a_hash(house: House) -> None:
    account = house.account(role="company_administrator")
    secret = in_transaction(enrolment.offer, account).secret
    codes = in_transaction(enrolment.confirm, actor_for_account(account, "console"), account, code_of(secret))
    assert isinstance(codes, list)
    kept = {row.code_hash for row in RecoveryCode.select()}
    assert not any(code.replace("-", "") in hashed for code in codes for hashed in kept)
    assert second_step.finish(half()["token"], codes[0].lower(), door="console").token
    with pytest.raises(Invalid):
        second_step.finish(half()["token"], codes[0], door="console")
    assert second_step.finish(half()["token"], codes[1], door="console").token


def test_the_secret_is_encrypted_in_the_database(house: House) -> None:
    _, secret = with_factor(house)
    stored = database.execute_sql("SELECT secret FROM second_factor").fetchone()[0]
    assert secret not in stored and stored.startswith("s1.")


def test_a_first_password_does_not_get_around_it(house: House, clock: Any) -> None:
    """A reset gives a first password; without the code it still opens nothing."""
    account, secret = with_factor(house)
    clock.forward(minutes=1)
    Account.update(must_change_password=True).where(Account.id == account.id).execute()
    token = half()["token"]
    assert Session.select().count() == 0
    opened = second_step.finish(token, code_of(secret), door="console")
    assert opened.account.must_change_password


def test_switched_off_accounts_stay_out_with_a_code(house: House, clock: Any) -> None:
    account, secret = with_factor(house)
    clock.forward(minutes=1)
    token = half()["token"]
    Account.update(state="disabled").where(Account.id == account.id).execute()
    with pytest.raises(Unauthenticated) as caught:
        second_step.finish(token, code_of(secret), door="console")
    assert caught.value.code == "account_disabled"


def test_whose_rights_reach_farther_resets_it(house: House) -> None:
    account, _ = with_factor(house, role="unit")
    boss = actor_for_account(house.account("boss", role="company_administrator"), "console")
    session = Session.create(
        token_hash="x", account_id=account.id, door="console", expires_at=house_clock.now()
    )
    reset_second_factor(boss, account)
    assert SecondFactor.select().count() == RecoveryCode.select().count() == 0
    assert Session.get_by_id(session.id).revoked_at is not None
    assert Change.get(Change.action == "second_factor_reset").account_name == boss.name


@pytest.mark.parametrize("who", ["own", "greater"])
def test_nobody_resets_the_own_one_or_that_of_somebody_greater(house: House, who: str) -> None:
    account, _ = with_factor(house, role="company_administrator")
    if who == "own":
        actor: Any = actor_for_account(account, "console")
        expected: type[AnbanError] = Conflict
    else:
        actor = actor_for_account(house.account("officer", role="reviewing_officer"), "console")
        expected = Forbidden
    with pytest.raises(expected):
        reset_second_factor(actor, account)
    assert SecondFactor.select().count() == 1


def test_who_must_have_one_does_not_switch_it_off(house: House, asked_of_administrators: None) -> None:
    account, _ = with_factor(house)
    with pytest.raises(Conflict):
        enrolment.switch_off(actor_for_account(account, "console"))
    worker, _ = with_factor(house, "13800000007", role="worker")
    enrolment.switch_off(actor_for_account(worker, "console"))
    assert [row.account_id for row in SecondFactor.select()] == [account.id]


def _session(house: House, login: str, opened: Callable[[], Any]) -> Any:
    return actor_for_token(opened().token, "console")


def test_an_old_proof_is_asked_for_again(house: House, clock: Any) -> None:
    house.account(role="company_administrator")
    actor = _session(house, LOGIN, lambda: sign_in(LOGIN, GOOD, door="console"))
    require_recent_proof(actor)
    clock.forward(minutes=config().step_up_minutes + 1)
    with pytest.raises(Forbidden) as caught:
        enrolment.begin(actor)
    assert caught.value.code == "proof_required"
    assert caught.value.details["action"] == {"kind": "prove", "by": "password"}
    with pytest.raises(Invalid):
        prove(actor, "wrong")
    prove(actor, GOOD)
    assert in_transaction(enrolment.begin, actor).secret


def test_who_has_a_second_factor_proves_by_it(house: House, clock: Any) -> None:
    _, secret = with_factor(house)
    clock.forward(minutes=1)
    token = half()["token"]
    actor = _session(house, LOGIN, lambda: second_step.finish(token, code_of(secret), door="console"))
    clock.forward(minutes=20)
    with pytest.raises(Forbidden) as caught:
        require_recent_proof(actor)
    assert caught.value.details["action"]["by"] == "code"
    with pytest.raises(Invalid):
        prove(actor, GOOD)
    prove(actor, code_of(secret))
    require_recent_proof(actor)


def test_old_half_sessions_are_swept(house: House, clock: Any) -> None:
    with_factor(house)
    half()
    clock.forward(hours=1)
    half()
    assert HalfSession.select().count() == 1


def test_its_holder_is_told_of_what_becomes_of_it(house: House) -> None:
    """On the ways of their file: set up, switched off, reset by somebody else."""
    account, _ = with_factor(house, role="unit")
    person = Person.create(
        company=house.company, name="陈一", id_number="330102199003070019", phone=LOGIN, role="operator",
        account_id=account.id,
    )  # fmt: skip
    Binding.create(company=house.company, person=person, state="approved")
    boss = actor_for_account(house.account("boss", role="company_administrator", name="王总"), "console")
    reset_second_factor(boss, account)
    secret = enrolment.offer(account).secret
    own = actor_for_account(Account.get_by_id(account.id), "console")
    enrolment.confirm(own, account, code_of(secret, steps=1))
    enrolment.switch_off(own)
    rows = list(Outbox.select().where(Outbox.kind.startswith("account.second_factor_")).order_by(Outbox.id))
    told = [telling_of(row) for row in rows]
    assert [row.kind.rpartition("_")[2] for row in rows] == ["set", "reset", "set", "removed"]
    assert told[0] is not None and told[1] is not None
    assert "王总" in told[1].text and list(told[1].persons) == [person.id]
    assert all(one is not None and "不是您本人的意思" in one.text for one in told)


def test_a_secret_that_no_key_opens_opens_nothing(house: House, clock: Any) -> None:
    """Nor does it break the sign-in: a recovery code, or `anban accounts` on the server, lets its holder in again."""
    account, _ = with_factor(house)
    clock.forward(minutes=1)
    SecondFactor._meta.database.execute_sql(
        f"UPDATE second_factor SET secret = 's1.ffffffff.{'A' * 80}' WHERE account_id = {account.id}"
    )
    with pytest.raises(Invalid) as caught:
        second_step.finish(half()["token"], "328482", door="console")
    assert caught.value.code == "wrong_code"
