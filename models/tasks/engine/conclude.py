"""What a decision means for its step, and the step's outcome for the case and its subject (H05, H06)."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any

from models.core import clock
from models.core.errors import Conflict
from models.core.records import Transition
from models.tasks.engine.case_transaction import AHEAD, CLOSED_WITHDRAWN, RETURNED, CaseTransaction
from models.tasks.engine.open_steps import copy, go, kept_due, open_step
from models.tasks.flow import definition
from models.tasks.flow.definition import ANY, BACK, ENDS, MAJORITY, RETURN, UP, StepDefinition, StepOutcome
from models.tasks.people.resolve import ChosenPerson, risen
from models.tasks.records import CANCELLED, DONE, OPEN, WAITING, CaseStep, Task
from models.tasks.subjects import Context, Values


def concluded(
    turn: CaseTransaction, step: CaseStep, tasks: Sequence[Task], decided: StepOutcome
) -> StepOutcome | None:
    """The outcome that the step ends with after this decision, None while others are still to decide.

    One who may decide alone ends it. Of several each must pass; a refusal ends it at once, or once more than half
    refuse, or only stands in the record. Whatever is neither (sending it up or back) ends it at once.
    """
    plan = turn.plan(step)
    if plan.rule == ANY or not (decided.first or decided.refusal):
        return decided
    if decided.refusal and plan.refusal == ENDS:
        return decided
    counted = [task for task in tasks if task.state != CANCELLED]
    if plan.refusal == MAJORITY:
        refused = [task for task in counted if task.state == DONE and _refused(plan, task)]
        if 2 * len(refused) > len(counted):
            return plan.outcome(str(refused[-1].outcome))
    if any(task.state in (OPEN, WAITING) for task in counted) or added_for(turn, step):
        return None
    return plan.outcomes[0]


def _refused(plan: StepDefinition, task: Task) -> bool:
    outcome = plan.outcome(str(task.outcome))
    return outcome is not None and outcome.refusal


def added_for(turn: CaseTransaction, step: CaseStep, task: Task | None = None) -> list[CaseStep]:
    """The steps that were put in before or after the tasks of a step (or one of them), and are not over."""
    return [
        one
        for one in turn.steps
        if one.added and one.added["step"] == step.id and one.state in (OPEN, AHEAD)
        and (task is None or one.added["task"] == task.id)
    ]  # fmt: skip


def conclude(
    turn: CaseTransaction, step: CaseStep, outcome: StepOutcome, values: Values, doer_id: int | None,
    tasks: Sequence[Task] | None = None,
) -> None:  # fmt: skip
    """The step ends with an outcome: its transition and effect happen to the subject, and the case goes on.

    `tasks`: those of the step as they are now, where the caller has them.
    """
    plan = turn.plan(step)
    target = _target(turn, step, outcome)
    path = turn.path()
    returns = isinstance(target, StepDefinition) and target.key in path[:-1]
    # Found before the step is closed: where nobody is above, nothing may have happened.
    lifted = _lifted(turn, step) if outcome.to == UP else None
    back_to = turn.last(target.key) if returns and isinstance(target, StepDefinition) else None
    kept = () if outcome.restart else path  # the steps whose clock goes on
    close(turn, step, RETURNED if returns else DONE, outcome, tasks)
    _happen(turn, step, outcome, values, doer_id)
    if isinstance(target, str):
        copy(turn, plan, step)
        go(turn, None, ending=target, result=outcome.title)
        return
    if back_to is None:
        copy(turn, plan, step)
    elif not outcome.does:  # what the flow itself says leads back
        _lead_back(turn, back_to)
    turn.tell("case.moved", act="decided", title=f"{plan.title}：{outcome.title}", doer=doer_id)
    if lifted is not None:
        open_step(turn, plan, lift=lifted[0], due=kept_due(turn, plan, kept), people=lifted[1])
    elif returns and target is not None:
        open_step(turn, target, due=kept_due(turn, target, kept))
    else:
        go(turn, target, path=kept)


def _target(turn: CaseTransaction, step: CaseStep, outcome: StepOutcome) -> StepDefinition | str | None:
    """Where an outcome leads: a step, an end, or None after the last step."""
    to = outcome.to
    if to in (definition.END_APPROVED, definition.END_REFUSED):
        return to
    if to == definition.NEXT:
        return turn.chart.after(turn.chart.plan(step.key))
    if to == UP:
        return turn.chart.plan(step.key)
    path = turn.path()
    if to == BACK or to.startswith(RETURN):
        key = to.removeprefix(RETURN) if to.startswith(RETURN) else (path[-2] if len(path) > 1 else "")
        if key not in path[:-1]:
            raise Conflict(
                "现在不能退回", code="nowhere_back", cause="前面没有办过这一步", advice="请选别的办理结果"
            )
        return turn.chart.plan(key)
    return turn.chart.plan(to)


def above(turn: CaseTransaction, step: CaseStep) -> tuple[int, list[ChosenPerson]]:
    """Who would be asked if the step were sent up, and how far up that is; nobody where there is none."""
    plan = turn.plan(step)
    below = {person for task in turn.tasks(step) for person in (task.person_id, task.done_by_id)} - {None}
    return risen(plan, turn.scene(), own=turn.chart.own(plan), lift=step.lift, below=below)


def _lifted(turn: CaseTransaction, step: CaseStep) -> tuple[int, list[ChosenPerson]]:
    found = above(turn, step)
    if not found[1]:
        raise Conflict(
            "不能再上报", code="no_higher_level", cause="上面没有更高一级的责任人", advice="请在本级办理"
        )
    return found


def close(
    turn: CaseTransaction,
    step: CaseStep,
    state: str,
    outcome: StepOutcome | None,
    tasks: Sequence[Task] | None = None,
) -> None:
    """End an open step, and everything that others still had to do in it. `tasks`: those of the step, if known."""
    now = clock.now()
    inside = [step, *added_for(turn, step)]
    if tasks is None or inside[1:] or any(task.state in (OPEN, WAITING) for task in tasks):
        Task.update(state=CANCELLED, updated_at=now, version=Task.version + 1).where(
            Task.step.in_([one.id for one in inside]), Task.state.in_((OPEN, WAITING))
        ).execute()
        turn.tasks_changed()
    for one in inside:
        own = state if one is step else CLOSED_WITHDRAWN
        was_ahead = one.state == AHEAD
        turn.touch(
            one, state=own, closed_at=now, outcome=outcome.key[:40] if outcome else None, stranded=False,
            next_nudge_at=None,
        )  # fmt: skip
        if not was_ahead:
            turn.tell("step.closed", one, state=own, outcome=outcome.title if outcome else "")


def _happen(
    turn: CaseTransaction, step: CaseStep, outcome: StepOutcome, values: Values, doer_id: int | None
) -> None:
    """The transition and the effect of an outcome, with the inputs that are columns written along."""
    if not (outcome.does or outcome.effect or values):
        return
    columns = {name: value for name, value in values.items() if name in turn.served.record._meta.fields}
    if outcome.does:
        turn.move_subject(outcome.does, **columns)
    elif columns:
        turn.change_subject(**columns)
    if outcome.effect:
        context = Context(turn.case, step, outcome.key, doer_id)
        turn.served.effects[outcome.effect].run(turn.actor, turn.subject, values, context)
        turn.tasks_changed()


def _lead_back(turn: CaseTransaction, to: CaseStep) -> None:
    """Bring the subject back to the state that it had when the step was opened, by its own transitions."""
    ways = way_back(turn, to.subject_state)
    if ways is None:
        raise Conflict(
            "现在不能退回到这一步",
            code="no_way_back",
            cause=f"这条{turn.served.title}已经是“{_state_title(turn)}”，回不到当时的状态",
            advice="请选别的办理结果",
        )
    for transition in ways:
        turn.move_subject(transition.name)


def _state_title(turn: CaseTransaction) -> str:
    table = turn.served.record.transitions
    assert table is not None, "what has no moves is where it was"
    return str(table.title_of(turn.subject))


def way_back(turn: CaseTransaction, state: str | None) -> Sequence[Transition] | None:
    """The fewest transitions, each of which the actor may make, from the subject's state to `state`; None if none."""
    now = turn.subject_state
    table = turn.served.record.transitions
    if state is None or table is None or state == now:
        return ()
    came: dict[str, tuple[Transition, ...]] = {str(now): ()}
    waiting = deque([str(now)])
    while waiting:
        at = waiting.popleft()
        if at == state:
            return came[at]
        for transition in table.items:
            if at in transition.start and transition.to not in came and turn.actor.may(transition.right):
                came[transition.to] = (*came[at], transition)
                waiting.append(transition.to)
    return None


def merged(
    plan: StepDefinition, tasks: Sequence[Task], outcome: StepOutcome, inputs: Mapping[str, Any]
) -> Values:
    """What all who decided so have filled in; of two who filled in the same, the later one's."""
    done = [task for task in tasks if task.state == DONE and task.outcome == outcome.key and task.values]
    values: Values = {}
    for task in sorted(done, key=lambda task: (task.done_at, task.id)):
        values |= {name: inputs[name].clean(value) for name, value in task.values.items() if name in inputs}
    return values
