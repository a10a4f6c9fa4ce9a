"""The card of a way's test: shows that the very path works that an accident would take."""

from __future__ import annotations

from bots.card import Button, Card, Fact
from bots.cards import composer
from models.core.text.date_words import when
from models.messages.records import Message, Notice


@composer("way.test")
def compose(subject_id: int, *, person_id: int | None = None, kind: str = "") -> Card | None:
    """The card of the newest test message of this subject, as it was told, with what was answered."""
    message = (
        Message.select()
        .where(Message.subject_kind == "way.test", Message.subject_id == subject_id)
        .order_by(Message.id.desc())
        .first()
    )
    if message is None:
        return None
    outcome = _outcome(message, person_id)
    return Card(
        kind="way.test",
        subject_id=subject_id,
        version=message.subject_version,
        title=message.title,
        lead=message.text or "",
        tone="done" if outcome else "info",
        source="安班 · 渠道测试",
        facts=(Fact("发起时间", when(message.created_at)),),
        buttons=(Button("收到", "received", style="primary"),)
        if message.needs_answer and not outcome
        else (),
        path=message.link or "/pages/messages/index",
        outcome=outcome,
    )


def _outcome(message: Message, person_id: int | None) -> str:
    if person_id is None:
        return ""
    notice = Notice.get_or_none(Notice.message == message.id, Notice.person == person_id)
    if notice is None or notice.answer is None:
        return ""
    return f"您 {when(notice.answered_at)} 已回应：收到。这条渠道是通的"
