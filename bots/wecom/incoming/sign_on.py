"""From a card's link into the phone client, signed on by WeCom; and what the phone's scanner is signed with (L01, Q07)."""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from html import escape
from typing import Any
from urllib.parse import quote, unquote, urlencode

from bots import links, tools
from bots.cards.steps import own_path
from bots.incoming.photo_replies import path_now
from bots.wecom.client import Signature
from bots.wecom.incoming.callback import ChatHandler
from bots.wecom.protocol.errors import WecomError
from handlers.web.requests import entry
from models.administration.sign_in import tickets
from models.core.config import config
from models.core.db.connection import in_transaction
from models.core.errors import AnbanError, Conflict, Forbidden, Invalid, NotFound
from models.messages.channels.members import account_of, member_of, unit_of, unknown
from models.messages.channels.records import WecomApp
from models.messages.chat_accounts import offers
from models.messages.chat_accounts.ties import origin_of, spread

_COOKIE_SECONDS = 600
_ENTER = "/m/#/pages/enter/index"


def app_of(app_id: int) -> WecomApp:
    """An app that is in use. Raises NotFound."""
    found = WecomApp.get_or_none(WecomApp.id == app_id, WecomApp.enabled == True)  # noqa: E712
    if found is None:
        raise NotFound("没有这个应用", cause="它可能已停用", advice="请回到聊天，从新的卡片打开")
    return found


def sign_on_address(app_id: int, state: str) -> str:
    """Where the platform says who somebody is."""
    app = in_transaction(app_of, app_id, write=False)
    back = f"{config().public_url}/bots/wecom/{app_id}/enter"
    return tools.wecom(app).authorize_url(back, state)


@dataclass(frozen=True)
class Arrival:
    """Who came back from the sign-on, and where `to` leads for them: with a ticket, or with an offer to tie themselves.

    `secret` is the browser's alone: it goes into a cookie, never into an address.
    """

    to: str
    secret: str = field(repr=False)
    ticket: str = field(default="", repr=False)


def arrival_of(app_id: int, code: str, to: str = "") -> Arrival:
    """A ticket for whom the platform names; for whom nobody knows yet the offer to sign in here and be known (I4).

    Raises Forbidden, Unauthenticated, Invalid `bad_code`, NotFound.
    """
    app = in_transaction(app_of, app_id, write=False)
    if not code:
        raise bad_code()
    try:
        visitor = tools.wecom(app).visitor(code)
    except WecomError as error:
        if error.worth_a_try or error.code is None:
            raise Conflict(
                "暂时不能登录", code="platform_away", cause=error.reason, advice="请稍后再点一次卡片"
            ) from error
        raise bad_code() from error
    if not visitor.user_id:
        raise unknown()
    return in_transaction(_arrival, app_id, visitor.user_id, to)


def _arrival(app_id: int, user_id: str, to: str) -> Arrival:
    try:
        member = member_of(app_id, user_id)
    except Forbidden as error:
        if error.code != "unknown_member":
            raise
        return Arrival(to, offers.offer_visit(app_id, user_id))
    spread(member)
    ticket = tickets.issue(account_of(member), origin=origin_of(app_id), unit_id=unit_of(member))
    to = path_now(own_path(to, member.person.id), member.account_id)
    return Arrival(to, ticket.secret, ticket.text)


def bad_code() -> Invalid:
    """The refusal for a sign-on that does not hold."""
    return Invalid(
        "登录没有完成",
        code="bad_code",
        cause="登录码已用过或已过期",
        advice="请回到聊天，重新点一次卡片",
    )


def signatures(app_id: int, url: str) -> dict[str, Any]:
    """What a page of ours needs for wx.config and wx.agentConfig. Raises Invalid for another's page."""
    root = config().public_url
    if not (url == root or url.startswith((f"{root}/", f"{root}?", f"{root}#"))) or len(url) > 2000:
        raise Invalid(
            "不是本系统的页面", code="foreign_page", cause="只为本系统的页面签名", advice="请从首页进入"
        )
    app = in_transaction(app_of, app_id, write=False)
    try:
        client = tools.wecom(app)
        corp, agent = client.sign("corp", url), client.sign("agent", url)
    except WecomError as error:
        raise Conflict(
            "扫码暂时不可用", code="platform_away", cause=error.reason, advice="请改用拍照识别或手动输入"
        ) from error
    return {
        "config": {"appId": corp.corp_id, **_signed(corp)},
        "agentConfig": {"corpid": agent.corp_id, "agentid": str(agent.agent_id), **_signed(agent)},
    }


def _signed(made: Signature) -> dict[str, Any]:
    return {"timestamp": made.timestamp, "nonceStr": made.nonce, "signature": made.signature}


class PageHandler(ChatHandler):
    """A page on the way: it redirects, or says in words why it can't."""

    def refuse(self, error: AnbanError, status: int = 403) -> None:
        """A page of words: what is wrong, why, what to do."""
        self.set_status(status)
        self.set_header("Content-Type", "text/html; charset=UTF-8")
        self.set_header("Content-Security-Policy", "default-src 'none'; style-src 'unsafe-inline'")
        lines = "".join(f"<p>{escape(part)}</p>" for part in (error.cause, error.advice) if part)
        self.finish(
            "<!doctype html><html lang='zh-CN'><meta charset='utf-8'>"
            "<meta name='viewport' content='width=device-width,initial-scale=1'>"
            f"<title>{escape(error.title)}</title><body style='font:18px/1.6 sans-serif;margin:2em'>"
            f"<h1 style='font-size:22px'>{escape(error.title)}</h1>{lines}"
            "<p><a href='/m/' style='display:inline-block;padding:.6em 0'>用账号密码登录</a></p>"
        )


class OpenHandler(PageHandler):
    """`/bots/wecom/{app}/open?to=`: what a card's link opens."""

    async def get(self, app_id: str) -> None:
        """To the platform's sign-on; where to afterwards is kept in this browser, under what comes back."""
        to = self.said("to") or links.HOME
        if not links.is_page(to):
            to = links.HOME
        state = secrets.token_hex(16)
        try:
            address = await self.call.plain(sign_on_address, int(app_id), state)
        except NotFound as error:
            self.refuse(error, 404)
            return
        self.set_cookie(
            f"anban_to_{state}", quote(to, safe=""), path=f"/bots/wecom/{app_id}/", max_age=_COOKIE_SECONDS,
            httponly=True, samesite="Lax", secure=self.settings["secure_cookies"],
        )  # fmt: skip
        self.redirect(address)


class EnterHandler(PageHandler):
    """`/bots/wecom/{app}/enter?code=&state=`: back from the sign-on."""

    async def get(self, app_id: str) -> None:
        """To the phone client with a ticket, and the app whose scanner is there.

        Only for the browser that set out: else one could be signed in by somebody else's link as somebody else.
        """
        state = self.said("state")
        known = state.isascii() and state.isalnum() and len(state) == 32
        kept = self.get_cookie(f"anban_to_{state}") if known else None
        if kept is None:
            self.refuse(bad_code())
            return
        self.clear_cookie(f"anban_to_{state}", path=f"/bots/wecom/{app_id}/")
        to = unquote(kept)
        try:
            to = to if links.is_page(to) else links.HOME
            arrival = await self.call.plain(arrival_of, int(app_id), self.said("code"), to)
        except AnbanError as error:
            self.refuse(error, 503 if isinstance(error, Conflict) else 403)
            return
        self.set_header("Referrer-Policy", "no-referrer")
        known = {"to": arrival.to, "app": str(int(app_id))}
        if arrival.ticket:
            known = {"ticket": arrival.ticket, **known}
            self._give(
                entry.TICKET + entry.mark_of(arrival.ticket),
                arrival.secret,
                entry.TICKET_PATH,
                tickets.GOOD_FOR,
            )
        else:
            known = {"tie": "1", **known}
            self._give(entry.TIE, arrival.secret, entry.TIE_PATH, offers.GOOD_FOR)
        self.redirect(f"{_ENTER}?{urlencode(known, quote_via=quote, safe='')}")

    def _give(self, name: str, secret: str, path: str, good_for: timedelta) -> None:
        """What only this browser has, and no script of a page can read."""
        self.set_cookie(
            name, secret, path=path, max_age=int(good_for.total_seconds()), httponly=True, samesite="Lax",
            secure=self.settings["secure_cookies"],
        )  # fmt: skip


class JssdkHandler(ChatHandler):
    """`/bots/wecom/{app}/jssdk?url=`: signatures for a page of ours."""

    async def get(self, app_id: str) -> None:
        """`{config, agentConfig}`, as wx.config and wx.agentConfig take them."""
        try:
            made = await self.call.plain(partial(signatures, int(app_id), self.said("url")))
        except AnbanError as error:
            self.set_status(
                404 if isinstance(error, NotFound) else 422 if isinstance(error, Invalid) else 503
            )
            self.write({"error": error.as_json()})
            return
        self.write(made)
