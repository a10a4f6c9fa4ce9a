"""My messages at both doors (K01). The doors add who asks."""

from __future__ import annotations

from handlers.web.base import JsonHandler
from handlers.web.operations import operation
from handlers.web.shapes.messages import MessagesOut, MessagesQuery, ReadBody, UnreadOut
from handlers.web.shared import Shared
from models.messages.inbox import mine
from models.messages.records import READ_MESSAGES


class MessagesDoor(JsonHandler):
    """`/messages`: all that was told to me."""

    @operation(
        "我的消息",
        right=READ_MESSAGES,
        system="K01",
        query=MessagesQuery,
        gives={200: MessagesOut},
        refuses=(422,),
    )
    async def get(self) -> None:
        """My messages in all my units, newest first."""
        asked: MessagesQuery = self.query
        self.answer(
            await self.call(
                mine.page,
                self.actor,
                unread=asked.unread,
                waiting=asked.waiting,
                cursor=asked.cursor,
                limit=asked.limit,
                write=False,
            )
        )


class CountDoor(JsonHandler):
    """`/messages/count`: the number on the badge."""

    @operation("未读消息数", right=READ_MESSAGES, system="K01", gives={200: UnreadOut})
    async def get(self) -> None:
        """How many I have not read."""
        self.answer({"unread": await self.call(mine.unread_count, self.actor, write=False)})


class ReadDoor(JsonHandler):
    """`/messages/read`: I have read them."""

    @operation(
        "标为已读", right=READ_MESSAGES, system="K01", body=ReadBody, gives={200: UnreadOut}, refuses=(422,)
    )
    async def post(self) -> None:
        """Some of mine, or all; others' ids do nothing."""
        body: ReadBody = self.body
        await self.call(mine.mark_read, self.actor, body.ids)
        self.answer({"unread": await self.call(mine.unread_count, self.actor, write=False)})


MESSAGES: Shared = (
    ("/messages", MessagesDoor),
    ("/messages/count", CountDoor),
    ("/messages/read", ReadDoor),
)
