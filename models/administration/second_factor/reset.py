"""Help for who has lost the authenticator and the recovery codes."""

from __future__ import annotations

from models.administration.accounts.authority import require_all_units, require_no_greater
from models.administration.records import RESET_PASSWORDS, Account
from models.administration.second_factor.enrolment import forget
from models.administration.second_factor.requirement import factor_of
from models.administration.sign_in.sign_in import revoke_sessions
from models.administration.sign_in.step_up import require_recent_proof
from models.core import history
from models.core.errors import Conflict
from models.core.events import outbox
from models.core.security.actor import Actor


def reset_second_factor(actor: Actor, account: Account) -> Account:
    """Take somebody's second factor away and end their sessions; they set up a new one at the next sign-in.

    Raises Forbidden for an account that may do more than the actor or belongs to other companies too, Conflict for the
    own one: who has lost it asks somebody else, or whoever keeps the server (`anban accounts reset-second-factor`).
    """
    actor.require(RESET_PASSWORDS, account)
    if account.id == actor.account_id:
        raise Conflict(
            "不能重置自己的动态口令",
            code="own_account",
            cause="丢了手机的人要由别人确认身份",
            advice="请让别的管理员来重置，或用恢复码登录",
        )
    require_all_units(actor, account, RESET_PASSWORDS, "重置动态口令")
    require_no_greater(actor, account, "重置动态口令")
    require_recent_proof(actor)
    return take_away(actor, account)


def take_away(actor: Actor, account: Account) -> Account:
    """Do it, whoever asks: sessions end, the trail has a line, the person is told."""
    if factor_of(account.id) is None:
        raise Conflict(
            f"“{account.name}”没有动态口令",
            code="no_second_factor",
            cause="还没有设置过",
            advice="不需要重置",
        )
    forget(account.id)
    revoke_sessions(account.id)
    history.note(actor, account, "second_factor_reset")
    outbox.announce("account.second_factor_reset", account, by=actor.name)
    return account
