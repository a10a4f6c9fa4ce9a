"""The cards of 需要支援: who calls, where; and for the caller, who is coming (G02)."""

from __future__ import annotations

from bots.card import Button, Card, Fact
from bots.cards import composer
from bots.cards.accidents import place
from models.accidents.access import HELP, SUBJECT
from models.accidents.alarm.call_notifications import said
from models.accidents.alarm.calls import COMING, WORDS, HelpCall, calls, comers, version_of, whereabouts
from models.accidents.records import Accident
from models.core import clock
from models.core.text.date_words import when
from models.messages.records import Message, Notice
from models.organization.records import Company

_VERBS = {"received": "我马上到", "on_site": "已在现场"}
_SHOWN = 4


@composer(HELP)
def compose(subject_id: int, *, person_id: int | None = None, kind: str = "") -> Card | None:
    """The calls that stand at an accident, the newest first; with a person, what that person answered to the newest."""
    accident = Accident.get_or_none(Accident.id == subject_id)
    if accident is None:
        return None
    standing = calls([accident.id])
    path = f"/pages/accident/index?id={accident.id}"
    over = "" if accident.state == "open" else f"事故已结束：{accident.closing or ''}"
    outcome = over or _answered(accident.id, person_id)
    names = "、".join(call.person.name for call in standing[:_SHOWN]) or "现场"
    return Card(
        kind=HELP,
        subject_id=accident.id,
        version=version_of(accident),
        title=f"【需要支援】{names} · {place(accident)}",
        lead="" if over else "\n".join(_lines(standing)),
        about=accident.what,
        number=accident.number or "",
        tone="done" if over else "alarm",
        source="安班 · 事故快报",
        facts=tuple(
            Fact(name, value)
            for name, value in (
                ("谁", _who(standing[0]) if standing else ""),
                ("地点", place(accident)),
                ("单位", Company.get_by_id(accident.company_id).name),
                ("现场需要", accident.needs or ""),
            )
            if value
        ),
        path=path,
        buttons=() if outcome else (*_buttons(), Button("查看详情", path=path)),
        outcome=outcome,
    )


def _buttons() -> tuple[Button, ...]:
    return tuple(
        Button(title, verb, style="primary" if verb == "received" else "plain")
        for verb, title in _VERBS.items()
    )


def _who(call: HelpCall) -> str:
    works = whereabouts(call.person)
    return f"{call.person.name}{f'（{works}）' if works else ''} {when(call.at)}"


def _lines(standing: list[HelpCall]) -> list[str]:
    """Who is coming to the newest call, and the other calls."""
    newest = [call.message_id for call in standing[:1] if call.message_id is not None]
    there = said(comers(newest).get(newest[0], [])) if newest else ""
    return [*([there] if there else []), *[f"还有：{_who(call)}" for call in standing[1:_SHOWN]]]


def _answered(accident_id: int, person_id: int | None) -> str:
    """What the person answered to the newest call that they were told of; empty until then."""
    if person_id is None:
        return ""
    notice = (
        Notice.select()
        .join(Message, on=(Notice.message == Message.id))
        .where(Message.subject_kind == HELP, Message.subject_id == accident_id, Notice.person == person_id)
        .order_by(Notice.id.desc())
        .first()
    )
    if notice is None or notice.answer is None:
        return ""
    return (
        f"您 {clock.local(notice.answered_at):%H:%M} 已回应：{_VERBS.get(notice.answer, WORDS['received'])}"
    )


@composer(COMING)
def coming(subject_id: int, *, person_id: int | None = None, kind: str = "") -> Card | None:
    """For the caller (`subject_id` is their notice): who is coming by now."""
    notice = Notice.get_or_none(Notice.id == subject_id)
    if notice is None or notice.message.subject_kind != SUBJECT:
        return None
    accident = Accident.get_by_id(notice.message.subject_id)
    mine = next((call for call in calls([accident.id]) if call.notice_id == notice.id), None)
    message = None if mine is None else mine.message_id
    there = comers([message]).get(message, []) if message is not None else []
    over = accident.state != "open"
    told = Message.select().where(Message.subject_kind == COMING, Message.subject_id == subject_id).count()
    return Card(
        kind=COMING,
        subject_id=subject_id,
        version=max(1, int(told)),
        title=f"【支援】{said(there) or '您呼叫的支援'}",
        lead=f"{len(there)} 人回应了您的“需要支援”" if there else "",
        about=accident.what,
        number=accident.number or "",
        tone="done" if over else "info",
        source="安班 · 事故快报",
        facts=(Fact("地点", place(accident)),),
        path=f"/pages/accident/index?id={accident.id}",
        buttons=() if over else (Button("看谁在来", path=f"/pages/accident/index?id={accident.id}"),),
        outcome="事故已结束" if over else "",
    )
