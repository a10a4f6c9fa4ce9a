"""What comes in, typed; a repeat has the same key, anything else another."""

from __future__ import annotations

import inspect
import json
import re
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bots.wecom.incoming import events
from bots.wecom.incoming.events import (
    CardClick,
    ContactChange,
    Location,
    MediaEvent,
    Menu,
    PlainMessage,
    TextEvent,
    parse,
)
from bots.wecom.protocol.xml import UnreadableXml


def xml(inner: str, kind: str = "event", at: int = 1_700_000_000) -> str:
    return (
        f"<xml><ToUserName><![CDATA[ww1]]></ToUserName><FromUserName><![CDATA[ZhangSan]]></FromUserName>"
        f"<CreateTime>{at}</CreateTime><MsgType><![CDATA[{kind}]]></MsgType>{inner}<AgentID>7</AgentID></xml>"
    )


def event(name: str, inner: str = "", at: int = 1_700_000_000) -> str:
    return xml(f"<Event><![CDATA[{name}]]></Event>{inner}", at=at)


# As the platform's page shows it (reference §1.5), with the questions that a test wants.
CLICK = event(
    "template_card_event",
    "<EventKey><![CDATA[key111]]></EventKey><TaskId><![CDATA[taskid111]]></TaskId>"
    "<CardType><![CDATA[text_notice]]></CardType><ResponseCode><![CDATA[ResponseCode]]></ResponseCode>{}",
)
ITEM = "<SelectedItem><QuestionKey><![CDATA[{}]]></QuestionKey><OptionIds>{}</OptionIds></SelectedItem>"


def items(*questions: tuple[str, list[str]]) -> str:
    inner = "".join(
        ITEM.format(key, "".join(f"<OptionId><![CDATA[{id}]]></OptionId>" for id in ids))
        for key, ids in questions
    )
    return f"<SelectedItems>{inner}</SelectedItems>"


def test_what_all_have() -> None:
    came = parse(xml("<Content><![CDATA[上岗 <b>]]></Content><MsgId>99</MsgId>", "text"))
    assert isinstance(came, TextEvent)
    assert (came.kind, came.content) == ("text", "上岗 <b>")
    assert (came.user_id, came.corp_id, came.agent_id, came.sent_at) == ("ZhangSan", "ww1", 7, 1_700_000_000)
    assert came.dedupe_key == "m:99"
    assert "上岗" not in repr(came), "what people write stays out of logs"


def same(came: Any, its: type, **values: Any) -> None:
    assert type(came) is its
    assert {name: getattr(came, name) for name in values} == values


def test_messages() -> None:
    picture = "<PicUrl><![CDATA[http://p/1]]></PicUrl><MediaId><![CDATA[md1]]></MediaId><MsgId>1</MsgId>"
    same(parse(xml(picture, "image")), MediaEvent, kind="image", media_id="md1")
    voice = "<MediaId>md2</MediaId><Format>amr</Format><MsgId>2</MsgId>"
    same(parse(xml(voice, "voice")), MediaEvent, kind="voice", media_id="md2")
    same(
        parse(xml("<MediaId>md3</MediaId><MsgId>3</MsgId>", "shortvideo")),
        MediaEvent,
        kind="video",
        media_id="md3",
    )
    place = (
        "<Location_X>30.25</Location_X><Location_Y>120.5</Location_Y><Scale>15</Scale><Label>三号门</Label>"
    )
    same(
        parse(xml(place, "location")),
        Location,
        kind="location",
        latitude=30.25,
        longitude=120.5,
        label="三号门",
    )
    shared = "<Title>t</Title><Description>d</Description><Url>https://a</Url><MsgId>4</MsgId>"
    same(parse(xml(shared, "link")), events.SharedLink, kind="link", title="t", url="https://a")


def test_events() -> None:
    same(parse(event("click", "<EventKey>clock</EventKey>")), Menu, kind="click", key="clock")
    same(parse(event("view", "<EventKey>https://a</EventKey>")), Menu, kind="view", key="https://a")
    for name in ("subscribe", "unsubscribe", "enter_agent"):
        same(parse(event(name, "<EventKey><![CDATA[]]></EventKey>")), PlainMessage, kind=name)
    report = "<Latitude>30.1</Latitude><Longitude>120.2</Longitude><Precision>65</Precision>"
    same(parse(event("LOCATION", report)), Location, kind="location_report", latitude=30.1, longitude=120.2)
    left = "<ChangeType>delete_user</ChangeType><UserID>LiSi</UserID>"
    same(parse(event("change_contact", left)), ContactChange, change="delete_user", whom="LiSi")
    same(parse(event("batch_job_result")), PlainMessage, kind="unknown", name="batch_job_result")
    same(parse(xml("", "hologram")), PlainMessage, kind="unknown", name="hologram")


@pytest.mark.parametrize(
    ("chosen", "selected"),
    [
        ("", {}),
        ("<SelectedItems/>", {}),
        (items(("q1", ["a"])), {"q1": ("a",)}),
        (items(("q1", ["a", "b"])), {"q1": ("a", "b")}),
        (items(("q1", ["a", "b"]), ("q2", ["c"])), {"q1": ("a", "b"), "q2": ("c",)}),
        (items(("q1", [])), {"q1": ()}),
    ],
)
def test_what_was_chosen_is_always_a_list(chosen: str, selected: dict[str, tuple[str, ...]]) -> None:
    came = parse(CLICK.format(chosen))
    same(came, CardClick, kind="card_click", key="key111", task_id="taskid111", card_type="text_notice",
         response_code="ResponseCode", selected=selected)  # fmt: skip
    assert "ResponseCode" not in repr(came)


def test_the_corner_menu_of_a_card() -> None:
    came = parse(CLICK.format("").replace("template_card_event", "template_card_menu_event"))
    same(came, CardClick, kind="card_menu", key="key111", selected={})


@pytest.mark.parametrize(("x", "y"), [("91", "0"), ("0", "-181"), ("nan", "inf"), ("", "north")])
def test_places_that_are_nowhere(x: str, y: str) -> None:
    came = parse(xml(f"<Location_X>{x}</Location_X><Location_Y>{y}</Location_Y>", "location"))
    assert isinstance(came, Location)
    assert None in (came.latitude, came.longitude)


def test_a_repeat_has_the_same_key_and_nothing_else_has() -> None:
    first = CLICK.format("")
    others = [
        first.replace("key111", "key112"),
        first.replace("taskid111", "taskid112"),
        first.replace(">ResponseCode<", ">Other<").replace("[ResponseCode]", "[Other]"),
        first.replace("1700000000", "1700000001"),
        first.replace("ZhangSan", "LiSi"),
        event("click", "<EventKey>key111</EventKey>"),
        event("change_contact", "<ChangeType>delete_user</ChangeType><UserID>a</UserID>"),
        event("change_contact", "<ChangeType>delete_user</ChangeType><UserID>b</UserID>"),
    ]
    assert parse(first).dedupe_key == parse(first).dedupe_key
    keys = {parse(text).dedupe_key for text in [first, *others]}
    assert len(keys) == 1 + len(others)
    long = event("click", f"<EventKey>{'k' * 1024}</EventKey>")
    assert all(len(key) <= 120 for key in [*keys, parse(long).dedupe_key]), "what the table has room for"


def test_it_can_be_kept_as_json_and_read_again() -> None:
    came = parse(CLICK.format(items(("q1", ["a"]))))
    assert events.of_fields(json.loads(json.dumps(came.fields))) == came


@pytest.mark.parametrize(
    "text", ["", "上岗", "<xml>", "<a/>", '<!DOCTYPE xml [<!ENTITY a "b">]><xml>&a;</xml>']
)
def test_what_is_no_message(text: str) -> None:
    with pytest.raises(UnreadableXml):
        parse(text)
    kept = events.unreadable(text)
    assert (kept.kind, kept.user_id, kept.fields) == (events.UNREADABLE, "", {"text": text})
    assert kept.dedupe_key == events.unreadable(text).dedupe_key != events.unreadable(f"{text} ").dedupe_key


def test_attributes_say_nothing() -> None:
    came = parse(xml('<Content a="1">上岗</Content><MsgId b="2">99</MsgId>', "text"))
    assert (came.content, came.dedupe_key) == ("上岗", "m:99")  # type: ignore[attr-defined]


ODD: Any = st.recursive(
    st.none() | st.text(max_size=5) | st.integers() | st.booleans(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(
        ["SelectedItem", "QuestionKey", "OptionIds", "OptionId", "x"]), inner, max_size=3),
    max_leaves=8,
)  # fmt: skip
NAMES = sorted(set(re.findall(r'"([A-Z][A-Za-z_]+)"', inspect.getsource(events))))
KINDS = [(kind, "") for kind in [*events._MESSAGES, "x"]] + [
    ("event", name) for name in [*events._EVENTS, "x"]
]


def test_the_property_knows_all_parts() -> None:
    assert {
        "SelectedItems",
        "SelectedItem",
        "OptionIds",
        "OptionId",
        "NewUserID",
        "Location_X",
        "MediaId",
    } <= set(NAMES)
    assert ("event", "template_card_event") in KINDS and ("text", "") in KINDS


@given(st.dictionaries(st.sampled_from(NAMES), ODD), st.sampled_from(KINDS))
def test_no_fields_break_it(fields: dict[str, Any], kind: tuple[str, str]) -> None:
    came = events.of_fields({**fields, "MsgType": kind[0], "Event": kind[1]})
    assert isinstance(came.dedupe_key, str) and isinstance(came.user_id, str)
    assert events.of_fields(json.loads(json.dumps(came.fields))) == came


@pytest.mark.parametrize(
    "item", [None, {}, [], "a", 7, [None], {"OptionIds": None}, [{"OptionIds": [None, {}]}]]
)
def test_nothing_was_chosen(item: Any) -> None:
    for items_ in (None, [], [None], {"SelectedItem": item}, [{"SelectedItem": item}, None]):
        came = events.of_fields({"MsgType": "event", "Event": "template_card_event", "SelectedItems": items_})
        assert isinstance(came, CardClick)
        assert set(came.selected.values()) <= {()}


def test_what_was_chosen_stands_there_in_two_parts() -> None:
    came = parse(CLICK.format(items(("q1", ["a"])) + items(("q2", ["b"]))))
    same(came, CardClick, selected={"q1": ("a",), "q2": ("b",)})


#: Parts of a callback as XML: there, doubled, empty, nested, with what XML can't carry.
CONTENT = st.text(max_size=12).map(lambda text: f"<![CDATA[{text.replace(']]>', '')}]]>") | st.sampled_from(
    ["", "&#8;", "&#x1F;", "&#0;", "<x/>", "<SelectedItem/>", "<SelectedItem><OptionIds/></SelectedItem>", "\0", "\ud800"]
)  # fmt: skip
PART = st.tuples(st.sampled_from(NAMES), CONTENT).map(lambda part: f"<{part[0]}>{part[1]}</{part[0]}>")


@given(st.lists(PART, max_size=8), st.sampled_from(KINDS))
def test_no_callback_breaks_it(parts: list[str], kind: tuple[str, str]) -> None:
    head = f"<MsgType>{kind[0]}</MsgType>" + (f"<Event>{kind[1]}</Event>" if kind[1] else "")
    came = parse(f"<xml>{head}{''.join(parts)}</xml>")
    assert not re.search("[\x00-\x08\x0b\x0c\x0e-\x1f]", json.dumps(came.fields, ensure_ascii=False))


@pytest.mark.parametrize(
    "sign", ["\x08", "\0", "\x1b", "&#8;", "&#x8;", "\x7f", "\ufeff", "\u202e", "\ud83d", "\uffff"]
)
def test_control_characters_are_dropped(sign: str) -> None:
    content = f"{sign}帮{sign}助" if sign.startswith("&") else f"<![CDATA[{sign}帮{sign}助]]>"
    came = parse(xml(f"<Content>{content}</Content>", "text"))
    same(came, TextEvent, content="帮助")


def test_what_only_looks_like_a_number_stays() -> None:
    same(parse(xml("<Content><![CDATA[&#8; 是退格]]></Content>", "text")), TextEvent, content="&#8; 是退格")
    same(parse(xml("<Content>&#24110;&#x52A9;</Content>", "text")), TextEvent, content="帮助")
