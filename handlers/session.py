"""Signing in and out of the console, and one's password (Q07, K06)."""

from __future__ import annotations

from pydantic import BaseModel, ConfigDict, Field

from handlers.base import COOKIE, ConsoleHandler
from handlers.web.operations import PUBLIC, SIGNED_IN, Route, operation
from models.administration import me
from models.administration.actors import actor_for_account
from models.administration.password_changes import change_password
from models.administration.signing_in import sign_in, sign_out


class SignInBody(BaseModel):
    """Who wants to sign in."""

    model_config = ConfigDict(extra="forbid")

    login: str = Field(min_length=1, max_length=60)
    password: str = Field(min_length=1, max_length=200)


class PasswordBody(BaseModel):
    """A change of password."""

    model_config = ConfigDict(extra="forbid")

    current: str = Field(max_length=200)
    new: str = Field(max_length=200)


class Named(BaseModel):
    """Something by id and name."""

    id: str
    name: str


class AccountOut(Named):
    """The account that is signed in."""

    login: str


class MenuItem(BaseModel):
    """One line of the menu."""

    title: str
    ledger: str


class MenuGroup(BaseModel):
    """A group of the menu."""

    title: str
    items: list[MenuItem]


class MeOut(BaseModel):
    """Who is signed in, what for, and what the menu shows."""

    account: AccountOut
    company: Named | None
    companies: list[Named]
    roles: list[str]
    rights: dict[str, str]
    must_change_password: bool
    demo: bool
    installation: str
    server_time: str
    menu: list[MenuGroup]


class SessionHandler(ConsoleHandler):
    """`/session`: the console's session."""

    @operation(
        "登录",
        right=PUBLIC,
        system="Q07",
        body=SignInBody,
        gives={200: MeOut},
        refuses=(401, 403, 429),
        before_password_change=True,
    )
    async def post(self) -> None:
        """Sign in; the cookie is set."""
        body: SignInBody = self.body
        device = self.request.headers.get("User-Agent", "")[:120]
        signed_in = await self.call.plain(
            lambda: sign_in(
                body.login, body.password, door=self.door, device=device, address=self.request.remote_ip
            )
        )
        session = signed_in.session
        actor = await self.call(
            actor_for_account, signed_in.account, self.door, session_id=session.id, write=False
        )
        self.keep(signed_in.token, session.expires_at)
        self.answer(await self.call(me.describe, actor, write=False))

    @operation("当前会话", right=SIGNED_IN, system="Q07", gives={200: MeOut}, before_password_change=True)
    async def get(self) -> None:
        """Who is signed in."""
        self.answer(await self.call(me.describe, self.actor, write=False))

    @operation("退出登录", right=SIGNED_IN, system="Q07", gives={204: None}, before_password_change=True)
    async def delete(self) -> None:
        """End the session."""
        await self.call(sign_out, self.actor)
        self.clear_cookie(COOKIE, path="/")
        self.answer_nothing()


class PasswordHandler(ConsoleHandler):
    """`/password`: change one's own."""

    @operation(
        "修改密码",
        right=SIGNED_IN,
        system="K06",
        body=PasswordBody,
        gives={200: MeOut},
        refuses=(422, 429),
        before_password_change=True,
    )
    async def post(self) -> None:
        """Set a new password; the other devices are signed out."""
        body: PasswordBody = self.body
        await self.call.plain(change_password, self.actor, body.current, body.new)
        self.answer(await self.call(me.describe, await self.authenticate(), write=False))


routes = [
    Route("/api/console/v1/session", SessionHandler),
    Route("/api/console/v1/password", PasswordHandler),
]
