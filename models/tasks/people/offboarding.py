"""Who leaves hands over what is open (X05): to somebody named, to the superior, or else those in charge are told."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from models.core import clock
from models.core.errors import Conflict, Invalid
from models.core.events.outbox import Outbox, announce
from models.core.events.reactions import reaction
from models.core.hooks import Hook
from models.core.security.actor import Actor
from models.organization.records import Binding, Person
from models.tasks.engine.case_transaction import CaseTransaction
from models.tasks.engine.reassignment import pass_on, release
from models.tasks.people.proxies import check_for_another
from models.tasks.people.resolve import there_of
from models.tasks.people.separation_of_duties import barred
from models.tasks.people.standard_finders import superiors
from models.tasks.records import CANCELLED, OPEN, WAITING, CaseEvent, CaseStep, Proxy, Task
from models.tasks.rights import EDIT_PROXIES
from models.tasks.views.case_snapshot import HOUSE

_OPEN = (OPEN, WAITING)
#: What else goes over with the tasks: f(actor, from, to) → what it was, in words and with its number ("2 个网格"), or
#: empty. `to` is None where nobody takes over. Called in the transaction of the hand-over; twice must do once.
HANDED_OVER: Hook[[Actor, Person, Person | None], str] = Hook("tasks.handed_over")


@dataclass(frozen=True)
class HandedOver:
    """What came of it: to whom (None: nobody was found), how many tasks, how many steps are left with nobody."""

    to_id: int | None
    tasks: int
    stranded: int
    also: list[str] = field(default_factory=list)


def hand_over(actor: Actor, from_person: Person, to_person: Person | None) -> HandedOver:
    """Hand over all that is open of a person, to `to_person` or (None) to their superior; both are told.

    Raises Forbidden, Invalid `to` for somebody who is not there to take it, Conflict `nobody_above` where a superior
    was meant and there is none.
    """
    actor.require(EDIT_PROXIES, Proxy(company=from_person.company_id, person=from_person.id))
    if to_person is None:
        to_person = _superior(from_person)
        if to_person is None:
            raise Conflict(
                "没有可以接手的人",
                code="nobody_above",
                cause=f"{from_person.name}没有登记上级，或者上级也不在了",
                advice="请选择接手的人",
            )
    if to_person.id == from_person.id or to_person.id not in there_of(from_person.company_id, [to_person.id]):
        raise Invalid(fields={"to": "请从本单位在职、账号正常的人员中选择"})
    check_for_another(actor, from_person, to_person)
    return _hand_over(actor, from_person, to_person)


@reaction("binding.ended")
def left(row: Outbox) -> None:
    """Somebody was taken out of the unit: their work goes to the superior, or those in charge are told."""
    binding = Binding.get_or_none(Binding.id == row.subject_id)
    if binding is None or binding.state != "ended":  # taken back in meanwhile
        return
    person = Person.get_by_id(binding.person_id)
    _hand_over(HOUSE, person, _superior(person))
    _end_proxies(person)


def _superior(person: Person) -> Person | None:
    line = superiors(person.id)
    here = there_of(person.company_id, line)
    nearest = next((one for one in line if one in here), None)
    return None if nearest is None else Person.get_by_id(nearest)


def _hand_over(actor: Actor, from_person: Person, to: Person | None) -> HandedOver:
    mine = (Task.person == from_person.id) & Task.state.in_(_OPEN)
    rows = Task.select(Task.id, CaseStep.case).join(CaseStep, on=(Task.step == CaseStep.id)).where(mine)
    handed = stranded = 0
    # In the order of the cases, so that two hand-overs never wait for each other.
    for task_id, case_id in sorted(rows.tuples(), key=lambda row: (row[1], row[0])):
        went, nobody = _one(actor, task_id, case_id, from_person, to)
        handed, stranded = handed + went, stranded + nobody
    alone = _alone(actor, from_person, to)
    more = [said for said in HANDED_OVER(actor, from_person, to) if said]
    if handed or stranded or alone or more:
        announce(
            "work.handed_over", from_person, to=to.id if to is not None else None, by=actor.name, also=more,
            tasks=handed + alone, stranded=stranded,
        )  # fmt: skip
    return HandedOver(to.id if to is not None else None, handed + alone, stranded, more)


def _one(
    actor: Actor, task_id: int, case_id: int, from_person: Person, to: Person | None
) -> tuple[bool, bool]:
    """Hand over one task, its case locked: whether it went to somebody, whether its step has nobody now."""
    turn = CaseTransaction.on(actor, case_id)
    task = Task.get_by_id(task_id)
    if task.state not in _OPEN or task.person_id != from_person.id:
        return False, False
    step = turn.step(task.step_id)
    taker = _taker(turn, step, to)
    if taker is not None and not any(
        one.person_id == taker.id and one.state in _OPEN for one in turn.tasks(step)
    ):
        # One piece of news for all of it, not one for each: the work as a whole is told to both.
        pass_on(turn, step, task, taker.id, title="交接", quiet=True)
        turn.finish()
        return True, False
    # Whoever the flow names now gets it, or the step says that it has nobody.
    release(actor, task.id, why=f"{from_person.name}交接")
    nobody = CaseStep.get_by_id(step.id).stranded
    return not nobody, bool(nobody)


def _taker(turn: CaseTransaction, step: CaseStep, to: Person | None) -> Person | None:
    """`to`, or the nearest above them where they would judge their own; nobody where that is so for all of them."""
    if to is None:
        return None
    out = barred(turn, turn.plan(turn.step(step.added["step"]) if step.added else step))
    if to.id not in out:
        return to
    line = superiors(to.id)
    here = there_of(to.company_id, line)
    nearest = next((one for one in line if one in here and one not in out), None)
    return None if nearest is None else Person.get_by_id(nearest)


def _alone(actor: Actor, from_person: Person, to: Person | None) -> int:
    """Tasks of no case (periodic work): they go along, or need not be done any more; gives how many went along."""
    query = Task.select().where(Task.person == from_person.id, Task.state == OPEN, Task.step.is_null())
    tasks = list(query)
    if not tasks:
        return 0
    now = clock.now()
    values: dict[str, Any] = (
        {"state": CANCELLED} if to is None else {"person": to.id, "handed_from_id": from_person.id}
    )
    Task.update(updated_at=now, version=Task.version + 1, **values).where(
        Task.id.in_([task.id for task in tasks]), Task.state == OPEN
    ).execute()
    title = (
        f"交接：{from_person.name} → {to.name}" if to is not None else f"{from_person.name}已离开，不用办了"
    )
    CaseEvent.insert_many(
        [
            {
                "company_id": task.company_id, "task_id": task.id, "subject_kind": task.subject_kind,
                "subject_id": task.subject_id, "act": "handed" if to is not None else "released",
                "name": actor.name[:60], "door": actor.door[:16], "title": title[:60],
                "account_id": actor.account_id, "at": now,
            }
            for task in tasks
        ]
    ).execute()  # fmt: skip
    return len(tasks) if to is not None else 0


def _end_proxies(person: Person) -> None:
    """Who has left stands in for nobody, and needs nobody."""
    theirs = (Proxy.person == person.id) | (Proxy.proxy == person.id)
    for proxy in Proxy.select().where(theirs, Proxy.ended_at.is_null(), Proxy.ends_on >= clock.today()):
        proxy.change(ended_at=clock.now())
        announce("proxy.set", proxy, ledger="proxies", by=HOUSE.name, ended=True)
