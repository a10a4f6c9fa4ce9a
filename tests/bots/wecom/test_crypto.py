"""Callbacks that are forged, altered, cut, old or odd: every one is refused, and nothing breaks."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bots.wecom.protocol.crypto import Callback, CallbackRefused
from bots.wecom.protocol.xml import DEEPEST, LARGEST, read, text_of
from models.core.clock import now
from models.core.errors import Invalid
from tests.support.clocks import Clock

TOKEN, CORP = "tok", "ww1"
KEY = base64.b64encode(bytes(range(32))).decode()[:43]
TEXT = "<xml><ToUserName>ww1</ToUserName><Content><![CDATA[上岗]]></Content></xml>"
FIXTURE = settings(suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture
def ours(clock: Clock) -> Iterator[Callback]:
    """The callback of an app, at a time that stands still."""
    return Callback(TOKEN, KEY, CORP)


@pytest.fixture
def stamp(clock: Clock) -> str:
    return str(int(now().timestamp()))


def signed(ours: Callback, stamp: str, encrypted: str, nonce: str = "n") -> tuple[str, str, str, str]:
    """What somebody with the token would send."""
    return ours.sign(stamp, nonce, encrypted), stamp, nonce, encrypted


def raw_encrypted(plain: bytes) -> str:
    """Anything at all, encrypted with the right key."""
    key = bytes(range(32))
    encryptor = Cipher(algorithms.AES(key), modes.CBC(key[:16])).encryptor()
    return base64.b64encode(encryptor.update(plain) + encryptor.finalize()).decode()


def padded(plain: bytes) -> bytes:
    pad = 32 - len(plain) % 32
    return plain + bytes([pad]) * pad


def envelope(text: str = "", *, length: int | None = None, receiver: bytes = CORP.encode()) -> bytes:
    raw = text.encode()
    return b"r" * 16 + (len(raw) if length is None else length).to_bytes(4, "big") + raw + receiver


def refused(reason: str, what: Callable[[], Any]) -> None:
    with pytest.raises(CallbackRefused) as caught:
        what()
    assert caught.value.reason == reason
    assert caught.value.__cause__ is None


def test_there_and_back(ours: Callback, stamp: str) -> None:
    assert ours.decrypt(*signed(ours, stamp, ours.encrypt(TEXT))) == TEXT
    sealed = read(ours.seal(TEXT))
    assert sealed["TimeStamp"] == stamp
    assert ours.decrypt(sealed["MsgSignature"], stamp, sealed["Nonce"], sealed["Encrypt"]) == TEXT
    assert ours.encrypt(TEXT) != ours.encrypt(TEXT), "fresh random every time"


@given(text=st.text(st.characters(exclude_categories=["Cs"]), max_size=300))
@FIXTURE
def test_any_text_there_and_back(ours: Callback, stamp: str, text: str) -> None:
    assert ours.decrypt(*signed(ours, stamp, ours.encrypt(text))) == text


@given(data=st.data())
@FIXTURE
def test_one_sign_altered_anywhere(ours: Callback, stamp: str, data: st.DataObject) -> None:
    parts = list(signed(ours, stamp, ours.encrypt(TEXT)))
    which = data.draw(st.integers(0, 3))
    part = parts[which]
    at = data.draw(st.integers(0, len(part) - 1))
    other = data.draw(st.characters().filter(lambda sign: sign != part[at]))
    parts[which] = part[:at] + other + part[at + 1 :]
    refused("signature", lambda: ours.decrypt(*parts))


@given(cut=st.integers(0, 300))
@FIXTURE
def test_a_body_cut_off(ours: Callback, stamp: str, cut: int) -> None:
    encrypted = ours.encrypt(TEXT)
    body = f"<xml><ToUserName>ww1</ToUserName><Encrypt><![CDATA[{encrypted}]]></Encrypt></xml>".encode()
    signature, *rest, _ = signed(ours, stamp, encrypted)
    if cut >= len(body):
        assert ours.open(signature, *rest, body) == TEXT
    else:
        refused("xml", lambda: ours.open(signature, *rest, body[:cut]))


@given(body=st.binary(max_size=400))
@FIXTURE
def test_any_body(ours: Callback, stamp: str, body: bytes) -> None:
    with pytest.raises(CallbackRefused):
        ours.open("0" * 40, stamp, "n", body)


@given(plain=st.binary(min_size=1, max_size=10).map(lambda piece: (piece * 64)[:64]))
@FIXTURE
def test_any_plain_text_of_one_who_has_the_key(ours: Callback, stamp: str, plain: bytes) -> None:
    with pytest.raises(CallbackRefused) as caught:
        ours.decrypt(*signed(ours, stamp, raw_encrypted(plain)))
    assert caught.value.reason in ("padding", "length", "receiver")


def test_each_odd_thing_has_its_reason(ours: Callback, stamp: str) -> None:
    def sends(reason: str, encrypted: str) -> None:
        refused(reason, lambda: ours.decrypt(*signed(ours, stamp, encrypted)))

    sends("base64", "not base64!")
    sends("base64", "５５５５")
    sends("cipher", "")
    sends("cipher", base64.b64encode(b"x" * 17).decode())
    sends("padding", raw_encrypted(b"\0" * 64))
    sends("padding", raw_encrypted(b"x" * 31 + b"\x21" + b"x" * 31 + b"\x21"))
    sends("padding", raw_encrypted(padded(envelope(TEXT))[:-2] + b"\x05" + padded(envelope(TEXT))[-1:]))
    sends("padding", raw_encrypted(b"\x20" * 32))
    sends("length", raw_encrypted(padded(envelope(TEXT, length=10_000))))
    sends("length", raw_encrypted(padded(envelope(TEXT, length=2**32 - 1))))
    sends("receiver", raw_encrypted(padded(envelope(TEXT, receiver=b"ww2"))))
    sends("receiver", raw_encrypted(padded(envelope(TEXT, receiver=b""))))
    sends("receiver", raw_encrypted(padded(envelope(TEXT, length=5))))
    half = raw_encrypted(padded(b"r" * 16 + (2).to_bytes(4, "big") + b"a\xff" + b"ww1"))
    assert ours.decrypt(*signed(ours, stamp, half)) == "a\ufffd", (
        "half a character is no reason for no answer"
    )


def test_another_apps_token_or_key(ours: Callback, stamp: str) -> None:
    other = Callback("another", KEY, CORP)
    refused("signature", lambda: ours.decrypt(*signed(other, stamp, other.encrypt(TEXT))))
    other = Callback(TOKEN, KEY[::-1], CORP)
    with pytest.raises(CallbackRefused):
        ours.decrypt(*signed(other, stamp, other.encrypt(TEXT)))


@pytest.mark.parametrize("signature", ["", "0" * 40, "０" * 40, "\ud800", "0" * 100_000])
def test_signatures_that_are_none(ours: Callback, stamp: str, signature: str) -> None:
    refused("signature", lambda: ours.decrypt(signature, stamp, "n", ours.encrypt(TEXT)))


def test_what_is_old_or_of_the_future(ours: Callback, stamp: str, clock: Clock) -> None:
    sent = signed(ours, stamp, ours.encrypt(TEXT))
    clock.forward(seconds=300)
    assert ours.decrypt(*sent) == TEXT, "five minutes are given"
    clock.forward(seconds=1)
    refused("stale", lambda: ours.decrypt(*sent))
    clock.forward(seconds=-602)
    refused("stale", lambda: ours.decrypt(*sent))


@pytest.mark.parametrize("odd", ["", "now", "-1", " 1", "1_0", "１４", "9" * 13, "1e9"])
def test_times_that_are_none(ours: Callback, odd: str) -> None:
    refused("stale", lambda: ours.decrypt(*signed(ours, odd, ours.encrypt(TEXT))))


ENTITIES = '<!DOCTYPE xml [<!ENTITY a "b">]><xml><Encrypt>&a;</Encrypt></xml>'


@pytest.mark.parametrize(
    "body",
    [
        ENTITIES.encode(),
        ENTITIES.replace("<!DOCTYPE", "\n <!DOCTYPE").encode(),
        ENTITIES.encode("utf-16"),
        b'<?xml version="1.0" encoding="utf-7"?>' + ENTITIES.encode("utf-7"),
        b'<!DOCTYPE xml SYSTEM "file:///etc/passwd"><xml><Encrypt>x</Encrypt></xml>',
        b"<xml><Encrypt>&undefined;</Encrypt></xml>",
        b"<other><Encrypt>x</Encrypt></other>",
        b"<xml>only text</xml>",
        b"<xml/>",
        b"",
        b"\0",
        b"{}",
        b"<xml>" + b"<a>" * 60_000,
        b"<xml>" + b"x" * LARGEST + b"</xml>",
    ],
)
def test_xml_that_we_do_not_read(ours: Callback, stamp: str, body: bytes) -> None:
    refused("xml", lambda: ours.open("0" * 40, stamp, "n", body))


def test_xml_as_deep_as_may_be(ours: Callback, stamp: str) -> None:
    deep = b"<xml>" + b"<a>" * 30_000 + b"</a>" * 30_000 + b"</xml>"
    assert len(deep) < LARGEST
    refused("xml", lambda: ours.open("0" * 40, stamp, "n", deep))
    deep = b"<xml>" + b"<a>" * (DEEPEST - 1) + b"</a>" * (DEEPEST - 1) + b"</xml>"
    refused("signature", lambda: ours.open("0" * 40, stamp, "n", deep))


@pytest.mark.parametrize(
    "inner", ["<Encrypt><b>x</b></Encrypt>", "<Encrypt>x</Encrypt><Encrypt>y</Encrypt>", "<A/>"]
)
def test_an_encrypt_that_is_no_text_is_empty(inner: str) -> None:
    assert text_of(read(f"<xml>{inner}<Z>z</Z></xml>"), "Encrypt") == ""


@pytest.mark.parametrize("key", ["", "short", KEY + "A", KEY[:42], KEY[:42] + "密"])
def test_a_key_that_is_none(key: str) -> None:
    with pytest.raises(Invalid) as caught:
        Callback(TOKEN, key, CORP)
    assert caught.value.code == "wecom.callback_key"
