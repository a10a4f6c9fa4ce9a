"""Who is told that somebody gave a post up, and what becomes of the work (A04, A05)."""

from __future__ import annotations

from typing import Any

from models.core.events.outbox import Outbox
from models.messages.channels.records import CARD
from models.messages.tell import Telling
from models.messages.tellers import teller
from models.objectives.posts.leaving_post import EMPTY, LEFT, PASSED
from models.objectives.records import EDIT_POSTS
from models.tasks.people.responsible import persons_with

_TODO = "/pages/tasks/index"


@teller(LEFT)
def left(row: Outbox) -> Telling | None:
    """To who gave it up: what need not be done any more, and what others do now."""
    told = _payload(row)
    parts = []
    if told["count"]:
        more = "等" if told["count"] > len(told["cancelled"]) else ""
        parts.append(f"{told['count']} 件定期工作不用办了：{'、'.join(told['cancelled'])}{more}")
    if told["passed"]:
        parts.append(f"{told['passed']} 件转给了同岗位的人")
    return _note(row, f"【岗位调整】您不再任{told['post']}", "；".join(parts), [row.subject_id])


@teller(PASSED)
def passed(row: Outbox) -> Telling | None:
    """To who does it now."""
    told = _payload(row)
    text = f"{told['of']}不再任{told['post']}，留下的 {told['count']} 件定期工作由您来办。在“待办”里查看"
    return _note(row, f"【岗位交接】{told['of']}的 {told['count']} 件定期工作转给您", text, [told["to"]])


@teller(EMPTY)
def empty(row: Outbox) -> Telling | None:
    """To who keeps the posts: nobody does its works from now on."""
    told = _payload(row)
    assert row.company_id is not None
    text = f"{told['of']}不再任{told['post']}，这个岗位的 {told['works']} 项定期工作没有人办。请在“人员岗位”里配置"
    return _note(row, f"【岗位空缺】{told['post']}没有人了", text, persons_with(EDIT_POSTS, row.company_id))


def _payload(row: Outbox) -> dict[str, Any]:
    given: Any = row.payload
    return given or {}


def _note(row: Outbox, title: str, text: str, persons: Any) -> Telling | None:
    if not persons or row.company_id is None:
        return None
    return Telling(
        company_id=row.company_id, kind=row.kind, subject_kind="post.note", subject_id=row.id, title=title, text=text,
        link=_TODO, persons=tuple(persons), ways=(CARD,),
        card={
            "kind": "post.note", "subject_id": row.id, "version": 1, "title": title, "lead": text, "tone": "info",
            "path": _TODO,
        },
    )  # fmt: skip
