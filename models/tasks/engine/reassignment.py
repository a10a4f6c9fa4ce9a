"""A task goes to somebody else: handed on by its holder, reassigned by who may, or let go as the holder is gone (H05, X05)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from models.core import clock
from models.core.errors import Conflict, Invalid
from models.core.events.outbox import announce
from models.core.security import usage_limits
from models.core.security.actor import Actor
from models.tasks.comments import comment_of
from models.tasks.engine import standalone
from models.tasks.engine.advance import call_next, let_go
from models.tasks.engine.case_transaction import CaseTransaction
from models.tasks.engine.conclude import added_for, close
from models.tasks.engine.locate import located, turn_for
from models.tasks.engine.open_steps import give
from models.tasks.people import person_fields
from models.tasks.people.candidates import check_new_holders
from models.tasks.people.delegation import doer_of, name_of
from models.tasks.people.resolve import there_of
from models.tasks.records import CANCELLED, OPEN, WAITING, Case, CaseStep, Task
from models.tasks.rights import ACT_TASKS, REASSIGN_TASKS

HAND_ONS = usage_limits.UsageLimit(
    "hand_ons", 6, timedelta(hours=1), "转来转去太多次",
    "这个任务 1 小时内已转了 6 次", "请先商量好由谁办，{minutes} 分钟后再转；也可以请能调整办理人的同事指定",
)  # fmt: skip
REASSIGNS = usage_limits.UsageLimit(
    "reassigns", 30, timedelta(hours=1), "调整得太密",
    "这个流程 1 小时内已调整了 30 次办理人", "请先商量好由谁办，{minutes} 分钟后再调整",
)  # fmt: skip


def hand_on(actor: Actor, task_id: int, to_person_id: int, comment: str = "") -> Task:
    """Hand one's open task on to somebody of the unit. Raises Invalid at `person`, Conflict, NotFound, Forbidden."""
    actor.require(ACT_TASKS)
    comment = comment_of(comment)
    number, step_id, _ = located(task_id)
    if step_id is None:
        return _hand_on_alone(actor, number, to_person_id, comment)
    turn, step, task = turn_for(actor, task_id)
    check_new_holders(turn, step, [to_person_id], field="person")
    usage_limits.spend(HAND_ONS, task.id)
    pass_on(turn, step, task, to_person_id, comment=comment)
    turn.finish()
    return task


def pass_on(
    turn: CaseTransaction, step: CaseStep, task: Task, to: int, *, comment: str = "", act: str = "handed", title: str = "转办",
    quiet: bool = False,
) -> None:  # fmt: skip
    """Give an open or waiting task to somebody, who keeps its place and its deadline.

    `quiet`: they are told in another way, of many at once.
    """
    before = task.person_id
    _give_to(task, to)
    turn.tasks_changed()
    person_fields.follow(turn, step, before, to)
    turn.touch(step, stranded=False)
    turn.note(act, title, step=step, task=task, comment=comment, to=name_of(to), of=name_of(before))
    turn.tell(
        "task.handed",
        step,
        task=task.id,
        of=before,
        to=to,
        persons=[to],
        comment=comment[:200],
        waits=task.state == WAITING,
        **({"quiet": True} if quiet else {}),
    )


def _give_to(task: Task, to: int) -> None:
    now = clock.now()
    values = {
        "person": to,
        "handed_from_id": task.person_id,
        "opened_at": now,
        "updated_at": now,
        "urged_at": None,
    }
    mine = (Task.id == task.id) & Task.state.in_((OPEN, WAITING))
    if Task.update(**values, version=task.version + 1).where(mine).execute() != 1:
        raise RuntimeError(f"task {task.id} was changed without its case being locked")
    for name, value in (*values.items(), ("version", task.version + 1)):
        setattr(task, name, value)


def _hand_on_alone(actor: Actor, task_id: int, to: int, comment: str) -> Task:
    task = standalone.lock(task_id)
    person_id, for_name = doer_of(actor, task)
    if task.state != OPEN:
        raise Conflict(
            "这个任务不用您办了", code="moved_on", cause="它已经办完或取消", advice="请刷新待办列表"
        )
    here = there_of(task.company_id, [to])
    if to not in here or to == task.person_id:
        raise Invalid(fields={"person": "请选择本单位另一个在职、账号没有停用的人"})
    usage_limits.spend(HAND_ONS, task.id)
    before = task.person_id
    _give_to(task, to)
    standalone.note(actor, task, "handed", "转办", person_id, for_name=for_name, comment=comment or None,
               detail={"to": here[to]})  # fmt: skip
    announce("task.handed", task, task=task.id, of=before, to=to, persons=[to], by=actor.name)
    return task


def reassign(
    actor: Actor, case_id: int, person_ids: Sequence[int], comment: str = "", *, task_id: int | None = None
) -> Case:  # fmt: skip
    """Say who does the open step of a case from now on, or (with `task_id`) who has one task of it.

    For who may reassign tasks. Whoever was asked is not any more, unless named. Raises Invalid at `persons`, Conflict
    for a case that is over, NotFound, Forbidden.
    """
    case = Case.find(actor, REASSIGN_TASKS, case_id)
    comment = comment_of(comment)
    turn = CaseTransaction.on(actor, case.id)
    turn.must_run()
    persons = list(dict.fromkeys(int(person) for person in person_ids))
    if not persons:
        raise Invalid(fields={"persons": "请选择办理人"})
    usage_limits.spend(REASSIGNS, case.id)
    if task_id is not None:
        _reassign_task(turn, task_id, persons, comment)
    else:
        _reassign_step(turn, persons, comment)
    turn.finish()
    return turn.case


def _reassign_task(turn: CaseTransaction, task_id: int, persons: Sequence[int], comment: str) -> None:
    ids = [step.id for step in turn.open_steps]
    task = Task.get_or_none(Task.id == task_id, Task.step.in_(ids or [0]), Task.state.in_((OPEN, WAITING)))
    if task is None:
        raise Conflict("这个任务已经办完", code="moved_on", cause="它不在等人办理", advice="请刷新后再看")
    if len(persons) != 1:
        raise Invalid(fields={"persons": "一个任务请选一个人"})
    step = turn.step(task.step_id)
    check_new_holders(turn, step, persons)
    pass_on(turn, step, task, persons[0], comment=comment, act="reassigned", title="调整办理人")


def _reassign_step(turn: CaseTransaction, persons: Sequence[int], comment: str) -> None:
    step = next(one for one in turn.open_steps if not one.added)
    plan = turn.plan(step)
    names = check_new_holders(turn, step, persons, instead=True)
    for one in added_for(turn, step):
        close(turn, one, "withdrawn", None)
    tasks = [task for task in turn.tasks(step) if task.state in (OPEN, WAITING)]
    dropped = [task for task in tasks if task.person_id not in persons]
    if dropped:
        Task.update(state=CANCELLED, updated_at=clock.now(), version=Task.version + 1).where(
            Task.id.in_([task.id for task in dropped])
        ).execute()
        turn.tasks_changed()
    if len(persons) == 1:
        for task in dropped:
            person_fields.follow(turn, step, task.person_id, persons[0])
    turn.touch(step, stranded=False)
    turn.note("reassigned", "调整办理人", step=step, comment=comment, people=list(names.values()),
              of=[name_of(task.person_id) for task in dropped])  # fmt: skip
    turn.tell("step.decided", step, outcome="调整办理人")
    kept = [task for task in tasks if task.person_id in persons]
    new = [person for person in persons if person not in {task.person_id for task in kept}]
    last = max((task.place for task in turn.tasks(step)), default=-1)
    give(turn, plan, step, new, first=last + 1, wait=bool(kept))
    call_next(turn, step, turn.tasks(step))


def release(actor: Actor, task_id: int, *, why: str = "办理人已离开") -> Task:
    """Take an open task from a holder who can't do it any more (left, switched off). In the running transaction.

    If nobody is left in the step, whoever the flow names now gets it; where there is nobody, the step is stranded and
    those who may reassign are told. Does nothing to a task that is over.
    """
    number, step_id, case_id = located(task_id)
    if step_id is None:
        task = standalone.lock(number)
        if task.state in (OPEN, WAITING):
            task.change(state=CANCELLED)
            standalone.note(actor, task, "released", why, None)
            announce("task.done", task, by=actor.name)
        return task
    turn = CaseTransaction.on(actor, case_id)
    task = Task.get_by_id(number)
    if task.state not in (OPEN, WAITING):
        return task
    let_go(turn, turn.step(task.step_id), task, why)
    turn.finish()
    return Task.get_by_id(task.id)
