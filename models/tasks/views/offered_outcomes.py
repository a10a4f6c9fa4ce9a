"""What an open step offers to who is asked, and which of it needs no writing: for cards, which can't be written on (H05, L01)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from models.core.db.queries import fetch_one
from models.core.errors import Invalid
from models.core.fields import Described, Pick
from models.core.ledger.reading.references import load_rows
from models.core.security.actor import Actor
from models.tasks.engine.case_transaction import CaseTransaction
from models.tasks.engine.conclude import above
from models.tasks.flow.definition import UP, StepOutcome
from models.tasks.flow.outcome_form import asked_of
from models.tasks.people.delegation import stands_in_for
from models.tasks.records import OPEN, RUNNING, Case, CaseStep, Task
from models.tasks.rights import READ_TASKS
from models.tasks.subjects import Amounts, Served, SubjectFacts
from models.tasks.views.decision_facts import Words, about_subject, events_of, words_for
from models.tasks.views.items import names_of

MOST_CHOICES = 10
MAX_MANY = 100  # tasks that are decided alike at once


@dataclass(frozen=True)
class Choosing:
    """An input that is one of a few; `options` are (value, title), `chosen` is what stands there to begin with."""

    name: str
    title: str
    options: tuple[tuple[str, str], ...]
    chosen: str


@dataclass(frozen=True)
class OutcomeOffer:
    """One outcome: with `written` it needs a form, else at most the one `choice`."""

    outcome: StepOutcome
    choice: Choosing | None = None
    written: bool = False


@dataclass(frozen=True)
class StepView:
    """A step as a card shows it: its case, its subject, who has or had a part in it, what it offers while it is open."""

    case: Case
    step: CaseStep
    served: Served
    shown: SubjectFacts
    text: str
    tasks: Sequence[Task]
    names: dict[int, str]
    offers: tuple[OutcomeOffer, ...]
    words: tuple[Words, ...] = ()
    amounts: Amounts | None = None

    @property
    def is_open(self) -> bool:
        """Whether somebody is still to do it."""
        return self.step.state == OPEN and self.case.state == RUNNING


def step_view(step_id: int) -> StepView | None:
    """The step as it is now, nothing locked; None for one that is not there."""
    from models.tasks.views.case_snapshot import HOUSE

    step = fetch_one(CaseStep, step_id)
    case = None if step is None else fetch_one(Case, step.case_id)
    if step is None or case is None:
        return None
    turn = CaseTransaction.looking(HOUSE, case)
    subject = turn.look_at_subject()
    tasks = turn.tasks(step)
    people = {id_ for task in tasks for id_ in (task.person_id, task.done_by_id, task.handed_from_id)}
    live = subject is not None and step.state == OPEN and case.state == RUNNING
    offers: tuple[OutcomeOffer, ...] = ()
    if live:
        offers = offers_of(turn, turn.step(step.id))
    shown = turn.served.shown_of(subject)
    words = words_for(turn.steps, turn.step(step.id), events_of(case)) if live else ()
    about = about_subject(turn.served, subject, shown, words) if live else None
    return StepView(
        case, step, turn.served, shown, str(turn.plan(step).said.get("text") or ""), tasks, names_of(people),
        offers, words, about.amounts if about is not None else None,
    )  # fmt: skip


def choice_of(step_id: int, key: str) -> tuple[Choosing | None, int]:
    """What an outcome of a step asks one to choose, if anything, and the step's version; for a press, which is in haste."""
    from models.tasks.views.case_snapshot import HOUSE

    step = fetch_one(CaseStep, step_id)
    case = None if step is None else fetch_one(Case, step.case_id)
    if step is None or case is None:
        return None, 0
    turn = CaseTransaction.looking(HOUSE, case)
    outcome = turn.plan(step).outcome(key)
    if outcome is None or not outcome.needs or turn.look_at_subject() is None:
        return None, step.version
    return _offer(turn, turn.served.inputs(turn.subject), outcome).choice, step.version


def offered_to(actor: Actor, task_ids: Sequence[int]) -> dict[str, list[StepOutcome]]:
    """Of each of these tasks that the actor may do now, the outcomes for which nothing must be filled in (H06).

    Raises Invalid for more than 100.
    """
    actor.require(READ_TASKS)
    ids = list(dict.fromkeys(task_ids))
    if not 0 < len(ids) <= MAX_MANY:
        raise Invalid(fields={"ids": f"请选择 1 到 {MAX_MANY} 个任务"})
    persons = [*actor.person_ids, *stands_in_for(actor)]
    tasks = Task.select(Task, CaseStep).join(CaseStep).where(Task.id.in_(ids), Task.state == OPEN)
    tasks = list(tasks.where(Task.person.in_(persons or [0])))
    cases = load_rows(Case, {task.step.case_id for task in tasks})
    found: dict[str, list[StepOutcome]] = {}
    for task in tasks:
        case = cases[task.step.case_id]
        turn = CaseTransaction.looking(actor, case)
        turn.subject = turn.served.record.get_or_none(turn.served.record.id == case.subject_id)
        if case.state == RUNNING and turn.subject is not None:
            offers = offers_of(turn, turn.step(task.step_id))
            found[str(task.id)] = [one.outcome for one in offers if not one.written and one.choice is None]
    return found


def offered(turn: CaseTransaction, step: CaseStep) -> list[StepOutcome]:
    """The outcomes of a step, without those that lead nowhere: nobody may be above to send it up to."""
    return [each for each in turn.plan(step).outcomes if each.to != UP or _rises(turn, step)]


def offers_of(turn: CaseTransaction, step: CaseStep) -> tuple[OutcomeOffer, ...]:
    """The same with what each asks for."""
    inputs = turn.served.inputs(turn.subject)
    return tuple(_offer(turn, inputs, outcome) for outcome in offered(turn, step))


def _offer(turn: CaseTransaction, inputs: Any, outcome: StepOutcome) -> OutcomeOffer:
    needs, _ = asked_of(turn.served.photos_of(turn.subject), inputs, outcome)
    if outcome.comment == "required" or len(needs) > 1:
        return OutcomeOffer(outcome, written=True)
    choice = _choosing(needs[0], inputs.get(needs[0]), turn.subject) if needs else None
    return OutcomeOffer(outcome, choice, written=bool(needs) and choice is None)


def _choosing(name: str, field: Described | None, subject: Any) -> Choosing | None:
    if not isinstance(field, Pick) or not 0 < len(field.options) <= MOST_CHOICES:
        return None
    options = tuple((choice.value, choice.title) for choice in field.options)
    present = subject.__data__.get(name) or field.default
    known = {value for value, _ in options}
    return Choosing(name, field.title, options, present if present in known else options[0][0])


def _rises(turn: CaseTransaction, step: CaseStep) -> bool:
    return bool(above(turn, step)[1])


__all__ = [
    "Choosing",
    "OutcomeOffer",
    "StepView",
    "choice_of",
    "offered",
    "offered_to",
    "offers_of",
    "step_view",
]
