"""What comes in from WeCom: verified, decrypted, kept under a unique key, and answered at once (L01).

A press is decided here, as it is one rule and the presser waits; all else is left to the inbound worker. Everything is
written down, and committed, before it is handled: what is repeated, by WeCom after a slow answer or by somebody else,
does nothing twice and gets the same answer again; what can't be handled now is handled later.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from typing import Any, TypeVar

import structlog
from peewee import IntegrityError, PeeweeException

from bots import health
from bots.pressing import Pressed, press
from bots.wecom import passive
from bots.wecom.crypto import Callback, Refused
from bots.wecom.drawing import update_of
from bots.wecom.events import CardClick, Incoming, parse
from models.core import clock
from models.core.database import database, in_transaction
from models.core.errors import Invalid, NotFound
from models.messages.records import Inbound, ResponseCode, Sending
from models.messages.ways import WecomApp

T = TypeVar("T")
log = structlog.get_logger("wecom")
PLATFORM = "wecom"
LARGEST = 256 * 1024  # bytes of a callback
CODE_GOOD_FOR = timedelta(hours=72)
#: A press is left to the callback that brought it for so long: three deliveries of five seconds.
ANSWERED_WITHIN = timedelta(seconds=15)
SETTLED = ("handled", "refused")


@dataclass(frozen=True)
class Answer:
    """What the platform hears: nothing, or the body of a passive reply."""

    status: int = 200
    body: str = ""


def verify(app_id: int, query: Callable[[str], str]) -> Answer:
    """The test that WeCom makes when an administrator saves the callback's address."""
    return _checked(
        app_id,
        lambda callback: Answer(
            body=callback.verify_url(
                query("msg_signature"), query("timestamp"), query("nonce"), query("echostr")
            )
        ),
    )


@dataclass(frozen=True)
class Kept:
    """A callback that is written down and is ours to answer at once: a press."""

    app_id: int
    callback: Callback
    incoming: CardClick
    row_id: int
    settled: bool  # it came before, and was decided


def keep_it(app_id: int, query: Callable[[str], str], body: bytes) -> Answer | Kept:
    """Write one callback down. Keeps its own transaction; call it outside of one.

    What comes out is the answer, or a press that is still to be decided: whatever becomes of that, it is not lost.
    """

    def keep_now(callback: Callback) -> Answer | Kept:
        if len(body) > LARGEST:
            raise Refused("size")
        incoming = parse(callback.open(query("msg_signature"), query("timestamp"), query("nonce"), body))
        row = in_transaction(_keep, app_id, incoming)
        if not isinstance(incoming, CardClick):
            return Answer()
        return Kept(app_id, callback, incoming, row.id, row.state in SETTLED)

    return _checked(app_id, keep_now)


def decide(kept: Kept) -> Answer:
    """Decide a press, and answer with the card as it is then. Keeps its own transaction.

    What can't be decided now is left to the inbound worker, which changes the card by the press's own code; so no
    answer is given that would use that up.
    """
    incoming = kept.incoming
    try:
        drawn = in_transaction(_decide, kept)
    except PeeweeException as error:
        log.warning("press_put_off", inbound=kept.row_id, why=type(error).__name__)
        return Answer()
    except Exception:
        log.exception("press_broke", inbound=kept.row_id)
        put_off(kept.row_id)
        return Answer()
    return Answer(body=kept.callback.seal(passive.update_card(incoming, drawn)))


def _decide(kept: Kept) -> dict[str, Any]:
    incoming = kept.incoming
    done = press(kept.app_id, incoming.user_id, incoming.key, chosen_of(incoming), again=kept.settled)
    if not kept.settled:
        settle(kept.row_id, done)
    return update_of(done.card, kept.app_id)


def put_off(row_id: int) -> None:
    """The answer to a press came too late to be heard: the inbound worker changes the card instead."""
    in_transaction(Inbound.update(state="failed", due_at=clock.now()).where(Inbound.id == row_id).execute)


def _checked(app_id: int, then: Callable[[Callback], T]) -> T | Answer:
    """Refusals look the same from outside, whatever was wrong; the trace says what it was."""
    try:
        return then(in_transaction(_callback, app_id, write=False))
    except NotFound:
        return Answer(404)
    except Invalid as error:
        in_transaction(_note, app_id, f"回调设置有误：{error.title}")
        return Answer(503)
    except Refused as error:
        log.warning("callback_refused", app=app_id, reason=error.reason)
        in_transaction(_note, app_id, f"拒绝了一次回调：{_REASONS.get(error.reason, '内容无法识别')}")
        return Answer(403 if error.reason in ("signature", "stale") else 400)
    except PeeweeException as error:
        log.warning("callback_not_kept", app=app_id, why=type(error).__name__)
        return Answer(503)


_REASONS = {"signature": "签名不对，请核对 Token", "stale": "时间差得太多", "receiver": "不是发给这个企业的"}


def _callback(app_id: int) -> Callback:
    app = WecomApp.get_or_none(WecomApp.id == app_id, WecomApp.enabled == True)  # noqa: E712
    if app is None:
        raise NotFound()
    return _opener(app.callback_token, app.callback_key, app.corp_id)


@lru_cache(maxsize=64)
def _opener(token: str, key: str, corp_id: str) -> Callback:
    return Callback(token, key, corp_id)


def _note(app_id: int, error: str) -> None:
    """On the app's record, so that who set it up sees it; a flood of forgeries writes little."""
    app = WecomApp.get_or_none(WecomApp.id == app_id)
    if app is not None and (
        app.last_error_at is None or app.last_error_at < clock.now() - timedelta(seconds=10)
    ):
        health.note(app, error)


def _keep(app_id: int, incoming: Incoming) -> Inbound:
    row, fresh = keep(app_id, incoming)
    if fresh and isinstance(incoming, CardClick):
        keep_code(incoming)
    return row


def keep(app_id: int, incoming: Incoming) -> tuple[Inbound, bool]:
    """The row of what came in, and whether it is new. What is not ours to handle yet stays `new`."""
    values = {
        "platform": PLATFORM, "app_id": app_id, "dedupe_key": incoming.dedupe_key, "kind": incoming.kind[:40],
        "user_id": incoming.user_id or None, "content": dict(incoming.fields),
    }  # fmt: skip
    if isinstance(incoming, CardClick):
        values["due_at"] = clock.now() + ANSWERED_WITHIN
    try:
        with database.atomic():
            return Inbound.create(**values), True
    except IntegrityError:
        mine = (Inbound.platform == PLATFORM) & (Inbound.app_id == app_id)
        there = Inbound.get_or_none(mine, Inbound.dedupe_key == incoming.dedupe_key)
        if there is None:
            raise
        return there, False


def keep_code(incoming: CardClick) -> None:
    """Keep the press's own permission to change this person's card later on."""
    sending = Sending.get_or_none(Sending.task_id == incoming.task_id) if incoming.task_id else None
    if sending is not None and incoming.response_code:
        ResponseCode.create(
            sending=sending, user_id=incoming.user_id, code=incoming.response_code[:255],
            expires_at=clock.now() + CODE_GOOD_FOR,
        )  # fmt: skip


def spend_code(incoming: CardClick) -> None:
    """The press's own permission is about to be used."""
    mine = ResponseCode.code == incoming.response_code[:255]
    ResponseCode.update(spent_at=clock.now()).where(mine, ResponseCode.spent_at.is_null()).execute()


def chosen_of(incoming: CardClick) -> Mapping[str, list[str]]:
    """What was chosen on the card, by question."""
    return {key: list(values) for key, values in incoming.selected.items()}


def settle(inbound_id: int, done: Pressed) -> None:
    """Write down what became of a press."""
    state = "refused" if done.refused else "handled"
    Inbound.update(state=state, result=done.result[:300], handled_at=clock.now()).where(
        Inbound.id == inbound_id
    ).execute()
