"""What comes in from WeCom: verified, decrypted, kept under a unique key, and answered at once (L01).

A press is decided here, as it is one rule and the presser waits; all else is left to the inbound worker. Everything is
written down, and committed, before it is handled: what is repeated, by WeCom after a slow answer or by somebody else,
does nothing twice and gets the same answer again; what can't be handled now is handled later.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache, partial
from typing import TypeVar

import structlog
from peewee import PeeweeException

from bots.delivery import health
from bots.incoming import outcomes
from bots.incoming.pressing import Pressed, PressedButton, by_rule, press_all
from bots.wecom.drawing import update_of
from bots.wecom.guesses import guess
from bots.wecom.incoming import forgeries
from bots.wecom.incoming.events import CardClick, Incoming, parse, unreadable
from bots.wecom.protocol import passive
from bots.wecom.protocol.crypto import Callback, CallbackRefused
from bots.wecom.protocol.xml import UnreadableXml
from models.core import clock
from models.core.db.connection import in_transaction, is_sqlite
from models.core.errors import Invalid, NotFound, Unavailable
from models.messages.channels.records import WecomApp, same_user
from models.messages.records import Inbound, ResponseCode, Sending

T = TypeVar("T")
log = structlog.get_logger("wecom")
PLATFORM = "wecom"
LARGEST = 256 * 1024  # bytes of a callback
CODE_GOOD_FOR = timedelta(hours=guess("code_hours"))
#: A press is left to the callback that brought it for so long: three deliveries of five seconds.
ANSWERED_WITHIN = timedelta(seconds=15)


@dataclass(frozen=True)
class Answer:
    """What the platform hears: nothing, or the body of a passive reply."""

    status: int = 200
    body: str = ""


def verify(app_id: int, query: Callable[[str], str]) -> Answer:
    """The test that WeCom makes when an administrator saves the callback's address."""
    try:
        known = _known(app_id)
    except Unavailable:
        return Answer(503)
    return _checked(
        app_id,
        known,
        lambda callback: Answer(
            body=callback.verify_url(
                query("msg_signature"), query("timestamp"), query("nonce"), query("echostr")
            )
        ),
    )


@dataclass(frozen=True)
class CallbackRequest:
    """A callback as it came over HTTP; `query` has what it is signed with."""

    app_id: int
    query: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class KeptPress:
    """A callback that is written down and is ours to answer at once: a press."""

    app_id: int
    callback: Callback
    incoming: CardClick
    row_id: int

    @property
    def by_rule(self) -> bool:
        """Whether more hangs on it than an answer to news."""
        return by_rule(self.incoming.key)


def keep_all(requests: Sequence[CallbackRequest]) -> list[Answer | KeptPress]:
    """Write down callbacks that came at the same time, in one transaction; if this raises, try one by one.

    For each comes out the answer, or a press that is still to be decided: whatever becomes of that, it is not lost.
    """
    try:
        return _keep_all(requests)
    except Unavailable:
        return [Answer(503)] * len(requests)  # they are delivered again
    except PeeweeException as error:
        if len(requests) > 1:
            raise
        log.warning("callback_not_kept", app=requests[0].app_id, why=type(error).__name__)
        return [Answer(503)]


def _keep_all(requests: Sequence[CallbackRequest]) -> list[Answer | KeptPress]:
    openers: dict[int, Callback | Exception] = {}
    answers: dict[int, Answer | KeptPress] = {}
    taken: list[tuple[int, Callback, int, Incoming]] = []
    for place, one in enumerate(requests):
        if one.app_id not in openers:
            openers[one.app_id] = _known(one.app_id)
        found = _checked(one.app_id, openers[one.app_id], partial(_opened, one))
        if isinstance(found, Answer):
            answers[place] = found
        else:
            taken.append((place, found[0], one.app_id, found[1]))
    rows = in_transaction(_keep, [(app_id, incoming) for _, _, app_id, incoming in taken]) if taken else []
    for (place, callback, app_id, incoming), row in zip(taken, rows, strict=True):
        answers[place] = (
            KeptPress(app_id, callback, incoming, row.id) if isinstance(incoming, CardClick) else Answer()
        )
    return [answers[place] for place in range(len(requests))]


def _opened(one: CallbackRequest, callback: Callback) -> tuple[Callback, Incoming]:
    if len(one.body) > LARGEST:
        raise CallbackRefused("size")
    text = callback.open(one.query["msg_signature"], one.query["timestamp"], one.query["nonce"], one.body)
    try:
        return callback, parse(text)
    except UnreadableXml as error:
        # Signed, so it is the platform's: refused it would come twice more, and be no better read.
        log.warning("callback_unreadable", app=one.app_id, reason=str(error))
        return callback, unreadable(text)


def decide_all(kept: Sequence[KeptPress]) -> list[Answer]:
    """Decide presses in one transaction, and answer each with the card as it is then; if this raises, try one by one.

    What can't be decided now is left to the inbound worker, which changes the card by the press's own code; so no
    answer is given that would use that up.
    """
    try:
        replies = in_transaction(_decide, kept)
    except Unavailable:
        return [Answer()] * len(kept)
    except PeeweeException as error:
        if len(kept) > 1:
            raise
        log.warning("press_put_off", inbound=kept[0].row_id, why=type(error).__name__)
        return [Answer()]
    except Exception:
        if len(kept) > 1:
            raise  # each by itself, so that one can't take its neighbours along
        log.exception("press_broke", inbound=kept[0].row_id)
        in_transaction(outcomes.put_off, kept[0].row_id)
        return [Answer()]
    return [Answer(body=one.callback.seal(reply)) for one, reply in zip(kept, replies, strict=True)]


def _decide(kept: Sequence[KeptPress]) -> list[str]:
    replies = [""] * len(kept)
    # Asked again here: since it was written down, another delivery or the inbound worker may have decided it.
    settled = outcomes.decided_of({one.row_id for one in kept})
    for app_id in {one.app_id for one in kept}:
        mine = [(place, one) for place, one in enumerate(kept) if one.app_id == app_id]
        asked = [
            PressedButton(
                one.incoming.user_id, one.incoming.key, chosen_of(one.incoming), one.row_id in settled
            )
            for _, one in mine
        ]
        done = press_all(app_id, asked)
        outcomes.settle([(one.row_id, made) for (_, one), made in zip(mine, done, strict=True)])
        drawn = {made.card: update_of(made.card, app_id) for made in done}
        for (place, one), made in zip(mine, done, strict=True):
            replies[place] = passive.update_card(one.incoming, drawn[made.card])
    return replies


def decide_late(app_id: int, row_id: int, incoming: CardClick) -> Pressed:
    """Decide a press that waited too long, or show what was decided, in the caller's transaction."""
    again = bool(outcomes.decided_of([row_id]))
    (done,) = press_all(
        app_id, [PressedButton(incoming.user_id, incoming.key, chosen_of(incoming), again=again)]
    )
    outcomes.settle([(row_id, done)], late=True)
    return done


def _known(app_id: int) -> Callback | Exception:
    """The app's callback, or why there is none."""
    try:
        return in_transaction(_callback, app_id, write=False)
    except (NotFound, Invalid) as error:
        return error


def _checked(app_id: int, callback: Callback | Exception, then: Callable[[Callback], T]) -> T | Answer:
    """Refusals look the same from outside, whatever was wrong; the trace says what it was."""
    try:
        if isinstance(callback, Exception):
            raise callback
        return then(callback)
    except NotFound:
        return Answer(404)
    except Invalid as error:
        in_transaction(_note, app_id, f"回调设置有误：{error.title}")
        return Answer(503)
    except CallbackRefused as error:
        log.warning("callback_refused", app=app_id, reason=error.reason)
        forgeries.count(app_id, _REASONS.get(error.reason, "内容无法识别"))
        return Answer(403 if error.reason in ("signature", "stale") else 400)


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
    """On the app's record, so that who set it up sees it; however many come, it is written seldom."""
    app = WecomApp.get_or_none(WecomApp.id == app_id)
    if app is not None and (
        app.last_error_at is None or app.last_error_at < clock.now() - timedelta(seconds=10)
    ):
        health.note(app, error)


def _keep(items: Sequence[tuple[int, Incoming]]) -> list[Inbound]:
    rows = keep(items)
    keep_codes([one for (_, one), row in zip(items, rows, strict=True) if row.state == "new"])
    return rows


def keep(items: Sequence[tuple[int, Incoming]]) -> list[Inbound]:
    """The row of each that came in; what is not handled yet is `new`. One that came before gives the row of then."""
    now = clock.now()
    values = {
        (app_id, one.dedupe_key): {
            "platform": PLATFORM, "app_id": app_id, "dedupe_key": one.dedupe_key, "kind": one.kind[:40],
            "user_id": one.user_id or None, "content": dict(one.fields), "received_at": now,
            "due_at": now + ANSWERED_WITHIN if isinstance(one, CardClick) else now,
        }
        for app_id, one in items
    }  # fmt: skip
    # A fixed order, so that two processes that get the same at once wait for each other and not in a ring.
    made = Inbound.insert_many([values[key] for key in sorted(values)])
    # A harmless update where it is there; to ignore all faults would also swallow those of the values.
    where = [Inbound.platform, Inbound.app_id, Inbound.dedupe_key] if is_sqlite() else None
    made.on_conflict(conflict_target=where, preserve=[Inbound.kind]).execute()
    needed = (Inbound.id, Inbound.app_id, Inbound.dedupe_key, Inbound.state)
    apps, keys = {app_id for app_id, _ in values}, [key for _, key in values]
    rows = Inbound.select(*needed).where(
        Inbound.platform == PLATFORM, Inbound.app_id.in_(apps), Inbound.dedupe_key.in_(keys)
    )
    found = {(row.app_id, row.dedupe_key): row for row in rows}
    return [found[app_id, one.dedupe_key] for app_id, one in items]


def keep_codes(incoming: Iterable[Incoming]) -> None:
    """Keep each click's own permission to change this person's card later on."""
    clicks = [one for one in incoming if isinstance(one, CardClick) and one.task_id and one.response_code]
    if not clicks:
        return
    tasks = {one.task_id for one in clicks}
    rows = list(
        Sending.select(Sending.task_id, Sending.id, Sending.live_until).where(Sending.task_id.in_(tasks))
    )
    sendings = {row.task_id: row.id for row in rows}
    if live := [row.id for row in rows if row.live_until is not None]:
        # The answer to the press shows what became of it: this copy needs not be taken back.
        Sending.update(live_until=None).where(Sending.id.in_(live)).execute()
    there = {
        row.code
        for row in ResponseCode.select(ResponseCode.code).where(
            ResponseCode.sending.in_(list(sendings.values()) or (0,)),
            same_user(ResponseCode.user_id, [one.user_id for one in clicks]),
        )
    }
    until = clock.now() + CODE_GOOD_FOR
    rows = [
        {
            "sending": sendings[one.task_id],
            "user_id": one.user_id,
            "code": one.response_code[:255],
            "expires_at": until,
        }
        for one in {one.dedupe_key: one for one in clicks}.values()
        if one.task_id in sendings and one.response_code[:255] not in there
    ]
    if rows:
        ResponseCode.insert_many(rows).execute()


def spend_code(incoming: CardClick) -> None:
    """The press's own permission is about to be used."""
    # By sending and person, which an index knows; the code itself is in none.
    sent = Sending.select(Sending.id).where(Sending.task_id == incoming.task_id)
    mine = (
        (ResponseCode.sending.in_([row.id for row in sent] or [0]))
        & same_user(ResponseCode.user_id, [incoming.user_id])
        & (ResponseCode.code == incoming.response_code[:255])
    )
    ResponseCode.update(spent_at=clock.now()).where(mine, ResponseCode.spent_at.is_null()).execute()


def chosen_of(incoming: CardClick) -> Mapping[str, list[str]]:
    """What was chosen on the card, by question."""
    return {key: list(values) for key, values in incoming.selected.items()}
