"""What makes a password good, and how one is made for somebody else (K06, Q05)."""

from __future__ import annotations

import re
import secrets
import unicodedata
from functools import cache
from importlib import resources

from models.administration.passwords.common_passwords import guessed_early
from models.administration.records import Account
from models.core.config import config
from models.core.security import crypto
from models.core.security.identifiers import squeeze

# The first password of an invitation may be the end of the ID number, which the file holds encrypted anyway: this mark
# says so. A hash of six digits would be weaker, and 50,000 of them would hold an import up for a quarter hour.
ID_TAIL = "id-tail"
_CODE = "code:"
_READABLE = "23456789abcdefghjkmnpqrstuvwxyzABCDEFGHJKLMNPQRSTUVWXYZ"
_CODE_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
_UNDRESSED = re.compile(r"^[^a-z]+|[^a-z]+$")
_NOT_LETTERS = re.compile(r"[^a-z]+")
_LEET = str.maketrans("@0135$7!4", "aoiesstia")
_MAX_LENGTH = 128
_MAX_BYTES = 512


def fault_of(password: str, account: Account) -> str:
    """Why a new password is not accepted, as a sentence for its field; empty if it is good.

    Asks for the configured length and 3 of 4 kinds of characters, and refuses what others can guess: login,
    phone, end of the ID number, birthday, and the commonest passwords.
    """
    shortest = config().password_min_length
    if len(password) < shortest:
        return f"密码至少 {shortest} 位，现在有 {len(password)} 位"
    if len(password) > _MAX_LENGTH or len(password.encode("utf-8", "surrogatepass")) > _MAX_BYTES:
        return f"密码最多 {_MAX_LENGTH} 位"
    if (
        any(unicodedata.category(character)[0] == "C" for character in password)
        or password != password.strip()
    ):
        return "密码首尾不能有空格，中间不能有看不见的字符"
    if _kinds(password) < 3:
        return "请用大写字母、小写字母、数字、符号中的至少三种"
    guessable = _guessable(password, account)
    if guessable:
        return f"密码里不能有{guessable}，别人容易猜到"
    if _is_common(password) or len(set(password)) < 4:
        return "这个密码太常见，请换一个"
    if guessed_early(password, (account.login, account.name, account.phone or "")):
        return "这个密码太容易猜，请换一个不常见的"
    return ""


def _kinds(password: str) -> int:
    tests = (str.isupper, str.islower, str.isdigit)
    kinds = sum(any(test(character) for character in password) for test in tests)
    return kinds + any(not any(test(character) for test in tests) for character in password)


def _guessable(password: str, account: Account) -> str:
    text = password.lower()
    number = account.id_number or ""
    born = number[6:14]
    facts = [
        ("账号", account.login.lower()),
        ("手机号", account.phone or ""),
        ("身份证号后 6 位", number[-6:].lower()),
        ("生日", born),
        ("生日", born[2:]),
    ]
    return next((title for title, fact in facts if len(fact) >= 4 and fact in text), "")


def _is_common(password: str) -> bool:
    """Whether it is a common word or a row of keys, also when dressed up: P@ssw0rd2026!, Admin#888."""
    text = unicodedata.normalize("NFKC", password).lower()
    core = _UNDRESSED.sub("", text)
    forms = {
        text,
        core,
        core.translate(_LEET),
        _NOT_LETTERS.sub("", text),
        _NOT_LETTERS.sub("", text.translate(_LEET)),
    }
    return bool(forms & _common())


@cache
def _common() -> frozenset[str]:
    text = resources.files(__package__).joinpath("data", "common_passwords.txt").read_text(encoding="utf-8")
    return frozenset(text.split("\n\n", 1)[1].split())


def random_password() -> str:
    """A password to be handed over: three groups of four, no look-alikes, good by the rules above."""
    while True:
        groups = ["".join(secrets.choice(_READABLE) for _ in range(4)) for _ in range(3)]
        password = "-".join(groups)
        if _kinds(password) == 4:
            return password


def activation_code() -> str:
    """A first password where the end of the ID number will not do: ten characters, 49 random bits."""
    return "".join(secrets.choice(_CODE_ALPHABET) for _ in range(10))


def hash_code(code: str) -> str:
    """How an activation code is kept: a keyed hash is enough, as the code itself is random."""
    return _CODE + crypto.keyed_hash(code, "activation-code")


def matches(account: Account | None, password: str) -> bool:
    """Whether it is the account's password; takes about as long without an account as with one."""
    stored = account.password_hash if account is not None else None
    password = password.encode(
        "utf-8", "replace"
    ).decode()  # half characters (from JSON) belong to no password
    if account is None or stored is None or not account.first_password or stored.startswith("$"):
        right = crypto.verify_password(stored, password)
        return right and account is not None
    crypto.verify_password(None, password)
    return is_code(stored, squeeze(password))  # typed from a card: small letters, full-width digits


def is_code(stored: str | None, typed: str) -> bool:
    """Whether `typed` is the activation code that was stored."""
    return stored is not None and stored.startswith(_CODE) and same(stored, hash_code(typed))


def same(one: str, other: str) -> bool:
    """Whether two texts are the same, in a time that does not say where they differ."""
    return secrets.compare_digest(one.encode(), other.encode())
