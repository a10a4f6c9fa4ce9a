"""Signing in and out of the console, and one's password (Q07, K06)."""

from __future__ import annotations

from functools import partial

from pydantic import BaseModel, ConfigDict, Field

from handlers.base import ConsoleHandler
from handlers.web.doors.claims import CLAIMS, InvitationOut
from handlers.web.operations import PUBLIC, SIGNED_IN, Route, operation
from handlers.web.shapes.ledgers.ledgers import PageName, SubjectKind
from handlers.web.shapes.values import Named
from handlers.web.shared import at
from models.administration.accounts import current_user
from models.administration.accounts.accept_invitation import accept, join
from models.administration.accounts.actors import actor_for_token
from models.administration.passwords.password_changes import change_password
from models.administration.sign_in.sign_in import SignInTry, sign_out

SMALL = 4096  # bytes: a login and a password need less


class SignInBody(BaseModel):
    """Who wants to sign in."""

    model_config = ConfigDict(extra="forbid")

    login: str = Field(min_length=1, max_length=60)
    password: str = Field(min_length=1, max_length=200)


class PasswordBody(BaseModel):
    """A change of password."""

    model_config = ConfigDict(extra="forbid")

    current: str = Field(default="", max_length=200)
    new: str = Field(max_length=200)
    login: str | None = Field(default=None, max_length=60)


class JoinBody(BaseModel):
    """The account that an invited person has already, and its password; `login` where it is another than the phone."""

    model_config = ConfigDict(extra="forbid")

    login: str | None = Field(default=None, max_length=60)
    password: str = Field(min_length=1, max_length=200)


class AccountOut(Named):
    """The account that is signed in."""

    login: str


class MenuItem(BaseModel):
    """One line of the menu: a ledger, a view or a page; `rows` is the ledger whose rows a matrix has, if that is another."""

    title: str
    ledger: str | None = None
    view: str | None = None
    page: str | None = None
    rows: str | None = None
    keys: str


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
    idle_minutes: int
    menu: list[MenuGroup]
    own: list[PageName]
    kinds: list[SubjectKind]
    invitation: InvitationOut | None


class SessionHandler(ConsoleHandler):
    """`/session`: the console's session."""

    @operation(
        "登录",
        right=PUBLIC,
        system="Q07",
        body=SignInBody,
        gives={200: MeOut},
        refuses=(401, 403, 429),
        most=SMALL,
        before_password_change=True,
    )
    async def post(self) -> None:
        """Sign in; the cookie is set."""
        body: SignInBody = self.body
        device = self.request.headers.get("User-Agent", "")[:120]
        attempt = SignInTry(
            body.login, body.password, door=self.door, device=device, address=self.request.remote_ip,
            known_device=self.known_device,
        )  # fmt: skip
        signed_in = await self.settings["sign_in_desk"].sign_in(attempt)
        actor = await self.call(actor_for_token, signed_in.token, self.door, write=False)
        self.keep(signed_in.token, signed_in.session.expires_at)
        self.keep_device(signed_in.known_device)
        self.answer(await self.call(current_user.describe, actor, write=False))

    @operation("当前会话", right=SIGNED_IN, system="Q07", gives={200: MeOut}, before_password_change=True)
    async def get(self) -> None:
        """Who is signed in."""
        self.answer(await self.call(current_user.describe, self.actor, write=False))

    @operation("退出登录", right=SIGNED_IN, system="Q07", gives={204: None}, before_password_change=True)
    async def delete(self) -> None:
        """End the session."""
        await self.call(sign_out, self.actor)
        self.forget()
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
        most=SMALL,
        load="password",
        before_password_change=True,
    )
    async def post(self) -> None:
        """Set a new password; the other devices are signed out.

        Whoever was invited makes their account by it, without `current`, and with another `login` where theirs is taken.
        """
        body: PasswordBody = self.body
        if self.actor.account_id is None:
            change = partial(accept, self.actor, body.new, login=body.login, known_device=self.known_device)
        else:
            change = partial(
                change_password, self.actor, body.current, body.new, known_device=self.known_device
            )
        self.keep_device(await self.call.plain(change))
        self.answer(await self.call(current_user.describe, await self.authenticate(), write=False))


class JoinHandler(ConsoleHandler):
    """`/session/join`: the account that the invited person has already."""

    @operation(
        "合成一个账号",
        right=SIGNED_IN,
        system="Q05",
        body=JoinBody,
        gives={200: MeOut},
        refuses=(401, 409, 422, 429),
        before_password_change=True,
    )
    async def post(self) -> None:
        """“That account is mine”, proven by its own password: the unit that invites is added to it."""
        body: JoinBody = self.body
        proven = partial(join, self.actor, body.login, body.password, known_device=self.known_device)
        self.keep_device(await self.call.plain(proven))
        self.answer(await self.call(current_user.describe, await self.authenticate(), write=False))


routes = [
    *at(ConsoleHandler, "/api/console/v1", CLAIMS),
    Route("/api/console/v1/session/join", JoinHandler),
    Route("/api/console/v1/session", SessionHandler),
    Route("/api/console/v1/password", PasswordHandler),
]
