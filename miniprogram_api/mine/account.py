"""Second factors on the phone, and my sessions (J02)."""

from __future__ import annotations

from functools import partial
from typing import Any

from pydantic import BaseModel

from handlers.web.doors.account import ACCOUNT
from handlers.web.operations import PUBLIC, Route, operation
from handlers.web.shapes.account import HalfBody, OfferOut, PhoneCodeBody
from handlers.web.shared import at
from miniprogram_api.base import PhoneHandler
from miniprogram_api.shapes.phone import SignedInOut
from models.administration.accounts.actors import actor_for_account
from models.administration.second_factor import second_step
from models.administration.sign_in.sign_in import SignedIn
from models.duty import my_units


class PhoneEnrolledOut(BaseModel):
    """The new session, with the recovery codes, shown this once."""

    session: SignedInOut
    recovery_codes: list[str]


class _HalfWay(PhoneHandler):
    """Base: the right password is there, the session not yet."""

    async def _begin(self, signed_in: SignedIn) -> dict[str, Any]:
        session = signed_in.session
        actor = await self.call(
            actor_for_account, signed_in.account, self.door, session_id=session.id, write=False
        )
        view = await self.call(my_units.session, actor, write=False)
        return {"token": signed_in.token, "known_device": signed_in.known_device or None, **view}


class SecondStepHandler(_HalfWay):
    """`/session/second-factor`."""

    @operation(
        "登录：动态口令",
        right=PUBLIC,
        system="J02",
        body=PhoneCodeBody,
        gives={200: SignedInOut},
        refuses=(401, 422, 429),
    )
    async def post(self) -> None:
        """The rest of a sign-in that was answered with `second_factor_required`."""
        body: PhoneCodeBody = self.body
        origin = {"door": self.door, "known_device": body.known_device}
        finish = partial(second_step.finish, body.token, body.code, **origin)
        self.answer(await self._begin(await self.call.plain(finish)))


class FirstOfferHandler(_HalfWay):
    """`/session/second-factor/offer`."""

    @operation(
        "登录：设置动态口令",
        right=PUBLIC,
        system="J02",
        body=HalfBody,
        gives={200: OfferOut},
        refuses=(401,),
    )
    async def post(self) -> None:
        """A new secret; it counts once its first code was sent."""
        body: HalfBody = self.body
        offered = await self.call(second_step.offer, body.token, door=self.door)
        self.answer(offered.as_json())


class EnrolHandler(_HalfWay):
    """`/session/second-factor/enrolment`."""

    @operation(
        "登录：确认动态口令",
        right=PUBLIC,
        system="J02",
        body=PhoneCodeBody,
        gives={200: PhoneEnrolledOut},
        refuses=(401, 409, 422),
    )
    async def post(self) -> None:
        """The first code: gives the session, and the recovery codes, shown this once."""
        body: PhoneCodeBody = self.body
        origin = {"door": self.door, "known_device": body.known_device}
        enrolled = await self.call.plain(partial(second_step.enrol, body.token, body.code, **origin))
        session = await self._begin(enrolled.signed_in)
        self.answer({"session": session, "recovery_codes": enrolled.recovery_codes})


_PREFIX = "/api/mp/v1"
routes = [
    Route(f"{_PREFIX}/session/second-factor", SecondStepHandler),
    Route(f"{_PREFIX}/session/second-factor/offer", FirstOfferHandler),
    Route(f"{_PREFIX}/session/second-factor/enrolment", EnrolHandler),
    *at(PhoneHandler, _PREFIX, ACCOUNT),
]
