"""Opening a link as somebody: the phone's browser, and the platform's sign-on that knows whose phone it is."""

from __future__ import annotations

import html
import re
from urllib.parse import urlencode, urlsplit, urlunsplit

from tornado.web import RequestHandler

from bots.sandbox.core.platform import Platform
from bots.sandbox.wecom.urls import is_trusted

_WHO = "sandbox_who"
#: The page's own host name. A browser takes it and its phones below it for one site, so that they may keep things.
HOME = "sandbox.localhost"
_LOOPBACK = {"127.0.0.1", "localhost", HOME}
_SLOTS = ("p1", "p2", "p3")
#: All names of this machine that a sign-on may lead back to.
_HERE = frozenset({*_LOOPBACK, *(f"{slot}.{HOME}" for slot in _SLOTS)})
_SCOPES = ("snsapi_base", "snsapi_privateinfo")
_STATE = re.compile(r"[0-9A-Za-z]{0,128}")


def on_slot(url: str, slot: str) -> str:
    """`url` under a host name of the phone's own, if it lies on this machine.

    Browsers keep what a page stores by host name: without this all phones of the page would be signed in as the
    last one. Every name under `.localhost` leads to this machine (RFC 6761). The names lie under the page's own, as
    browsers let no page of another site keep anything inside a frame.
    """
    parts = urlsplit(url)
    if slot not in _SLOTS or parts.hostname not in _LOOPBACK:
        return url
    port = f":{parts.port}" if parts.port else ""
    return urlunsplit(parts._replace(netloc=f"{slot}.{HOME}{port}"))


class OpenHandler(RequestHandler):
    """`/sandbox/open?who=&slot=&url=`: somebody's phone opens a link."""

    def initialize(self, platform: Platform) -> None:
        self.platform = platform

    def get(self) -> None:
        """To the link; the sign-on below will know who it is."""
        url, who, slot = (self.get_query_argument(name, "") for name in ("url", "who", "slot"))
        if urlsplit(url).scheme not in ("http", "https") or self.platform.people.find(who) is None:
            self.set_status(400)
            self.finish("这个链接打不开")
            return
        self.set_cookie(_WHO, f"{who}|{slot}", path="/connect", samesite="Lax", max_age=300)
        self.redirect(on_slot(url, slot))


class AuthorizeHandler(RequestHandler):
    """`/connect/oauth2/authorize`: leads back with a code for whoever's phone opened it.

    A browser that is no phone of the page's is asked who it wants to be.
    """

    def initialize(self, platform: Platform) -> None:
        self.platform = platform

    def get(self) -> None:
        """Back to `redirect_uri` with `code` and `state`."""
        corp_id, target = self.get_query_argument("appid", ""), self.get_query_argument("redirect_uri", "")
        scope = self.get_query_argument("scope", "snsapi_base")
        if corp_id != self.platform.people.corp_id:
            self._refuse("appid 参数错误（40013）")
            return
        agent_id = self.get_query_argument("agentid", "")
        problem = self._problem(target, agent_id, scope)
        if problem:
            self._refuse(problem)
            return
        who, _, slot = (self.get_query_argument("who", "") or self.get_cookie(_WHO, "") or "").partition("|")
        member = self.platform.people.find(who)
        if member is None:
            host, _, port = self.request.host.partition(":")
            if host in _LOOPBACK - {HOME}:
                # Who it is was kept under the page's own name.
                self.redirect(f"{self.request.protocol}://{HOME}:{port}{self.request.uri}")
                return
            self._ask()
            return
        agent = int(agent_id) if agent_id.isdecimal() else None
        code = self.platform.tokens.sign_on(member.userid, agent, scope)
        added = urlencode({"code": code, "state": self.get_query_argument("state", "")})
        target = on_slot(target, slot)
        parts = urlsplit(target)
        self.redirect(urlunsplit(parts._replace(query=f"{parts.query}&{added}" if parts.query else added)))

    def _problem(self, target: str, agent_id: str, scope: str) -> str:
        """What is wrong with the address of a sign-on; empty for nothing. Without `agentid` any app's domain will do."""
        agents = self.platform.people.agents
        named = agents.get(int(agent_id)) if agent_id.isdecimal() else None
        trusted = named.trusted if named else [host for each in agents.values() for host in each.trusted]
        if not is_trusted(target, trusted, _HERE):
            return "redirect_uri 与可信域名不符（50001）"
        if self.get_query_argument("response_type", "") != "code":
            return "response_type 应为 code（40035）"
        if scope not in _SCOPES or (scope == "snsapi_privateinfo" and not agent_id):
            return "scope 参数错误（40035）"
        if not _STATE.fullmatch(self.get_query_argument("state", "")):
            return "state 只能是 128 字节内的字母和数字（40035）"
        return ""

    def _refuse(self, why: str) -> None:
        self.set_status(400)
        self.finish(f"<!doctype html><meta charset=utf-8><p>{html.escape(why)}</p>")

    def _ask(self) -> None:
        members = list(self.platform.people.members.values())[:50]
        query = {name: self.get_query_argument(name) for name in self.request.query_arguments}
        links = "".join(
            f'<a href="?{html.escape(urlencode({**query, "who": member.userid}))}">'
            f"{html.escape(member.name)}<small>{html.escape(member.position)}</small></a>"
            for member in members
        )
        self.finish(_PAGE.replace("LINKS", links))


_PAGE = """<!doctype html><html lang="zh-CN"><meta charset="utf-8">
<meta name="viewport" content="width=device-width"><title>以谁的身份打开</title>
<style>body{font:17px/1.5 system-ui,sans-serif;max-width:26rem;margin:3rem auto;padding:0 1rem;color:#1f2a2e}
a{display:flex;justify-content:space-between;padding:.8rem 1rem;margin:.4rem 0;border-radius:10px;
background:#eef3f2;color:inherit;text-decoration:none}small{color:#5b6b70}</style>
<h1 style="font-size:1.2rem">以谁的身份打开？</h1><p>聊天沙箱：这个浏览器不是谁的手机，请选一个人。</p>LINKS</html>"""
