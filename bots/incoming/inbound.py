"""Handles what came in and was only kept: commands, photos, places, changes of the address book (L01).

Every row is handled once: it is leased, its answer goes out under a task id of its own, so that the platform itself
refuses the same answer a second time, and then it is marked. What can't be done now is tried again later.
"""

from __future__ import annotations

import re
from datetime import timedelta

import structlog
from redis.exceptions import RedisError

from bots import tools
from bots.card import Card
from bots.commands import CommandCall, find, of_key, refused
from bots.commands.answers import greeting, help_, not_taken, place_of, report_refused
from bots.commands.snapping import is_report, report, waiting_photos
from bots.delivery import health, limits
from bots.incoming import outcomes, photo_replies
from bots.incoming.questions import card_for
from bots.wecom.channel import ONCE_WITHIN, USED_TASK_ID
from bots.wecom.client import ONCE_WITHIN as REPEATED
from bots.wecom.drawing import message_of, text_of, update_of
from bots.wecom.incoming import receiving
from bots.wecom.incoming.events import (
    UNREADABLE,
    CardClick,
    ContactChange,
    Incoming,
    Location,
    MediaEvent,
    Menu,
    TextEvent,
    of_fields,
)
from bots.wecom.protocol.errors import WecomError
from models.core import clock
from models.core.db.connection import database, in_transaction, is_sqlite
from models.core.errors import AnbanError, Conflict, Invalid, Unavailable
from models.core.files import photos
from models.core.files.content_check import Examined
from models.core.files.readers import Busy
from models.messages.channels import members
from models.messages.channels.members import actor_of, member_of
from models.messages.channels.records import WecomApp, same_user
from models.messages.chat_accounts import offers
from models.messages.chat_accounts.file_question import QUESTION
from models.messages.records import LATE, Inbound
from models.organization.records import Person

log = structlog.get_logger("inbound")
_LEASE = timedelta(minutes=1)
_MOST_TRIES = 6
#: 绑定 ABCD2345, 绑定码：abcd 2345
_TIE = re.compile(r"绑定(?:码)?[\s:：,，]*(?P<code>[0-9A-Za-z０-９Ａ-Ｚａ-ｚ ]{0,20})")
_SILENT = {"view", "location_report"}
_PHOTO_PATIENCE = timedelta(minutes=1)
_GREETED_FOR = 24 * 3600  # seconds: who opens the app is greeted once in that time


def work(limit: int = 50) -> int:
    """Handle up to `limit` rows that wait; gives how many were taken. Call it outside of a transaction."""
    rows = in_transaction(_take, limit)
    for row in rows:
        _guarded(row)
    return len(rows)


def _take(limit: int) -> list[Inbound]:
    """Lease rows: what is taken is due again only after the lease."""
    now = clock.now()
    query = (
        Inbound.select()
        .where(Inbound.state.in_(("new", "failed", *LATE.values())), Inbound.due_at <= now)
        .order_by(Inbound.due_at, Inbound.id)
        .limit(limit)
    )
    rows = list(query if is_sqlite() else query.for_update("FOR UPDATE SKIP LOCKED"))
    if rows:
        Inbound.update(due_at=now + _LEASE, attempts=Inbound.attempts + 1).where(
            Inbound.id.in_([row.id for row in rows])
        ).execute()
    return rows


class Later(Exception):
    """Our own limits say to wait for so many seconds."""

    def __init__(self, seconds: float) -> None:
        self.seconds = seconds
        super().__init__(f"{seconds} s")


def _guarded(row: Inbound) -> None:
    broke = False
    try:
        state, result = _handle(row)
    except Later as later:
        in_transaction(_postpone, row, later.seconds)
        return
    except Unavailable:
        return  # nothing can be written down; when the lease is over it is taken up again
    except WecomError as error:
        state, result = ("failed" if error.worth_a_try or error.code is None else "refused"), error.reason
        in_transaction(_note, row.app_id, error.reason)
    except Exception:
        log.exception("inbound_broke", inbound=row.id)
        state, result, broke = "failed", "程序出错，已记录", True
    if state == "failed" and row.attempts + 1 >= _MOST_TRIES:
        state, result = "refused", f"{result}（试了 {_MOST_TRIES} 次）"
        if broke:
            _say_so(row)
    in_transaction(_mark, row, state, result)


def _note(app_id: int, error: str) -> None:
    app = WecomApp.get_or_none(WecomApp.id == app_id)
    if app is not None:
        health.note(app, error)


def _say_so(row: Inbound) -> None:
    """Nobody is left without an answer because of a fault of ours."""
    app = in_transaction(WecomApp.get_or_none, WecomApp.id == row.app_id, write=False)
    if app is None or not row.user_id:
        return
    error = Conflict(
        "这次没有办成", code="broken", cause="系统出错，已记录", advice="请在手机端办理，或联系安全管理员"
    )
    try:
        _send(app, row, refused(row.id, error), row.user_id)
    except (WecomError, Later) as fault:
        log.warning("not_even_said", inbound=row.id, why=str(fault))


def _postpone(row: Inbound, seconds: float) -> None:
    """It counts as no try."""
    due = clock.now() + timedelta(seconds=seconds)
    mine = (Inbound.id == row.id) & Inbound.handled_at.is_null()
    Inbound.update(state="new", due_at=due, attempts=row.attempts).where(mine).execute()


def _mark(row: Inbound, state: str, result: str) -> None:
    again_at = clock.now() + timedelta(seconds=5 * 2**row.attempts) if state == "failed" else None
    outcomes.finish(row, state, result, again_at)


def _handle(row: Inbound) -> tuple[str, str]:
    """What becomes of a row: its state and the result for the trace."""
    app = in_transaction(WecomApp.get_or_none, WecomApp.id == row.app_id, write=False)
    if app is None:
        return "refused", "no_app"
    if row.kind == QUESTION:
        return _ask(app, row)
    if row.kind == UNREADABLE:
        in_transaction(_note, app.id, "有一条回调签名正确，但内容无法识别，已记下，没有处理")
        return "refused", UNREADABLE
    incoming = of_fields(row.content or {})
    if isinstance(incoming, CardClick):
        return _late_press(app, row, incoming)
    if isinstance(incoming, ContactChange):
        return "handled", in_transaction(_contact, app, incoming)
    if incoming.kind == "unsubscribe":
        in_transaction(members.out_of_reach, app.id, incoming.user_id, "已不在应用的可见范围")
        return "handled", "unreachable"
    if _is_silent(app, row, incoming):
        return "handled", incoming.kind
    return _reply(app, row, incoming)


def _ask(app: WecomApp, row: Inbound) -> tuple[str, str]:
    """Ask what a unit asks, if it still does."""
    card = in_transaction(card_for, app.id, row.user_id, int(row.content["Invitation"]))
    if card is None:
        return "refused", "not_asked"
    _send(app, row, card, row.user_id)
    return "handled", "asked"


def _is_silent(app: WecomApp, row: Inbound, incoming: Incoming) -> bool:
    """Whether it wants no answer: what tells us something, and an app that is opened again on the same day."""
    if incoming.kind in _SILENT or not incoming.user_id:
        return True
    if incoming.kind == "unknown":
        return str(incoming.fields.get("MsgType", "")).lower() == "event"
    if incoming.kind in ("enter_agent", "subscribe"):
        return not _is_first(app, row, incoming.user_id) and incoming.kind == "enter_agent"
    return False


def _is_first(app: WecomApp, row: Inbound, user_id: str) -> bool:
    """Whether this row may greet: the first of the day does, each time it is tried."""
    key, mine = f"anban:greeted:{app.id}:{user_id.lower()}", str(row.id)
    try:
        tools.redis().set(key, mine, nx=True, ex=_GREETED_FOR)
        return bool(tools.redis().get(key) == mine.encode())
    except RedisError:
        return False  # better no greeting than one each time


def _reply(app: WecomApp, row: Inbound, incoming: Incoming) -> tuple[str, str]:
    """Something was said: exactly one card comes back."""
    if isinstance(incoming, TextEvent):
        in_transaction(_after_photos, row, write=False)
    photo, fault = None, None
    if isinstance(incoming, MediaEvent) and incoming.kind == "image":
        photo, fault = _fetched(app, incoming.media_id)
    card, result, state = in_transaction(_answer, app.id, row.id, incoming, photo, fault)
    code = _send(app, row, card, incoming.user_id)
    if result.startswith("photo:"):
        in_transaction(photo_replies.keep, row, int(result.removeprefix("photo:")), code)
        photo_replies.work()
    return state, result


def _after_photos(row: Inbound) -> None:
    """Words wait for the photos that were sent before them, which another worker may just be fetching."""
    before = Inbound.select().where(
        Inbound.app_id == row.app_id, same_user(Inbound.user_id, [row.user_id]), Inbound.kind == "image", Inbound.id < row.id,
        Inbound.state.in_(("new", "failed")), Inbound.received_at >= clock.now() - _PHOTO_PATIENCE,
    )  # fmt: skip
    if before.exists():
        raise Later(1.0)


def _send(app: WecomApp, row: Inbound, card: Card, user_id: str) -> str:
    """To whom it concerns, within what the platform lets through to one member: the rest it would drop in silence.

    Gives the permission to change it once; empty for none.
    """
    counted = [
        (limits.member(app.corp_id, app.agent_id, user_id), 2 if app.also_text else 1),
        (limits.api(app.corp_id, "message/send"), 1),
        (limits.ip(app.base_url), 1),
    ]
    seconds = tools.limits().take_all(counted)
    if seconds:
        raise Later(seconds)
    try:
        code = (
            tools.wecom(app)
            .send(message_of(card, app, _task_id(row)), [user_id], once=ONCE_WITHIN)
            .response_code
        )
    except WecomError as error:
        if error.code != USED_TASK_ID:
            raise
        # An earlier try went out, and nobody knows whether it came: the answer in words, which come twice at worst.
        log.warning("answer_doubtful", inbound=row.id)
        tools.wecom(app).send(text_of(card, app), [user_id])
        return ""
    if app.also_text:  # for who reads in the WeChat plug-in, which shows no cards
        tools.wecom(app).send(text_of(card, app), [user_id], once=REPEATED if row.attempts > 0 else 0)
    return code


def _task_id(row: Inbound) -> str:
    """The same each time this row is answered, and no other's, also not of an installation that was begun anew."""
    return f"in-{row.id}-{int(row.received_at.timestamp())}"


def _fetched(app: WecomApp, media_id: str) -> tuple[Examined | None, AnbanError | None]:
    """A photo that was sent; or what to say when it is not there any more, or is none."""
    try:
        return photos.look(tools.wecom(app).download(media_id).content), None
    except WecomError as error:
        if error.worth_a_try or error.code is None:
            raise
        if error.kind == "setup":
            in_transaction(_note, app.id, error.reason)
        cause = f"企业微信没有给出这张照片（{error.code}）"
        return None, Invalid("照片没有收到", code="photo_gone", cause=cause, advice="请再发一次")
    except Busy as busy:
        raise Later(float(busy.retry_after)) from busy
    except Invalid as refused:
        return None, refused


def _answer(
    app_id: int, inbound_id: int, incoming: Incoming, photo: Examined | None, fault: AnbanError | None
) -> tuple[Card, str, str]:
    """The card that answers, the result for the trace, and the row's state."""
    try:
        if fault is not None:
            raise fault
        code = _code_in(incoming)
        if code is not None:
            return _tied(app_id, inbound_id, incoming.user_id, code)
        member = member_of(app_id, incoming.user_id)
        asked = CommandCall(inbound_id, member, actor_of(member))
        if isinstance(incoming, Location):
            return place_of(asked, incoming.longitude, incoming.latitude, incoming.label), "place", "handled"
        if photo is not None:
            kept = photos.keep(asked.actor, "chat.jpg", photo).id
            return photo_replies.card_for(asked), f"photo:{kept}", "handled"
        return (*_said(asked, incoming), "handled")
    except Unavailable:
        raise
    except AnbanError as error:
        found = find(incoming.content) if isinstance(incoming, TextEvent) else None
        if found is not None and found[0].key == "report":
            return report_refused(inbound_id, error), error.code, "refused"
        return refused(inbound_id, error), error.code, "refused"


def _code_in(incoming: Incoming) -> str | None:
    """What follows 绑定, if that is what was said."""
    found = _TIE.fullmatch(incoming.content.strip()) if isinstance(incoming, TextEvent) else None
    return found["code"] if found else None


def _tied(app_id: int, inbound_id: int, user_id: str, code: str) -> tuple[Card, str, str]:
    """绑定 with a code from the phone client. Nobody need be known for it."""
    if not code:
        lead = "在手机端“我的 · 聊天账号”里点“显示绑定码”，再在这里发：绑定 绑定码"
        return (
            Card("chat", inbound_id, 1, "绑定要用绑定码", lead=lead, path="/pages/home/index"),
            "tie_how",
            "handled",
        )
    try:
        with database.atomic():
            row = offers.send_code(app_id, user_id, code)[0]
    except Invalid:
        offers.count_wrong(app_id, user_id)
        raise
    name = Person.get_by_id(row.__data__["person"]).name
    lead = f"这个企业微信账号已绑定到 {name} 的安班账号。不是您本人，请马上在手机端“我的 · 聊天账号”里解除"
    return (
        Card("chat", inbound_id, 1, "绑定好了", lead=lead, path="/pages/home/index", tone="done"),
        "tied",
        "handled",
    )


def _said(asked: CommandCall, incoming: Incoming) -> tuple[Card, str]:
    if isinstance(incoming, Menu):
        entry = of_key(incoming.key)
        return (entry.run(asked), entry.key) if entry else (help_(asked), "help")
    if isinstance(incoming, TextEvent):
        found = find(incoming.content)
        if found is not None:
            entry, words = found
            return entry.run(CommandCall(asked.inbound_id, asked.member, asked.actor, words)), entry.key
        said = CommandCall(asked.inbound_id, asked.member, asked.actor, incoming.content)
        if is_report(said):
            return report(said, waiting_photos(said)), "snapped"
        return help_(said), "not_understood"
    if incoming.kind == "enter_agent":
        return greeting(asked), "welcome"
    if incoming.kind == "subscribe":
        return help_(asked), "welcome"
    return not_taken(asked, incoming.kind), f"not_understood:{incoming.kind}"


def _late_press(app: WecomApp, row: Inbound, incoming: CardClick) -> tuple[str, str]:
    """A press that was not decided when it came, or not in time for an answer: now, by the click's own code."""
    done = in_transaction(receiving.decide_late, app.id, row.id, incoming)
    if incoming.response_code:
        in_transaction(receiving.spend_code, incoming)
        try:
            tools.wecom(app).update_card(
                incoming.response_code, update_of(done.card, app.id), [incoming.user_id]
            )
        except WecomError as error:
            log.warning("late_update_failed", code=error.code)
    return ("refused" if done.refused else "handled"), done.result


def _contact(app: WecomApp, incoming: ContactChange) -> str:
    """Somebody left the corp, has another user id or name, or got a user id that was another's."""
    if incoming.change == "delete_user":
        return f"left:{members.left_corp(app, incoming.whom)}"
    if incoming.change == "create_user":
        return f"made_anew:{members.made_anew(app, incoming.whom, incoming.sent_at)}"
    if incoming.change == "update_user":
        ended = members.called(app, incoming.whom, incoming.name)
        if incoming.renamed:
            return f"renamed:{members.renamed(app, incoming.whom, incoming.renamed)}"
        return f"called:{ended}"
    return incoming.change[:40]
