"""Which cards that were sent show something that is no longer so, and must follow (L01, G02).

Whoever makes a new version of a thing says `outdate`; the updater asks `update_due` and says `shows` when it is done.
"""

from __future__ import annotations

from datetime import timedelta

from peewee import Case

from models.core import clock
from models.messages.channels.records import CARD
from models.messages.records import Message, Sending

_UPDATABLE_FOR = timedelta(hours=72)


def thing(kind: str, subject_id: int) -> str:
    """A thing as `Message.ends_with` names it."""
    return f"{kind}:{subject_id}"


def outdate(kind: str, subject_id: int, version: int) -> int:
    """The thing (`kind`, `subject_id`) is at `version` now: its cards that show an older one must follow, and those of
    notes about it.

    Part of the running transaction; the same again does nothing. Gives how many sendings that concerned. A group's
    message can't be changed by any platform, and no card after 72 hours.
    """
    own = (Message.subject_kind == kind) & (Message.subject_id == subject_id)
    ids: list[int] = []
    # Two questions that an index answers each, instead of one that none does.
    for about in (own, Message.ends_with == thing(kind, subject_id)):
        old = (
            Sending.select(Sending.id)
            .join(Message, on=(Sending.message_id == Message.id))
            .where(about, Sending.way == CARD)
            .where(Sending.card_version < version, Sending.error.is_null())
            .where(Sending.sent_at > clock.now() - _UPDATABLE_FOR)
        )
        ids += [row.id for row in old]
    if not ids:
        return 0
    behind = Sending.id.in_(ids) & (Sending.wanted_version < version)
    return int(Sending.update(wanted_version=version).where(behind).execute())


def redraw(kind: str, subject_id: int, version: int) -> int:
    """The thing says something else, though it is at `version` still: its cards that show that are drawn once more.

    Part of the running transaction. Gives how many sendings that concerned.
    """
    mine = Message.select(Message.id).where(Message.subject_kind == kind, Message.subject_id == subject_id)
    shown = (Sending.card_version == version) & (Sending.wanted_version < version) & Sending.error.is_null()
    behind = Sending.message_id.in_(mine) & (Sending.way == CARD) & shown
    young = Sending.sent_at > clock.now() - _UPDATABLE_FOR
    done: int = (
        Sending.update(card_version=version - 1, wanted_version=version).where(behind, young).execute()
    )
    return done


def update_due(limit: int = 100, *, subject: tuple[str, int] | None = None) -> list[Sending]:
    """Sendings of the last 72 hours whose card must follow; `subject` (kind, id) asks for one thing alone.

    By the index on the wanted version, which is 0 again once the card has followed: so it costs what there is to do,
    not what was ever sent.
    """
    query = (
        Sending.select()
        .where(Sending.wanted_version > 0, Sending.wanted_version > Sending.card_version)
        .where(Sending.sent_at > clock.now() - _UPDATABLE_FOR, Sending.error.is_null())
        .order_by(Sending.wanted_version, Sending.id)
        .limit(limit)
    )
    if subject is not None:
        about = Message.select(Message.id).where(
            Message.subject_kind == subject[0], Message.subject_id == subject[1]
        )
        query = query.where(Sending.message_id.in_(about))
    return list(query)


def shows(sending_id: int, version: int, *, now_at: int | None = None) -> None:
    """The sending's card shows `version`, and need not follow any more unless a newer one is wanted.

    `now_at` is the thing's version by now, for who sent a card that was composed a while ago: a sending that is only
    just written down may have missed an `outdate`.
    """
    behind = (Sending.wanted_version > version, Sending.wanted_version)
    wanted = now_at if now_at is not None and now_at > version else 0
    Sending.update(card_version=version, wanted_version=Case(None, (behind,), wanted)).where(
        Sending.id == sending_id
    ).execute()
