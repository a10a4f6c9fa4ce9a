"""What comes in from WeCom: verified, decrypted, kept under a unique key, and answered at once (L01).

A press is decided here, as it is one rule and the presser waits; all else is left to the inbound worker. What is
repeated, by WeCom after a slow answer or by somebody else, does nothing twice and gets the same answer again.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache, partial
from typing import TypeVar

import structlog
from peewee import PeeweeException

from bots import health
from bots.pressing import Asked, Pressed, press_all
from bots.wecom import passive
from bots.wecom.crypto import Callback, Refused
from bots.wecom.drawing import update_of
from bots.wecom.events import CardClick, Incoming, parse
from models.core import clock
from models.core.database import database, in_transaction, is_sqlite
from models.core.errors import Invalid, NotFound
from models.messages.records import Inbound, ResponseCode, Sending
from models.messages.ways import WecomApp

T = TypeVar("T")
log = structlog.get_logger("wecom")
PLATFORM = "wecom"
LARGEST = 256 * 1024  # bytes of a callback
CODE_GOOD_FOR = timedelta(hours=72)
_AGAIN_AFTER = timedelta(seconds=5)


@dataclass(frozen=True)
class Answer:
    """What the platform hears: nothing, or the body of a passive reply."""

    status: int = 200
    body: str = ""


def verify(app_id: int, query: Callable[[str], str]) -> Answer:
    """The test that WeCom makes when an administrator saves the callback's address."""
    return _checked(
        app_id,
        _known(app_id),
        lambda callback: Answer(
            body=callback.verify_url(
                query("msg_signature"), query("timestamp"), query("nonce"), query("echostr")
            )
        ),
    )


@dataclass(frozen=True)
class Request:
    """A callback as it came over HTTP."""

    app_id: int
    query: Callable[[str], str]
    body: bytes


def receive(app_id: int, query: Callable[[str], str], body: bytes) -> Answer:
    """One callback. Keeps its own transactions; call it outside of one."""
    return receive_all([Request(app_id, query, body)])[0]


def receive_all(requests: Sequence[Request]) -> list[Answer]:
    """Callbacks that came at the same time, decided in one transaction; if this raises, try one by one."""
    openers: dict[int, Callback | Exception] = {}
    answers: dict[int, Answer] = {}
    taken: list[tuple[int, Callback, int, Incoming]] = []
    for place, one in enumerate(requests):
        if one.app_id not in openers:
            openers[one.app_id] = _known(one.app_id)
        found = _checked(one.app_id, openers[one.app_id], partial(_opened, one))
        if isinstance(found, Answer):
            answers[place] = found
        else:
            taken.append((place, found[0], one.app_id, found[1]))
    if taken:
        replies = in_transaction(_receive, [(app_id, incoming) for _, _, app_id, incoming in taken])
        for (place, callback, _, _), reply in zip(taken, replies, strict=True):
            answers[place] = Answer(body=callback.seal(reply) if reply else "")
    return [answers[place] for place in range(len(requests))]


def _opened(one: Request, callback: Callback) -> tuple[Callback, Incoming]:
    if len(one.body) > LARGEST:
        raise Refused("size")
    query = one.query
    return callback, parse(
        callback.open(query("msg_signature"), query("timestamp"), query("nonce"), one.body)
    )


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
    except Refused as error:
        log.warning("callback_refused", app=app_id, reason=error.reason)
        in_transaction(_note, app_id, f"拒绝了一次回调：{_REASONS.get(error.reason, '内容无法识别')}")
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
    """On the app's record, so that who set it up sees it; a flood of forgeries writes little."""
    app = WecomApp.get_or_none(WecomApp.id == app_id)
    if app is not None and (
        app.last_error_at is None or app.last_error_at < clock.now() - timedelta(seconds=10)
    ):
        health.note(app, error)


def _receive(items: Sequence[tuple[int, Incoming]]) -> list[str]:
    """Keep what came in, and decide what is a press; gives for each the passive reply's XML, or nothing."""
    rows = keep(items)
    keep_codes([one for (_, one), row in zip(items, rows, strict=True) if row.state == "new"])
    replies = [""] * len(items)
    for app_id in {app_id for app_id, _ in items}:
        mine = [
            (place, one, rows[place])
            for place, (whose, one) in enumerate(items)
            if whose == app_id and isinstance(one, CardClick)
        ]
        for (place, _, _), reply in zip(mine, _press(app_id, mine), strict=True):
            replies[place] = reply
    return replies


def _press(app_id: int, clicks: Sequence[tuple[int, CardClick, Inbound]]) -> list[str]:
    """Decide presses on cards of an app, and draw what each shows now."""
    if not clicks:
        return []
    asked = [Asked(one.user_id, one.key, chosen_of(one)) for _, one, _ in clicks]
    try:
        with database.atomic():
            done = press_all(app_id, asked)
    except PeeweeException:
        raise  # the whole is tried again, or the platform delivers it again
    except Exception:
        if len(clicks) > 1:
            raise  # each by itself, so that one can't take its neighbours along
        log.exception("press_broke", inbound=clicks[0][2].id)
        Inbound.update(state="failed", due_at=clock.now() + _AGAIN_AFTER).where(
            Inbound.id == clicks[0][2].id
        ).execute()
        return [passive.update_button(clicks[0][1], "稍后处理")]
    settle(
        [
            (row.id, made)
            for (_, _, row), made in zip(clicks, done, strict=True)
            if row.state in ("new", "failed")
        ]
    )
    drawn = {made.card: update_of(made.card, app_id) for made in done}
    return [
        passive.update_card(one, drawn[made.card]) for (_, one, _), made in zip(clicks, done, strict=True)
    ]


def keep(items: Sequence[tuple[int, Incoming]]) -> list[Inbound]:
    """The row of each that came in; what is not handled yet is `new`. One that came before gives the row of then."""
    now = clock.now()
    values = {
        (app_id, one.dedupe_key): {
            "platform": PLATFORM, "app_id": app_id, "dedupe_key": one.dedupe_key, "kind": one.kind[:40],
            "user_id": one.user_id or None, "content": dict(one.fields), "received_at": now, "due_at": now,
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
    sendings = dict(Sending.select(Sending.task_id, Sending.id).where(Sending.task_id.in_(tasks)).tuples())
    until = clock.now() + CODE_GOOD_FOR
    rows = [
        {
            "sending": sendings[one.task_id],
            "user_id": one.user_id,
            "code": one.response_code[:255],
            "expires_at": until,
        }
        for one in {one.dedupe_key: one for one in clicks}.values()
        if one.task_id in sendings
    ]
    if rows:
        ResponseCode.insert_many(rows).execute()


def settle(decided: Iterable[tuple[int, Pressed]]) -> None:
    """Write down what became of presses. Of one that came twice at once the first result stays."""
    alike: dict[tuple[str, str], list[int]] = defaultdict(list)
    seen: set[int] = set()
    for row_id, done in decided:
        if row_id not in seen:
            seen.add(row_id)
            alike["refused" if done.refused else "handled", done.result[:300]].append(row_id)
    for (state, result), ids in alike.items():
        Inbound.update(state=state, result=result, handled_at=clock.now()).where(
            Inbound.id.in_(ids)
        ).execute()


def chosen_of(incoming: CardClick) -> Mapping[str, list[str]]:
    """What was chosen on the card, by question."""
    return {key: list(values) for key, values in incoming.selected.items()}
