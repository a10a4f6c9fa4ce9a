"""Who was told of a thing before, and so hears how it goes on (G02, E09)."""

from __future__ import annotations

from typing import Any

from models.messages.records import Delivery, Message, Notice
from models.organization.records import Binding


def told_before(subject_kind: str, subject_id: int) -> tuple[list[int], list[int]]:
    """The ids of everybody who was told of it, whoever has left a unit left out, and of the group chats."""
    about = _about(subject_kind, subject_id)
    people = (
        Notice.select(Notice.person)
        .join(Message, on=(Notice.message == Message.id))
        .switch(Notice)
        .join(Binding, on=(Binding.person == Notice.person))
        .where(about, Binding.state == "approved")
        .distinct()
    )
    groups = (
        Delivery.select(Delivery.group)
        .join(Message, on=(Delivery.message == Message.id))
        .where(about, Delivery.group.is_null(False))
        .distinct()
    )
    return sorted(row.person_id for row in people), sorted(row.group_id for row in groups)


def was_told(subject_kind: str, subject_id: int) -> bool:
    """Whether anybody was told of it."""
    return bool(Message.select().where(_about(subject_kind, subject_id)).exists())


def _about(subject_kind: str, subject_id: int) -> Any:
    return (Message.subject_kind == subject_kind) & (Message.subject_id == subject_id)


__all__ = ["told_before", "was_told"]
