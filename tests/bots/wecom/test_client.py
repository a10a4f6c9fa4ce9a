"""What the client asks for, and what it makes of the answers."""

from __future__ import annotations

import logging
import socket
from collections.abc import Callable
from typing import Any

import pytest

from bots.wecom.client import Visitor, Wecom
from bots.wecom.protocol.errors import WecomError
from bots.wecom.protocol.wire import File, WecomConnections, ascii_name
from tests.bots.wecom.platform import SECRET, Platform

TEXT = {"msgtype": "text", "text": {"content": "快报：3 号炉"}}


def test_a_message_and_what_became_of_it(wecom: Wecom, platform: Platform) -> None:
    platform.answer("message/send", {
        "errcode": 0, "errmsg": "ok", "invaliduser": "lisi|nobody", "unlicenseduser": "wangwu",
        "msgid": "m1", "response_code": "r1",
    })  # fmt: skip
    sent = wecom.send(TEXT, ["ZhangSan", "LiSi", "WangWu"])
    assert (sent.msgid, sent.response_code) == ("m1", "r1")
    assert (sent.invalid, sent.unlicensed) == (("LiSi",), ("WangWu",)), (
        "as they were given, not in lower case"
    )
    (call,) = platform.of("message/send")
    assert call.json["touser"] == "ZhangSan|LiSi|WangWu"
    assert call.json["agentid"] == 7
    assert (call.json["enable_duplicate_check"], call.json["duplicate_check_interval"]) == (1, 1800)
    assert "快报：3 号炉".encode() in call.body, "no escapes: 40033"


def test_a_message_that_may_come_twice(wecom: Wecom, platform: Platform) -> None:
    wecom.send(TEXT, ["a"], once=False)
    assert "enable_duplicate_check" not in platform.of("message/send")[0].json


@pytest.mark.parametrize("users", [[], "zhangsan", ["a|b"], ["@all"], [""], [str(n) for n in range(1001)]])
def test_receivers_that_are_none(wecom: Wecom, users: Any) -> None:
    with pytest.raises(ValueError, match="user id"):
        wecom.send(TEXT, users)


@pytest.mark.parametrize(
    ("code", "kind"),
    [(-1, "retry"), (45033, "retry"), (45009, "wait"), (60020, "setup"), (81013, "receiver"), (86008, "receiver"),
     (40007, "media"), (42014, "data"), (987654, "data")],
)  # fmt: skip
def test_refusals_by_what_helps(wecom: Wecom, platform: Platform, code: int, kind: str) -> None:
    platform.answer("message/send", {"errcode": code, "errmsg": "said so"})
    with pytest.raises(WecomError) as caught:
        wecom.send(TEXT, ["a"])
    error = caught.value
    assert (error.code, error.text, error.kind, error.uncertain) == (code, "said so", kind, False)
    assert str(code) in error.reason
    assert len(platform.of("message/send")) == 1, "never repeated by itself"


def test_cards_are_updated_for_all_or_some(wecom: Wecom, platform: Platform) -> None:
    platform.answer("message/update_template_card", {"errcode": 0, "errmsg": "ok", "invaliduser": ["b"]})
    assert wecom.update_card("r1", {"card_type": "text_notice"}, ["A", "B"]) == ("B",)
    assert wecom.replace_button("r2", "已处理") == ()
    first, second = (call.json for call in platform.of("message/update_template_card"))
    assert first == {
        "userids": ["A", "B"], "agentid": 7, "response_code": "r1", "template_card": {"card_type": "text_notice"},
    }  # fmt: skip
    assert second == {"atall": 1, "agentid": 7, "response_code": "r2", "button": {"replace_name": "已处理"}}


def test_recall_groups_and_menu(wecom: Wecom, platform: Platform) -> None:
    platform.answer("appchat/create", {"errcode": 0, "chatid": "c1"})
    platform.answer("appchat/get", {"errcode": 0, "chat_info": {"chatid": "c1", "userlist": ["a", "b"]}})
    platform.answer("menu/get", {"errcode": 0, "button": [{"type": "click", "name": "上岗", "key": "clock"}]})
    wecom.recall("m1")
    assert wecom.create_chat("指挥部", ["a", "b"], owner="a") == "c1"
    wecom.update_chat("c1", add=["c"])
    wecom.send_chat("c1", TEXT)
    assert wecom.chat("c1")["userlist"] == ["a", "b"]
    wecom.create_menu([{"type": "click", "name": "上岗", "key": "clock"}])
    assert wecom.menu()[0]["key"] == "clock"
    wecom.delete_menu()
    bodies = {call.path: call for call in platform.calls}
    assert bodies["message/recall"].json == {"msgid": "m1"}
    assert bodies["appchat/create"].json == {"name": "指挥部", "owner": "a", "userlist": ["a", "b"]}
    assert bodies["appchat/update"].json == {"chatid": "c1", "add_user_list": ["c"]}
    assert bodies["appchat/send"].json == {"chatid": "c1", "safe": 0, **TEXT}
    assert bodies["menu/create"].json == {"button": [{"type": "click", "name": "上岗", "key": "clock"}]}
    assert {bodies[f"menu/{what}"].query["agentid"] for what in ("create", "get", "delete")} == {"7"}


def test_who_signed_on(wecom: Wecom, platform: Platform) -> None:
    platform.answer("auth/getuserinfo", {"errcode": 0, "userid": "ZhangSan", "user_ticket": "u"})
    assert wecom.visitor("code1") == Visitor("ZhangSan", "", "u")
    assert platform.of("auth/getuserinfo")[0].query["code"] == "code1"
    platform.answer("auth/getuserinfo", {"errcode": 0, "openid": "o1"})
    assert wecom.visitor("code2") == Visitor("", "o1")
    platform.answer("auth/getuserinfo", {"errcode": 40029, "errmsg": "invalid code"})
    with pytest.raises(WecomError) as caught:
        wecom.visitor("code2")
    assert caught.value.kind == "data"


def test_where_a_visitor_is_sent(wecom: Wecom, platform: Platform, store: Any) -> None:
    there = wecom.authorize_url("https://a.example/enter?x=1&y", "s t")
    assert there.startswith(
        f"{platform.url}/connect/oauth2/authorize?appid=ww1&redirect_uri=https%3A%2F%2Fa.example"
    )
    assert "state=s%20t" in there and there.endswith("#wechat_redirect")
    real = Wecom("ww1", 7, SECRET, "https://qyapi.weixin.qq.com", store)
    assert real.authorize_url("https://a", "s").startswith(
        "https://open.weixin.qq.com/connect/oauth2/authorize?"
    )


def test_the_address_book(wecom: Wecom, platform: Platform) -> None:
    platform.answer("department/list", {"errcode": 0, "department": [{"id": 1, "name": "厂"}]})
    platform.answer("user/simplelist", {"errcode": 0, "userlist": [{"userid": "a", "name": "甲"}]})
    assert wecom.departments()[0]["name"] == "厂"
    assert wecom.users(1, deep=True)[0]["userid"] == "a"
    assert platform.of("user/simplelist")[0].query["fetch_child"] == "1"


# -- media


def test_media_go_up_whole_also_after_a_refused_token(wecom: Wecom, platform: Platform) -> None:
    platform.answer("media/upload", {"errcode": 0, "type": "image", "media_id": "md1"})
    wecom.token()
    platform.invalidate()
    picture = bytes(range(256)) * 40
    assert wecom.upload("image", File("现场 1.JPG", picture, "image/jpeg")) == "md1"
    _, second = platform.of("media/upload")
    assert second.files["media"][0].body == picture, "the second try is not empty"
    assert second.files["media"][0].filename == "1.JPG"
    assert second.query["type"] == "image"


@pytest.mark.parametrize(
    ("content", "code"), [(b"", 44001), (b"12345", 45001), (b"x" * (10 << 20) + b"x", 45001)]
)
def test_media_that_wecom_never_takes(wecom: Wecom, platform: Platform, content: bytes, code: int) -> None:
    with pytest.raises(WecomError) as caught:
        wecom.upload("image", File("a.jpg", content))
    assert (caught.value.code, caught.value.kind) == (code, "data")
    assert platform.calls == []


def test_media_come_down(wecom: Wecom, platform: Platform) -> None:
    def file(call: Any, handler: Any) -> None:
        handler.set_header("Content-Type", "image/jpeg")
        handler.set_header("Content-Disposition", 'attachment; filename="a.jpg"')
        handler.finish(b"\xff\xd8 a picture")

    platform.answers["media/get"] = file
    wecom.token()
    platform.invalidate()
    assert wecom.download("md1") == File("a.jpg", b"\xff\xd8 a picture", "image/jpeg")
    platform.answer("media/get", {"errcode": 40007, "errmsg": "invalid media_id"})
    with pytest.raises(WecomError) as caught:
        wecom.download("old")
    assert caught.value.kind == "media"


@pytest.mark.parametrize(
    ("name", "plain"),
    [("现场.jpg", "file.jpg"), ("a b.PNG", "ab.PNG"), ("无", "file"), ("", "file"), ("x.图", "x"), ("../e\"t\r\nc.txt", "etc.txt")],
)  # fmt: skip
def test_names_in_ascii(name: str, plain: str) -> None:
    assert ascii_name(name) == plain


# -- when it doesn't get through


def test_nobody_listens(store: Any) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        away = Wecom("ww1", 7, SECRET, f"http://127.0.0.1:{taken.getsockname()[1]}", store)
        with pytest.raises(WecomError) as caught:
            away.send(TEXT, ["a"])
    assert (caught.value.kind, caught.value.uncertain) == ("retry", False)
    assert SECRET not in repr(caught.value)
    assert caught.value.__context__ is None and caught.value.__cause__ is None


def test_an_answer_that_is_too_slow_leaves_it_open(make: Callable[..., Wecom], platform: Platform) -> None:
    async def never(handler: Any) -> None:
        await handler.request.connection.stream.read_until_close()

    wecom = make(timeout=(3, 0.2))
    wecom.token()
    platform.answers["message/send"] = lambda call, handler: never(handler)
    with pytest.raises(WecomError) as caught:
        wecom.send(TEXT, ["a"])
    assert (caught.value.code, caught.value.kind, caught.value.uncertain) == (None, "retry", True)


@pytest.mark.parametrize(
    ("status", "kind", "uncertain"), [(500, "retry", True), (502, "retry", True), (429, "wait", False),
                                      (404, "setup", False), (302, "setup", False)],
)  # fmt: skip
def test_answers_that_are_none(
    wecom: Wecom, platform: Platform, status: int, kind: str, uncertain: bool
) -> None:
    def broken(call: Any, handler: Any) -> None:
        handler.set_status(status)
        handler.set_header("Location", "http://127.0.0.1:1/elsewhere")
        handler.finish("<html>nginx</html>")

    platform.answers["message/send"] = broken
    with pytest.raises(WecomError) as caught:
        wecom.send(TEXT, ["a"])
    assert (caught.value.kind, caught.value.uncertain) == (kind, uncertain)


@pytest.mark.parametrize("said", ["", "ok", "[]", "null", '{"errcode": "x"}', '"text"'])
def test_nonsense_with_a_200(wecom: Wecom, platform: Platform, said: str) -> None:
    platform.answers["message/send"] = lambda call, handler: handler.finish(said)
    with pytest.raises(WecomError) as caught:
        wecom.send(TEXT, ["a"])
    assert (caught.value.kind, caught.value.uncertain) == ("retry", True)


def test_no_log_names_a_secret(wecom: Wecom, platform: Platform, caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.DEBUG):
        wecom.send(TEXT, ["a"])
        platform.answer("message/send", {"errcode": 60020, "errmsg": "not allow"})
        with pytest.raises(WecomError):
            wecom.send(TEXT, ["a"])
    assert platform.given == 1
    assert SECRET not in caplog.text and "access_token=t1" not in caplog.text
    assert SECRET not in repr(wecom)


def test_what_is_here_is_not_asked_for_through_a_proxy() -> None:
    assert WecomConnections("http://127.0.0.1:9").session.trust_env is False
    assert WecomConnections("http://localhost:9").session.trust_env is False
    assert WecomConnections("https://qyapi.weixin.qq.com").session.trust_env is True
