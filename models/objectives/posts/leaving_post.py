"""Somebody gives up a post: what they have open because of it goes to who holds it still, or need not be done (A04, A05).

Each holder of a post has periodic tasks of their own. So what somebody leaves goes on only to a holder who was not given
the same work for the same day (they came later); otherwise it is cancelled. All concerned are told, and who keeps the
posts hears of one that nobody holds any more.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import date

from models.core import clock
from models.core.db.bulk import select_in
from models.core.events.outbox import announce
from models.core.ledger.changes.default_rules import plain_delete
from models.core.security.actor import Actor
from models.objectives.periodic.periodic_work import once_key
from models.objectives.posts.holder_finder import editions_of
from models.objectives.posts.posts import SUBJECT
from models.objectives.records import PersonPost, PostWork
from models.organization.records import Binding
from models.tasks.engine import standalone
from models.tasks.engine.case_transaction import CaseTransaction
from models.tasks.people.reassign_on_change import ask_anew
from models.tasks.records import CANCELLED, OPEN, WAITING, CaseStep, Task
from models.tasks.views.case_snapshot import HOUSE

LEFT, PASSED, EMPTY = "post.left", "post.passed", "post.empty"


def give_up(actor: Actor, held: PersonPost) -> None:
    """Somebody holds a post no longer. Raises Conflict as `plain_delete`."""
    post, person, company = held.post, held.person, held.company_id
    plain_delete(PersonPost)(actor, held)
    holders = _holders(company, post.id)
    passed: Counter[int] = Counter()
    cancelled: list[str] = []
    for task in _open_tasks(company, post.id, person.id):
        task = standalone.lock(task.id)
        if task.state != OPEN or task.person_id != person.id:
            continue  # done, or handed on, this very moment
        taker = _without(task, holders)
        if taker is None:
            task.change(state=CANCELLED)
            standalone.note(actor, task, "released", f"{person.name}不再任{post.name}，不用办了"[:60], None)
            cancelled.append(task.title)
        else:
            now = clock.now()
            task.change(person=taker, handed_from_id=person.id, opened_at=now, urged_at=None)
            standalone.note(actor, task, "handed", f"交接：{person.name}不再任{post.name}"[:60], None)
            passed[taker] += 1
    for case_id, task_id in _case_tasks(company, post.id, person.id):
        ask_anew(actor, case_id, task_id, title="岗位交接", why=f"{person.name}不再任{post.name}")
    _tell(actor, held, passed, cancelled, holders)


def _holders(company_id: int, post_id: int) -> list[int]:
    """Who holds it still and belongs to the unit, the longest first."""
    rows = PersonPost.select(PersonPost.person).join(
        Binding, on=((Binding.person == PersonPost.person) & (Binding.state == "approved"))
    )
    mine = rows.where(PersonPost.company == company_id, PersonPost.post == post_id)
    return [row.person_id for row in mine.order_by(PersonPost.created_at, PersonPost.id)]


def _open_tasks(company_id: int, post_id: int, person_id: int) -> list[Task]:
    works = PostWork.select(PostWork.id).where(PostWork.company == company_id, PostWork.post == post_id)
    rows = Task.select(Task.id).where(
        Task.person == person_id, Task.state == OPEN, Task.subject_kind == SUBJECT, Task.subject_id.in_(works),
        Task.step.is_null(),
    )  # fmt: skip
    return list(rows.order_by(Task.id))


def _without(task: Task, holders: Sequence[int]) -> int | None:
    """A holder who has not been given the same work for the same day, nor took it over from another."""
    day = (task.once_key or "").rpartition(":")[2]
    keys = {once_key(task.subject_id, person, date.fromisoformat(day)): person for person in holders}
    made = {key for (key,) in select_in("SELECT once_key FROM task WHERE once_key IN ({keys})", keys)}
    return next(
        (person for key, person in keys.items() if key not in made and not _took(person, task, day)), None
    )


def _took(person_id: int, task: Task, day: str) -> bool:
    rows = Task.select(Task.once_key).where(
        Task.person == person_id, Task.subject_kind == SUBJECT, Task.subject_id == task.subject_id,
        Task.handed_from_id.is_null(False),
    )  # fmt: skip
    return any((row.once_key or "").endswith(f":{day}") for row in rows)


def _case_tasks(company_id: int, post_id: int, person_id: int) -> list[tuple[int, int]]:
    """Tasks of cases that somebody has because the flow names the post: (case, task), in the order of the cases."""
    rows = (
        Task.select(Task, CaseStep)
        .join(CaseStep, on=(Task.step == CaseStep.id))
        .where(
            Task.company == company_id, Task.person == person_id, Task.state.in_((OPEN, WAITING)),
        )
    )  # fmt: skip
    named = [(row.step.case_id, row.id) for row in rows if _names(row.step, post_id)]
    return sorted(named)


def _names(step: CaseStep, post_id: int) -> bool:
    if step.added:
        return False
    rules = CaseTransaction.looking(HOUSE, step.case).chart.plan(step.key).who
    named = {int(rule["id"]) for rule in rules if rule.get("by") == "post"}
    return any(post_id in editions_of(each) for each in named)


def _tell(
    actor: Actor, held: PersonPost, passed: Counter[int], cancelled: Sequence[str], holders: Sequence[int]
) -> None:
    person, post = held.person, held.post
    told = {"post": post.name, "by": actor.name, "of": person.name}
    if passed or cancelled:
        announce(
            LEFT,
            person,
            **told,
            passed=sum(passed.values()),
            cancelled=list(cancelled)[:5],
            count=len(cancelled),
        )
    for taker, count in passed.items():
        announce(PASSED, person, **told, to=taker, count=count)
    works = PostWork.select().where(
        PostWork.company == held.company_id,
        PostWork.post == post.id,
        PostWork.enabled == True,  # noqa: E712
    )
    if not holders and works.exists():
        announce(EMPTY, person, **told, works=works.count())
