"""Steps of which everybody who is asked is locked out by wrong passwords (H06).

A lock of at most an hour is no absence: who is signed in on a phone still decides, so does a card, and it passes by
itself. So nothing is taken from anybody and no step is stranded; reminders and the ladder go on. But whoever may
reassign is told, at most twice a day for a step, as somebody may be trying passwords: they can unlock the account, or
name others.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from models.administration.records import Account
from models.core import clock
from models.organization.records import Person
from models.tasks.engine.case_transaction import CaseTransaction
from models.tasks.records import OPEN, RUNNING, Case, CaseEvent, CaseStep, Task
from models.tasks.views.case_snapshot import HOUSE

ACT = "locked"
_WORTH = timedelta(minutes=10)  # a slip of the finger costs minutes
_AGAIN = timedelta(hours=12)


def locked_steps() -> list[CaseStep]:
    """Open steps of running cases of which everybody whose turn it is is locked out, for more than ten minutes still."""
    out = _locked_out()
    if not out:
        return []
    rows = (
        CaseStep.select(CaseStep)
        .join(Task, on=(Task.step == CaseStep.id))
        .switch(CaseStep)
        .join(Case, on=(CaseStep.case == Case.id))
        .where(Task.person.in_(list(out)), Task.state == OPEN, CaseStep.state == OPEN, Case.state == RUNNING)
        .distinct()
    )
    return [step for step in rows.order_by(CaseStep.id) if all(person in out for person in _holders(step))]


def tell_locked() -> int:
    """Write down which steps that are, and tell who may reassign; gives how many. In the running transaction."""
    told = 0
    for found in locked_steps():
        turn = CaseTransaction.on(HOUSE, found.case_id)
        step = turn.step(found.id)
        out = _locked_out()
        holders = _holders(step)
        if step.state != OPEN or not holders or not all(one in out for one in holders) or _told_lately(step):
            continue
        names = [
            row.name for row in Person.select(Person.name).where(Person.id.in_(holders)).order_by(Person.id)
        ]
        until = f"{clock.local(min(out[one] for one in holders)):%H:%M}"
        turn.note(ACT, "办理人的账号被临时锁定", step=step, people=names, until=until)
        turn.tell("step.locked", step, names=names, until=until)
        turn.finish()
        told += 1
    return told


def _locked_out() -> Mapping[int, datetime]:
    """By person, until when their account is locked."""
    late = clock.now() + _WORTH
    rows = (
        Person.select(Person.id, Account.locked_until)
        .join(Account, on=(Account.id == Person.account_id))
        .where(Account.locked_until > late)
    )
    return dict(rows.tuples())


def _holders(step: CaseStep) -> list[int]:
    rows = Task.select(Task.person).where(Task.step == step.id, Task.state == OPEN)
    return [row.person_id for row in rows]


def _told_lately(step: CaseStep) -> bool:
    lately = CaseEvent.select().where(
        CaseEvent.step_id == step.id, CaseEvent.act == ACT, CaseEvent.at > clock.now() - _AGAIN
    )
    return bool(lately.exists())


__all__ = ["locked_steps", "tell_locked"]
