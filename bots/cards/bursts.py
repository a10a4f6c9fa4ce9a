"""The card of many reports by one account: for those who judge whether everybody is to be told (G02)."""

from __future__ import annotations

from dataclasses import replace

from bots.card import SELECTABLE, Button, Card, Fact, Select
from bots.cards import composer
from bots.cards.accidents import judged_on
from models.accidents.records import Accident
from models.accidents.report import bursts
from models.core import clock
from models.core.text.date_words import when
from models.messages.records import ANSWERS, Message, Notice

#: Which of the reports is meant.
WHICH = "which"
_TITLES = {choice.value: choice.title for choice in ANSWERS}


@composer(bursts.BURST)
def compose(subject_id: int, *, person_id: int | None = None, kind: str = "") -> Card | None:
    """The reports that wait by now; it is over when each was passed on or ended."""
    head = Accident.get_or_none(Accident.id == subject_id)
    if head is None:
        return None
    waiting = bursts.of_burst(subject_id)
    path = bursts.path_of(waiting or [head])
    outcome = _answered(subject_id, person_id) if waiting else "都处理完了：已通知全部接收人，或已结束"
    card = Card(
        kind=bursts.BURST,
        subject_id=subject_id,
        version=bursts.version_of(subject_id),
        title=bursts.title_of(waiting) if waiting else "这批事故快报已处理",
        lead="\n".join([bursts.lead_of(waiting), *bursts.lines(waiting)]) if waiting else "",
        tone="alarm" if waiting else "done",
        source="安班 · 事故快报",
        facts=(
            Fact("报告人", bursts.reporter_of(head)),
            Fact("最近一起", when((waiting or [head])[-1].reported_at)),
        ),
        path=path,
        buttons=()
        if outcome
        else (Button(_TITLES["received"], "received", style="primary"), Button("去核实", path=path)),
        outcome=outcome,
    )
    return _to_judge(card, waiting) if waiting else card


def _to_judge(card: Card, waiting: list[Accident]) -> Card:
    """One report is true by one press; of several the one that is chosen, the newest first."""
    if len(waiting) == 1:
        return judged_on(card)
    newest = list(reversed(waiting))[:SELECTABLE]
    options = tuple((str(row.id), f"{clock.local(row.reported_at):%H:%M} {row.what}") for row in newest)
    made = judged_on(card, words="这一起属实")
    return replace(made, selects=(Select(WHICH, "哪一起", options, options[0][0]),))


def _answered(subject_id: int, person_id: int | None) -> str:
    """What the person answered to the newest message that asks; empty until then."""
    if person_id is None:
        return ""
    notice = (
        Notice.select()
        .join(Message)
        .where(
            Message.subject_kind == bursts.BURST, Message.subject_id == subject_id, Message.needs_answer,
            Notice.person == person_id,
        )
        .order_by(Notice.id.desc())
        .first()
    )  # fmt: skip
    if notice is None or notice.answer is None:
        return ""
    return f"您 {when(notice.answered_at)} 已回应：{_TITLES[notice.answer]}"
