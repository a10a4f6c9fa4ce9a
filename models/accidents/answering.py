"""收到、已在现场、需要支援: the answer of somebody who was told of an accident (G02, X04)."""

from __future__ import annotations

from models.accidents.finding import find
from models.accidents.notices import mine
from models.accidents.records import Accident
from models.core.actor import Actor
from models.core.errors import Conflict
from models.messages.ways import SYSTEM


def answer(actor: Actor, accident_id: int | str, answer: str, *, way: str = SYSTEM) -> Accident:
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
    from models.messages.answers import answer as answer_notice

    answer_notice(actor, int(own["notice"]), answer, way=way)
    return accident
