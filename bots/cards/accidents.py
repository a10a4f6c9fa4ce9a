"""The card of an accident's flash report: what, where, when, who is hurt, and what the law wants by when (G02)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from peewee import fn

from bots.card import Button, Card, Fact, Style
from bots.cards import composer, composer_of_many
from bots.cards.wording import words_of
from models.accidents.records import Accident, AccidentDuty, AccidentVersion
from models.core import clock
from models.core.attachments import Attachment
from models.messages.records import ANSWERS, Message, Notice
from models.messages.ways import CARD, WAYS
from models.organization.records import Company

UNKNOWN = "不清楚"
_FOLLOWS = ("accident.updated", "accident.closed")
_REPLACES = "以这张为准，替代先前收到的卡片。"
_TITLES = {choice.value: choice.title for choice in ANSWERS}
_WAYS = {choice.value: choice.title for choice in WAYS}
_LOOKS: Mapping[str, Style] = {"received": "primary", "need_help": "danger"}
_HURT = (
    ("deaths", "死亡"),
    ("serious_injuries", "重伤"),
    ("minor_injuries", "轻伤"),
    ("missing", "下落不明"),
)


def when(moment: datetime) -> str:
    """A moment for people: 今天 08:02, 昨天 17:30, then 2026-11-20 08:02."""
    at = clock.local(moment)
    days = (clock.today() - at.date()).days
    return {0: f"今天 {at:%H:%M}", 1: f"昨天 {at:%H:%M}"}.get(days, f"{at:%Y-%m-%d %H:%M}")


def casualties(accident: Accident) -> str:
    """Who is hurt: numbers where they are known, 不清楚 where not; never a 0 that nobody said."""
    known = [f"{title} {value}" for name, title in _HURT if (value := getattr(accident, name)) is not None]
    asked = [title for name, title in _HURT[:2] if getattr(accident, name) is None]
    if not known:
        return UNKNOWN
    return "，".join([*known, *([f"{'、'.join(asked)}{UNKNOWN}"] if asked else [])])


def level(accident: Accident) -> str:
    """The class; 下界初判 while something that counts for it is unknown."""
    if not accident.level:
        return "待判定"
    return f"{accident.level}事故{'（下界初判）' if accident.provisional else ''}"


def place(accident: Accident) -> str:
    """Where: the site, if there is one, and the place in it."""
    site = accident.__data__["site"]
    name = Company.get_by_id(site).name if site is not None else ""
    return accident.place if not name or name in accident.place else f"{name} {accident.place}"


def clocks(duties: Sequence[AccidentDuty]) -> str:
    """What the law wants next: to whom, until when; empty when all is done."""
    waiting = [duty for duty in duties if duty.done_at is None]
    if not waiting:
        return "法定报告已全部完成" if duties else ""
    duty = waiting[0]
    late = "，已超时" if duty.due_at < clock.now() else ""
    more = f"；另有 {len(waiting) - 1} 项" if len(waiting) > 1 else ""
    to_whom = f"（报{duty.to_whom}）" if duty.to_whom and duty.to_whom not in (duty.title or "") else ""
    return f"⏱ {when(duty.due_at)}前：{duty.title}{to_whom}{late}{more}"


def _stage(accident: Accident) -> str:
    if accident.state == "closed":
        return "已结束"
    if accident.versions <= 1:
        return ""
    last = AccidentVersion.get_or_none(
        AccidentVersion.accident == accident.id, AccidentVersion.number == accident.versions
    )
    return "更正" if last is not None and last.kind == "correction" else f"续报 {accident.versions - 1}"


def _picture(accident: Accident) -> int | None:
    found = (
        Attachment.select(fn.MIN(Attachment.id))
        .where(Attachment.ledger == "accidents", Attachment.row_id == accident.id)
        .where(Attachment.mime.startswith("image/"))
        .scalar()
    )
    return None if found is None else int(found)


def _answers_of(accident_id: int, person_ids: Sequence[int]) -> dict[int, str]:
    """What each person answered the last notice that asked, when and where; nobody who has not yet."""
    rows = (
        Notice.select(Notice.person, Notice.answer, Notice.answered_at, Notice.answered_by_way)
        .join(Message)
        .where(Message.subject_kind == "accident", Message.subject_id == accident_id, Message.needs_answer)
        .where(Notice.person.in_(list(person_ids) or (0,)))
        .order_by(Notice.id)
    )
    newest = {row[0]: row[1:] for row in rows.tuples()}
    return {person: _answer(*told) for person, told in newest.items() if told[0] is not None}


def _answer(answer: str, at: datetime, by_way: str | None) -> str:
    way = _WAYS.get(by_way or "", "")
    other = f"（{way}）" if way and by_way != CARD else ""
    return f"您 {clock.local(at):%H:%M} 已回应：{_TITLES[answer]}{other}"


def _facts(accident: Accident) -> dict[str, str]:
    return {
        "编号": accident.number or "",
        "概况": accident.what,
        "地点": place(accident),
        "时间": when(accident.happened_at),
        "伤亡": casualties(accident),
        "等级": level(accident),
        "单位": Company.get_by_id(accident.__data__["company"]).name,
    }


def _outcome(accident: Accident, mine: str) -> str:
    if accident.state != "closed":
        return mine
    ended = f"{when(accident.closed_at)} 已结束" if accident.closed_at else "已结束"
    closing = f"：{accident.closing}" if accident.closing else ""
    return "；".join(part for part in (mine, f"{ended}{closing}") if part)


@composer("accident")
def compose(subject_id: int, *, person_id: int | None = None, kind: str = "") -> Card | None:
    """The card of an accident; with a person, what that person answered instead of the buttons."""
    accident = Accident.get_or_none(Accident.id == subject_id)
    if accident is None:
        return None
    answers = {} if person_id is None else _answers_of(accident.id, [person_id])
    return _drawn(accident, kind, answers.get(person_id or 0, ""))


@composer_of_many("accident")
def compose_many(subject_id: int, *, person_ids: Sequence[int], kind: str = "") -> dict[int, Card] | None:
    """The same for many: thousands may press within a minute, and differ only in what they answered."""
    accident = Accident.get_or_none(Accident.id == subject_id)
    if accident is None:
        return None
    answers = _answers_of(accident.id, person_ids)
    base = _drawn(accident, kind, "")
    cards: dict[str, Card] = {}
    for mine in {answers.get(person, "") for person in person_ids}:
        outcome = _outcome(accident, mine)
        cards[mine] = replace(base, outcome=outcome, buttons=() if outcome else base.buttons)
    return {person: cards[answers.get(person, "")] for person in person_ids}


def _drawn(accident: Accident, kind: str, mine: str) -> Card:
    facts = _facts(accident)
    outcome = _outcome(accident, mine)
    stage = _stage(accident)
    title = f"【事故快报{' · ' + stage if stage else ''}】{accident.what}"
    duties = AccidentDuty.select().where(AccidentDuty.accident == accident.id).order_by(AccidentDuty.sequence)
    lead = "" if accident.state == "closed" else clocks(list(duties))
    words = words_of(accident.__data__["company"], kind or "accident.reported", facts)
    if words is not None:
        title, lead = words[0], "\n".join(part for part in (words[1], lead) if part)
    if kind in _FOLLOWS:
        # Told by a card of its own only where the older one could not be changed (`updater.instead_of_new`).
        lead = "\n".join(part for part in (_REPLACES, lead) if part)
    path = f"/pages/accident/index?id={accident.id}"
    return Card(
        kind="accident",
        subject_id=accident.id,
        version=accident.versions,
        title=title,
        lead=lead,
        about=accident.what,
        number=accident.number or "",
        tone="done" if accident.state == "closed" else "alarm",
        source="安班 · 事故快报",
        facts=tuple(Fact(name, facts[name]) for name in ("地点", "时间", "伤亡", "等级")),
        picture_id=_picture(accident),
        buttons=() if outcome else _buttons(path),
        path=path,
        outcome=outcome,
    )


def _buttons(path: str) -> tuple[Button, ...]:
    verbs = tuple(Button(each.title, each.value, style=_LOOKS.get(each.value, "plain")) for each in ANSWERS)
    return (*verbs, Button("查看详情", path=path))
