"""Known devices: what a successful sign-in leaves on a phone or in a browser, so that its holder gets in next time.

A token that we sign: the device's own id, and for each account that signed in there (the latest eight) a mark of its
login and one of the password that it had. It opens nothing by itself; it only says that a right password was typed
here before. So whoever tries passwords elsewhere can't make the holder wait, and a change of password ends it.
"""

from __future__ import annotations

import base64
import secrets
from datetime import timedelta
from typing import Any

import orjson

from models.administration.records import Account
from models.core import clock
from models.core.config import config
from models.core.security.crypto import keyed_hash

MOST_ACCOUNTS = 8
LONGEST = 1000  # characters of a token


class KnownDevice:
    """A device whose token was read. `knows` looks at the login alone, `vouches_for` at the password too."""

    def __init__(self, device: str, marks: dict[str, Any]) -> None:
        self.id, self._marks = device, marks

    def knows(self, login: str) -> bool:
        """Whether somebody signed in with this login here, lately enough. Asks no database."""
        mark = self._marks.get(_login_mark(self.id, login))
        return mark is not None and mark[1] + config().known_device_days > _today()

    def vouches_for(self, account: Account | None) -> bool:
        """Whether that was with the password that the account still has."""
        if account is None or not self.knows(account.login):
            return False
        mark = self._marks[_login_mark(self.id, account.login)]
        return secrets.compare_digest(mark[0], _password_mark(self.id, account))

    def with_account(self, account: Account) -> str:
        """The device's token from now on, after `account` has signed in here."""
        mine = _login_mark(self.id, account.login)
        others = [(login, mark) for login, mark in self._marks.items() if login != mine]
        latest = sorted(others, key=lambda each: each[1][1], reverse=True)[: MOST_ACCOUNTS - 1]
        marks = {mine: [_password_mark(self.id, account), _today()], **dict(latest)}
        content = base64.urlsafe_b64encode(orjson.dumps([self.id, marks])).decode().rstrip("=")
        return f"{content}.{_signature(content)}"


def read(token: str | None) -> KnownDevice:
    """The device whose token this is; a new one, that knows nobody, if it is none of ours."""
    content, _, signature = (token or "")[:LONGEST].partition(".")
    if signature and secrets.compare_digest(signature.encode(), _signature(content).encode()):
        device, marks = orjson.loads(base64.urlsafe_b64decode(content + "=" * (-len(content) % 4)))
        return KnownDevice(device, marks)
    return KnownDevice(secrets.token_hex(8), {})


def lasts() -> timedelta:
    """How long a token is good after its latest sign-in."""
    return timedelta(days=config().known_device_days)


def _today() -> int:
    return clock.today().toordinal()


def _signature(content: str) -> str:
    return keyed_hash(content, "known-device")[:32]


def _login_mark(device: str, login: str) -> str:
    login = login.encode("utf-8", "replace").decode()  # half characters (from JSON) are nobody's
    return keyed_hash(f"{device}:{login}", "known-device-login")[:12]


def _password_mark(device: str, account: Account) -> str:
    return keyed_hash(f"{device}:{account.id}:{account.password_hash}", "known-device-password")[:16]
