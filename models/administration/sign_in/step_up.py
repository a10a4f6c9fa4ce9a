"""What is sensitive asks again who one is, if the last proof is old (step-up; ASVS 4.0.3 V3.7).

Rules that change passwords, second factors, roles of administrators or the set-up of apps call `require_recent_proof`.
The refusal says by what one proves oneself; a door asks for it and repeats what was to be done.
"""

from __future__ import annotations

from datetime import timedelta

from models.administration.passwords import password_rules
from models.administration.records import Account, Session
from models.administration.second_factor.codes import check
from models.administration.second_factor.requirement import factor_of
from models.administration.sign_in import throttling
from models.administration.sign_in.sign_in import locked, outside_transaction
from models.core import clock
from models.core.config import config
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Forbidden, Invalid, TooMany, Unauthenticated
from models.core.security.actor import Actor


def require_recent_proof(actor: Actor) -> None:
    """Raise Forbidden `proof_required` if the actor's session has not proved who they are for some minutes.

    Who has no session (the command line, the house itself) is not asked.
    """
    if actor.session_id is None:
        return
    session = Session.get_or_none(Session.id == actor.session_id)
    if session is None:
        return
    proven = session.proven_at or session.created_at
    if clock.now() - proven <= timedelta(minutes=config().step_up_minutes):
        return
    way = "code" if factor_of(actor.account_id or 0) is not None else "password"
    raise Forbidden(
        "请再确认一次是您本人",
        code="proof_required",
        cause="这一步很重要，离上次验证已经有一会儿了",
        advice="请输入动态口令后继续" if way == "code" else "请输入密码后继续",
        details={"action": {"kind": "prove", "by": way}},
    )


def prove(actor: Actor, typed: str) -> None:
    """Prove who one is: by a code for who has a second factor, else by the password.

    Call it outside of a transaction: a wrong try is counted although it raises. Raises Invalid with `fields.proof`,
    TooMany.
    """
    outside_transaction("prove")
    account = in_transaction(Account.get_or_none, Account.id == actor.account_id, write=False)
    if account is None:
        raise Unauthenticated(advice="请重新登录")
    factor = in_transaction(factor_of, account.id, write=False)
    outcome = _by_password(actor, account, typed) if factor is None else in_transaction(check, factor, typed)
    if isinstance(outcome, TooMany):
        raise outcome
    if isinstance(outcome, AnbanError):
        what = "动态口令" if factor is not None else "密码"
        raise Invalid("没有通过", code="wrong_proof", fields={"proof": f"{what}不对，请重新输入"})
    in_transaction(_note, actor.session_id)


def _by_password(actor: Actor, account: Account, typed: str) -> AnbanError | None:
    origin = throttling.Origin(account.login, "", f"session {actor.session_id}")
    until = in_transaction(throttling.waits_until, origin, write=False)
    if until is not None:
        return locked(until)
    if password_rules.matches(account, typed):
        return None
    counted = in_transaction(throttling.count_wrong, origin)
    return locked(counted.at_wait) if counted.at_wait else Invalid("密码不对")


def _note(session_id: int | None) -> None:
    Session.update(proven_at=clock.now()).where(Session.id == session_id).execute()
