"""Units that ask whether somebody is theirs, at both doors (I2): the question, and the answer."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, ConfigDict, Field

from handlers.web.base import JsonHandler
from handlers.web.operations import SIGNED_IN, operation
from handlers.web.shared import Shared
from models.core.errors import AnbanError
from models.personnel.bindings import claims


class UnitNamed(BaseModel):
    """A unit by id and name."""

    id: str
    name: str


class QuestionOut(BaseModel):
    """A unit asks: 是我 / 不是我."""

    id: str
    unit: UnitNamed


class QuestionsOut(BaseModel):
    """What I am asked."""

    items: list[QuestionOut]


class ClaimAnswerBody(BaseModel):
    """The answer: whether it is me, and the unit's first password or activation code if I have it."""

    model_config = ConfigDict(extra="forbid")

    mine: bool
    secret: str = Field(default="", max_length=100)


class AnsweredOut(QuestionsOut):
    """What came of it, and what is still asked."""

    state: Literal["confirmed", "waiting", "denied"]


class InvitationOut(BaseModel):
    """The unit that invites somebody who has no account yet: the name there, the login, and whether somebody has it."""

    unit: UnitNamed
    name: str
    login: str
    login_taken: bool


class QuestionsDoor(JsonHandler):
    """`/questions`: units that ask whether I am theirs."""

    @operation("哪些单位在问我", right=SIGNED_IN, system="Q06", gives={200: QuestionsOut})
    async def get(self) -> None:
        """Units that have somebody with my ID number on their list; each asks once."""
        self.answer({"items": await self.call(claims.questions_of, self.actor, write=False)})


class QuestionDoor(JsonHandler):
    """`/questions/{id}`: is it me?"""

    @operation(
        "回答是不是本人",
        right=SIGNED_IN,
        system="Q06",
        body=ClaimAnswerBody,
        gives={200: AnsweredOut},
        refuses=(404, 422),
    )
    async def post(self, id: int) -> None:
        """With the unit's first password or code I am in at once; without one the unit confirms me."""
        body: ClaimAnswerBody = self.body
        state = await self.call(claims.try_answer, self.actor, id, mine=body.mine, secret=body.secret)
        if isinstance(state, AnbanError):
            raise state
        self.answer({"state": state, "items": await self.call(claims.questions_of, self.actor, write=False)})


CLAIMS: Shared = (("/questions", QuestionsDoor), ("/questions/{id}", QuestionDoor))
