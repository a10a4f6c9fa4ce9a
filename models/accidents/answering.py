"""收到、已在现场、需要支援: the answer of somebody who was told of an accident (G02, X04)."""

from __future__ import annotations

from models.accidents.access import HELP, SUBJECT, find, invalid, told_persons
from models.accidents.alarm.calls import WORDS
from models.accidents.display.notices import mine
from models.accidents.records import Accident
from models.core.errors import Conflict
from models.core.security.actor import Actor
from models.messages.channels.records import SYSTEM


def answer_call(actor: Actor, accident_id: int, answer: str, *, way: str = SYSTEM) -> Accident:
    """Answer a call for help at an accident: 收到 is “我马上到”, 已在现场 what it says; whoever called hears it by name.

    Raises NotFound, Forbidden `not_told` for who was not called, Invalid for an answer that is none here.
    """
    from models.messages.inbox.answers import answer_subject

    accident = find(actor, accident_id)
    if answer not in WORDS:
        raise invalid("answer", "请选“我马上到”或“已在现场”")
    answer_subject(actor, HELP, accident.id, answer, way=way)
    return accident


def answer_instead(actor: Actor, accident_id: int, notice_id: int) -> Accident:
    """Answer for somebody silent (their notice) in whose stead the actor was told; it counts for that one alone.

    Raises NotFound, Forbidden `not_told` for who was not told in their stead, Conflict where they have answered.
    """
    from models.messages.inbox.answering_for_others import answer_for

    accident = find(actor, accident_id)
    answer_for(told_persons(actor), SUBJECT, accident.id, notice_id)
    return accident


def answer(actor: Actor, accident_id: int, answer: str, *, way: str = SYSTEM) -> Accident:
    """Answer the notice that the actor has of the accident; what is still to come for them stops.

    Raises NotFound, Conflict `not_told` for who may see the accident but was not told of it.
    """
    accident = find(actor, accident_id)
    own = mine(actor, [accident.id]).get(accident.id)
    if own is None:
        raise Conflict(
            "您不在这起事故的通知名单里",
            code="not_told",
            cause="这起事故没有要求您回应，或者通知还没有发到您这里",
            advice="不需要回应；如果您在现场，请用“续报”写明情况",
        )
    from models.messages.inbox.answers import answer_subject

    answer_subject(
        actor, SUBJECT, accident.id, answer, way=way
    )  # each time they were told: the chains of all of it
    return accident
