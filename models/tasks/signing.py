"""加签: people whom the holder of a task puts in before or after themselves, one after the other as listed (H05).

They have a step of their own in the same place of the flow. Those before give their opinion, whatever it is, and
the task comes back; of those after, each must agree before the holder's own decision counts, and whoever refuses
does so as the holder could have.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.core import clock
from models.core.actor import Actor
from models.core.errors import AnbanError, Conflict, Invalid
from models.core.writing import insert_row
from models.tasks import concluding
from models.tasks.definition import AGREE, APPROVE, ENDS, NOTED, ORDER, Outcome, Plan
from models.tasks.opening import give
from models.tasks.receivers import check_new_holders
from models.tasks.records import OPEN, WAITING, CaseStep, Task
from models.tasks.resolving import there_of, who
from models.tasks.rights import ACT_TASKS
from models.tasks.turns import AHEAD, Turn
from models.tasks.words import comment_of

MAX_SIGNERS = 10


def add_signers(
    actor: Actor, task_id: int | str, person_ids: Sequence[int], *, before: bool, comment: str = ""
) -> Task:
    """Have others sign before or after one's own task. Raises as `handing.hand_on`, Invalid at `persons`."""
    from models.tasks.handing import turn_for

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
        task = Task.get_by_id(task.id)
        give(turn, turn.plan(added), added, persons)
    turn.tell("step.decided", step, outcome=words)
    turn.finish()
    return task


def _definition(
    host: Plan, step: CaseStep, task: Task, persons: Sequence[int], before: bool
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


def _said(host: Plan) -> Sequence[Any]:
    from models.tasks.definition import DEFAULTS

    return host.said.get("outcomes") or DEFAULTS[host.kind]


def _put_in(turn: Turn, step: CaseStep, task: Task, said: dict[str, Any], before: bool) -> CaseStep:
    visit = sum(one.key == said["key"] for one in turn.steps) + 1
    added = insert_row(
        CaseStep, case=turn.case.id, key=said["key"][:40], visit=visit, position=step.position, title=said["title"],
        kind=APPROVE, rule=ORDER, state=OPEN if before else AHEAD, added=said, opened_at=clock.now(),
        due_at=step.due_at,
    )  # fmt: skip
    turn.steps.append(added)
    return added


def call_after(turn: Turn, step: CaseStep, task: Task) -> bool:
    """The holder has passed: who was put in after them is asked now; says whether there is anybody."""
    for added in concluding.added_for(turn, step, task):
        if added.state != AHEAD:
            continue
        here = there_of(turn.case.company_id, added.added["persons"])
        persons = [person for person in added.added["persons"] if person in here]
        if not persons:
            turn.touch(added, state="withdrawn", closed_at=clock.now())
            turn.note("stranded", "加签的人都不在了，不再等", step=added)
            continue
        turn.touch(added, state=OPEN, opened_at=clock.now())
        give(turn, turn.plan(added), added, persons)
        return True
    return False


def signed(turn: Turn, step: CaseStep, task: Task, outcome: Outcome, values: dict[str, Any]) -> None:
    """Somebody who was put in has signed: the next does, or the task that they were put in for goes on."""
    tasks = turn.tasks(step)
    final = concluding.concluded(turn, step, tasks, outcome)
    if final is None:
        turn.touch(step)
        turn.tell("step.decided", step, outcome=outcome.title)
        concluding.call_next(turn, step, tasks)
        return
    done_signing(turn, step, final, values)


def done_signing(turn: Turn, step: CaseStep, final: Outcome, values: dict[str, Any]) -> None:
    """The step that was put in is over, with an outcome: its host goes on."""
    from models.tasks.deciding import settle  # which stands on this

    concluding.close(turn, step, "done", final)
    host = turn.step(step.added["step"])
    task = Task.get_by_id(step.added["task"])
    if step.added["before"]:
        turn.touch(host)
        concluding.wake(turn, host, task)
        return
    plan = turn.plan(host)
    decided = plan.outcome(final.key) if not final.first and final.refusal else None
    if decided is not None:
        concluding.conclude(turn, host, decided, values, turn.person_id)
        return
    decided = plan.outcome(str(task.outcome))
    assert decided is not None
    inputs = turn.served.inputs(turn.subject)
    kept = {name: inputs[name].clean(value) for name, value in (task.values or {}).items() if name in inputs}
    settle(turn, host, task, decided, kept)


def nobody_signs(turn: Turn, step: CaseStep) -> None:
    """Nobody is left of those who were put in: the host goes on as if they had agreed.

    What its holder decided may not be possible any more by now (nobody is above, a deadline has passed), and nobody is
    there to be told: then they decide anew, or whoever the flow names where they are gone too.
    """
    try:
        with turn.trying():
            done_signing(turn, step, turn.plan(step).outcomes[0], {})
    except AnbanError as error:
        concluding.close(turn, step, "withdrawn", None)
        host = turn.step(step.added["step"])
        task = Task.get_by_id(step.added["task"])
        turn.note("released", f"加签的人都不在了，请重新办理：{error.title}", step=host, task=task)
        _ask_again(turn, host, task)


def _ask_again(turn: Turn, host: CaseStep, task: Task) -> None:
    from models.tasks.handing import strand  # which stands on this

    plan = turn.plan(host)
    persons = list(there_of(turn.case.company_id, [task.person_id]))
    persons = persons or [
        one.person_id for one in who(plan, turn.scene(), own=turn.chart.own(plan), lift=host.lift)
    ]
    turn.touch(host)
    if persons:
        give(turn, plan, host, persons, first=max(one.place for one in turn.tasks(host)) + 1)
    else:
        strand(turn, host)
