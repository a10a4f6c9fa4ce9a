"""Callbacks that are rightly signed and made to break the reader: kept unread, or read (L01)."""

from __future__ import annotations

import pytest

from bots.wecom.protocol import xml
from models.messages.channels.records import WecomApp
from tests.bots.flow.wired import Wired, rows

_HEAD = (
    "<ToUserName>ww</ToUserName><FromUserName>u</FromUserName><CreateTime>1700000000</CreateTime>"
    "<MsgType>text</MsgType><MsgId>7</MsgId>"
)
BROKEN = {
    "deep": f"<xml>{_HEAD}{'<a>' * 5000}x{'</a>' * 5000}</xml>",
    "deep in the root": f"{'<xml>' * 3000}{'</xml>' * 3000}",
    "just too deep": f"<xml>{'<a>' * xml.DEEPEST}{'</a>' * xml.DEEPEST}</xml>",
    "wide": f"<xml>{_HEAD}{'<a/>' * 8_000}</xml>",
    "attributes": "<xml " + " ".join(f"a{n}='1'" for n in range(1000)) + f">{_HEAD}</xml>",
    "entities": f"<!DOCTYPE x [<!ENTITY a 'b'>]><xml>{_HEAD}<Content>&a;</Content></xml>",
    "an unknown entity": f"<xml>{_HEAD}<Content>&a;</Content></xml>",
    "cut off": f"<xml>{_HEAD}",
    "two roots": f"<xml>{_HEAD}</xml><xml>{_HEAD}</xml>",
    "no xml": "null",
    "nothing": "",
    "another root": f"<json>{_HEAD}</json>",
}


@pytest.mark.parametrize("how", BROKEN)
def test_what_can_not_be_read_is_kept_and_does_nothing(wired: Wired, how: str) -> None:
    """The signature is right, so it is the platform's: refused, it would bring the same twice more."""
    for _ in range(2):
        heard = wired.post(BROKEN[how])
        assert (heard.status, heard.reply) == (200, "")
    wired.work()
    (row,) = rows()
    assert (row.state, row.result, row.user_id) == ("refused", "unreadable", None)
    assert len(str(row.content)) < 5_000
    app = WecomApp.get_by_id(wired.works.app.id)
    assert "内容无法识别" in (app.last_error or ""), "who set it up sees it"
    assert app.forged == 0, "and it is no forger's"


ODD = {
    "a null byte": f"<xml>{_HEAD}<Content>a\0b</Content></xml>",
    "a character of none": f"<xml>{_HEAD}<Content>&#0;</Content></xml>",
    "half a character": f"<xml>{_HEAD}<Content>a\ud800b</Content></xml>".encode("utf-8", "surrogatepass"),
    "a time of no year": f"<xml>{_HEAD.replace('1700000000', '9' * 12).replace('>text<', '>event<')}"
    "<Event>change_contact</Event><ChangeType>create_user</ChangeType><UserID>u</UserID></xml>",
    "no parts": "<xml><MsgId>1</MsgId></xml>",
    "parts twice": f"<xml>{_HEAD}<MsgType>event</MsgType><FromUserName>v</FromUserName><MsgId>8</MsgId></xml>",
    "the same parts twice": f"<xml>{_HEAD}{_HEAD}<Content>帮助</Content><Content>帮助</Content></xml>",
    "parts inside parts": f"<xml>{_HEAD.replace('>u<', '><b>u</b><')}<Content><b>x</b></Content></xml>",
    "an endless agent": f"<xml>{_HEAD}<AgentID>{'9' * 9000}</AgentID></xml>",
    "an endless time": f"<xml>{_HEAD.replace('1700000000', '9' * 9000)}</xml>",
    "an endless id": f"<xml>{_HEAD.replace('>7<', '>' + '9' * 9000 + '<')}</xml>",
    "an endless name": f"<xml>{_HEAD.replace('>u<', '>' + 'u' * 9000 + '<')}</xml>",
    "an endless kind": f"<xml>{_HEAD.replace('>text<', '>' + 't' * 9000 + '<')}</xml>",
    "a press of nothing": (
        f"<xml>{_HEAD.replace('>text<', '>event<')}<Event>template_card_event</Event>"
        "<SelectedItems><SelectedItem/><SelectedItem><OptionIds/></SelectedItem></SelectedItems></xml>"
    ),
    "a press of everything": (
        f"<xml>{_HEAD.replace('>text<', '>event<')}<Event>template_card_event</Event>"
        f"<EventKey>{'k' * 5000}</EventKey><TaskId>{'t' * 5000}</TaskId><ResponseCode>{'c' * 5000}</ResponseCode></xml>"
    ),
    "a place that is none": (
        f"<xml>{_HEAD.replace('>text<', '>location<')}<Location_X>nan</Location_X><Location_Y>1e999</Location_Y></xml>"
    ),
}


@pytest.mark.parametrize("how", ODD)
def test_what_is_odd_is_read_and_breaks_nothing(wired: Wired, how: str) -> None:
    """The platform gets its answer; were it refused, it would come three times."""
    heard = wired.post(ODD[how])
    assert heard.status == 200, how
    wired.work()
    assert len(rows()) == 1
