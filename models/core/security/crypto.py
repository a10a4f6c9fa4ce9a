"""Secrets at rest (X11): encryption of personal data, keyed hashes to find it, tokens and passwords.

SM4-GCM and HMAC-SM3 (GB/T 32907, GB/T 32905) by `cryptography`; keys are derived per purpose from the
installation's key ring, so one setting is enough and no key serves two ends.
"""

from __future__ import annotations

import base64
import hashlib
import secrets
from functools import lru_cache

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives import hashes, hmac
from cryptography.hazmat.primitives.ciphers import Cipher, algorithms, modes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from models.core.config import config
from models.core.security import password_hashing

_VERSION = "s1"
_hasher = PasswordHasher(time_cost=2, memory_cost=19_456, parallelism=1)
_DUMMY = _hasher.hash("nobody has this password")


class Undecipherable(ValueError):
    """No key of the ring opens this text: the key was lost or the text was changed."""


@lru_cache(maxsize=64)
def _derived(master: str, purpose: str, size: int) -> bytes:
    kdf = HKDF(algorithm=hashes.SHA256(), length=size, salt=b"anban", info=purpose.encode())
    return kdf.derive(master.encode())


@lru_cache(maxsize=8)
def key_id(master: str) -> str:
    """Eight hex digits by which a key of the ring is named."""
    return _derived(master, "key-id", 4).hex()


def encrypt(text: str, purpose: str) -> str:
    """`text` encrypted under the newest key, as `s1.<key id>.<base64 of nonce, tag and content>`."""
    master = config().secret_key
    nonce = secrets.token_bytes(12)
    encryptor = Cipher(algorithms.SM4(_derived(master, purpose, 16)), modes.GCM(nonce)).encryptor()
    encryptor.authenticate_additional_data(purpose.encode())
    content = encryptor.update(text.encode()) + encryptor.finalize()
    packed = base64.urlsafe_b64encode(nonce + encryptor.tag + content).decode()
    return f"{_VERSION}.{key_id(master)}.{packed}"


def decrypt(packed: str, purpose: str) -> str:
    """The text that `encrypt` was given, by whichever key of the ring wrote it.

    Raises Undecipherable if there is none.
    """
    try:
        version, name, body = packed.split(".")
        raw = base64.urlsafe_b64decode(body)
    except ValueError as error:
        raise Undecipherable("not an encrypted text") from error
    if len(raw) < 28:
        raise Undecipherable("not an encrypted text")
    ring = (config().secret_key, *config().previous_keys)
    for master in ring:
        if version != _VERSION or key_id(master) != name:
            continue
        key = _derived(master, purpose, 16)
        decryptor = Cipher(algorithms.SM4(key), modes.GCM(raw[:12], raw[12:28])).decryptor()
        decryptor.authenticate_additional_data(purpose.encode())
        try:
            return (decryptor.update(raw[28:]) + decryptor.finalize()).decode()
        except (InvalidTag, UnicodeDecodeError) as error:
            raise Undecipherable("the text was changed") from error
    raise Undecipherable(f"no key {name} in the ring")


def keyed_hash(text: str, purpose: str) -> str:
    """HMAC-SM3 of `text`, 64 hex digits: equal texts are found without being readable."""
    # The hash key must outlive a rotation of the encryption key, or nothing would be found again:
    # it always comes from the oldest key of the ring.
    ring = (config().secret_key, *config().previous_keys)
    mac = hmac.HMAC(_derived(ring[-1], "hash:" + purpose, 32), hashes.SM3())
    mac.update(text.encode())
    return mac.finalize().hex()


def hash_id_number(number: str) -> str:
    """The keyed hash under which a person's ID number is found."""
    return keyed_hash(number, "id-number")


def new_token() -> str:
    """A bearer token, 256 random bits."""
    return secrets.token_urlsafe(32)


def hash_token(token: str) -> str:
    """How a token is kept: a plain SHA-256 is enough, as the token itself is random."""
    return hashlib.sha256(token.encode("utf-8", "surrogatepass")).hexdigest()


def hash_password(password: str) -> str:
    """Argon2id, by RFC 9106's second recommendation scaled to a busy web server. Raises TooMany `busy`."""
    return password_hashing.pool().run(lambda: _hasher.hash(password))


def verify_password(stored: str | None, password: str) -> bool:
    """Whether `password` is the one. Takes as long when there is no account, so that none is given away.

    Raises TooMany `busy`.
    """
    return password_hashing.pool().run(lambda: _verified(stored, password))


def _verified(stored: str | None, password: str) -> bool:
    try:
        return _hasher.verify(stored or _DUMMY, password) and stored is not None
    except (VerificationError, InvalidHashError, UnicodeEncodeError):
        return False
