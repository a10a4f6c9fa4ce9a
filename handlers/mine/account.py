"""Second factors in the console, and my sessions (J02)."""

from __future__ import annotations

from functools import partial

from pydantic import BaseModel

from handlers.base import ConsoleHandler
from handlers.session import MeOut
from handlers.web.doors.account import ACCOUNT
from handlers.web.operations import PUBLIC, SIGNED_IN, Route, operation
from handlers.web.shapes.account import CodeBody, CodesOut, FactorOut, HalfBody, HalfCodeBody, OfferOut
from handlers.web.shared import at
from models.administration.accounts import current_user
from models.administration.accounts.actors import actor_for_account
from models.administration.second_factor import enrolment, second_step
from models.administration.sign_in.sign_in import SignedIn


class EnrolledOut(BaseModel):
    """Who is signed in, with the recovery codes, shown this once."""

    session: MeOut
    recovery_codes: list[str]


class _HalfWay(ConsoleHandler):
    """Base: the right password is there, the session not yet."""

    async def _begin(self, signed_in: SignedIn) -> dict[str, object]:
        session = signed_in.session
        actor = await self.call(
            actor_for_account, signed_in.account, self.door, session_id=session.id, write=False
        )
        self.keep(signed_in.token, session.expires_at)
        self.keep_device(signed_in.known_device)
        return await self.call(current_user.describe, actor, write=False)


class SecondStepHandler(_HalfWay):
    """`/session/second-factor`."""

    @operation(
        "登录：动态口令",
        right=PUBLIC,
        system="J02",
        body=HalfCodeBody,
        gives={200: MeOut},
        refuses=(401, 422, 429),
    )
    async def post(self) -> None:
        """The rest of a sign-in that was answered with `second_factor_required`; the cookie is set."""
        body: HalfCodeBody = self.body
        origin = {"door": self.door, "known_device": self.known_device}
        finish = partial(second_step.finish, body.token, body.code, **origin)
        self.answer(await self._begin(await self.call.plain(finish)))


class FirstOfferHandler(_HalfWay):
    """`/session/second-factor/offer`: who must have one sets it up before the first session."""

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
        body=HalfCodeBody,
        gives={200: EnrolledOut},
        refuses=(401, 409, 422),
    )
    async def post(self) -> None:
        """The first code: the cookie is set, and the recovery codes are shown this once."""
        body: HalfCodeBody = self.body
        origin = {"door": self.door, "known_device": self.known_device}
        enrolled = await self.call.plain(partial(second_step.enrol, body.token, body.code, **origin))
        session = await self._begin(enrolled.signed_in)
        self.answer({"session": session, "recovery_codes": enrolled.recovery_codes})


class FactorHandler(ConsoleHandler):
    """`/second-factor`: my own."""

    @operation("我的动态口令", right=SIGNED_IN, system="J02", gives={200: FactorOut})
    async def get(self) -> None:
        """Whether I have one, and must."""
        self.answer(await self.call(enrolment.describe, self.actor, write=False))

    @operation("设置动态口令", right=SIGNED_IN, system="J02", gives={200: OfferOut}, refuses=(403,))
    async def post(self) -> None:
        """A new secret; an old one counts until the first code of the new one was sent."""
        offered = await self.call(enrolment.begin, self.actor)
        self.answer(offered.as_json())

    @operation("关闭动态口令", right=SIGNED_IN, system="J02", gives={204: None}, refuses=(403, 409, 422))
    async def delete(self) -> None:
        """Do without, where the installation lets one."""
        await self.call(enrolment.switch_off, self.actor)
        self.answer_nothing()


class ConfirmHandler(ConsoleHandler):
    """`/second-factor/confirmation`."""

    @operation(
        "确认动态口令",
        right=SIGNED_IN,
        system="J02",
        body=CodeBody,
        gives={200: CodesOut},
        refuses=(403, 409, 422),
    )
    async def post(self) -> None:
        """The first code of a new one; gives ten recovery codes, shown this once."""
        body: CodeBody = self.body
        codes = await self.call(enrolment.confirm_own, self.actor, body.code)
        self.answer({"recovery_codes": codes})


class RecoveryCodesHandler(ConsoleHandler):
    """`/second-factor/recovery-codes`."""

    @operation("更换恢复码", right=SIGNED_IN, system="J02", gives={200: CodesOut}, refuses=(403, 422))
    async def post(self) -> None:
        """Ten new ones, shown this once; the old ones are good for nothing any more."""
        self.answer({"recovery_codes": await self.call(enrolment.renew_codes, self.actor)})


_PREFIX = "/api/console/v1"
routes = [
    Route(f"{_PREFIX}/session/second-factor", SecondStepHandler),
    Route(f"{_PREFIX}/session/second-factor/offer", FirstOfferHandler),
    Route(f"{_PREFIX}/session/second-factor/enrolment", EnrolHandler),
    Route(f"{_PREFIX}/second-factor", FactorHandler),
    Route(f"{_PREFIX}/second-factor/confirmation", ConfirmHandler),
    Route(f"{_PREFIX}/second-factor/recovery-codes", RecoveryCodesHandler),
    *at(ConsoleHandler, _PREFIX, ACCOUNT),
]
