"""The card of the morning: at its hour on working days, into the unit's own chat groups, once; or now, to try it (I02).

Who: a shift group that reads on the way to work; four facts and a picture, nothing to press. What it counts is what the
unit's safety officer sees, in numbers alone: no name stands on it.
"""

from __future__ import annotations

from datetime import timedelta
from functools import partial
from typing import Any

from peewee import IntegrityError

from models.core import clock
from models.core.boards import FoundBoard, Place, ShownTile, TileNumber, show_board
from models.core.boards.picture import board_picture
from models.core.db.connection import after_commit, database, in_transaction
from models.core.errors import Conflict, NotFound
from models.core.fields import Choice, Integer, Pick
from models.core.files import attachments, stored
from models.core.files.attachments import Attachment
from models.core.files.keeping import PICTURE_DAYS
from models.core.security import usage_limits
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.core.settings import CompanySetting
from models.core.settings.records import EDIT_SETTINGS
from models.desk.morning.records import BoardCard
from models.desk.today_board import TODAY
from models.messages.channels.records import GROUP, ChatGroup
from models.messages.records import NORMAL
from models.messages.tell import Telling, tell
from models.objectives.calendar.working_days import calendar_of
from models.organization.records import Company

KIND = "board.card"
LINK = "/pages/board/index"
#: What a picture of a board hangs on, in the table of attachments.
PICTURES = "board-cards"
_FACTS = 4
_LATE_HOURS = 3  # a morning's card that could not go out by then is none of the morning's any more
_SUBJECT = "board"
_URGENT = ("bad", "warn")
CARD_DAYS = CompanySetting(
    "board-card-days",
    "驾驶舱",
    Pick(
        "哪些天往群里发驾驶舱",
        [Choice("work", "工作日"), Choice("all", "每天"), Choice("off", "不发")],
        help="发到本单位自己的、启用了的群；没有群就不发",
    ),
    default="work",
)
CARD_HOUR = CompanySetting(
    "board-card-hour",
    "驾驶舱",
    Integer("每天几点发", max=23, unit="点", help="每个群每天一张；当时服务停着，3 小时内恢复了还会补发"),
    default=8,
)
TRIES = usage_limits.UsageLimit(
    "board_cards", 10, timedelta(hours=1), "试发得太密",
    "您 1 小时内已试发了 10 次", "请先到群里看，{minutes} 分钟后再试",
)  # fmt: skip


def work(limit: int) -> int:
    """Send the cards of up to `limit` units whose hour has come and that had none today; gives how many were looked at."""
    due = in_transaction(_due, limit, write=False)
    for company_id in due:
        found = in_transaction(_found, company_id, write=False)
        picture = attachments.look(board_picture(found, _name_of(company_id)))
        in_transaction(_send, company_id, found, picture)
    return len(due)


def _due(limit: int) -> list[int]:
    today, hour = clock.today(), clock.local(clock.now()).hour
    done = BoardCard.select(BoardCard.company_id).where(BoardCard.day == today)
    told = ChatGroup.select(ChatGroup.company).where(ChatGroup.company.is_null(False), ChatGroup.enabled)
    rows = Company.select(Company.id).where(
        Company.kind == "company", Company.id.in_(told), Company.id.not_in(done)
    )
    return [row.id for row in rows.order_by(Company.id) if _now(row.id, hour)][:limit]


def _now(company_id: int, hour: int) -> bool:
    """Whether the unit's card goes out at this hour of today."""
    days, wanted = CARD_DAYS.of(company_id), CARD_HOUR.of(company_id)
    if days == "off" or not wanted <= hour <= wanted + _LATE_HOURS:
        return False
    return days == "all" or calendar_of(company_id, since=clock.today()).works_on(clock.today())


def _found(company_id: int) -> FoundBoard:
    return show_board(_reader(company_id), TODAY, Place(company_id))


def _reader(company_id: int) -> Actor:
    """Who reads for the card: the house itself, all of the unit, and nothing of any other one."""
    rights = {each for tile in TODAY.tiles for each in (tile.ledger.rights["read"], tile.right) if each}
    return Actor(
        None, "安班", company_id, dict.fromkeys(rights, Scope.COMPANY), group_companies=(company_id,)
    )


def _name_of(company_id: int) -> str:
    return in_transaction(lambda: str(Company.get_by_id(company_id).name), write=False)


def _send(company_id: int, found: FoundBoard, picture: Any) -> bool:
    """Send the card, in the running transaction; False where another worker has done it."""
    try:
        with database.atomic():
            card = BoardCard.create(company_id=company_id, day=clock.today())
    except IntegrityError:
        return False
    _tell(company_id, found, picture, card.id, _groups(company_id))
    return True


def _groups(company_id: int) -> list[int]:
    rows = ChatGroup.select(ChatGroup.id).where(ChatGroup.company == company_id, ChatGroup.enabled)
    return [row.id for row in rows.order_by(ChatGroup.id)]


def _tell(company_id: int, found: FoundBoard, picture: Any, card_id: int, groups: list[int]) -> None:
    kept = attachments.create(
        _reader(company_id),
        picture,
        f"{found.board.title}.png",
        ledger=PICTURES,
        row_id=card_id,
        company_id=company_id,
    )
    unit = Company.get_by_id(company_id).name
    day = clock.local(found.at)
    title = f"【{found.board.title}】{day.month}月{day.day}日 {unit}"[:120]
    told = facts(found)
    text = "\n".join(f"{name}：{value}" for name, value in told)
    card = {
        "kind": _SUBJECT, "subject_id": card_id, "version": 1, "title": title,
        "tone": "plain", "facts": [{"name": name, "value": value} for name, value in told], "picture_id": kept.id,
        "path": LINK,
    }  # fmt: skip
    tell(
        Telling(
            company_id=company_id, kind=KIND, subject_kind=_SUBJECT, subject_id=card_id, title=title, text=text,
            card=card, link=LINK, urgency=NORMAL, ways=(GROUP,), groups=groups,
        )
    )  # fmt: skip


def facts(found: FoundBoard) -> list[tuple[str, str]]:
    """The four most important facts of a board as (what, how it stands): what burns first, then as its card names them."""
    tiles = {tile.name: tile for tile in found.tiles}
    named = [tiles[name] for name in found.board.card if name in tiles]
    first = sorted(named, key=_weight)[:_FACTS]
    return [(tile.title, "，".join(map(_said, _worth_saying(tile)))) for tile in named if tile in first]


def _worth_saying(tile: ShownTile) -> list[TileNumber]:
    """The numbers of a tile without those that are 0 beside others."""
    return [each for each in tile.numbers if each.value] or list(tile.numbers[:1])


def _weight(tile: ShownTile) -> int:
    tones = [number.tone for number in tile.numbers]
    return next((place for place, tone in enumerate(_URGENT) if tone in tones), len(_URGENT))


def _said(number: TileNumber) -> str:
    if number.value is None:
        return number.text
    of = "" if number.of is None else f"/{number.of:,}"
    return " ".join(part for part in (number.title, f"{number.value:,}{of}", number.unit) if part)


def try_now(actor: Actor, company_id: int | None) -> int:
    """Send a card at once, to see what it is like; gives to how many groups. The card of the day goes out nevertheless.

    Call it outside of a transaction. Raises Forbidden without the right to set it, NotFound for a unit out of reach,
    Conflict where there is no group, TooMany.
    """
    actor.require(EDIT_SETTINGS)
    company = company_id or actor.company_id
    if company is None or company not in actor.companies(EDIT_SETTINGS):
        raise NotFound("没有这个单位", advice="请先选择一个单位")
    in_transaction(usage_limits.spend, TRIES, actor.account_id)
    groups = in_transaction(_groups, company, write=False)
    if not groups:
        raise Conflict(
            "没有可以发的群",
            cause="本单位还没有启用的群",
            advice="请先在“通知 · 群”里登记一个群，再试",
        )
    found = in_transaction(_found, company, write=False)
    picture = attachments.look(board_picture(found, _name_of(company)))
    in_transaction(_tell, company, found, picture, 0, groups)
    return len(groups)


def tidy() -> int:
    """Drop pictures and rows of cards whose pictures nobody can fetch any more; gives how many (a sweep)."""
    before = clock.now() - timedelta(days=PICTURE_DAYS.of(None) + 1)
    old = list(Attachment.select().where(Attachment.ledger == PICTURES, Attachment.at < before).limit(500))
    for item in old:
        item.delete_instance()
        after_commit(partial(stored.drop_picture, item.path))
    BoardCard.delete().where(BoardCard.sent_at < before).execute()
    return len(old)
