"""Callbacks of WeCom: is it from them, what does it say, and how we answer (reference §1.5).

Signature first and in constant time, so that nothing is ever decrypted for somebody who doesn't hold the token. All
refusals look the same from outside; `Refused.reason` is for our own trace.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import os
import secrets
from collections.abc import Callable
from datetime import datetime
from typing import Any

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

from bots.wecom.protocol import xml
from models.core import clock
from models.core.errors import Invalid

MAX_AGE = 300  # seconds between their clock and ours
_BLOCK = 32  # of PKCS7 in WeCom's scheme, though AES has 16


class CallbackRefused(Exception):
    """A callback that we don't take. `reason` is one of: signature, stale, base64, cipher, padding, length,
    receiver, xml.
    """

    def __init__(self, reason: str) -> None:
        self.reason = reason
        super().__init__(reason)


class Callback:
    """The callback of one app. `receive_id` is the corp id; `max_age` None takes any age (for published samples).

    Raises Invalid for a key that is none.
    """

    def __init__(
        self,
        token: str,
        key: str,
        receive_id: str,
        *,
        max_age: float | None = MAX_AGE,
        now: Callable[[], datetime] = clock.now,
    ) -> None:
        self._token = token
        self._key = _decoded(key)
        self._receive_id = receive_id.encode()
        self._max_age = max_age
        self._now = now

    @classmethod
    def of(cls, app: Any) -> Callback:
        """The callback of a WecomApp record."""
        return cls(app.callback_token, app.callback_key, app.corp_id)

    def verify_url(self, signature: str, timestamp: str, nonce: str, echostr: str) -> str:
        """What WeCom wants to hear when an admin saves the callback: the echo, decrypted. Raises Refused."""
        return self.decrypt(signature, timestamp, nonce, echostr)

    def open(self, signature: str, timestamp: str, nonce: str, body: bytes) -> str:
        """The XML that a callback's body holds. Raises Refused."""
        try:
            encrypted = xml.text_of(xml.read(body), "Encrypt")
        except xml.UnreadableXml:
            raise CallbackRefused("xml") from None
        return self.decrypt(signature, timestamp, nonce, encrypted)

    def decrypt(self, signature: str, timestamp: str, nonce: str, encrypted: str) -> str:
        """What `encrypted` says, when the signature is right and fresh. Raises Refused."""
        right = self.sign(timestamp, nonce, encrypted)
        if not hmac.compare_digest(_raw(signature), right.encode()):
            raise CallbackRefused("signature")
        self._check_age(timestamp)
        return self._unpack(self._deciphered(encrypted))

    def seal(self, text: str, *, timestamp: str = "", nonce: str = "", random16: bytes | None = None) -> str:
        """`text` as the body of a passive reply. What isn't given is chosen here."""
        timestamp = timestamp or str(int(self._now().timestamp()))
        nonce = nonce or secrets.token_hex(8)
        encrypted = self.encrypt(text, random16=random16)
        return (
            f"<xml>\n<Encrypt><![CDATA[{encrypted}]]></Encrypt>\n"
            f"<MsgSignature><![CDATA[{self.sign(timestamp, nonce, encrypted)}]]></MsgSignature>\n"
            f"<TimeStamp>{timestamp}</TimeStamp>\n<Nonce><![CDATA[{nonce}]]></Nonce>\n</xml>"
        )

    def encrypt(self, text: str, *, random16: bytes | None = None) -> str:
        """`text` as WeCom encrypts: AES-256-CBC over random, length, text and receiver, in base64."""
        raw = text.encode("utf-8", "replace")
        whole = (random16 or os.urandom(16)) + len(raw).to_bytes(4, "big") + raw + self._receive_id
        pad = _BLOCK - len(whole) % _BLOCK
        encryptor = self._cipher().encryptor()
        return base64.b64encode(encryptor.update(whole + bytes([pad]) * pad) + encryptor.finalize()).decode()

    def sign(self, timestamp: str, nonce: str, encrypted: str) -> str:
        """SHA-1 over the four in order, as WeCom signs."""
        parts = sorted(_raw(part) for part in (self._token, timestamp, nonce, encrypted))
        return hashlib.sha1(b"".join(parts), usedforsecurity=False).hexdigest()

    def _check_age(self, timestamp: str) -> None:
        if self._max_age is None:
            return
        # Digits only: int() also reads "1_0", " 1" and digits of other scripts.
        if not (timestamp.isascii() and timestamp.isdigit() and len(timestamp) <= 12):
            raise CallbackRefused("stale")
        if abs(self._now().timestamp() - int(timestamp)) > self._max_age:
            raise CallbackRefused("stale")

    def _cipher(self) -> Cipher[modes.CBC]:
        return Cipher(algorithms.AES(self._key), modes.CBC(self._key[:16]))

    def _deciphered(self, encrypted: str) -> bytes:
        try:
            raw = base64.b64decode(encrypted, validate=True)
        except (binascii.Error, ValueError):
            raise CallbackRefused("base64") from None
        if not raw or len(raw) % 16:
            raise CallbackRefused("cipher")
        decryptor = self._cipher().decryptor()
        return decryptor.update(raw) + decryptor.finalize()

    def _unpack(self, padded: bytes) -> str:
        pad = padded[-1]
        if not 1 <= pad <= _BLOCK or len(padded) < pad + 20:
            raise CallbackRefused("padding")
        if not hmac.compare_digest(padded[-pad:], bytes([pad]) * pad):
            raise CallbackRefused("padding")
        whole = padded[16:-pad]
        size = int.from_bytes(whole[:4], "big")
        if size > len(whole) - 4:
            raise CallbackRefused("length")
        if not hmac.compare_digest(whole[4 + size :], self._receive_id):
            raise CallbackRefused("receiver")
        # It is signed, so half a character in it is a writer's; a sign for it is better than no answer to all of it.
        return whole[4 : 4 + size].decode("utf-8", "replace")


def _raw(text: str) -> bytes:
    return text.encode("utf-8", "surrogatepass")


def _decoded(key: str) -> bytes:
    try:
        # Not strict: published sample keys have bits set where none should be.
        raw = base64.b64decode(f"{key}=")
    except (binascii.Error, ValueError):
        raw = b""
    if len(raw) != 32 or len(key) != 43:
        raise Invalid(
            "回调 EncodingAESKey 不对",
            code="wecom.callback_key",
            cause="它应当是 43 个字母和数字",
            advice="请从企业微信后台“接收消息”重新复制",
        )
    return raw
