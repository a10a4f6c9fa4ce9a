"""The sandbox's envelope against two others: Tencent's own package, and wechatpy's (L07)."""

from __future__ import annotations

import base64
import os
import time
from collections.abc import Iterator

import pytest
from wechatpy.exceptions import InvalidSignatureException
from wechatpy.work.crypto import WeChatCrypto

from bots.sandbox.callback_delivery import crypto
from tests.bots.sandbox.called import App
from tests.bots.wecom.test_peer import Peer
from tests.support.chat_sandbox import ChatSandbox

TOKEN, CORP = "sandboxtoken", "ww0sandbox0example"
KEY = base64.b64encode(bytes(range(7, 39))).decode()[:43]
TEXTS = ["", "a", "<xml>安班 😀]]></xml>", "x" * 31, "x" * 32, "安" * 5000]


@pytest.fixture(scope="module")
def peer() -> Iterator[Peer]:
    """Tencent's package, running."""
    running = Peer()
    yield running
    running.close()


@pytest.mark.parametrize("text", TEXTS)
def test_tencents_package_opens_what_we_seal_and_seals_what_we_open(peer: Peer, text: str) -> None:
    opened = peer.ask("decrypt", key=KEY, encrypted=crypto.encrypt(KEY, CORP, text.encode()))
    assert opened == {"message": text, "id": CORP}
    sealed = peer.ask("encrypt", key=KEY, text=text, id=CORP)
    assert crypto.decrypt(KEY, CORP, sealed).decode() == text
    signed = peer.ask("sign", token=TOKEN, timestamp="1409735669", nonce="1372623149", encrypted=sealed)
    assert crypto.signature(TOKEN, "1409735669", "1372623149", sealed) == signed


def test_a_real_callback_is_opened_by_both(sandbox: ChatSandbox, app: App, peer: Peer) -> None:
    sandbox.person("wangjian").say("三号泵房触电")
    heard = app.heard[0]
    query, agent = heard.query, sandbox.agent
    theirs = WeChatCrypto(agent.token, agent.aes_key, sandbox.seed.corp_id)
    plain = theirs.decrypt_message(heard.body, query["msg_signature"], query["timestamp"], query["nonce"])
    assert "三号泵房触电" in plain
    with pytest.raises(InvalidSignatureException):
        theirs.decrypt_message(heard.body, "0" * 40, query["timestamp"], query["nonce"])
    sealed = heard.body.decode().split("<Encrypt><![CDATA[")[1].split("]]")[0]
    assert "三号泵房触电" in peer.ask("decrypt", key=agent.aes_key, encrypted=sealed)["message"]


def test_a_reply_that_wechatpy_sealed_is_shown(sandbox: ChatSandbox, app: App) -> None:
    agent = sandbox.agent
    theirs = WeChatCrypto(agent.token, agent.aes_key, sandbox.seed.corp_id)
    plain = "<xml><MsgType>text</MsgType><Content>收到</Content></xml>"
    app.replies = [(200, 0, theirs.encrypt_message(plain, "nonce", str(int(time.time()))).encode())]
    assert sandbox.person("wangjian").say("在吗")["reply"] == "text"
    assert sandbox.person("wangjian").inbox()[0]["content"]["content"] == "收到"


def test_an_envelope_for_another_or_altered_is_none() -> None:
    sealed = crypto.encrypt(KEY, CORP, b"x" * 40)
    with pytest.raises(crypto.Broken):
        crypto.decrypt(KEY, "wwother", sealed)
    raw = bytearray(base64.b64decode(sealed))
    raw[-1] ^= 1
    for broken in (base64.b64encode(bytes(raw)).decode(), sealed[:-4], "", "no base64!"):
        with pytest.raises(crypto.Broken):
            crypto.decrypt(KEY, CORP, broken)
    with pytest.raises(crypto.Broken):
        crypto.decrypt(base64.b64encode(os.urandom(32)).decode()[:42] + "A", CORP, sealed)
