"""Tencent's own package encrypts to us and decrypts what we answer (tests/bots/peer; `make test` installs it)."""

from __future__ import annotations

import base64
import json
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bots.wecom import render
from bots.wecom.client import Wecom
from bots.wecom.incoming.events import TextEvent, parse
from bots.wecom.protocol import passive
from bots.wecom.protocol.crypto import Callback
from bots.wecom.protocol.xml import read
from bots.wecom.render import CardFrame
from models.core.clock import now
from tests.bots.wecom.test_render import CARD, link

PEER = Path(__file__).parents[1] / "peer"
TOKEN, CORP = "tok", "ww1"
KEY = base64.b64encode(bytes(range(100, 132))).decode()[:43]
ANY_TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=200)
FIXTURE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60)


class Peer:
    """Their side, a Node process that answers one question a line."""

    def __init__(self) -> None:
        self._node = subprocess.Popen(
            ["node", "peer.cjs"],
            cwd=PEER,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            encoding="utf-8",
        )

    def ask(self, does: str, **what: Any) -> Any:
        assert self._node.stdin and self._node.stdout
        self._node.stdin.write(json.dumps({"does": does, **what}) + "\n")
        self._node.stdin.flush()
        answer = self._node.stdout.readline()
        assert answer, "the peer ended; is it installed? python -m scripts.setup test-fast"
        return json.loads(answer)

    def close(self) -> None:
        with self._node:
            assert self._node.stdin
            self._node.stdin.close()


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    """Tencent's package, running."""
    running = Peer()
    yield running
    running.close()


@pytest.fixture
def ours(clock: Any) -> Callback:
    return Callback(TOKEN, KEY, CORP)


def callback_of(peer: Peer, text: str) -> tuple[str, str, str, bytes]:
    """What WeCom would send: signature, time, nonce and body, all made by its own package."""
    stamp, nonce = str(int(now().timestamp())), "n1"
    encrypted = peer.ask("encrypt", key=KEY, text=text, id=CORP)
    signature = peer.ask("sign", token=TOKEN, timestamp=stamp, nonce=nonce, encrypted=encrypted)
    body = f"<xml><ToUserName>{CORP}</ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>"
    return signature, stamp, nonce, body.encode()


def opened_by(peer: Peer, sealed: str) -> str:
    """What their package reads in our reply; its signature must be theirs, too."""
    parts = read(sealed)
    theirs = peer.ask(
        "sign", token=TOKEN, timestamp=parts["TimeStamp"], nonce=parts["Nonce"], encrypted=parts["Encrypt"]
    )
    assert parts["MsgSignature"] == theirs
    opened = peer.ask("decrypt", key=KEY, encrypted=parts["Encrypt"])
    assert opened["id"] == CORP
    return str(opened["message"])


@given(text=ANY_TEXT)
@FIXTURE
def test_what_they_encrypt_we_read(peer: Peer, ours: Callback, text: str) -> None:
    assert ours.open(*callback_of(peer, text)) == text


@given(text=ANY_TEXT)
@FIXTURE
def test_what_we_encrypt_they_read(peer: Peer, ours: Callback, text: str) -> None:
    assert opened_by(peer, ours.seal(text)) == text


def test_a_callback_and_its_answer(peer: Peer, ours: Callback) -> None:
    came = parse(ours.open(*callback_of(peer, (
        "<xml><ToUserName>ww1</ToUserName><FromUserName>ZhangSan</FromUserName><CreateTime>1</CreateTime>"
        "<MsgType>text</MsgType><Content><![CDATA[快报]]></Content><MsgId>5</MsgId><AgentID>7</AgentID></xml>"
    ))))  # fmt: skip
    assert isinstance(came, TextEvent) and came.content == "快报"
    drawn = render.template_card(CARD, CardFrame(link))
    reply = passive.update_card(came, drawn)
    assert opened_by(peer, ours.seal(reply)) == reply


def test_the_echo_that_saves_a_callback(peer: Peer, ours: Callback) -> None:
    stamp = str(int(now().timestamp()))
    echo = peer.ask("encrypt", key=KEY, text="1616140317555161061", id=CORP)
    signature = peer.ask("sign", token=TOKEN, timestamp=stamp, nonce="n", encrypted=echo)
    assert ours.verify_url(signature, stamp, "n", echo) == "1616140317555161061"


@pytest.mark.parametrize("url", ["https://a.example/m/", "https://a.example/m/?x=1&y=%E4%B8%AD"])
def test_signatures_of_pages(peer: Peer, url: str, store: Any) -> None:
    ours = Wecom(CORP, 7, "s", "http://127.0.0.1:1", store)
    theirs = peer.ask("jsapi", url=url, ticket="tick-et_1", nonceStr="abc", timestamp=1414587457)
    assert ours.signature("tick-et_1", "abc", 1414587457, url) == theirs
