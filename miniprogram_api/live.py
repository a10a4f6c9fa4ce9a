"""The phone's live connection: how many messages are unread, as soon as that changes (K01)."""

from __future__ import annotations

import asyncio
from typing import Any

import orjson

from handlers.web.live import COME_AGAIN, SIGNED_OUT, TRY_LATER, LiveSocket
from models.administration.sign_in.throttling import source_of
from models.core.errors import Unavailable
from models.messages.records import READ_MESSAGES

_PROTOCOL = "anban"
_BEARER = "bearer."
_WAIT_SECONDS = 10.0


class PhoneLiveHandler(LiveSocket):
    """`/live`: the token comes in the first frame, `{"type":"hello","token":…}`, or as a second subprotocol.

    `Sec-WebSocket-Protocol: anban, bearer.<token>`; the answer names `anban` alone. It is never in the address,
    which would stand in logs. Closed with 4401 if it is missing for 10 s or no good.
    """

    door = "phone"
    lists = False
    _patience: Any = None

    def admitted(self) -> bool:
        """Who may read messages, and has a password of their own."""
        return not self.actor.must_change_password and self.actor.may(READ_MESSAGES)

    def check_origin(self, origin: str) -> bool:
        """Any page may open it: nothing is told by a cookie, so nothing can be forged across sites."""
        return True

    def select_subprotocol(self, subprotocols: list[str]) -> str | None:
        """Ours, never the one that carries the token."""
        self._offered = next((p.removeprefix(_BEARER) for p in subprotocols if p.startswith(_BEARER)), "")
        return _PROTOCOL if _PROTOCOL in subprotocols else None

    async def open(self, *args: str, **kwargs: str) -> None:
        """Take part if the token came along, or else wait for it."""
        offered = getattr(self, "_offered", "")
        if offered:
            await self._enter(offered)
        else:
            self._patience = asyncio.get_running_loop().call_later(_WAIT_SECONDS, self._refuse)
            crowded = self.hub.strangers.join(source_of(self.request.remote_ip), self)
            if crowded is not None:
                crowded.close(TRY_LATER, "too many connections")

    async def on_message(self, message: str | bytes) -> None:  # type: ignore[override]
        """The first frame says who it is; nothing else is expected."""
        if self._patience is None:
            return
        self._stop_waiting()
        try:
            frame = orjson.loads(message)
        except orjson.JSONDecodeError:
            frame = None
        token = frame.get("token") if isinstance(frame, dict) else None
        await self._enter(token if isinstance(token, str) else "")

    async def _enter(self, token: str) -> None:
        try:
            known = await self.recognise(token)
        except Unavailable:
            self.close(COME_AGAIN, "unavailable")
            return
        if not known or not self.admitted():
            self._refuse()
        elif self.ws_connection is not None:
            self.join()

    def _refuse(self) -> None:
        self._stop_waiting()
        self.close(SIGNED_OUT, "signed out")

    def _stop_waiting(self) -> None:
        if self._patience is not None:
            self._patience.cancel()
            self._patience = None
            self.hub.strangers.leave(source_of(self.request.remote_ip), self)

    def on_close(self) -> None:
        """Leave."""
        self._stop_waiting()
        super().on_close()
