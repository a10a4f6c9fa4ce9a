"""News about people rather than cases: who stands in, what was handed over, what work came, what was given up."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from models.core.events.outbox import Outbox
from models.messages.channels.records import CARD
from models.messages.records import NORMAL
from models.messages.tell import Telling
from models.messages.tellers import teller
from models.tasks.people.responsible import persons_with
from models.tasks.records import GivenTask, Proxy
from models.tasks.rights import REASSIGN_TASKS
from models.tasks.views.items import names_of
from models.tasks.wording import asked

TODO = "/pages/tasks/index"


@teller("proxy.set")
def proxy_set(row: Outbox) -> Telling | None:
    """To both: who stands in for whom, from when to when; or that it is over."""
    proxy = Proxy.get_or_none(Proxy.id == row.subject_id)
    if proxy is None:
        return None
    names = names_of([proxy.person_id, proxy.proxy_id])
    absent, instead = names[proxy.person_id], names[proxy.proxy_id]
    if _payload(row).get("ended"):
        title, text = f"【代理结束】{instead}不再代理{absent}", "从现在起，任务由本人办理"
    else:
        span = f"{proxy.starts_on:%Y-%m-%d} 到 {proxy.ends_on:%Y-%m-%d}"
        title = f"【代理】{span} 由{instead}代理{absent}"
        text = f"这段时间{absent}的待办，两个人都能办，谁先办算谁的"
        text += f"\n原因：{proxy.reason}" if proxy.reason else ""
    return _note(row, "proxy", proxy.id, title, text, [proxy.person_id, proxy.proxy_id])


@teller("work.handed_over")
def handed_over(row: Outbox) -> Telling | None:
    """To both sides; where nobody takes it over, to who may reassign."""
    payload, company = _payload(row), row.company_id
    if company is None:
        return None
    names = names_of([row.subject_id, payload.get("to")])
    left = names.get(row.subject_id or 0, "")
    more = "".join(f"、{line}" for line in payload.get("also", ()))
    if payload.get("to") is None:
        title = f"【待交接】{left}已离开，没有登记上级"
        text = (
            f"{payload.get('stranded', 0)} 件待办没有人接，{payload.get('tasks', 0)} 件按流程转给了别人{more}。"
            "请在“所有审批”里筛选“没有人办”，调整办理人"
        )
        return _note(row, "handover", row.id, title, text, persons_with(REASSIGN_TASKS, company))
    what = f"{payload.get('tasks', 0)} 件待办{more}"
    title = f"【交接】{left}的{what}交给{names[payload['to']]}"
    text = f"经办：{payload.get('by') or '系统'}。在“待办”里查看"
    return _note(row, "handover", row.id, title, text, [payload["to"], row.subject_id])


@teller("work.made")
def made(row: Outbox) -> Telling | None:
    """To everybody who got such a task, in small news: the many of a morning come as one."""
    payload = _payload(row)
    due = payload.get("due_at")
    title = asked(
        "待办", "", payload.get("title") or "", None if due is None else datetime.fromisoformat(due)
    )
    persons = payload.get("persons") or ()
    return _note(row, payload["subject_kind"], row.subject_id or 0, title, "", persons, bundle=True)


@teller("given.cancelled")
def given_cancelled(row: Outbox) -> Telling | None:
    """To who still had it to do."""
    given = GivenTask.get_or_none(GivenTask.id == row.subject_id)
    if given is None:
        return None
    payload = _payload(row)
    said = f"{payload.get('by') or ''}取消了这个任务"
    said += f"：{payload['comment']}" if payload.get("comment") else ""
    return _note(
        row, "given", given.id, f"【已取消】{given.title}", f"{given.number or ''} {said}".strip(),
        payload.get("persons") or (),
    )  # fmt: skip


def _payload(row: Outbox) -> dict[str, Any]:
    given: Any = row.payload
    return given or {}


def _note(
    row: Outbox,
    kind: str,
    subject_id: int | None,
    title: str,
    text: str,
    persons: Any,
    *,
    bundle: bool = False,
) -> Telling | None:
    assert row.company_id is not None
    receivers = tuple(dict.fromkeys(person for person in persons if person is not None))
    if not receivers:
        return None
    return Telling(
        company_id=row.company_id, kind=row.kind, subject_kind=f"{kind}.note", subject_id=subject_id or 0,
        title=title, text=text, link=TODO, urgency=NORMAL, persons=receivers, ways=(CARD,), bundle=bundle,
        card={
            "kind": f"{kind}.note", "subject_id": subject_id or 0, "version": 1, "title": title, "lead": text,
            "tone": "info", "path": TODO,
        },
    )  # fmt: skip
