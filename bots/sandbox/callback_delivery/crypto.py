"""The envelope of callbacks: AES-256-CBC under the app's key, signed with its token (official page 90238)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import os
import struct

from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes

_BLOCK = 32  # the platform pads to 32, not to AES's 16


class Broken(ValueError):
    """A signature or an envelope that is not what it should be."""


def signature(token: str, timestamp: str, nonce: str, encrypted: str) -> str:
    """SHA-1 of the four, sorted."""
    return hashlib.sha1("".join(sorted((token, timestamp, nonce, encrypted))).encode()).hexdigest()


def _cipher(aes_key: str) -> Cipher[modes.CBC]:
    key = base64.b64decode(aes_key + "=")
    if len(key) != 32:
        raise Broken("an EncodingAESKey has 43 characters")
    return Cipher(algorithms.AES(key), modes.CBC(key[:16]))


def encrypt(aes_key: str, receiver: str, text: bytes) -> str:
    """The envelope of `text` for `receiver` (the corp id), base64."""
    plain = os.urandom(16) + struct.pack("!I", len(text)) + text + receiver.encode()
    padding = _BLOCK - len(plain) % _BLOCK
    encryptor = _cipher(aes_key).encryptor()
    sealed = encryptor.update(plain + bytes([padding]) * padding) + encryptor.finalize()
    return base64.b64encode(sealed).decode()


def decrypt(aes_key: str, receiver: str, encrypted: str) -> bytes:
    """What is in an envelope for `receiver`. Raises Broken if it is none, or somebody else's."""
    try:
        sealed = base64.b64decode(encrypted, validate=True)
        decryptor = _cipher(aes_key).decryptor()
        plain = decryptor.update(sealed) + decryptor.finalize()
        padding = plain[-1]
        if not 1 <= padding <= _BLOCK or plain[-padding:] != bytes([padding]) * padding:
            raise Broken("the padding is wrong")
        length = struct.unpack("!I", plain[16:20])[0]
        text, named = plain[20 : 20 + length], plain[20 + length : -padding]
    except (ValueError, IndexError, struct.error) as broken:
        raise Broken(str(broken)) from broken
    if len(text) != length or not hmac.compare_digest(named, receiver.encode()):
        raise Broken("the receiver is another one")
    return text
