"""One task, one case, as the doors show them (docs/tasks.md): what may be decided, the flow as a picture, who did what."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from models.core.db.queries import fetch, fetch_one
from models.core.errors import NotFound
from models.core.fields import Described, Link, Text, moment_text
from models.core.ledger.reading import describe
from models.core.security.actor import Actor
from models.tasks.access import may_read
from models.tasks.engine import standalone
from models.tasks.engine.case_transaction import CaseTransaction
from models.tasks.engine.conclude import way_back
from models.tasks.engine.locate import located
from models.tasks.flow.definition import RETURN, StepOutcome
from models.tasks.flow.outcome_form import MAX_PHOTOS, asked_of, hangs_on
from models.tasks.people.delegation import NOBODY, stands_in_for
from models.tasks.records import DONE, OPEN, RUNNING, Case, Task
from models.tasks.rights import READ_ALL_TASKS, READ_TASKS
from models.tasks.subjects import Served, SubjectFacts, served_kind
from models.tasks.views.case import case_json, case_view, subject_cases
from models.tasks.views.decision_facts import (
    about_json,
    about_subject,
    events_of,
    picture_ids,
    words_alone,
    words_for,
)
from models.tasks.views.items import names_of, people_of, pictures_of, task_item, units_of
from models.tasks.views.offered_outcomes import offered


def task_view(actor: Actor, task_id: int, *, turn: CaseTransaction | None = None) -> dict[str, Any]:
    """A task with all that its page shows. Raises NotFound for who has no part in it and may not read its case.

    `turn`: the act on its case that has just been finished in this transaction, whose rows need not be read again.
    """
    actor.require(READ_TASKS)
    task, turn, tasks = _rows(actor, task_id, turn)
    absent = {} if task.person_id in actor.person_ids else stands_in_for(actor)
    mine = task.person_id in actor.person_ids or task.person_id in absent
    case = None if turn is None else turn.case
    if not mine and not _may_see(actor, task, case):
        raise NotFound("没有这个任务")
    served = served_kind(task.subject_kind)
    subject = fetch_one(served.record, task.subject_id) if turn is None else turn.look_at_subject()
    open_to_me = mine and task.state == OPEN and subject is not None
    names, shown = names_of(people_of(tasks)), served.shown_of(subject)
    pictures = pictures_of(actor, picture_ids(shown))
    step = None if turn is None else turn.step(task.step_id)
    events = [] if turn is None else events_of(turn.case)
    if turn is None or step is None:
        words = words_alone(task)
    else:
        words = words_for(turn.steps, step, events, task)
    view = {
        **task_item(task, step, case, shown, names, units_of(actor, [task]), pictures, absent),
        "shown": _shown(actor, served, subject, shown, pictures),
        "about": about_json(about_subject(served, subject, shown, words), pictures),
        "outcomes": [],
        "done": _done(task, names),
        "may": {"hand_on": open_to_me, "add_signer": False, "back": [], "comment": case is not None},
        "case": None if turn is None else case_json(actor, turn, tasks, names, events),
    }
    if open_to_me and (case is None or case.state == RUNNING):
        outcomes = [standalone.outcome_alone()] if turn is None else _of_step(turn, task, view["may"])
        inputs = served.inputs(subject)
        view["outcomes"] = [outcome_json(served, inputs, outcome, subject) for outcome in outcomes]
    return view


def _rows(
    actor: Actor, task_id: int, turn: CaseTransaction | None
) -> tuple[Task, CaseTransaction | None, list[Task]]:
    """The task, its case looked at, and all tasks of the case; of one that stands alone only itself."""
    if turn is None:
        number, _, case_id = located(task_id)
        for case in fetch(Case, "id", case_id) if case_id else ():
            turn = CaseTransaction.looking(actor, case)
    else:
        number = int(task_id)
    tasks = fetch(Task, "id", number) if turn is None else turn.all_tasks()
    return next(task for task in tasks if task.id == number), turn, tasks


def _may_see(actor: Actor, task: Task, case: Case | None) -> bool:
    if case is not None:
        return may_read(actor, case)
    own = {task.done_by_id, task.handed_from_id} & set(actor.person_ids)
    return bool(own) or actor.may(READ_ALL_TASKS, task)


def _of_step(turn: CaseTransaction, task: Task, may: dict[str, Any]) -> list[StepOutcome]:
    """The outcomes of the task's step, and what else its holder may do, as it is now; nothing is locked."""
    step = turn.step(task.step_id)
    may["add_signer"] = not step.added
    outcomes = offered(turn, step)
    if not step.added:
        named = {outcome.to for outcome in outcomes}  # the flow has a way of its own to lead there
        may["back"] = [
            {"key": f"{RETURN}{key}", "title": turn.chart.plan(key).title}
            for key in turn.path()[:-1]
            if key not in named and _leads_back(turn, key)
        ]
    return outcomes


def _leads_back(turn: CaseTransaction, key: str) -> bool:
    before = turn.last(key)
    return before is not None and way_back(turn, before.subject_state) is not None


def outcome_json(served: Served, inputs: Any, outcome: StepOutcome, subject: Any = None) -> dict[str, Any]:
    """An outcome with the fields that its form has; what the subject says already stands there."""
    needs, optional = asked_of(served.photos_of(subject), inputs, outcome)
    asked = (*needs, *optional)
    fields = [field_json(served, inputs, name, name in needs, subject) for name in asked]
    for about in fields:
        if hangs_on(inputs, about["name"]) in asked:
            about["needed_when"] = list(inputs[about["name"]].needed_when)
    return {
        "key": outcome.key,
        "title": outcome.title,
        "style": outcome.style,
        "comment": outcome.comment,
        "fields": fields,
    }


def field_json(served: Served, inputs: Any, name: str, required: bool, subject: Any = None) -> dict[str, Any]:
    """A field of an outcome's form, as the ledgers' forms take one."""
    field: Described | None = inputs.get(name)
    if name in served.photos_of(subject):
        about = describe.field_json(name, field or Text("照片"))
        photos = {"kind": "photos", "max": MAX_PHOTOS, "to": served.photo_ledger}
        return about | photos | {"required": required, "readonly": False}
    assert field is not None
    about = describe.field_json(name, field) | {"required": required, "readonly": False}
    present = None if subject is None else subject.__data__.get(name)
    if present not in (None, "", []) and not isinstance(field, Link):
        about["default"] = field.plain(present)
    return about


def _shown(
    actor: Actor, served: Served, subject: Any, shown: SubjectFacts, pictures: Mapping[int | None, str]
) -> dict[str, Any]:
    return {
        "facts": [list(fact) for fact in shown.facts],
        "pictures": [pictures[picture] for picture in picture_ids(shown) if picture in pictures],
        "path": served.path_at(actor.door, subject) or shown.path,
        "tone": shown.tone,
    }


def _done(task: Task, names: Mapping[int, str]) -> dict[str, Any] | None:
    if task.state != DONE:
        return None
    return {
        "by": names.get(task.done_by_id, NOBODY),
        "for": names.get(task.person_id, NOBODY) if task.done_by_id != task.person_id else None,
        "at": moment_text(task.done_at),
        "outcome_title": task.outcome_title,
        "comment": task.comment or "",
    }


__all__ = ["case_view", "field_json", "outcome_json", "subject_cases", "task_view"]
