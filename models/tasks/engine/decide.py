"""A task is done: the one way for every door, once, whoever comes first (H05, H06)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from models.core import clock
from models.core.db.connection import database, in_transaction
from models.core.db.writes import change_rows
from models.core.errors import AnbanError, Invalid, NotFound
from models.core.security.actor import Actor
from models.messages.channels.records import SYSTEM
from models.tasks.comments import comment_of
from models.tasks.engine import standalone
from models.tasks.engine.advance import settle, signed
from models.tasks.engine.case_transaction import CaseTransaction
from models.tasks.engine.locate import located, not_open
from models.tasks.flow.definition import RETURN, StepDefinition, StepOutcome
from models.tasks.flow.outcome_form import Filled, fill
from models.tasks.people.delegation import doer_of, stands_in_for
from models.tasks.people.person_actor import actor_of
from models.tasks.people.separation_of_duties import refuse_own
from models.tasks.records import DONE, OPEN, Case, CaseStep, Task
from models.tasks.rights import ACT_TASKS
from models.tasks.views.offered_outcomes import MAX_MANY


@dataclass(frozen=True)
class Decided:
    """A task that is done. `first` is False when this very person had done it before: then nothing happened now, and
    `outcome` is what they decided then."""

    task: Task
    case: Case | None
    first: bool
    outcome: str
    turn: CaseTransaction | None = None  # what is known of the case now, for who answers with it


def decide(
    actor: Actor, task_id: int, outcome: str, *, values: Mapping[str, Any] | None = None, comment: str = "",
    way: str = SYSTEM,
) -> Decided:  # fmt: skip
    """Do a task: `outcome` is a key of its step, or `back:<step key>`. In the running transaction.

    The holder may, and who stands in for them today. The same person again changes nothing. Raises Conflict
    `done_already` with who did what and when, `case_withdrawn` and the like for a case that is over, `not_your_turn`,
    `moved_on` for a task that went to somebody else; Invalid at the fields; NotFound, Forbidden `not_yours`.
    """
    actor.require(ACT_TASKS)
    turn = CaseTransaction.of_task(actor, task_id)
    if turn is None:
        number, _, _ = located(task_id)
        done, first = standalone.decide(actor, number, outcome, values=values, comment=comment, way=way)
        return Decided(done, None, first, str(done.outcome))
    # As they are, now that nobody else can change them; read all at once, for who answers with them.
    task = next(one for one in turn.all_tasks() if one.id == int(task_id))
    step = turn.step(task.step_id)
    tasks = turn.tasks(step)
    if task.state == DONE and task.done_by_id in actor.person_ids:
        return Decided(task, turn.case, False, str(task.outcome), turn)
    turn.person_id, turn.for_name = doer_of(actor, task)
    if task.state != OPEN:
        raise not_open(turn, step, task)
    turn.must_run()
    return _decide(turn, step, tasks, task, outcome, values, comment, way)


def decide_for(
    person_id: int, step_id: int, outcome: str, *, values: Mapping[str, Any] | None = None, comment: str = "",
    way: str, unit_id: int | None = None,
) -> Decided:  # fmt: skip
    """Do the task that a person has in a step, or that somebody has whom they stand in for: from a card.

    With `unit_id` as a session of that unit alone: a unit's own chat app vouches for no more (I3).

    Raises as `decide`; NotFound for who has no part in the step, Forbidden `no_account`, Unauthenticated.
    """
    actor = actor_of(person_id, unit_id=unit_id)
    there = list(Task.select().where(Task.step == step_id))
    own = [task for task in there if task.person_id in actor.person_ids]
    others = stands_in_for(actor)
    mine = [*own, *(task for task in there if task.person_id in others)]
    done = [task for task in there if task.state == DONE and task.done_by_id in actor.person_ids]
    handed = [task for task in there if task.handed_from_id in actor.person_ids]
    ranked = [*(task for task in mine if task.state == OPEN), *done, *mine, *handed]
    if not ranked:
        raise NotFound("没有您的任务", cause="这一步不归您办，或者已经转给别人")
    return decide(actor, ranked[0].id, outcome, values=values, comment=comment, way=way)


def decide_many(
    actor: Actor, task_ids: Iterable[int], outcome: str, *, way: str = SYSTEM
) -> list[tuple[int, Decided | AnbanError]]:
    """Decide several tasks alike where nothing must be filled in, each by itself; gives what became of each.

    Keeps its own transactions. Raises Invalid for more than 100.
    """
    ids = list(dict.fromkeys(task_ids))
    if not ids or len(ids) > MAX_MANY:
        raise Invalid(fields={"ids": f"请选择 1 到 {MAX_MANY} 个任务"})
    results: list[tuple[int, Decided | AnbanError]] = []
    for task_id in ids:
        try:
            results.append((task_id, in_transaction(_one_of_many, actor, task_id, outcome, way)))
        except AnbanError as error:  # one that can't be decided keeps none of the others back
            results.append((task_id, error))
    return results


def _one_of_many(actor: Actor, task_id: int, outcome: str, way: str) -> Decided:
    with database.atomic():
        return decide(actor, task_id, outcome, way=way)


def _decide(
    turn: CaseTransaction,
    step: CaseStep,
    tasks: Sequence[Task],
    task: Task,
    key: str,
    values: Any,
    comment: str,
    way: str,
) -> Decided:
    plan = turn.plan(step)
    refuse_own(turn, turn.plan(turn.step(step.added["step"])) if step.added else plan)
    outcome = _chosen(turn, step, plan, key)
    comment = comment_of(comment, required=outcome.comment == "required")
    inputs = turn.served.inputs(turn.subject)
    stages = turn.served.photos_of(turn.subject)
    filled = fill(stages, inputs, outcome, values, turn.case.company_id)
    _write(turn, task, outcome, filled, inputs, comment, way)
    turn.note("decided", outcome.title, step=step, task=task, comment=comment, outcome=outcome.key, way=way)
    for name, photos in filled.photos.items():
        assert turn.served.take_photos is not None, f"{turn.served.kind} takes no photos"
        turn.served.take_photos(turn.actor, turn.subject, photos, stages[name])
    if step.added:
        signed(turn, step, task, outcome, filled.values)
    else:
        settle(turn, step, task, outcome, filled.values, tasks)
    turn.finish()
    return Decided(task, turn.case, True, outcome.key, turn)


def _chosen(turn: CaseTransaction, step: CaseStep, plan: StepDefinition, key: str) -> StepOutcome:
    outcome = plan.outcome(key)
    if outcome is not None:
        return outcome
    earlier = key.removeprefix(RETURN) if isinstance(key, str) and key.startswith(RETURN) else ""
    if earlier and not step.added and earlier in turn.path()[:-1]:
        title = f"退回到“{turn.chart.plan(earlier).title}”"
        return StepOutcome(key[:40], title[:40], key, style="danger")
    titles = "、".join(item.title for item in plan.outcomes)
    raise Invalid(fields={"outcome": f"这一步只能选：{titles}"}, advice="请刷新后再选")


def _write(
    turn: CaseTransaction,
    task: Task,
    outcome: StepOutcome,
    filled: Filled,
    inputs: Any,
    comment: str,
    way: str,
) -> None:
    now: datetime = clock.now()
    values = {
        "state": DONE, "done_at": now, "done_by": turn.person_id, "outcome": outcome.key[:40],
        "outcome_title": outcome.title[:40], "comment": comment or None, "values": filled.stored(inputs), "way": way,
        "door": turn.actor.door[:16], "updated_at": now, "version": task.version + 1,
    }  # fmt: skip
    if change_rows(Task, values, id=task.id, state=OPEN) != 1:
        raise RuntimeError(f"task {task.id} was changed without its case being locked")
    for name, value in values.items():
        setattr(task, name, value)
