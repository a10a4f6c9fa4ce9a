"""待办 in the chat: what waits for the asker, the most urgent first (H01, H05)."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from bots.card import Button, Card, Fact
from bots.commands import CommandCall, command
from bots.commands.answers import card
from bots.commands.told import TODO
from models.core import clock
from models.core.text.date_words import day
from models.tasks.views import inbox

_SHOWN = 5
_LINE = 26  # characters that a narrow platform shows of a line


@command("tasks", "待办", "任务", "我的待办", "我的任务", "审批", "待我审批")
def tasks(asked: CommandCall) -> Card:
    """The first five with their deadlines, approvals among them; how many there are stands in the title."""
    found = inbox.page(asked.actor, "todo", limit=_SHOWN)
    counts = found["counts"]
    more = counts["todo"] - len(found["items"])
    lead = [_approvals(counts["approvals"])] if counts["approvals"] else []
    lead += [f"还有 {more} 件，点开查看"] if more > 0 else []
    title = f"待办 {counts['todo']} 件" + (f"，{counts['overdue']} 件超时" if counts["overdue"] else "")
    return card(
        asked, title if found["items"] else "没有待办", path=TODO, tone="warn" if counts["overdue"] else "info",
        lead="，".join(lead) if found["items"] else "都办完了，有新的会通知您",
        facts=tuple(map(_line, found["items"])), buttons=(Button("打开待办", path=TODO),),
    )  # fmt: skip


def _approvals(number: int) -> str:
    return f"其中 {number} 件要审批"


def _line(item: dict[str, Any]) -> Fact:
    """The day on the left, on the right until when, and what: 18:00前 确认：配电室 电缆裸露."""
    due = None if item["due_at"] is None else datetime.fromisoformat(item["due_at"])
    on, until = _day(due), "" if due is None else f"{clock.local(due):%H:%M}前 "
    instead = f"（代{item['for']['name']}）" if item["for"] else ""
    what = f"{until}{instead}{item['title']}"
    return Fact("超时" if item["late"] else on, what if len(what) <= _LINE else f"{what[: _LINE - 1]}…")


def _day(due: datetime | None) -> str:
    return "不限期" if due is None else day(clock.local(due).date())
