"""Who was told in whose stead, and an answer for one of them (X04).

A deputy or superior may be told for several who are silent. What they answer counts for themselves, and for each of the
others by an act of its own; only who was told for one alone, and not on their own account, answers for that one too.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from models.core import clock
from models.core.errors import Conflict, Forbidden
from models.messages.escalation import hooks
from models.messages.inbox.answers import still_here
from models.messages.inbox.board_updates import notices_changed
from models.messages.inbox.mine import set_read
from models.messages.records import Escalation, EscalationStep, Message, Notice
from models.organization.records import Person

#: `Notice.why` of who was told in another's stead alone.
STANDING_IN = ("deputy", "superior")
_TAKEN = "taken"
_ALIVE = ("running", "finished")


@dataclass(frozen=True)
class Principal:
    """Somebody silent (`notice_id` is theirs), of whom somebody else was told. `answered`: that one answered for them.

    `stands_in_only`: the other was not told on their own account; `alone`: and was told for this one alone.
    """

    notice_id: int
    name: str
    waits: bool
    answered: bool
    stands_in_only: bool
    alone: bool


def principals_of(notice_ids: Iterable[int]) -> dict[int, list[Principal]]:
    """Of whom the holders of these notices were told in the chains' present rounds, by notice, in order of the steps."""
    theirs = Notice.alias()
    rows = (
        EscalationStep.select(
            EscalationStep.notice_id, Escalation.notice_id, Escalation.state, Escalation.answered_by_id,
            theirs.answer, Person.name, Notice.why,
        )
        .join(Escalation)
        .join(theirs, on=(theirs.id == Escalation.notice_id))
        .join(Person, on=(Person.id == theirs.person))
        .join(Notice, on=(Notice.id == EscalationStep.notice_id))
        .where(EscalationStep.notice_id.in_(sorted(set(notice_ids)) or (0,)), EscalationStep.outcome == _TAKEN)
        .where(EscalationStep.notice_id != Escalation.notice_id, EscalationStep.round == Escalation.rounds)
        .order_by(EscalationStep.id)
        .tuples()
    )  # fmt: skip
    found: dict[int, dict[int, tuple[bool, bool, str, str]]] = {}
    for mine, other, state, by, answer, name, why in rows:
        waits = state in _ALIVE and answer is None
        found.setdefault(mine, {})[other] = (waits, by == mine, name, why)
    return {
        mine: [
            Principal(other, name, waits, done, why in STANDING_IN, why in STANDING_IN and len(others) == 1)
            for other, (waits, done, name, why) in others.items()
        ]
        for mine, others in found.items()
    }


def principals_by_person(
    subject_kind: str, subject_id: int, person_ids: Iterable[int]
) -> Mapping[int, list[Principal]]:
    """The same of a thing for these people: what concerns the newest message that asks; nobody who stands for none."""
    rows = (
        Notice.select(Notice.person, Notice.id)
        .join(Message, on=(Notice.message == Message.id))
        .where(Message.subject_kind == subject_kind, Message.subject_id == subject_id, Message.needs_answer)
        .where(Notice.person.in_(list(person_ids) or (0,)))
        .order_by(Notice.id)
    )
    people = {notice: person for person, notice in rows.tuples()}
    found = principals_of(people)
    return {people[notice]: found[notice] for notice in sorted(found)}


def told_in_stead(notice_ids: Iterable[int]) -> dict[int, list[dict[str, str]]]:
    """By notice, of whom its holder was told: {notice, name, state}, as the doors show it.

    `state`: `waits` for an act of its own (`answer_for`), `with_mine` for the holder's own answer, which counts for that
    one too, `answered` for those for whom the holder has answered. Who is silent no more is left out.
    """
    found: dict[int, list[dict[str, str]]] = {}
    for mine, others in principals_of(notice_ids).items():
        for each in others:
            state = "answered" if each.answered else "with_mine" if each.alone else "waits"
            if each.answered or each.waits:
                told = {"notice": str(each.notice_id), "name": each.name, "state": state}
                found.setdefault(mine, []).append(told)
    return found


def answer_for(
    person_ids: Iterable[int], subject_kind: str, subject_id: int, principal_notice_id: int
) -> bool:
    """One of these files of a human, who was told in somebody's stead, answers for that one; False if that was done.

    The chain of that one stops, and nobody else's. Raises Forbidden for who was not told of it in their stead, or has
    left; Conflict where they have answered themselves meanwhile.
    """
    theirs = Notice.get_or_none(Notice.id == principal_notice_id)
    message = None if theirs is None else Message.get_by_id(theirs.__data__["message"])
    if message is None or (message.subject_kind, message.subject_id) != (subject_kind, subject_id):
        raise _not_told()
    mine = Notice.get_or_none(Notice.message == message.id, Notice.person.in_(list(person_ids) or (0,)))
    known = [] if mine is None else principals_of([mine.id]).get(mine.id, [])
    found = next((each for each in known if each.notice_id == principal_notice_id), None)
    if mine is None or found is None:
        raise _not_told()
    still_here([mine])
    if found.answered:
        return False
    if not found.waits:
        raise Conflict(
            f"不用代{found.name}回应了", code="already_answered", cause="本人已经回应，或者别人已代为回应",
            advice="请在事故页面查看回应情况",
        )  # fmt: skip
    set_read([mine.id])
    Notice.update(followed_up_at=clock.now()).where(
        Notice.id == mine.id, Notice.answer.is_null(False)
    ).execute()
    hooks.answered_for(principal_notice_id, mine.id)
    notices_changed("message.answered_for", [theirs.id])
    return True


def _not_told() -> Forbidden:
    return Forbidden(
        "您不能代他回应", code="not_told", cause="这件事没有请您代他处理",
        advice="如果您参与处置，请让安全管理员把您设为他的代理人",
    )  # fmt: skip


__all__ = ["Principal", "answer_for", "principals_by_person", "principals_of", "told_in_stead"]
