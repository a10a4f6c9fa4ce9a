"""Whose phone it is: links that ask before they replace anybody, and a chat account that its holder ties (I4, I6)."""

from __future__ import annotations

import re
from urllib.parse import quote

from playwright.sync_api import expect

from models.demo import PASSWORD
from tests.journeys.handset import Handset
from tests.support.started_program import Server

DRIVER, HOLDER = "19900000011", "19900000015"
HOLDERS_USER = "qianjiuan"


def open_card(handset: Handset, server: Server, user: str, to: str = "/pages/me/index") -> None:
    """A card's link, pressed in somebody's chat on this phone."""
    link = quote(f"{server.url}/bots/wecom/1/open?to={quote(to, safe='')}", safe="")
    handset.page.goto(f"{server.chat}/sandbox/open?who={user}&slot=&url={link}")


def test_a_link_asks_before_it_replaces_who_is_signed_in(handset: Handset, live_server: Server) -> None:
    handset.sign_in(DRIVER).home()
    open_card(handset, live_server, "wushuangjiang")
    expect(handset.at("enter-ask")).to_contain_text("您正以 王大友 登录，要换成 吴双江 吗？")
    handset.sees("enter-ask")
    handset.at("enter-stay").click()
    expect(handset.at("me-name")).to_have_text("王大友")
    open_card(handset, live_server, "wushuangjiang")
    handset.at("enter-swap").click()
    expect(handset.at("me-name")).to_have_text("吴双江")
    open_card(handset, live_server, "wushuangjiang")
    expect(handset.at("me-name")).to_have_text("吴双江")  # the same one: no question


def test_a_link_that_somebody_sent_opens_nothing(handset: Handset, live_server: Server) -> None:
    open_card(handset, live_server, "wushuangjiang")
    expect(handset.at("me-name")).to_have_text("吴双江")
    handset.page.evaluate("localStorage.clear()")
    handset.page.goto("about:blank")
    handset.page.goto(
        f"{live_server.url}/m/#/pages/enter/index?ticket={'x' * 43}&to=%2Fpages%2Fme%2Findex&app=1"
    )
    expect(handset.page.get_by_text("链接已失效")).to_be_visible()


def test_the_holder_takes_a_chat_account_off_and_ties_it_again(handset: Handset, live_server: Server) -> None:
    handset.sign_in(HOLDER).home()
    handset.page.goto("/m/#/pages/me/chats")
    expect(handset.at("chat")).to_contain_text(HOLDERS_USER)
    handset.at("show-code").click()
    expect(handset.at("tie-code")).to_contain_text(re.compile(r"绑定 [2-9A-Z]{4} [2-9A-Z]{4}"))
    handset.sees("chat-accounts")
    handset.at("untie").click()
    handset.at("untie-yes").click()
    expect(handset.at("no-chat")).to_be_visible()
    open_card(handset, live_server, HOLDERS_USER)
    expect(handset.at("tie-ask")).to_contain_text(HOLDERS_USER)
    handset.at("tie-other").click()
    expect(handset.at("tying")).to_contain_text(HOLDERS_USER)
    handset.sees("sign-in-to-tie")
    handset.write("login", HOLDER)
    handset.write("password", PASSWORD)
    handset.at("sign-in").click()
    expect(handset.at("me-name")).to_have_text("钱久安")
    handset.page.goto("/m/#/pages/me/chats")
    expect(handset.at("chat")).to_contain_text("本人在聊天里登录")
