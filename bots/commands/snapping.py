"""随手拍 in the chat: the form in one tap, or a photo and a line of words, and that is all (E07, X07)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bots.card import Button, Card, Fact
from bots.commands import CommandCall, command
from bots.commands.answers import card, snap_path
from bots.wecom.incoming.events import Location, of_fields
from models.core import clock
from models.core.files import photos
from models.grid.places import named
from models.hazards.records import READ_HAZARDS, Hazard
from models.hazards.report import duplicates
from models.hazards.report.open_hazard import LEDGER
from models.hazards.report.snapshot import snap
from models.hazards.workflow import phone_path, place
from models.messages.channels.records import same_user
from models.messages.records import Inbound

_WHY = {"picture": "同一张照片", "place": "同一位置刚报过"}
#: For so long a photo (or a place) waits for the words that belong to it.
TOGETHER = timedelta(minutes=5)
_LONGEST = 200  # characters; more is a story, and gets the form
_MOST_PHOTOS = 9


@command("snap", "随手拍", "隐患", "拍隐患", "上报隐患", with_words=True)
def snapped(asked: CommandCall) -> Card:
    """The form, filled with the words; after a photo the words are enough."""
    waiting = waiting_photos(asked)
    if asked.words and waiting:
        return report(asked, waiting)
    path = snap_path(what=asked.words[:_LONGEST], photos=",".join(map(str, waiting)))
    if asked.words or waiting:
        known = [
            f"已填好：{asked.words[:60]}" if asked.words else "",
            f"已带上 {len(waiting)} 张照片" if waiting else "",
        ]
        lead = "，".join(part for part in known if part)
    else:
        lead = "点开就拍，写几个字就行；也可以直接在这里发照片，再发一句话"
    return card(
        asked, "随手拍", lead=lead, path=path, buttons=(Button("打开随手拍", path=path, style="primary"),)
    )


def waiting_photos(asked: CommandCall) -> list[int]:
    """The photos that the asker sent here just now, and that are for nothing yet."""
    return photos.unassigned(asked.actor, clock.now() - TOGETHER)[-_MOST_PHOTOS:]


def is_report(asked: CommandCall) -> bool:
    """Whether words that are no command are what was missing of a photo just before."""
    return 0 < len(asked.words.strip()) <= _LONGEST and bool(waiting_photos(asked))


def report(asked: CommandCall, pictures: list[int]) -> Card:
    """Report it: the photos, the words, and where, if a place was sent or the words begin with one. The same message again reports once.

    Raises as `models.hazards.report.snapshot.snap`.
    """
    what = " ".join(asked.words.split())[:_LONGEST]
    data: dict[str, Any] = {
        "what": what, "photos": [str(each) for each in pictures],
        "company": asked.member.__data__["company"], **_where(asked),
    }  # fmt: skip
    node = named(asked.member.__data__["company"], what)
    if node is not None:
        data["grid"] = str(node.id)
    hazard, _ = snap(asked.actor, data, key=f"chat-{asked.inbound_id}")
    return reported(asked, hazard, len(pictures))


def reported(asked: CommandCall, hazard: Hazard, pictures: int) -> Card:
    """What was reported, where it is thought to be, and that it can be taken back."""
    path = phone_path(hazard)
    facts = [("位置", place(hazard)), ("照片", f"{pictures} 张"), ("可能重复", _likely(asked, hazard))]
    return card(
        asked, f"已上报：{hazard.what or '随手拍'}", number=hazard.number or "", tone="done", path=path,
        lead="每一步都会告诉您。位置不对、发错了，点开可以撤回",
        facts=tuple(Fact(name, value) for name, value in facts if value),
        buttons=(Button("查看", path=path),),
    )  # fmt: skip


def _likely(asked: CommandCall, hazard: Hazard) -> str:
    if not asked.actor.may(READ_HAZARDS):
        return ""
    lng, lat = (None if each is None else float(each) for each in (hazard.lng, hazard.lat))
    found = duplicates.near(
        asked.actor, hazard.what or "", grid=hazard.grid_id, lng=lng, lat=lat, company=hazard.company_id, but=hazard.id,
        photos=[row.id for row in photos.of(LEDGER, [hazard.id])],
    )  # fmt: skip
    if not found:
        return ""
    why = _WHY.get(found[0].why, "")
    return f"{found[0].hazard.number} {found[0].hazard.what or ''}".strip() + (f"（{why}）" if why else "")


def _where(asked: CommandCall) -> dict[str, str]:
    """The place that the asker sent a moment ago."""
    rows = Inbound.select().where(
        Inbound.app_id == asked.member.__data__["app"], same_user(Inbound.user_id, [asked.member.user_id]),
        Inbound.kind == "location", Inbound.received_at >= clock.now() - TOGETHER,
    )  # fmt: skip
    row = rows.order_by(Inbound.id.desc()).first()
    sent = None if row is None else of_fields(row.content or {})
    if not isinstance(sent, Location) or sent.longitude is None or sent.latitude is None:
        return {}
    return {"lng": f"{sent.longitude:.6f}", "lat": f"{sent.latitude:.6f}", "place": sent.label[:120]}
