"""The card of an accident's flash report: what, where, when, who is hurt, and what the law wants by when (G02)."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace
from datetime import datetime

from peewee import fn

from bots.card import SELECTABLE, Button, Card, Fact, Select, Style
from bots.cards import composer, composer_of_many, own_of
from bots.cards.wording import words_of
from models.accidents.alarm.calls import calls
from models.accidents.display.notices import told_whom
from models.accidents.records import Accident, AccidentDuty, AccidentVersion
from models.accidents.regulations.reporting_duties import entered_late
from models.accidents.regulations.reporting_duties import of as duties_of
from models.accidents.regulations.standards import rules_for
from models.accidents.report.judging import judges_among
from models.accidents.report.unverified import UNVERIFIED, caller_of
from models.core import clock
from models.core.files.attachments import Attachment
from models.core.text.date_words import day, when
from models.core.text.regulation_names import short_basis
from models.messages.channels.records import CARD, WAYS
from models.messages.inbox.answering_for_others import Principal, principals_by_person
from models.messages.records import ANSWERS, Message, Notice
from models.organization.records import Company

UNKNOWN = "不清楚"
_CALLERS = 3  # names that stand on everybody's card
_FOLLOWS = ("accident.updated", "accident.closed")
_REPLACES = "以这张为准，替代先前收到的卡片。"
_TITLES = {choice.value: choice.title for choice in ANSWERS}
_WAYS = {choice.value: choice.title for choice in WAYS}
#: A press that answers for one in whose stead one was told: this, and the notice of that one.
STAND_IN = "stand_in."
#: A press that says that a report which waits for a judgement is true: everybody is told.
TELL_ALL = "tell_all"
TRUE = "属实，通知全部"
_FOR = 2  # so many have a button each; of more one is chosen
_BUTTONS = 6  # a card has no more
_CHOOSE = "whom"
#: What one must know at once; what it is stands in the title, everything else behind the link.
_FACTS = ("地点", "时间", "伤亡", "等级")
_LOOKS: Mapping[str, Style] = {"received": "primary", "need_help": "danger"}
_HURT = (
    ("deaths", "死亡"),
    ("serious_injuries", "重伤"),
    ("minor_injuries", "轻伤"),
    ("missing", "下落不明"),
)


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
    special = "，特种设备事故" if accident.special_level else ""
    return f"{accident.level}事故{special}{'（下界初判）' if accident.provisional else ''}"


def place(accident: Accident) -> str:
    """Where: the site, if there is one, and the place in it."""
    site = accident.__data__["site"]
    name = Company.get_by_id(site).name if site is not None else ""
    return accident.place if not name or name in accident.place else f"{name} {accident.place}"


def clocks(duties: Sequence[AccidentDuty]) -> str:
    """What the law wants next: to whom, until when; empty when all is done."""
    waiting = [duty for duty in duties if duty.done_at is None]
    if not waiting:
        return "单位的法定报告都已报出" if duties else ""
    duty = waiting[0]
    late = "，已超时" if duty.due_at < clock.now() else ""
    more = f"；另有 {len(waiting) - 1} 项" if len(waiting) > 1 else ""
    to_whom = f"（报{duty.to_whom}）" if duty.to_whom and duty.to_whom not in (duty.title or "") else ""
    basis = f"\n依据：{short_basis(duty.basis)}" if duty.basis else ""
    return f"⏱ {when(duty.due_at)}前：{duty.title}{to_whom}{late}{more}{basis}"


def told_late(accident: Accident) -> str:
    """That it was entered long after it happened, and how long; nothing where it was prompt."""
    minutes = entered_late(accident)
    if minutes is None:
        return ""
    hours, rest = divmod(minutes, 60)
    return f"发生后 {f'{hours} 小时 ' if hours else ''}{rest} 分钟才录入"


def window(accident: Accident) -> str:
    """Until when a change of the casualties is to be reported anew; nothing once that is over."""
    found = rules_for(accident.happened_at)
    until = found.rules.changes_until(accident.happened_at, accident.category)
    if until < clock.now():
        return ""
    return f"{day(clock.local(until).date())} 前（{found.rules.change_window(accident.category)} 日内）补报"


def _stage(accident: Accident) -> str:
    if accident.state == "closed":
        return "已结束"
    if accident.versions <= 1:
        return ""
    last = AccidentVersion.get_or_none(
        AccidentVersion.accident == accident.id, AccidentVersion.number == accident.versions
    )
    if last is not None and (worse := last.facts.get("worse")):
        return "，".join(worse)  # what rings again, in the first words
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
    return f"您 {when(at)} 已回应：{_TITLES[answer]}{other}"


def _facts(accident: Accident) -> dict[str, str]:
    return {
        "编号": accident.number or "",
        "概况": accident.what,
        "地点": place(accident),
        "时间": when(accident.happened_at),
        "伤亡": casualties(accident),
        "等级": level(accident),
        "定级依据": short_basis(accident.basis or ""),
        "伤亡变化": window(accident),
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
    if person_id is None:
        return _drawn(accident, kind, "")
    answers = _answers_of(accident.id, [person_id])
    others = principals_by_person("accident", accident.id, [person_id])
    mine = _own(_drawn(accident, kind, answers.get(person_id, "")), accident, person_id)
    return _standing_in(mine, others.get(person_id, ()))


@own_of("accident")
def apart(subject_id: int, person_ids: Collection[int]) -> frozenset[int]:
    """Those who may say that it is true, while it waits for that: their card has a button more. And who reported it."""
    accident = Accident.get_or_none(Accident.id == subject_id)
    if accident is None:
        return frozenset()
    said_it = {accident.reporter_id} if accident.state != "closed" else set()
    return judges_among(accident, person_ids) | (said_it & set(person_ids))


@composer_of_many("accident")
def compose_many(subject_id: int, *, person_ids: Sequence[int], kind: str = "") -> dict[int, Card] | None:
    """The same for many: thousands may press within a minute, and differ only in what they answered."""
    accident = Accident.get_or_none(Accident.id == subject_id)
    if accident is None:
        return None
    answers = _answers_of(accident.id, person_ids)
    others = principals_by_person("accident", accident.id, person_ids)
    base = _drawn(accident, kind, "")
    cards: dict[str, Card] = {}
    for mine in {answers.get(person, "") for person in person_ids}:
        outcome = _outcome(accident, mine)
        cards[mine] = replace(base, outcome=outcome, buttons=() if outcome else base.buttons)
    return {
        person: _standing_in(_own(cards[answers.get(person, "")], accident, person), others.get(person, ()))
        for person in person_ids
    }


def _own(card: Card, accident: Accident, person_id: int) -> Card:
    """The card for one person: who may judge has a button more, who reported it has no answers to give."""
    return _judging(_of_reporter(card, accident, person_id), accident, person_id)


def _of_reporter(card: Card, accident: Accident, person_id: int) -> Card:
    """The card of who reported it: nobody asks them; it says who was told, and leads to who has answered."""
    if person_id != accident.reporter_id or card.outcome:
        return card
    lead = f"{when(accident.reported_at)} 您已上报，{told_whom(accident)}"
    buttons = (Button("看谁收到了", path=card.path, style="primary"),)
    return replace(card, lead=f"{lead}\n{card.lead}".strip(), buttons=buttons, follows=True)


def _judging(card: Card, accident: Accident, person_id: int) -> Card:
    """The card of who may tell everybody of a report that few have heard of; what they answered is said above it."""
    return judged_on(card) if judges_among(accident, [person_id]) else card


def judged_on(card: Card, *, words: str = TRUE) -> Card:
    """The card with the button that says that it is true, also for who has answered already."""
    judge = Button(words, TELL_ALL, style="primary")
    if not card.outcome:
        rest = tuple(
            replace(each, style="plain") if each.style == "primary" else each for each in card.buttons
        )
        return replace(card, buttons=(judge, *rest))
    lead = f"{card.outcome}\n{card.lead}".strip()
    return replace(card, outcome="", lead=lead, buttons=(judge, Button("查看详情", path=card.path)))


def _standing_in(card: Card, others: Sequence[Principal]) -> Card:
    """The card of who was told in others' stead: it names them, and answers for each of them that still waits."""
    waiting = [each for each in others if each.waits]
    done = "、".join(each.name for each in others if each.answered)
    said = f"已代 {done} 回应" if done else ""
    if card.tone == "done" or not others:  # it is over: nobody is asked any more
        return card
    if not waiting:
        if done and (card.outcome or others[0].stands_in_only):
            outcome = "；".join(part for part in (card.outcome, said) if part)
            return replace(card, outcome=outcome, buttons=())
        return replace(card, lead=f"{said}\n{card.lead}".strip())
    names = "、".join(each.name for each in waiting)
    if waiting[0].alone:
        return replace(card, lead=f"替 {names} 通知您：他还没有回应，您的回应也算他的\n{card.lead}".strip())
    mine = f"{card.outcome}\n" if card.outcome else ""
    lead = (
        f"{mine}替 {names} 通知您：还没有回应，请代为回应{f'；{said}' if said else ''}\n{card.lead}".strip()
    )
    own = () if card.outcome else tuple(each for each in card.buttons if each.verb)
    rest = tuple(each for each in card.buttons if each.path) or (Button("查看详情", path=card.path),)
    if len(waiting) <= _FOR and len(own) + len(waiting) + len(rest) <= _BUTTONS:
        buttons = tuple(Button(f"代{each.name}回应", f"{STAND_IN}{each.notice_id}") for each in waiting)
        selects: tuple[Select, ...] = ()
    else:
        buttons = (Button("代他回应", f"{STAND_IN}{_CHOOSE}"),)
        options = tuple((str(each.notice_id), each.name) for each in waiting[:SELECTABLE])
        selects = (Select(_CHOOSE, "代谁回应", options),)
    return replace(card, outcome="", lead=lead, buttons=(*own, *buttons, *rest), selects=selects)


def stands_in_for(verb: str, chosen: Mapping[str, Sequence[str]]) -> int | None:
    """Whose notice a press is about that answers for somebody else; None for any other press."""
    if not verb.startswith(STAND_IN):
        return None
    named = verb.removeprefix(STAND_IN)
    if named == _CHOOSE:
        named = next(iter(chosen.get(_CHOOSE, ())), "")
    return int(named) if named.isascii() and named.isdecimal() and len(named) < 19 else 0


def _drawn(accident: Accident, kind: str, mine: str) -> Card:
    facts = _facts(accident)
    outcome = _outcome(accident, mine)
    stage = _stage(accident)
    marks = [each for each in (UNVERIFIED if accident.unverified else "", stage) if each]
    title = f"【{' · '.join(['事故快报', *marks])}】{accident.what}"
    duties = duties_of(accident.id)
    lead = "" if accident.state == "closed" else clocks(list(duties))
    lead = "\n".join(part for part in (told_late(accident), lead) if part)
    words = words_of(accident.__data__["company"], kind or "accident.reported", facts)
    if words is not None:
        title, lead = words[0], "\n".join(part for part in (words[1], lead) if part)
    if accident.state != "closed":
        lead = "\n".join([*_urgent(accident), *([lead] if lead else [])])
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
        facts=tuple(Fact(name, facts[name]) for name in _FACTS),
        below=_by_law(facts),
        picture_id=_picture(accident),
        buttons=() if outcome else _buttons(path),
        path=path,
        outcome=outcome,
    )


def _by_law(facts: Mapping[str, str]) -> str:
    """By which article it is of its class, and until when a change of the casualties is reported."""
    known = (f"{name}：{facts[name]}" for name in ("定级依据", "伤亡变化") if facts[name])
    return "；".join(known)


def _urgent(accident: Accident) -> list[str]:
    """What stands before everything else: who calls for help, what is needed, and that nobody knows who reported."""
    names = [call.person.name for call in calls([accident.id])]
    more = f"等 {len(names)} 人" if len(names) > _CALLERS else ""
    return [
        *([f"需要支援：{'、'.join(names[:_CALLERS])}{more}"] if names else []),
        *([f"现场需要：{accident.needs}"] if accident.needs else []),
        *([f"报告人：{caller_of(accident)}"] if accident.unverified else []),
    ]


def _buttons(path: str) -> tuple[Button, ...]:
    verbs = tuple(Button(each.title, each.value, style=_LOOKS.get(each.value, "plain")) for each in ANSWERS)
    return (*verbs, Button("查看详情", path=path))
