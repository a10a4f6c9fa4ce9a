"""The two ways in which a holder ties a chat account: signing in where the chat opened the page, or sending a code (I4)."""

from __future__ import annotations

import secrets
import unicodedata
from datetime import datetime, timedelta
from typing import Any

from models.administration.accounts.actors import actor_for_account
from models.administration.records import Account, Session
from models.core import clock
from models.core.errors import Conflict, Forbidden, Invalid, NotFound, TooMany
from models.core.security.actor import Actor
from models.core.security.crypto import hash_token, new_token
from models.messages.channels.records import BY_CODE, SIGNED_IN, ChatMember, WecomApp
from models.messages.chat_accounts.records import CODE, VISIT, WRONG, TieOffer
from models.messages.chat_accounts.ties import tie

GOOD_FOR = timedelta(minutes=10)
CODE_LENGTH = 8
MOST_TRIES, TRIES_WITHIN = 5, timedelta(hours=1)
#: Without those that one takes for another: 0 O, 1 I L.
_LETTERS = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
WRONG_CODE = "wrong_tie_code"


def offer_visit(app_id: int, user_id: str) -> str:
    """The platform said who is at a browser, and nobody is tied to that user id: gives the browser's secret."""
    now = clock.now()
    TieOffer.delete().where(TieOffer.expires_at < now - timedelta(days=1)).execute()
    secret = new_token()
    TieOffer.create(
        kind=VISIT,
        secret_hash=hash_token(secret),
        app_id=app_id,
        user_id=user_id[:64],
        expires_at=now + GOOD_FOR,
    )
    return secret


def pending(secret: str) -> dict[str, Any]:
    """What signing in at this browser would tie: the user id and the app. Raises NotFound `no_offer`."""
    offer = _visit(secret)
    app = WecomApp.get_by_id(offer.app_id)
    return {"user_id": offer.user_id, "app": app.name, "expires_at": offer.expires_at}


def take_visit(actor: Actor, secret: str) -> list[ChatMember]:
    """Tie what the browser's secret stands for to who is signed in there. Once.

    Raises NotFound `no_offer`, and as `tie` does.
    """
    offer = _visit(secret)
    rows = tie(actor, _app(offer.app_id), str(offer.user_id), SIGNED_IN)
    _spend(offer)
    return rows


def _visit(secret: str) -> TieOffer:
    found = TieOffer.get_or_none(
        TieOffer.kind == VISIT, TieOffer.secret_hash == hash_token(secret or ""), TieOffer.used_at.is_null(),
        TieOffer.expires_at > clock.now(),
    )  # fmt: skip
    if found is None:
        raise NotFound(
            "绑定没有完成",
            code="no_offer",
            cause="从聊天里打开的绑定只在 10 分钟内、在打开它的手机上有效",
            advice="请回到聊天，重新点一次卡片或菜单",
        )
    return found


def show_code(actor: Actor) -> tuple[str, datetime]:
    """A code that ties the chat account that sends it to the actor's account: good once, for ten minutes.

    One that was shown before is good no more. Raises Forbidden.
    """
    if actor.account_id is None or actor.must_change_password:
        raise Forbidden(
            "请先登录", code="no_account", cause="绑定要用您自己的账号", advice="请登录并设好密码后再绑定"
        )
    now = clock.now()
    TieOffer.delete().where(TieOffer.kind == CODE, TieOffer.account_id == actor.account_id).execute()
    code = "".join(secrets.choice(_LETTERS) for _ in range(CODE_LENGTH))
    TieOffer.create(
        kind=CODE, secret_hash=hash_token(code), account_id=actor.account_id, unit_id=actor.unit_id,
        session_id=actor.session_id, expires_at=now + GOOD_FOR,
    )  # fmt: skip
    return code, now + GOOD_FOR


def send_code(app_id: int, user_id: str, text: str) -> list[ChatMember]:
    """What `user_id` wrote after 绑定 in the chat. Raises Invalid `wrong_tie_code` (to be counted by `count_wrong`),

    TooMany after five of them within an hour.
    """
    wrong = TieOffer.select().where(
        TieOffer.kind == WRONG, TieOffer.app_id == app_id, TieOffer.user_id == user_id.lower()[:64],
        TieOffer.expires_at > clock.now(),
    )  # fmt: skip
    if wrong.count() >= MOST_TRIES:
        raise TooMany(
            "试得太多了", code="too_many_codes", cause="这个企业微信账号发错了 5 次绑定码", advice="请一小时后再试",
            retry_after=int(TRIES_WITHIN.total_seconds()),
        )  # fmt: skip
    code = unicodedata.normalize("NFKC", text).upper().replace(" ", "").strip()
    offer = TieOffer.get_or_none(
        TieOffer.kind == CODE, TieOffer.secret_hash == hash_token(code), TieOffer.used_at.is_null(),
        TieOffer.expires_at > clock.now(),
    )  # fmt: skip
    account = (
        None if offer is None or not _lives(offer) else Account.get_or_none(Account.id == offer.account_id)
    )
    if offer is None or account is None:
        raise Invalid(
            "绑定码不对", code=WRONG_CODE, cause="绑定码 10 分钟内有效，只能用一次",
            advice="请在手机端“我的 · 聊天账号”里重新显示一个",
        )  # fmt: skip
    actor = actor_for_account(account, "chat", unit_id=offer.unit_id)
    rows = tie(actor, _app(app_id), user_id, BY_CODE)
    _spend(offer)
    return rows


def _lives(offer: TieOffer) -> bool:
    """Whether the session that showed the code is not over: a reset, say, ends both."""
    session = Session.get_or_none(Session.id == offer.session_id, Session.account_id == offer.account_id)
    return session is not None and session.revoked_at is None and session.expires_at > clock.now()


def count_wrong(app_id: int, user_id: str) -> None:
    """Remember a wrong code of `user_id`; in the transaction that goes on, unlike that of `send_code`."""
    TieOffer.create(
        kind=WRONG, secret_hash=hash_token(new_token()), app_id=app_id, user_id=user_id.lower()[:64],
        expires_at=clock.now() + TRIES_WITHIN,
    )  # fmt: skip


def _app(app_id: int) -> WecomApp:
    found: WecomApp | None = WecomApp.get_or_none(WecomApp.id == app_id, WecomApp.enabled == True)  # noqa: E712
    if found is None:
        raise NotFound("没有这个应用", cause="它可能已停用", advice="请回到聊天，从新的卡片打开")
    return found


def _spend(offer: TieOffer) -> None:
    mine = (TieOffer.id == offer.id) & TieOffer.used_at.is_null()
    if not TieOffer.update(used_at=clock.now()).where(mine).execute():
        raise Conflict("刚刚已经绑定过", code="offer_spent", cause="另一处同时在绑定", advice="请刷新后再看")
