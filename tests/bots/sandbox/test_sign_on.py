"""Signing on by a link, and tickets for a page's scanner (L07)."""

from __future__ import annotations

import urllib.error
import urllib.parse
import urllib.request
from email.message import Message
from typing import Any

import pytest

from tests.bots.sandbox.calling import Rest
from tests.support.chat_sandbox import ChatSandbox

BACK = "http://127.0.0.1:9/bots/wecom/1/enter"


class _Stay(urllib.request.HTTPRedirectHandler):
    def redirect_request(self, *_: Any) -> None:
        return None


def visit(url: str, cookie: str = "") -> tuple[int, Message, str]:
    request = urllib.request.Request(url, headers={"Cookie": cookie} if cookie else {})
    try:
        with urllib.request.build_opener(_Stay).open(request, timeout=10) as answer:
            return answer.status, answer.headers, answer.read().decode()
    except urllib.error.HTTPError as error:
        return error.code, error.headers, error.read().decode()


def authorize(sandbox: ChatSandbox, **more: str) -> str:
    query = {
        "appid": sandbox.seed.corp_id, "redirect_uri": BACK, "response_type": "code", "scope": "snsapi_base",
        "state": "st", "agentid": str(sandbox.agent.agent_id), **more,
    }  # fmt: skip
    return f"{sandbox.url}/connect/oauth2/authorize?{urllib.parse.urlencode(query)}"


def code_of(sandbox: ChatSandbox, **more: str) -> str:
    status, headers, _ = visit(authorize(sandbox, who="lifang", **more))
    assert status == 302
    query = urllib.parse.parse_qs(urllib.parse.urlsplit(headers["Location"]).query)
    assert headers["Location"].startswith(f"{BACK}?")
    assert query["state"] == ["st"]
    return query["code"][0]


def test_a_phone_is_known_and_its_code_works_once(sandbox: ChatSandbox, rest: Rest) -> None:
    url = urllib.parse.quote("http://127.0.0.1:9/open", safe="")
    status, headers, _ = visit(f"{sandbox.url}/sandbox/open?who=lifang&slot=p2&url={url}")
    assert (status, headers["Location"]) == (302, "http://p2.sandbox.localhost:9/open")
    cookie = headers["Set-Cookie"].split(";")[0]
    status, headers, _ = visit(authorize(sandbox), cookie)
    back = urllib.parse.urlsplit(headers["Location"])
    assert (status, back.netloc) == (302, "p2.sandbox.localhost:9"), "back to the phone that set out"
    code = urllib.parse.parse_qs(back.query)["code"][0]
    assert rest.get("auth/getuserinfo", code=code)["userid"] == "lifang"
    assert rest.get("auth/getuserinfo", code=code)["errcode"] == 40029


def test_a_code_lives_five_minutes_and_is_its_apps_alone(sandbox: ChatSandbox, rest: Rest) -> None:
    late, foreign = code_of(sandbox), code_of(sandbox, agentid="7")
    assert rest.get("auth/getuserinfo", code=foreign)["errcode"] == 40029
    sandbox.clock.forward(seconds=301)
    assert rest.get("auth/getuserinfo", code=late)["errcode"] == 40029
    assert rest.get("auth/getuserinfo")["errcode"] == 41008
    assert rest.get("auth/getuserinfo", code="made-up")["errcode"] == 40029


def test_private_information_wants_a_ticket(sandbox: ChatSandbox, rest: Rest) -> None:
    assert "user_ticket" not in rest.get("auth/getuserinfo", code=code_of(sandbox))
    told = rest.get("auth/getuserinfo", code=code_of(sandbox, scope="snsapi_privateinfo"))
    assert rest.post("auth/getuserdetail", {"user_ticket": told["user_ticket"]})["mobile"] == "13800000002"
    assert rest.post("auth/getuserdetail", {"user_ticket": told["user_ticket"]})["errcode"] == 84014
    assert rest.post("auth/getuserdetail", {"user_ticket": code_of(sandbox)})["errcode"] == 84014


@pytest.mark.parametrize(
    ("given", "says"),
    [
        ({"appid": "wwother"}, "40013"),
        ({"redirect_uri": "javascript:alert(1)"}, "50001"),
        ({"redirect_uri": "https://evil.example/enter"}, "50001"),
        ({"redirect_uri": "http://127.0.0.1.evil.example/"}, "50001"),
        ({"redirect_uri": "http://127.0.0.1:9@evil.example/"}, "50001"),
        ({"redirect_uri": "//127.0.0.1/"}, "50001"),
        ({"redirect_uri": "http://evil.example\\@127.0.0.1/"}, "50001"),
        ({"redirect_uri": "http://evil.example@127.0.0.1/"}, "50001"),
        ({"redirect_uri": "http://127.0.0.1\n.evil.example/"}, "50001"),
        ({"redirect_uri": "http://evil.localhost/"}, "50001"),
        ({"redirect_uri": "https://evil.example/", "agentid": ""}, "50001"),
        ({"response_type": "token"}, "40035"),
        ({"scope": "snsapi_all"}, "40035"),
        ({"scope": "snsapi_privateinfo", "agentid": ""}, "40035"),
        ({"state": "a b"}, "40035"),
        ({"state": "s" * 129}, "40035"),
    ],
)
def test_a_sign_on_for_another_corporation_or_to_nowhere(
    sandbox: ChatSandbox, given: dict[str, str], says: str
) -> None:
    status, _, page = visit(authorize(sandbox, who="lifang", **given))
    assert status == 400
    assert says in page


def test_only_the_domains_of_the_app_are_led_back_to(sandbox: ChatSandbox, app: Any) -> None:
    sandbox.do(
        lambda platform: setattr(platform.people.agents[sandbox.agent.agent_id], "domains", ["anban.example"])
    )
    status, headers, _ = visit(authorize(sandbox, who="lifang", redirect_uri="https://anban.example/enter"))
    assert (status, headers["Location"].startswith("https://anban.example/enter?code=")) == (302, True)
    assert visit(authorize(sandbox, who="lifang", redirect_uri="https://x.anban.example/"))[0] == 400
    assert visit(authorize(sandbox, who="lifang"))[0] == 400, "not even this machine, where it was not named"


def test_a_browser_that_is_no_phone_is_asked_who_it_wants_to_be(sandbox: ChatSandbox) -> None:
    status, headers, _ = visit(authorize(sandbox))
    assert (status, urllib.parse.urlsplit(headers["Location"]).hostname) == (302, "sandbox.localhost")
    request = urllib.request.Request(
        authorize(sandbox), headers={"Host": f"sandbox.localhost:{sandbox.port}"}
    )
    with urllib.request.urlopen(request, timeout=10) as answer:
        page = answer.read().decode()
    assert "以谁的身份打开" in page
    assert "who=lifang" in page


def test_a_link_that_is_none_is_not_opened(sandbox: ChatSandbox) -> None:
    assert visit(f"{sandbox.url}/sandbox/open?who=lifang&url=javascript:alert(1)")[0] == 400
    assert visit(f"{sandbox.url}/sandbox/open?who=nobody&url=http://127.0.0.1:9/")[0] == 400


def test_tickets_hold_two_hours_and_corporation_and_app_have_their_own(
    sandbox: ChatSandbox, rest: Rest
) -> None:
    corp = rest.get("get_jsapi_ticket")
    mine = rest.get("ticket/get", type="agent_config")
    assert corp["expires_in"] == mine["expires_in"] == 7200
    assert corp["ticket"] != mine["ticket"]
    assert rest.get("get_jsapi_ticket")["ticket"] == corp["ticket"]
    assert rest.get("ticket/get", type="poem")["errcode"] == 40035
    sandbox.clock.forward(hours=2, seconds=1)
    rest.renew()
    assert rest.get("get_jsapi_ticket")["ticket"] != corp["ticket"]
    assert rest.get("ticket/get", type="agent_config")["ticket"] != mine["ticket"]
