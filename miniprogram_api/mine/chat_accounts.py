"""My chat accounts: which are tied, tying one by a code or by what the chat has opened here, taking one off (I4)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import BaseModel

from handlers.web.operations import PUBLIC, SIGNED_IN, Route, operation
from handlers.web.requests import entry
from miniprogram_api.base import PhoneHandler
from models.core.fields import moment_text
from models.core.security.actor import Actor
from models.messages.chat_accounts import offers, ties


class TieOut(BaseModel):
    """A chat account of mine. `reached`: whether messages come through."""

    id: str
    app: str
    user_id: str
    since: str | None
    how: str
    reached: bool


class TiesOut(BaseModel):
    """All of them."""

    items: list[TieOut]


class ChatOfferOut(BaseModel):
    """What signing in at this browser would tie."""

    user_id: str
    app: str
    expires_at: str


class CodeOut(BaseModel):
    """A code to send in the chat."""

    code: str
    expires_at: str


def _own(actor: Actor) -> dict[str, Any]:
    return {"items": [{**each, "since": _text(each["since"])} for each in ties.own(actor)]}


def _text(moment: datetime | None) -> str | None:
    return None if moment is None else moment_text(moment)


class TiesHandler(PhoneHandler):
    """`/chat-ties`: mine."""

    @operation("我的聊天账号", right=SIGNED_IN, system="L01", gives={200: TiesOut})
    async def get(self) -> None:
        """Which chat accounts are tied to mine."""
        self.answer(await self.call(_own, self.actor, write=False))

    @operation("绑定聊天账号", right=SIGNED_IN, system="L01", gives={200: TiesOut}, refuses=(403, 404, 409))
    async def post(self) -> None:
        """Tie the chat account that opened this browser; the browser's own cookie says which."""
        await self.call(offers.take_visit, self.actor, self.get_cookie(entry.TIE) or "")
        self.clear_cookie(entry.TIE, path=entry.TIE_PATH)
        self.answer(await self.call(_own, self.actor, write=False))


class OfferHandler(PhoneHandler):
    """`/chat-ties/pending`: before signing in."""

    @operation("等待绑定的聊天账号", right=PUBLIC, system="L01", gives={200: ChatOfferOut}, refuses=(404,))
    async def get(self) -> None:
        """What would be tied; 404 when nothing waits in this browser."""
        offer = await self.call(offers.pending, self.get_cookie(entry.TIE) or "", write=False)
        self.answer({**offer, "expires_at": moment_text(offer["expires_at"])})


class CodeHandler(PhoneHandler):
    """`/chat-ties/code`: to be sent in the chat."""

    @operation("显示绑定码", right=SIGNED_IN, system="L01", gives={201: CodeOut}, refuses=(403,))
    async def post(self) -> None:
        """A new code, good once and for ten minutes; the one before is good no more."""
        code, until = await self.call(offers.show_code, self.actor)
        self.answer({"code": code, "expires_at": moment_text(until)}, 201)


class TieHandler(PhoneHandler):
    """`/chat-ties/{id}`: one of mine."""

    @operation("解除聊天账号", right=SIGNED_IN, system="L01", gives={200: TiesOut}, refuses=(404,))
    async def delete(self, id: int) -> None:
        """Take it off: nothing comes or goes by it any more, and what was signed in by it is signed out."""
        await self.call(ties.untie_own, self.actor, id)
        self.answer(await self.call(_own, self.actor, write=False))


routes = [
    Route("/api/mp/v1/chat-ties", TiesHandler),
    Route("/api/mp/v1/chat-ties/pending", OfferHandler),
    Route("/api/mp/v1/chat-ties/code", CodeHandler),
    Route("/api/mp/v1/chat-ties/{id}", TieHandler),
]
