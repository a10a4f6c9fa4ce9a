"""加签: people whom the holder of a task puts in before or after themselves, one after the other as listed (H05).

They have a step of their own in the same place of the flow. Those before give their opinion, whatever it is, and
the task comes back; of those after, each must agree before the holder's own decision counts, and whoever refuses
does so as the holder could have.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.core import clock
from models.core.db.writes import insert_row
from models.core.errors import Conflict, Invalid
from models.core.security.actor import Actor
from models.tasks.comments import comment_of
from models.tasks.engine.case_transaction import AHEAD, CaseTransaction
from models.tasks.engine.locate import turn_for
from models.tasks.engine.open_steps import give
from models.tasks.flow.definition import AGREE, APPROVE, DEFAULTS, ENDS, NOTED, ORDER, StepDefinition
from models.tasks.people.candidates import check_new_holders
from models.tasks.records import OPEN, WAITING, CaseStep, Task
from models.tasks.rights import ACT_TASKS

MAX_SIGNERS = 10


def add_signers(
    actor: Actor, task_id: int, person_ids: Sequence[int], *, before: bool, comment: str = ""
) -> Task:
    """Have others sign before or after one's own task. Raises as `reassignment.hand_on`, Invalid at `persons`."""
    actor.require(ACT_TASKS)
    comment = comment_of(comment)
    turn, step, task = turn_for(actor, task_id)
    if step.added:
        raise Conflict(
            "加签的人不能再加签",
            code="signed_already",
            cause="您自己是被加签的",
            advice="请直接办理，或者转给别人",
        )
    persons = list(dict.fromkeys(int(person) for person in person_ids))
    if not persons or len(persons) > MAX_SIGNERS:
        raise Invalid(fields={"persons": f"请选择 1 到 {MAX_SIGNERS} 个人"})
    names = check_new_holders(turn, step, persons)
    host = turn.plan(step)
    added = _put_in(turn, step, task, _definition(host, step, task, persons, before), before)
    turn.touch(step)
    words = "前加签" if before else "后加签"
    turn.note("signers_added", words, step=step, task=task, comment=comment, people=list(names.values()))
    if before:
        Task.update(state=WAITING, updated_at=clock.now(), version=Task.version + 1).where(
            Task.id == task.id, Task.state == OPEN
        ).execute()
        turn.tasks_changed()
        task = Task.get_by_id(task.id)
        give(turn, turn.plan(added), added, persons)
    turn.tell("step.decided", step, outcome=words)
    turn.finish()
    return task


def _definition(
    host: StepDefinition, step: CaseStep, task: Task, persons: Sequence[int], before: bool
) -> dict[str, Any]:
    refusals = [said for said, way in zip(_said(host), host.outcomes, strict=True) if way.refusal]
    opinion = {
        "key": "disagree",
        "title": "不同意",
        "style": "danger",
        "comment": "required",
        "refusal": True,
    }
    return {
        "key": f"{step.key}+", "title": f"{host.title}·加签"[:60], "kind": APPROVE, "rule": ORDER,
        "refusal": NOTED if before or not refusals else ENDS,
        "outcomes": [dict(AGREE), *([opinion] if before or not refusals else refusals)],
        "step": step.id, "task": task.id, "before": before, "persons": list(persons),
    }  # fmt: skip


def _said(host: StepDefinition) -> Sequence[Any]:
    return host.said.get("outcomes") or DEFAULTS[host.kind]


def _put_in(
    turn: CaseTransaction, step: CaseStep, task: Task, said: dict[str, Any], before: bool
) -> CaseStep:
    visit = sum(one.key == said["key"] for one in turn.steps) + 1
    added = insert_row(
        CaseStep, case=turn.case.id, key=said["key"][:40], visit=visit, position=step.position, title=said["title"],
        kind=APPROVE, rule=ORDER, state=OPEN if before else AHEAD, added=said, opened_at=clock.now(),
        due_at=step.due_at,
    )  # fmt: skip
    turn.steps.append(added)
    return added
