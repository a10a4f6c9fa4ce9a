"""Files at rest (X11): encrypted piece by piece, so that any size is written and read in little memory.

SM4-GCM as for texts (`models/core/security/crypto.py`). Each file has a key of its own, derived from the key ring and a salt;
each piece carries its place and whether it is the last, so that none can be cut off, moved or taken from another file.
A file begins with `ANBF1`, four bytes that say which key of the ring, and the salt. Others are read as they are: they
were kept before there was encryption.
"""

from __future__ import annotations

import io
import os
import secrets
from collections.abc import Iterator
from typing import BinaryIO

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models.core.config import config
from models.core.security.crypto import Undecipherable, key_id

MAGIC = b"ANBF1"
PIECE = 256 * 1024
_ID, _SALT, _TAG = 4, 16, 16
HEAD = len(MAGIC) + _ID + _SALT


class Sealer(io.RawIOBase):
    """A file to write to that reaches `target` encrypted. Closing it writes the last piece and closes the target.

    `label` is what the file is; it must be opened under the same one.
    """

    def __init__(self, target: BinaryIO, label: str) -> None:
        master, salt = config().secret_key, secrets.token_bytes(_SALT)
        self._target, self._label = target, label.encode()
        self._key, self._waiting, self._place = _key_of(master, salt, label), bytearray(), 0
        self.size = 0
        target.write(MAGIC + bytes.fromhex(key_id(master)) + salt)

    def writable(self) -> bool:
        return True

    def write(self, content: bytes) -> int:  # type: ignore[override]
        """Take more of the content."""
        self._waiting += content
        self.size += len(content)
        while len(self._waiting) > PIECE:
            self._seal(bytes(self._waiting[:PIECE]), last=False)
            del self._waiting[:PIECE]
        return len(content)

    def close(self) -> None:
        """Write what is left; it is on the disk when this returns."""
        if self.closed:
            return
        try:
            self._seal(bytes(self._waiting), last=True)
            self._target.flush()
            os.fsync(self._target.fileno())
        finally:
            self._target.close()
            super().close()

    def _seal(self, piece: bytes, *, last: bool) -> None:
        encryptor = Cipher(algorithms.SM4(self._key), modes.GCM(_nonce(self._place))).encryptor()
        encryptor.authenticate_additional_data(_about(self._label, last))
        self._target.write(encryptor.update(piece) + encryptor.finalize() + encryptor.tag)
        self._place += 1


def opened(source: BinaryIO, label: str) -> Iterator[bytes]:
    """The content of a kept file, in pieces. Raises Undecipherable where no key fits or a byte was changed."""
    head = source.read(HEAD)
    if not head.startswith(MAGIC):
        while head:
            yield head
            head = source.read(PIECE)
        return
    name = head[len(MAGIC) : len(MAGIC) + _ID].hex()
    master = next(
        (key for key in (config().secret_key, *config().previous_keys) if key_id(key) == name), None
    )
    if master is None or len(head) < HEAD:
        raise Undecipherable(f"no key {name} in the ring")
    key, place = _key_of(master, head[-_SALT:], label), 0
    piece = source.read(PIECE + _TAG)
    while True:
        following = source.read(PIECE + _TAG)
        yield _open(key, label.encode(), place, piece, last=not following)
        if not following:
            return
        piece, place = following, place + 1


def plain_size(size: int, head: bytes) -> int:
    """How large the content of a kept file is, by its size on the disk and its first bytes."""
    if not head.startswith(MAGIC):
        return size
    body = size - HEAD
    pieces = max(1, -(-body // (PIECE + _TAG)))
    return max(0, body - pieces * _TAG)


def _open(key: bytes, label: bytes, place: int, piece: bytes, *, last: bool) -> bytes:
    if len(piece) < _TAG:
        raise Undecipherable("the file was cut off")
    decryptor = Cipher(algorithms.SM4(key), modes.GCM(_nonce(place), piece[-_TAG:])).decryptor()
    decryptor.authenticate_additional_data(_about(label, last))
    try:
        return decryptor.update(piece[:-_TAG]) + decryptor.finalize()
    except InvalidTag as error:
        raise Undecipherable("the file was changed") from error


def _key_of(master: str, salt: bytes, label: str) -> bytes:
    kdf = HKDF(algorithm=hashes.SHA256(), length=16, salt=salt, info=b"file:" + label.encode())
    return kdf.derive(master.encode())


def _nonce(place: int) -> bytes:
    return place.to_bytes(12)


def _about(label: bytes, last: bool) -> bytes:
    return label + (b"\1" if last else b"\0")
