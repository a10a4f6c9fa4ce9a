"""My sessions and the proof of who I am, at both doors (J02)."""

from __future__ import annotations

from handlers.web.base import JsonHandler
from handlers.web.operations import SIGNED_IN, operation
from handlers.web.shapes.account import EndedOut, ProofBody, SessionsOut
from handlers.web.shared import Shared
from models.administration.sign_in import session_list
from models.administration.sign_in.step_up import prove


class MySessionsDoor(JsonHandler):
    """`/sessions`: where I am signed in."""

    @operation("我的登录设备", right=SIGNED_IN, system="J02", gives={200: SessionsOut})
    async def get(self) -> None:
        """My sessions, the one used last first."""
        self.answer({"items": await self.call(session_list.mine, self.actor, write=False)})

    @operation("结束其他登录", right=SIGNED_IN, system="J02", gives={200: EndedOut})
    async def delete(self) -> None:
        """End all but the one that asks."""
        self.answer({"ended": await self.call(session_list.end_my_others, self.actor)})


class MySessionDoor(JsonHandler):
    """`/sessions/{id}`."""

    @operation("结束一个登录", right=SIGNED_IN, system="J02", gives={204: None}, refuses=(404, 409))
    async def delete(self, id: int) -> None:
        """End another one of mine: a lost phone."""
        await self.call(session_list.end_mine, self.actor, id)
        self.answer_nothing()


class ProofDoor(JsonHandler):
    """`/session/proof`: it is still me."""

    @operation(
        "再确认一次是本人",
        right=SIGNED_IN,
        system="J02",
        body=ProofBody,
        gives={204: None},
        refuses=(422, 429),
    )
    async def post(self) -> None:
        """What was refused with `proof_required` is good for some minutes from now on."""
        body: ProofBody = self.body
        await self.call.plain(prove, self.actor, body.proof)
        self.answer_nothing()


ACCOUNT: Shared = (
    ("/sessions", MySessionsDoor),
    ("/sessions/{id}", MySessionDoor),
    ("/session/proof", ProofDoor),
)
