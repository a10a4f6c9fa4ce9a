"""Callbacks that are not what they should be: refused, with a trace, and without a stack trace or a lost fact (L01)."""

from __future__ import annotations

from collections import Counter
from typing import Any
from urllib.error import URLError

import pytest

from bots.delivery.health import note
from bots.sandbox.callback_delivery import crypto
from bots.sandbox.callback_delivery import events as made
from bots.wecom.incoming import forgeries
from models.core.clock import now
from models.core.db.connection import in_transaction
from models.messages.channels.ledgers import WECOM_APPS
from models.messages.channels.records import WecomApp
from models.messages.records import Inbound, Notice
from tests.bots.flow.conftest import USERS
from tests.bots.flow.wired import Wired, forged, last, rows


@pytest.fixture
def log(monkeypatch: pytest.MonkeyPatch) -> list[tuple[str, str, dict[str, Any]]]:
    """What the chat door logs: level, event, values."""
    from bots.wecom.incoming import callback, receiving

    lines: list[tuple[str, str, dict[str, Any]]] = []

    class Log:
        def __getattr__(self, level: str) -> Any:
            return lambda event, **values: lines.append((level, event, values))

    monkeypatch.setattr(receiving, "log", Log())
    monkeypatch.setattr(callback, "log", Log())
    return lines


def said(wired: Wired, number: int = 1) -> str:
    """Somebody asks for help."""
    return wired.said_xml("帮助", number)


SPOILT = {
    "forged": ({"query": {"msg_signature": "0" * 40}}, 403, "签名不对"),
    "no signature": ({"query": {"msg_signature": ""}}, 403, "签名不对"),
    "strange signature": ({"query": {"msg_signature": "签名" * 20}}, 403, "签名不对"),
    "another time": ({"query": {"timestamp": "1"}}, 403, "签名不对"),
    "truncated": ({"body": lambda sent: sent[: len(sent) // 2]}, 400, "内容无法识别"),
    "cut inside": ({"body": lambda sent: sent.replace(b"</Encrypt>", b"AA</Encrypt>")}, 403, "签名不对"),
    "empty": ({"body": lambda sent: b""}, 400, "内容无法识别"),
    "no xml": ({"body": lambda sent: b"\x00\xff" * 999}, 400, "内容无法识别"),
    "entities": (
        {
            "body": lambda sent: (
                b'<!DOCTYPE xml [<!ENTITY a "b">]>' + sent.replace(b"</xml>", b"<b>&a;</b></xml>")
            )
        },
        400,
        "内容无法识别",
    ),
    "a file of the server": (
        {"body": lambda sent: b'<!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]><xml>&a;</xml>'},
        400,
        "内容无法识别",
    ),
}


@pytest.mark.parametrize("how", SPOILT)
def test_what_is_spoilt_on_the_way_is_refused_and_noted(wired: Wired, log: Any, how: str) -> None:
    spoilt, status, noted = SPOILT[how]
    heard = wired.post(said(wired), **spoilt)
    assert (heard.status, heard.reply) == (status, ""), "nothing is told to who may be anybody"
    assert rows() == []
    assert noted in forged(wired)
    assert [(level, event) for level, event, _ in log] == [("warning", "callback_refused")]
    assert "Traceback" not in str(log)


def test_a_huge_one_is_not_even_read(wired: Wired) -> None:
    """The server takes small bodies only from who is not signed in; what it took would be refused by its size too."""
    try:
        assert wired.post(said(wired), body=lambda sent: sent + b" " * 300_000).status in (400, 413)
    except (ConnectionError, URLError):  # it hung up while the rest was still being sent
        assert rows() == []
    assert rows() == []


def test_entities_inside_a_rightly_sealed_callback_are_not_read(wired: Wired) -> None:
    bomb = '<!DOCTYPE xml [<!ENTITY a "aaaaaaaa"><!ENTITY b "&a;&a;&a;">]><xml><MsgType>&b;</MsgType></xml>'
    assert wired.post(bomb).status == 200
    wired.work()
    assert [(row.kind, row.state, row.user_id) for row in rows()] == [("unreadable", "refused", None)]


def test_somebody_elses_envelope_is_refused(wired: Wired) -> None:
    agent = wired.sandbox.agent
    sealed = crypto.encrypt(agent.aes_key, "ww-another-corp", said(wired).encode())
    stamp = str(int(now().timestamp()))
    query = {
        "timestamp": stamp,
        "nonce": "n",
        "msg_signature": crypto.signature(agent.token, stamp, "n", sealed),
    }
    heard = wired.send(query, f"<xml><Encrypt>{sealed}</Encrypt></xml>".encode())
    assert heard.status == 400
    assert "不是发给这个企业的" in forged(wired)


@pytest.mark.parametrize("seconds", [-301, 301, -86_400])
def test_a_stale_callback_is_refused(wired: Wired, seconds: int) -> None:
    heard = wired.post(said(wired), at=now().timestamp() + seconds)
    assert (heard.status, rows()) == (403, [])
    assert "时间差得太多" in forged(wired)


def test_an_app_that_is_not_there_or_is_switched_off_is_not_there(wired: Wired) -> None:
    WecomApp.update(enabled=False).where(WecomApp.id == wired.works.app.id).execute()
    assert wired.post(said(wired)).status == 404
    wired.url = wired.url.rsplit("/", 1)[0] + "/999999"
    assert wired.post(said(wired)).status == 404


def test_a_flood_of_forgeries_hides_no_error_and_writes_little(
    wired: Wired, clock: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgeries, "_waiting", Counter())

    def app() -> WecomApp:
        return WecomApp.get_by_id(wired.works.app.id)

    in_transaction(note, app(), "应用密钥不对")
    before = app().last_error_at
    clock.forward(seconds=60)
    for _ in range(6):
        assert wired.post(said(wired), query={"msg_signature": "1"}).status == 403
    assert (app().last_error, app().last_error_at) == ("应用密钥不对", before), "a real one is not covered up"
    assert app().forged == 1, "one writes, the others wait"
    first = app().forged_at
    clock.forward(seconds=11)
    wired.post(said(wired), query={"msg_signature": "1"})
    assert (app().forged, app().forged_at > first) == (7, True)
    shown = WECOM_APPS.derived_named("forgeries").load(wired.officer, [app()])[app().id]
    assert shown.startswith("7 次，最近 2026-11-22 08:01") and "Token" in shown


def test_the_same_words_again_are_answered_once(wired: Wired) -> None:
    sent: list[tuple[dict[str, str], bytes]] = []
    real = wired.send
    wired.send = lambda query, body: (sent.append((query, body)), real(query, body))[1]  # type: ignore[method-assign]
    wired.post(said(wired, 77))
    again = [real(*sent[0]) for _ in range(3)]
    assert {heard.status for heard in again} == {200}
    wired.work()
    wired.work()
    assert len(rows()) == 1
    assert len(wired.phone().cards()) == 1


class Twice:
    """A press whose very bytes can be sent again."""

    def __init__(self, wired: Wired, verb: str = "收到") -> None:
        self.wired = wired
        plain = wired.press_xml(wired.phone().cards()[-1], verb)
        real, sent = wired.send, []
        wired.send = lambda query, body: (sent.append((query, body)), real(query, body))[1]  # type: ignore[method-assign]
        self.first = wired.post(plain)
        self._sent, self._real = sent[0], real

    def again(self) -> Any:
        return self._real(*self._sent)


def test_a_press_replayed_changes_nothing_and_is_answered_alike(wired: Wired, clock: Any) -> None:
    wired.report()
    twice = Twice(wired)
    assert "已回应：收到" in twice.first.reply
    answered = wired.notice(1).answered_at
    clock.forward(minutes=2)
    again = twice.again()
    assert (again.status, wired.notice(1).answered_at) == (200, answered)
    assert "已回应：收到" in again.reply
    clock.forward(minutes=4)
    assert twice.again().status == 403, "after five minutes it is stale"
    assert Inbound.select().where(Inbound.kind == "card_click").count() == 1


def test_a_press_replayed_after_the_answer_was_taken_back_is_no_answer(wired: Wired) -> None:
    wired.report()
    twice = Twice(wired)
    Notice.update(answer=None, answered_at=None).where(Notice.id == wired.notice(1).id).execute()
    assert twice.again().status == 200
    assert wired.notice(1).answer is None, "a chain that opened again wants a press that is new"


def test_an_unknown_event_and_an_empty_one_are_kept_and_answered_with_nothing(wired: Wired) -> None:
    corp, at = wired.sandbox.seed.corp_id, now().timestamp()
    for name in ("batch_job_result", "open_approval_change", "x" * 300):
        assert wired.post(made.event(corp, USERS[0], at, 1, name)).status == 200
    assert wired.post("<xml><ToUserName/></xml>").status == 200
    wired.work()
    assert {row.state for row in rows()} == {"handled"}
    assert wired.phone(USERS[0]).inbox() == []


def test_a_callback_of_somebody_unknown_is_answered_clearly(wired: Wired) -> None:
    stranger = wired.sandbox.add_person("stranger", "外来人")
    stranger.say("今日")
    wired.work()
    assert "还不认识您" in str(stranger.cards()[-1]["content"])
    assert (last().state, last().result) == ("refused", "unknown_member")


def test_somebody_unknown_who_reports_an_accident_is_told_how_and_whom_to_call(wired: Wired) -> None:
    stranger = wired.sandbox.add_person("stranger", "外来人")
    stranger.say("快报 着火了")
    wired.work()
    card = str(stranger.cards()[-1]["content"])
    assert "不用登录" in card and "120" in card and "119" in card
    assert (last().state, last().result) == ("refused", "unknown_member")
