"""What came in from the chat, and permissions to change cards, are thrown away when nobody needs them any more (L01).

Both hold what people wrote, or what could be done in their name. A few thousand at a time, so that no pass is long.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from models.core import clock
from models.core.config import config
from models.core.fields import Integer
from models.core.settings import CompanySetting
from models.messages.records import Inbound, ResponseCode

LIMIT = 5000
CHAT_DAYS: CompanySetting[int] = CompanySetting(
    "chat-days",
    "文件和保留",
    Integer(
        "聊天里发来的内容保留",
        min=1,
        max=3650,
        unit="天",
        help="处理完以后，写的话、按的按钮、发的图保留多久",
    ),
    default=lambda: config().chat_days,
    whole_group=True,
)
_DONE = ("handled", "refused")


def sweep_inbound(before: datetime, *, limit: int = LIMIT) -> int:
    """Delete up to `limit` rows that were done with and came before `before`; gives how many.

    What still waits stays, however old. `due_at` is never before the moment it came, and the index has it.
    """
    done = Inbound.select(Inbound.id).where(Inbound.state.in_(_DONE), Inbound.due_at < before).limit(limit)
    ids = [row.id for row in done]
    return int(Inbound.delete().where(Inbound.id.in_(ids)).execute()) if ids else 0


def sweep_codes(*, limit: int = LIMIT) -> int:
    """Delete those of the oldest `limit` permissions that have run out; gives how many."""
    oldest = (
        ResponseCode.select(ResponseCode.id, ResponseCode.expires_at).order_by(ResponseCode.id).limit(limit)
    )
    now = clock.now()
    ids = [row.id for row in oldest if row.expires_at < now]
    return int(ResponseCode.delete().where(ResponseCode.id.in_(ids)).execute()) if ids else 0


def sweep() -> int:
    """Delete what came in `chat-days` ago and what has run out, up to a few thousand each; gives how many rows."""
    return sweep_inbound(clock.now() - timedelta(days=CHAT_DAYS.of(None))) + sweep_codes()
