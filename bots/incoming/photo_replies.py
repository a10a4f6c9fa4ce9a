"""The card that answers a photo in the chat, for as long as the photo is for nothing yet (E07, G02).

Photos that were sent within a few minutes belong together: the newest card has them all, and older ones say so. Once
they are used, or thrown away, no card of theirs offers anything any more.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import timedelta
from urllib.parse import parse_qs, quote, urlencode

import structlog
from peewee import JOIN

from bots import tools
from bots.card import Button, Card
from bots.commands import CommandCall
from bots.commands.answers import REPORT, SNAP, photo_of
from bots.commands.snapping import TOGETHER, waiting_photos
from bots.incoming.pressing import Press, Pressed, pressed
from bots.wecom.drawing import update_of
from bots.wecom.guesses import guess
from bots.wecom.protocol.errors import WecomError
from models.core import clock
from models.core.db.connection import database, in_transaction
from models.core.errors import Conflict
from models.core.files import photos
from models.core.files.attachments import Attachment
from models.hazards.records import Hazard
from models.hazards.report.open_hazard import LEDGER as HAZARDS
from models.hazards.report.snapshot import add_late_photos, late_for
from models.hazards.workflow import phone_path
from models.messages.channels.members import actor_of
from models.messages.channels.records import WecomApp
from models.messages.records import Inbound, OpenReply

log = structlog.get_logger("inbound")
KIND, ADD = "photo", "add."
_GOOD_FOR = timedelta(hours=guess("code_hours"))
_WITH_NEXT = "和后面的照片放在一起了，请看最新的一张卡片"


def card_for(asked: CommandCall) -> Card:
    """The card for the photos that wait; one that comes a moment after its report can still join it."""
    card = photo_of(asked, waiting_photos(asked))
    hazard = late_for(asked.actor, TOGETHER)
    if hazard is None:
        return card
    join = Button("补到刚才的隐患", f"{ADD}{hazard.id}", style="primary")
    rest = tuple(replace(each, style="plain") for each in card.buttons)
    return replace(
        card, lead=f"{hazard.number} 刚刚上报：{hazard.what or '随手拍'}\n{card.lead}", buttons=(join, *rest)
    )


def keep(row: Inbound, photo_id: int, code: str) -> None:
    """The card that answers a photo went out, and may be changed once by `code`."""
    if code:
        OpenReply.insert(
            inbound_id=row.id,
            app_id=row.app_id,
            user_id=row.user_id,
            photo_id=photo_id,
            code=code,
            sent_at=clock.now(),
        ).on_conflict_ignore().execute()


def work(limit: int = 50) -> int:
    """Change cards whose photo is used, gone, or on a newer card; gives how many. Call it outside of a transaction."""
    due = in_transaction(_due, limit, write=False)
    for reply, card in due:
        if in_transaction(_take, reply) and card is not None:
            app = in_transaction(WecomApp.get_or_none, WecomApp.id == reply.app_id, write=False)
            if app is not None:
                _change(app, reply, card)
    return len(due)


def _take(reply: OpenReply) -> bool:
    """One wins it; a change that is lost is made up for by what a press says."""
    return bool(OpenReply.delete().where(OpenReply.id == reply.id).execute())


def _change(app: WecomApp, reply: OpenReply, card: Card) -> None:
    try:
        tools.wecom(app).update_card(reply.code, update_of(card, app.id), [reply.user_id])
    except WecomError as error:
        log.info("photo_card_not_changed", inbound=reply.inbound_id, code=error.code)


def _due(limit: int) -> list[tuple[OpenReply, Card | None]]:
    rows = (
        OpenReply.select(OpenReply, Attachment.id, Attachment.row_id, Attachment.ledger)
        .join(Attachment, JOIN.LEFT_OUTER, on=(Attachment.id == OpenReply.photo_id), attr="photo")
        .order_by(OpenReply.id.desc())
    )
    newest: dict[tuple[int, str], OpenReply] = {}
    due: list[tuple[OpenReply, Card | None]] = []
    for row in rows:
        photo = getattr(row, "photo", None)
        later = newest.setdefault((row.app_id, row.user_id.lower()), row)
        if row.sent_at < clock.now() - _GOOD_FOR:
            due.append((row, None))
        elif photo is None or photo.id is None or photo.row_id:
            due.append((row, _over(row.inbound_id, _became(photo))))
        elif later is not row and later.sent_at - row.sent_at <= TOGETHER:
            due.append((row, _over(row.inbound_id, _WITH_NEXT)))
    return due[:limit]


def _became(photo: Attachment | None) -> str:
    if photo is None or photo.id is None:
        return "照片已删除"
    if photo.ledger == HAZARDS:
        hazard = Hazard.get_or_none(Hazard.id == photo.row_id)
        return f"照片已用在隐患 {hazard.number}" if hazard is not None else "照片已经用了"
    return "照片已用在事故快报" if photo.ledger == "accidents" else "照片已经用了"


def _over(inbound_id: int, said: str) -> Card:
    return Card(
        KIND, inbound_id, 1, "这张照片不用再处理", tone="done", path="/pages/home/index", outcome=said
    )


@pressed(KIND)
def press(pressing: Press) -> Pressed:
    """算了 throws the photos of the card away; 补到刚才的隐患 adds them to it. Only who sent them can say so."""
    click = pressing.click
    row = Inbound.get_or_none(Inbound.id == click.id)
    if row is None or (row.user_id or "").lower() != pressing.member.user_id.lower():
        raise Conflict(
            "这张照片不是您发的", code="not_told", cause="只有发照片的人能处理", advice="请发送您自己的照片"
        )
    actor = actor_of(pressing.member)
    _, _, named = (row.result or "").partition("photo:")
    mine = photos.sent_together(actor, [int(named)] if named.isdecimal() else [], TOGETHER, later=False)
    if click.verb.startswith(ADD):
        hazard = add_late_photos(actor, click.verb.removeprefix(ADD), mine, TOGETHER)
        return Pressed(
            _done(click.id, f"已补到 {hazard.number}，共 {len(mine)} 张", phone_path(hazard)),
            f"photo:{click.verb}",
        )
    gone = sum(photos.forget(actor, each) for each in mine)
    said = (
        f"好的，{'照片' if gone == 1 else f'{gone} 张照片'}已删除"
        if gone
        else "照片已经用在上报里，或者已删除"
    )
    return Pressed(_done(click.id, said, title="这张照片没有用到" if gone else ""), f"photo:{click.verb}")


def _done(inbound_id: int, said: str, path: str = "", title: str = "") -> Card:
    card = _over(inbound_id, said)
    return replace(card, title=title or card.title, path=path or card.path)


def path_now(path: str, account_id: int | None) -> str:
    """Where a link of such a card leads when it is opened: with all photos that wait beside those that it names, and to

    what they became where they are used.
    """
    page, _, query = path.partition("?")
    asked = {name: values[0] for name, values in parse_qs(query).items()}
    given = [int(each) for each in asked.get("photos", "").split(",") if each.isdecimal() and len(each) < 19]
    if page not in (SNAP, REPORT) or not given or account_id is None:
        return path
    with database.atomic():
        waiting = photos.sent_together(account_id, given, TOGETHER, later=True)
        if not waiting:
            return _became_path(account_id, given) or page
    return f"{page}?{urlencode({**asked, 'photos': ','.join(map(str, waiting))}, quote_via=quote, safe=',')}"


def _became_path(account_id: int, given: Iterable[int]) -> str:
    used = Attachment.get_or_none(
        Attachment.id.in_(list(given)), Attachment.account_id == account_id, Attachment.row_id != 0
    )
    if used is None:
        return ""
    return {
        HAZARDS: f"/pages/hazards/hazard?id={used.row_id}", "accidents": f"/pages/accident/index?id={used.row_id}",
    }.get(used.ledger, "")  # fmt: skip


__all__ = ["card_for", "keep", "path_now", "work"]
