"""Signing in and out on the phone, and one's password (Q07, K06)."""

from __future__ import annotations

from handlers.web.operations import PUBLIC, SIGNED_IN, Route, operation
from miniprogram_api.base import PhoneHandler
from miniprogram_api.shapes import PasswordBody, SessionOut, SignedInOut, SignInBody
from models.administration import tickets
from models.administration.actors import actor_for_account
from models.administration.password_changes import change_password
from models.administration.signing_in import sign_in, sign_out
from models.duty import mine


class SessionHandler(PhoneHandler):
    """`/session`: the phone's session."""

    @operation(
        "登录",
        right=PUBLIC,
        system="Q07",
        body=SignInBody,
        gives={200: SignedInOut},
        refuses=(401, 403, 429),
        before_password_change=True,
    )
    async def post(self) -> None:
        """A token for login and password, or for the ticket that opening a card gave."""
        body: SignInBody = self.body
        origin = {"door": self.door, "device": body.device, "address": self.request.remote_ip}
        if body.ticket is not None and body.provider == "ticket":
            signed_in = await self.call(tickets.redeem, body.ticket, **origin)
        else:
            signed_in = await self.call.plain(
                lambda: sign_in(
                    body.login or "", body.password or "", **origin
                )  # both are there, by its shape
            )
        session = signed_in.session
        actor = await self.call(
            actor_for_account, signed_in.account, self.door, session_id=session.id, write=False
        )
        self.answer({"token": signed_in.token, **await self.call(mine.session, actor, write=False)})

    @operation(
        "当前会话", right=SIGNED_IN, system="Q07", gives={200: SessionOut}, before_password_change=True
    )
    async def get(self) -> None:
        """Who is signed in, and for which units."""
        self.answer(await self.call(mine.session, self.actor, write=False))

    @operation("退出登录", right=SIGNED_IN, system="Q07", gives={204: None}, before_password_change=True)
    async def delete(self) -> None:
        """End the session; its token is good for nothing from now on."""
        await self.call(sign_out, self.actor)
        self.answer_nothing()


class PasswordHandler(PhoneHandler):
    """`/password`: change one's own."""

    @operation(
        "修改密码",
        right=SIGNED_IN,
        system="K06",
        body=PasswordBody,
        gives={200: SessionOut},
        refuses=(422, 429),
        before_password_change=True,
    )
    async def post(self) -> None:
        """Set a new password; the other devices are signed out."""
        body: PasswordBody = self.body
        await self.call.plain(change_password, self.actor, body.current, body.new)
        self.answer(await self.call(mine.session, await self.authenticate(), write=False))


routes = [Route("/api/mp/v1/session", SessionHandler), Route("/api/mp/v1/password", PasswordHandler)]
