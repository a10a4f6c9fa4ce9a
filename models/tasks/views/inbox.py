"""The lists of tasks and approvals: mine by what I have to do, did, gave, follow, and all that I may see (H01–H06).

Mine are my own in all my units, and those of people for whom I stand in (X05). Every list pages by key.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, time, timedelta
from functools import reduce
from operator import or_
from typing import Any

from peewee import ModelSelect, fn

from models.core import clock
from models.core.config import config
from models.core.db.queries import prepared
from models.core.errors import Invalid
from models.core.fields import spaced
from models.core.ledger.reading.query import contains
from models.core.ledger.reading.references import load_rows
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.messages.inbox import mine as messages
from models.messages.records import READ_MESSAGES
from models.tasks.assigned.progress import progress_of
from models.tasks.people.proxies import acting_for
from models.tasks.records import DONE, OPEN, Case, CaseStep, Follow, GivenTask, Proxy, Task
from models.tasks.rights import READ_ALL_CASES, READ_ALL_TASKS, READ_TASKS
from models.tasks.views import items
from models.tasks.views.items import Item
from models.tasks.views.paging import PageOfIds, Stream, walk

LIMIT = 20
_MAX_LIMIT = 200
_MAX_PARTS = 200
_APPROVE = "approve"
_BY_RANK, _BY_DONE = "task_person_id_state_rank_at_id", "task_person_id_state_done_at_id"
_OF_COMPANY = "task_company_id_state_rank_at_id"


@dataclass(frozen=True)
class Filters:
    """What narrows a list. `kind` is of the task (given, periodic), of its subject (hazard), or `approve` for what is to be
    decided; `q` stands in the title;
    `overdue` keeps what is late; `state` and `company` are for the lists of all."""

    kind: str = ""
    q: str = ""
    overdue: bool = False
    state: str = ""
    company: int | None = None


def page(
    actor: Actor, box: str, cursor: str | None = None, filters: Filters | None = None, *, limit: int = LIMIT
) -> dict[str, Any]:
    """A page of tasks: `box` is todo, done, given, followed or all. Gives items, next, counts (docs/tasks.md).

    Raises Forbidden without the right, Invalid for a box or cursor that is none.
    """
    return {**_page(_TASKS, actor, box, cursor, filters, limit), "counts": counts(actor)}


def cases(
    actor: Actor, box: str, cursor: str | None = None, filters: Filters | None = None, *, limit: int = LIMIT
) -> dict[str, Any]:
    """A page of approvals: `box` is waiting, done, started or all. As `page`, of CaseItems."""
    return {**_page(_CASES, actor, box, cursor, filters, limit), "counts": counts(actor)}


def counts(actor: Actor) -> dict[str, int]:
    """How much waits: tasks, those that are late, those that are approvals, unread messages."""
    if not actor.may(READ_TASKS):
        return {"todo": 0, "overdue": 0, "approvals": 0, "unread": _unread(actor)}
    mine = _persons(actor, acting_for(actor.person_ids)) or [0]
    ((todo, overdue),), ((approvals,),) = _open(mine, clock.now()), _approvals_open(mine)
    return {"todo": todo, "overdue": int(overdue or 0), "approvals": approvals, "unread": _unread(actor)}


@prepared
def _open(persons: list[int], now: datetime) -> ModelSelect:
    """How many tasks these persons have to do, and how many of them are late; all of it stands in the index."""
    query = Task.select(fn.COUNT(Task.id), fn.SUM(Task.rank_at < now))
    return query.where(Task.person.in_(persons), Task.state == OPEN).tuples()


@prepared
def _approvals_open(persons: list[int]) -> ModelSelect:
    query = Task.select(fn.COUNT(Task.id)).join(CaseStep).where(CaseStep.kind == _APPROVE)
    return query.where(Task.person.in_(persons), Task.state == OPEN).tuples()


def _unread(actor: Actor) -> int:
    return messages.unread_count(actor) if actor.may(READ_MESSAGES) else 0


Box = Callable[[Actor, Filters, str | None, int], tuple[list[Item], str | None]]


def _page(
    boxes: Mapping[str, Box], actor: Actor, box: str, cursor: str | None, filters: Filters | None, limit: int
) -> dict[str, Any]:
    if box not in boxes:
        raise Invalid("没有这个列表", fields={"box": f"只能是：{'、'.join(boxes)}"})
    found, after = boxes[box](actor, filters or Filters(), cursor, max(1, min(limit, _MAX_LIMIT)))
    return {"items": found, "next": after}


def _persons(actor: Actor, absent: Iterable[int]) -> list[int]:
    """Whose open tasks are mine: my files', and those of whom I stand in for today."""
    return sorted({*actor.person_ids, *absent})


def _narrowed(query: Any, filters: Filters) -> Any:
    if filters.kind == _APPROVE:
        query = query.join(CaseStep, on=Task.step == CaseStep.id).where(CaseStep.kind == _APPROVE)
    elif filters.kind:
        query = query.where((Task.kind == filters.kind) | (Task.subject_kind == filters.kind))
    if filters.overdue:
        query = query.where(Task.rank_at < clock.now())
    words = spaced(filters.q).split()[:5]
    return query.where(*[contains(Task.title, word[:60]) for word in words]) if words else query


def _todo_streams(actor: Actor, filters: Filters, absent: Iterable[int]) -> list[Stream]:
    query = _narrowed(Task.select(Task.rank_at, Task.id), filters)
    return [
        Stream(query.where(Task.person == person, Task.state == OPEN), Task.rank_at, index=_BY_RANK)
        for person in _persons(actor, absent)
    ]


def _done_streams(actor: Actor, filters: Filters) -> list[Stream]:
    """My own that are done, whoever did them, and what I did for others while I stood in for them."""
    query = _narrowed(Task.select(Task.done_at, Task.id), filters).where(Task.state == DONE)
    found = [query.where(Task.person == person) for person in actor.person_ids]
    for absent, spans in _stood_in(actor).items():
        when = reduce(or_, ((Task.done_at >= start) & (Task.done_at < end) for start, end in spans))
        by_me = Task.done_by.in_(actor.person_ids)
        found.append(query.where(Task.person == absent, by_me, when))
    return [Stream(one, Task.done_at, falling=True, index=_BY_DONE) for one in found]


def _stood_in(actor: Actor) -> dict[int, list[tuple[datetime, datetime]]]:
    """Whom I ever stood in for, and when. Not asked of the tasks, where no index leads from who did to when."""
    spans: dict[int, list[tuple[datetime, datetime]]] = {}
    own, seen = set(actor.person_ids), set(actor.person_ids)
    asked = own
    while asked:
        rows = list(Proxy.select().where(Proxy.proxy.in_(asked)))
        for row in rows:
            if row.person_id not in own:
                start, end = _midnight(row.starts_on), _midnight(row.ends_on) + timedelta(days=1)
                spans.setdefault(row.person_id, []).append((start, end))
        asked = {row.person_id for row in rows} - seen
        seen |= asked
    return spans


def _midnight(day: Any) -> datetime:
    return datetime.combine(day, time(), tzinfo=config().time_zone).astimezone(UTC)


def _tasks_of(actor: Actor, found: PageOfIds) -> list[Task]:
    rows = load_rows(Task, found.ids)
    return [rows[key] for key in found.ids if key in rows]


def _todo(actor: Actor, filters: Filters, cursor: str | None, limit: int) -> tuple[list[Item], str | None]:
    actor.require(READ_TASKS)
    absent = acting_for(actor.person_ids)
    found = walk(_todo_streams(actor, filters, absent), cursor, limit)
    return items.task_items(actor, _tasks_of(actor, found), absent), found.next


def _done(actor: Actor, filters: Filters, cursor: str | None, limit: int) -> tuple[list[Item], str | None]:
    actor.require(READ_TASKS)
    found = walk(_done_streams(actor, filters), cursor, limit)
    tasks = _tasks_of(actor, found)
    others = {task.person_id: 0 for task in tasks if task.person_id not in actor.person_ids}
    return items.task_items(actor, tasks, others), found.next


def _given(actor: Actor, filters: Filters, cursor: str | None, limit: int) -> tuple[list[Item], str | None]:
    actor.require(READ_TASKS)
    query = GivenTask.select(GivenTask.id)
    if filters.overdue:
        query = query.where(GivenTask.state == "open", GivenTask.due_at < clock.now())
    if filters.state:
        query = query.where(GivenTask.state == filters.state)
    for word in spaced(filters.q).split()[:5]:
        query = query.where(contains(GivenTask.title, word[:60]))
    mine = [Stream(query.where(GivenTask.giver == person), GivenTask.id, True) for person in actor.person_ids]
    found = walk(mine, cursor, limit)
    rows = load_rows(GivenTask, found.ids)
    shown = [rows[key] for key in found.ids]
    return items.given_items(shown, progress_of(found.ids)), found.next


def _followed(
    actor: Actor, filters: Filters, cursor: str | None, limit: int
) -> tuple[list[Item], str | None]:
    actor.require(READ_TASKS)
    query = Follow.select(Follow.id)
    if filters.kind:
        query = query.where(Follow.subject_kind == filters.kind)
    for word in spaced(filters.q).split()[:5]:
        query = query.where(contains(Follow.title, word[:60]))
    mine = [Stream(query.where(Follow.person == person), Follow.id, True) for person in actor.person_ids]
    found = walk(mine, cursor, limit)
    rows = load_rows(Follow, found.ids)
    return items.follow_items(actor, [rows[key] for key in found.ids]), found.next


def _all(actor: Actor, filters: Filters, cursor: str | None, limit: int) -> tuple[list[Item], str | None]:
    """All tasks that I may see in one state (open unless asked for another), by deadline."""
    query = _narrowed(Task.select(Task.rank_at, Task.id), filters)
    query = query.where(Task.state == (filters.state or OPEN))
    parts = [
        Stream(one.where(Task.company == company), Task.rank_at, index=_OF_COMPANY if wide else "")
        for company, one, wide in _by_company(actor, Task, query, READ_ALL_TASKS, filters.company)
    ]
    found = walk(parts, cursor, limit)
    return items.task_items(actor, _tasks_of(actor, found)), found.next


def _by_company(
    actor: Actor, record: Any, query: Any, right: str, company: int | None
) -> Iterable[tuple[int, Any, bool]]:
    """`query` as far as the right reaches, one company at a time; whether it reaches all of each."""
    actor.require(right)
    wide = actor.rights[right] >= Scope.COMPANY
    for item in actor.companies(right)[:_MAX_PARTS]:
        if company in (None, item):
            reader = replace(actor, group_companies=(item,), company_id=item)
            yield item, reader.see(query, record, right), wide


def _my_cases(
    actor: Actor, streams: list[Stream], cursor: str | None, limit: int
) -> tuple[list[Item], str | None]:
    """The cases of my tasks, in the order of the tasks."""
    actor.require(READ_TASKS)
    found = walk(streams, cursor, limit)
    tasks = _tasks_of(actor, found)
    steps = load_rows(CaseStep, {task.step_id for task in tasks})
    rows = load_rows(Case, {step.case_id for step in steps.values()})
    return items.case_items(actor, [rows[steps[task.step_id].case_id] for task in tasks], tasks), found.next


def _any_kind(filters: Filters) -> Filters:
    """Approvals of every kind, for lists that hold nothing else."""
    return replace(filters, kind="") if filters.kind == _APPROVE else filters


def _approvals(streams: Iterable[Stream]) -> list[Stream]:
    of_step = Task.step == CaseStep.id
    return [
        replace(one, query=one.query.join(CaseStep, on=of_step).where(CaseStep.kind == _APPROVE))
        for one in streams
    ]


def _waiting(actor: Actor, filters: Filters, cursor: str | None, limit: int) -> tuple[list[Item], str | None]:
    return _my_cases(
        actor,
        _approvals(_todo_streams(actor, _any_kind(filters), acting_for(actor.person_ids))),
        cursor,
        limit,
    )


def _decided(actor: Actor, filters: Filters, cursor: str | None, limit: int) -> tuple[list[Item], str | None]:
    return _my_cases(actor, _approvals(_done_streams(actor, _any_kind(filters))), cursor, limit)


def _narrowed_cases(filters: Filters) -> Any:
    query = Case.select(Case.id)
    if filters.kind:
        query = query.where(Case.kind == filters.kind)
    if filters.state:
        query = query.where(Case.state == filters.state)
    for word in spaced(filters.q).split()[:5]:
        query = query.where(contains(Case.title, word[:60]) | contains(Case.number, word[:40]))
    if filters.overdue:
        late = CaseStep.select(CaseStep.case).where(CaseStep.state == OPEN, CaseStep.due_at < clock.now())
        query = query.where(Case.id.in_(late))
    return query


def _started(actor: Actor, filters: Filters, cursor: str | None, limit: int) -> tuple[list[Item], str | None]:
    actor.require(READ_TASKS)
    query = _narrowed_cases(filters)
    mine = [Stream(query.where(Case.starter == person), Case.id, True) for person in actor.person_ids]
    return _cases_of(actor, walk(mine, cursor, limit))


def _all_cases(
    actor: Actor, filters: Filters, cursor: str | None, limit: int
) -> tuple[list[Item], str | None]:
    query = _narrowed_cases(filters)
    parts = [
        Stream(one.where(Case.company == company), Case.id, True)
        for company, one, _ in _by_company(actor, Case, query, READ_ALL_CASES, filters.company)
    ]
    return _cases_of(actor, walk(parts, cursor, limit))


def _cases_of(actor: Actor, found: PageOfIds) -> tuple[list[Item], str | None]:
    rows = load_rows(Case, found.ids)
    return items.case_items(actor, [rows[key] for key in found.ids if key in rows]), found.next


_TASKS: dict[str, Box] = {"todo": _todo, "done": _done, "given": _given, "followed": _followed, "all": _all}
_CASES: dict[str, Box] = {"waiting": _waiting, "done": _decided, "started": _started, "all": _all_cases}

__all__ = ["Filters", "cases", "counts", "page"]
