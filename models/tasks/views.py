"""One task, one case, as the doors show them (docs/tasks.md): what may be decided, the flow as a picture, who did what."""

from __future__ import annotations

from typing import Any

from models.core.actor import Actor
from models.core.errors import NotFound
from models.core.fields import Described, Link, Text, moment_text
from models.core.ledger import describe
from models.tasks import alone
from models.tasks.case_views import case_view, subject_cases
from models.tasks.concluding import way_back
from models.tasks.deciding import located
from models.tasks.definition import RETURN, Outcome
from models.tasks.filling import MAX_PHOTOS, asked_of
from models.tasks.items import pictures_of, task_items
from models.tasks.offering import offered
from models.tasks.reading import may_read
from models.tasks.records import DONE, OPEN, RUNNING, Case, CaseStep, Task
from models.tasks.rights import READ_ALL_TASKS, READ_TASKS
from models.tasks.serving import Served, Shown, served_kind
from models.tasks.standing import name_of, stands_in_for
from models.tasks.turns import Turn


def task_view(actor: Actor, task_id: int | str) -> dict[str, Any]:
    """A task with all that its page shows. Raises NotFound for who has no part in it and may not read its case."""
    actor.require(READ_TASKS)
    task = Task.get_by_id(located(task_id)[0])
    absent = stands_in_for(actor)
    mine = task.person_id in actor.person_ids or task.person_id in absent
    case = _case(task)
    if not mine and not _may_see(actor, task, case):
        raise NotFound("没有这个任务")
    served = served_kind(task.subject_kind)
    subject = served.record.get_or_none(served.record.id == task.subject_id)
    open_to_me = mine and task.state == OPEN and subject is not None
    (item,) = task_items(actor, [task], absent)
    view = {
        **item,
        "shown": _shown(actor, served, subject),
        "outcomes": [],
        "done": _done(task),
        "may": {"hand_on": open_to_me, "add_signer": False, "back": [], "comment": case is not None},
        "case": None if case is None else case_view(actor, case.id, case=case),
    }
    if case is None:
        outcomes = [alone.outcome_alone()]
    else:
        outcomes = _of_step(actor, case, task, subject, view["may"]) if open_to_me else []
    if open_to_me and (case is None or case.state == RUNNING):
        inputs = served.inputs(subject)
        view["outcomes"] = [outcome_json(served, inputs, outcome, subject) for outcome in outcomes]
    return view


def _case(task: Task) -> Case | None:
    if task.step_id is None:
        return None
    case: Case = (
        Case.select().join(CaseStep, on=(CaseStep.case == Case.id)).where(CaseStep.id == task.step_id).get()
    )
    return case


def _may_see(actor: Actor, task: Task, case: Case | None) -> bool:
    if case is not None:
        return may_read(actor, case)
    own = {task.done_by_id, task.handed_from_id} & set(actor.person_ids)
    return bool(own) or actor.may(READ_ALL_TASKS, task)


def _of_step(actor: Actor, case: Case, task: Task, subject: Any, may: dict[str, Any]) -> list[Outcome]:
    """The outcomes of the task's step, and what else its holder may do, as it is now; nothing is locked."""
    turn = Turn.looking(actor, case)
    turn.subject = subject
    step = turn.step(task.step_id)
    may["add_signer"] = not step.added
    if not step.added:
        may["back"] = [
            {"key": f"{RETURN}{key}", "title": turn.chart.plan(key).title}
            for key in turn.path()[:-1]
            if _leads_back(turn, key)
        ]
    return offered(turn, step)


def _leads_back(turn: Turn, key: str) -> bool:
    before = turn.last(key)
    return before is not None and way_back(turn, before.subject_state) is not None


def outcome_json(served: Served, inputs: Any, outcome: Outcome, subject: Any = None) -> dict[str, Any]:
    """An outcome with the fields that its form has; what the subject says already stands there."""
    needs, optional = asked_of(served.photos_of(subject), inputs, outcome)
    return {
        "key": outcome.key,
        "title": outcome.title,
        "style": outcome.style,
        "comment": outcome.comment,
        "fields": [field_json(served, inputs, name, name in needs, subject) for name in (*needs, *optional)],
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


def _shown(actor: Actor, served: Served, subject: Any) -> dict[str, Any]:
    shown = Shown() if subject is None else served.shown(subject)
    pictures = shown.pictures or ((shown.picture_id,) if shown.picture_id is not None else ())
    urls = pictures_of(actor, pictures)
    path = (
        ""
        if subject is None
        else (served.console_path if actor.door == "console" else served.phone_path)(subject)
    )
    return {
        "facts": [list(fact) for fact in shown.facts],
        "pictures": [urls[picture] for picture in pictures if picture in urls],
        "path": path or shown.path,
        "tone": shown.tone,
    }


def _done(task: Task) -> dict[str, Any] | None:
    if task.state != DONE:
        return None
    return {
        "by": name_of(task.done_by_id),
        "for": name_of(task.person_id) if task.done_by_id != task.person_id else None,
        "at": moment_text(task.done_at),
        "outcome_title": task.outcome_title,
        "comment": task.comment or "",
    }


__all__ = ["case_view", "field_json", "outcome_json", "subject_cases", "task_view"]
