"""Signing in and out on the phone, and one's password (Q07, K06)."""

from __future__ import annotations

from functools import partial

from handlers.web.doors.claims import CLAIMS
from handlers.web.operations import PUBLIC, SIGNED_IN, Route, operation
from handlers.web.requests import entry
from handlers.web.shared import at
from miniprogram_api.base import PhoneHandler
from miniprogram_api.shapes.phone import (
    ChangedOut,
    PhoneJoinBody,
    PhonePasswordBody,
    PhoneSignInBody,
    SessionOut,
    SignedInOut,
    VisitorBody,
    VisitorOut,
)
from models.administration.accounts.accept_invitation import accept, join
from models.administration.accounts.actors import actor_for_token
from models.administration.passwords import reset_by_second_channel
from models.administration.passwords.password_changes import change_password
from models.administration.sign_in import tickets
from models.administration.sign_in.sign_in import SignInTry, sign_out
from models.core.errors import AnbanError
from models.core.security.actor import Actor
from models.duty import my_units

SMALL = 4096  # bytes: a login and a password need less


class SessionHandler(PhoneHandler):
    """`/session`: the phone's session."""

    @operation(
        "登录",
        right=PUBLIC,
        system="Q07",
        body=PhoneSignInBody,
        gives={200: SignedInOut},
        refuses=(401, 403, 429),
        most=SMALL,
        before_password_change=True,
    )
    async def post(self) -> None:
        """A token for login and password, or for the ticket that opening a card gave in this very browser."""
        body: PhoneSignInBody = self.body
        origin = {"door": self.door, "device": body.device, "address": self.request.remote_ip}
        if body.ticket is not None and body.provider == "ticket":
            secret = self.get_cookie(entry.TICKET + entry.mark_of(body.ticket))
            signed_in = await self.call(tickets.redeem, body.ticket, secret=secret, **origin)
            self.clear_cookie(entry.TICKET + entry.mark_of(body.ticket), path=entry.TICKET_PATH)
        else:
            attempt = SignInTry(
                body.login or "", body.password or "", **origin, known_device=body.known_device
            )  # both are there, by its shape
            signed_in = await self.settings["sign_in_desk"].sign_in(attempt)
        actor = await self.call(actor_for_token, signed_in.token, self.door, write=False)
        view = await self.call(my_units.session, actor, write=False)
        self.answer({"token": signed_in.token, "known_device": signed_in.known_device or None, **view})

    @operation(
        "当前会话", right=SIGNED_IN, system="Q07", gives={200: SessionOut}, before_password_change=True
    )
    async def get(self) -> None:
        """Who is signed in, and for which units."""
        self.answer(await self.call(my_units.session, self.actor, write=False))

    @operation("退出登录", right=SIGNED_IN, system="Q07", gives={204: None}, before_password_change=True)
    async def delete(self) -> None:
        """End the session; its token is good for nothing from now on."""
        await self.call(sign_out, self.actor)
        self.answer_nothing()


class VisitorHandler(PhoneHandler):
    """`/session/visitor`: who a card's link would sign in, before anybody who is signed in here is replaced."""

    @operation(
        "链接是谁的", right=PUBLIC, system="Q07", body=VisitorBody, gives={200: VisitorOut}, refuses=(401,)
    )
    async def post(self) -> None:
        """The name, and whether it is the one who is signed in; nothing is used up."""
        body: VisitorBody = self.body
        secret = self.get_cookie(entry.TICKET + entry.mark_of(body.ticket))
        account, unit_id = await self.call(tickets.visitor, body.ticket, secret=secret, write=False)
        here = await self._here()
        same = here is not None and here.account_id == account.id
        # What is signed in here already is not exchanged for something that opens less.
        gains = here is None or (same and unit_id in (None, here.unit_id))
        self.answer({"name": account.name, "here": here.name if here else None, "same": same, "gains": gains})

    async def _here(self) -> Actor | None:
        try:
            return await self.authenticate()
        except AnbanError:  # nobody, or nobody any more
            return None


class PasswordHandler(PhoneHandler):
    """`/password`: change one's own."""

    @operation(
        "修改密码",
        right=SIGNED_IN,
        system="K06",
        body=PhonePasswordBody,
        gives={200: ChangedOut},
        refuses=(403, 422, 429),
        most=SMALL,
        load="password",
        before_password_change=True,
    )
    async def post(self) -> None:
        """Set a new password; the other devices are signed out.

        Whoever was invited makes their account by it, with another `login` where theirs is taken. Without `current` for
        that, and for who has come from the group's chat app within the last ten minutes.
        """
        body: PhonePasswordBody = self.body
        if self.actor.account_id is None:
            change = partial(accept, self.actor, body.new, login=body.login, known_device=body.known_device)
        elif body.current is None:
            change = partial(
                reset_by_second_channel.set_password, self.actor, body.new, known_device=body.known_device
            )
        else:
            change = partial(
                change_password, self.actor, body.current, body.new, known_device=body.known_device
            )
        device = await self.call.plain(change)
        view = await self.call(my_units.session, await self.authenticate(), write=False)
        self.answer({**view, "known_device": device})


class JoinHandler(PhoneHandler):
    """`/session/join`: the account that the invited person has already."""

    @operation(
        "合成一个账号",
        right=SIGNED_IN,
        system="Q05",
        body=PhoneJoinBody,
        gives={200: ChangedOut},
        refuses=(401, 409, 422, 429),
        before_password_change=True,
    )
    async def post(self) -> None:
        """“That account is mine”, proven by its own password: the unit that invites is added to it."""
        body: PhoneJoinBody = self.body
        known = await self.call.plain(
            partial(join, self.actor, body.login, body.password, known_device=body.known_device)
        )
        view = await self.call(my_units.session, await self.authenticate(), write=False)
        self.answer({"known_device": known, **view})


routes = [
    *at(PhoneHandler, "/api/mp/v1", CLAIMS),
    Route("/api/mp/v1/session", SessionHandler),
    Route("/api/mp/v1/session/join", JoinHandler),
    Route("/api/mp/v1/session/visitor", VisitorHandler),
    Route("/api/mp/v1/password", PasswordHandler),
]
