"""Inside WeCom the scanner is WeCom's own, signed by our server; where it can't be had, the camera (L01, Q07)."""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.journeys.chatting import ChatPhone
from tests.journeys.handset import Handset
from tests.support.page_checks import Watch
from tests.support.started_program import Server

WECOM = (
    "Mozilla/5.0 (Linux; Android 12; wv) AppleWebKit/537.36 Chrome/120 Mobile Safari/537.36"
    " wxwork/4.1.36 MicroMessenger/7.0.1 Language/zh"
)
# The bridge that WeCom's browser puts into a page: it checks the signature, then its scanner reads this.
BRIDGE = """
window.asked = []
window.WeixinJSBridge = {
  on: () => undefined,
  invoke: (name, params, done) => {
    window.asked.push({ name, params })
    if (name === 'scanQRCode') done({ err_msg: 'scanQRCode:ok', resultStr: 'https://example.cn/not-ours' })
    else done({ err_msg: `${name}:ok` })
  },
}
"""


@pytest.fixture
def in_wecom(open_phone: Callable[..., Page]) -> Handset:
    """A phone inside WeCom."""
    page = open_phone(user_agent=WECOM)
    page.add_init_script(BRIDGE)
    return Handset(page)


def asked(handset: Handset, name: str) -> list[dict[str, Any]]:
    """What the page asked of WeCom."""
    return [one["params"] for one in handset.page.evaluate("window.asked") if one["name"] == name]


def test_a_card_leads_to_wecoms_scanner_and_what_it_reads_is_a_scan(
    in_wecom: Handset, live_server: Server, watch: Watch
) -> None:
    watch.allow("navigator.vibrate")  # nobody has touched this page: WeCom's scanner lay over it
    leader = ChatPhone(live_server, "wushuangjiang")
    leader.say("上岗")
    url = leader.card("扫码上岗")["content"]["card_action"]["url"]
    in_wecom.page.goto(f"{live_server.chat}/sandbox/open?who={leader.userid}&slot=&url={url}")
    expect(in_wecom.answer()).to_have_attribute("data-kind", "bad")
    in_wecom.sees("wecom-scanned")
    (scan,) = asked(in_wecom, "scanQRCode")
    assert scan["needResult"] in (1, True)
    (verified,) = asked(in_wecom, "preVerifyJSAPI")
    assert verified["verifyJsApiList"] == ["scanQRCode"]
    assert re.fullmatch(r"[0-9a-f]{40}", verified["verifySignature"])
    assert verified["appId"].startswith("ww")
    assert verified["verifySignType"] == "sha1"


def test_without_an_app_of_ours_the_camera_opens(in_wecom: Handset) -> None:
    in_wecom.sign_in("19900000011").home()
    in_wecom.page.goto("/m/#/pages/scan/index")
    expect(in_wecom.at("scan-note")).to_contain_text("相机打不开")
    assert asked(in_wecom, "scanQRCode") == []


def test_where_wecom_refuses_the_signature_the_camera_opens(in_wecom: Handset, watch: Watch) -> None:
    watch.allow("page error: Object")  # Tencent's SDK leaves its own refusal unhandled
    in_wecom.page.add_init_script(
        "window.WeixinJSBridge.invoke = (name, _, done) => done({ err_msg: `${name}:fail invalid signature` })"
    )
    in_wecom.sign_in("19900000011").home()
    in_wecom.page.evaluate("localStorage.setItem('anban.wecom', JSON.stringify('1'))")
    in_wecom.page.goto("/m/#/pages/scan/index")
    expect(in_wecom.at("scan-note")).to_contain_text("相机打不开")
