"""The platform's address book, as an app may read it (I4): members by department, and the user id of a phone.

Since 2022 a new app sees names but no phones in `user/list`. Then `user/getuserid` is asked for the phone on file, which
WeCom allows as long as it mostly finds somebody: after too many misses it would answer nobody for a day.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from typing import Any

from bots import tools
from bots.delivery import limits
from bots.wecom.protocol.errors import WecomError
from models.core.errors import Conflict
from models.messages.channels.records import WecomApp
from models.messages.chat_accounts import address_book
from models.messages.chat_accounts.address_book import BookMember, Unasked

MOST_MISSES = 50
_NOBODY = {46004, 60111, 60011}  # no such phone, no such member, not in the app's sight
_ASK = "user/getuserid"


def read(app: WecomApp) -> tuple[Iterable[BookMember], Callable[[str], str | None]]:
    """Everybody whom the app sees, each once, and who has a phone. Raises Conflict `platform_away`."""
    try:
        found = _members(app)
    except WecomError as error:
        raise _away(error) from None
    return found, _Asking(app)


def _members(app: WecomApp) -> list[BookMember]:
    client = tools.wecom(app)
    departments = client.departments()
    known = {each["id"] for each in departments}
    roots = [each["id"] for each in departments if each.get("parentid") not in known]
    found: dict[str, BookMember] = {}
    for root in roots:
        for each in client.members(root):
            user_id = str(each.get("userid") or "")
            if user_id:
                found[user_id.lower()] = BookMember(
                    user_id, str(each.get("name") or ""), str(each.get("mobile") or "")
                )
    return list(found.values())


class _Asking:
    """Asks for the user id of a phone, within the platform's patience."""

    def __init__(self, app: WecomApp) -> None:
        self._app, self._client, self._misses = app, tools.wecom(app), 0
        self._known: dict[str, str | None] = {}

    def __call__(self, phone: str) -> str | None:
        if phone not in self._known:
            if self._misses >= MOST_MISSES:
                raise Unasked
            self._known[phone] = self._ask(phone)
        return self._known[phone]

    def _ask(self, phone: str) -> str | None:
        wanted: list[Any] = [(limits.api(self._app.corp_id, _ASK), 1), (limits.ip(self._app.base_url), 1)]
        while seconds := tools.limits().take_all(wanted):
            time.sleep(min(seconds, 5.0))
        try:
            return self._client.user_of_phone(phone)
        except WecomError as error:
            if error.code in _NOBODY:
                self._misses += 1
                return None
            if error.kind == "wait":
                raise Unasked from None
            raise _away(error) from None


def _away(error: WecomError) -> Conflict:
    return Conflict(
        "通讯录没有读到",
        code="platform_away",
        cause=error.reason,
        advice="请核对应用的设置和可见范围，稍后再试",
    )


address_book.read_by(read)
