"""A task, a case, as a list shows them: a page at a time, so that nothing is asked once for every row (H01–H06)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence
from typing import Any

from models.core import clock
from models.core.db.bulk import select_in
from models.core.fields import moment_text
from models.core.files.attachments import Attachment
from models.core.ledger.reading.references import load_rows
from models.core.security.actor import Actor
from models.tasks.notify.subscriptions import gone
from models.tasks.records import OPEN, Case, CaseStep, Follow, GivenTask, Task
from models.tasks.subjects import Served, SubjectFacts, served_kind

Item = dict[str, Any]
GONE = "gone"
Subject = tuple[str, int]
#: Where a door gives a picture.
_PICTURE = {"console": "/api/console/v1/photos/{picture}"}
_PICTURE_ON_PHONE = "/api/mp/v1/photos/{picture}"


class Subjects:
    """The things that a page of tasks is about, loaded kind by kind, and what is shown of them. One that is gone, or of no
    served kind, is nothing."""

    def __init__(self, wanted: Iterable[Subject]) -> None:
        by_kind: dict[str, set[int]] = defaultdict(set)
        for kind, subject_id in wanted:
            by_kind[kind].add(subject_id)
        self._shown: dict[Subject, SubjectFacts] = {}
        for kind, ids in by_kind.items():
            served = served_or_none(kind)
            if served is not None:
                rows = load_rows(served.record, sorted(ids))
                shown = served.shown(list(rows.values()))
                self._shown.update({(kind, key): show for key, show in zip(rows, shown, strict=True)})

    def shown(self, subject: Subject) -> SubjectFacts:
        """What is shown of it."""
        return self._shown.get(subject) or SubjectFacts()


def served_or_none(kind: str) -> Served | None:
    """The declaration of a kind, None for one that no flow serves (periodic work)."""
    try:
        return served_kind(kind)
    except LookupError:
        return None


def task_items(actor: Actor, tasks: Sequence[Task], mine: Mapping[int, int] | None = None) -> list[Item]:
    """TaskItems (docs/tasks.md), in the order given. `mine` are those whom the actor stands in for."""
    steps = load_rows(CaseStep, {task.step_id for task in tasks} - {None})
    cases = load_rows(Case, {step.case_id for step in steps.values()})
    subjects = Subjects((task.subject_kind, task.subject_id) for task in tasks)
    names, units = names_of(people_of(tasks)), units_of(actor, tasks)
    shown = [subjects.shown((task.subject_kind, task.subject_id)) for task in tasks]
    pictures = pictures_of(actor, [item.picture_id for item in shown])
    made = []
    for task, show in zip(tasks, shown, strict=True):
        step = steps.get(task.step_id)
        case = None if step is None else cases.get(step.case_id)
        made.append(task_item(task, step, case, show, names, units, pictures, mine or ()))
    return made


def task_item(
    task: Task, step: CaseStep | None, case: Case | None, show: SubjectFacts, names: Mapping[int, str],
    units: Mapping[int, str], pictures: Mapping[int | None, str], mine: Container[int] = (),
) -> Item:  # fmt: skip
    """One TaskItem of what has been loaded for it."""
    return {
        "id": str(task.id),
        "kind": task.kind,
        "title": task.title,
        "text": task.text or "",
        "number": (case.number if case is not None else None) or "",
        "subject": {
            "kind": task.subject_kind,
            "id": str(task.subject_id),
            "title": case.title if case is not None else task.title,
        },
        "case": _case_json(case, step),
        "unit": {"id": str(task.company_id), "name": units[task.company_id]} if units else None,
        "person": person_json(task.person_id, names),
        "for": person_json(task.person_id, names) if task.person_id in mine else None,
        "from": {"name": _giver(task, case, names)},
        "state": task.state,
        "opened_at": moment_text(task.opened_at),
        "due_at": moment_text(task.due_at),
        "late": is_late(task),
        "done_at": moment_text(task.done_at),
        "done_by": person_json(task.done_by_id, names),
        "outcome": task.outcome,
        "outcome_title": task.outcome_title,
        "picture": pictures.get(show.picture_id),
        "place": show.place,
        "version": task.version,
    }


def people_of(tasks: Iterable[Task]) -> set[int | None]:
    """Everybody whom tasks name: whose they are, who did them, who handed them on."""
    return {id_ for task in tasks for id_ in (task.person_id, task.done_by_id, task.handed_from_id)}


def units_of(actor: Actor, tasks: Iterable[Task]) -> dict[int, str]:
    """What the units of tasks are called; nothing for who works for one alone, to whom it would say nothing."""
    if len(actor.person_ids) < 2:
        return {}
    return dict(select_in(_UNITS, sorted({task.company_id for task in tasks})))


_UNITS = "SELECT id, name FROM company WHERE id IN ({keys})"


def _case_json(case: Case | None, step: CaseStep | None) -> dict[str, str] | None:
    if case is None or step is None:
        return None
    return {"id": str(case.id), "title": case.title, "step": step.title}


def is_late(task: Task) -> bool:
    """Whether it was, or is, done after its deadline."""
    return task.due_at is not None and (task.done_at or clock.now()) > task.due_at


def _giver(task: Task, case: Case | None, names: Mapping[int, str]) -> str:
    """Who it comes from: who handed it on, or else who started the case."""
    if task.handed_from_id in names:
        return names[task.handed_from_id]
    return (case.starter_name or "") if case is not None else ""


def case_items(actor: Actor, cases: Sequence[Case], tasks: Sequence[Task] = ()) -> list[Item]:
    """CaseItems in the order given; `tasks` are the actor's own, one for each case, where the list is about those."""
    steps: dict[int, list[CaseStep]] = defaultdict(list)
    running = {case.id for case in cases}
    query = CaseStep.select().where(CaseStep.case.in_(running or (0,)), CaseStep.state == OPEN)
    for step in query.order_by(CaseStep.id):
        steps[step.case_id].append(step)
    subjects = Subjects((case.kind, case.subject_id) for case in cases)
    shown = [subjects.shown((case.kind, case.subject_id)) for case in cases]
    pictures = pictures_of(actor, [item.picture_id for item in shown])
    state = Case._meta.fields["state"]
    made = []
    for place, (case, show) in enumerate(zip(cases, shown, strict=True)):
        due = min((step.due_at for step in steps[case.id] if step.due_at is not None), default=None)
        task = tasks[place] if tasks else None
        made.append(
            {
                "id": str(case.id),
                "kind": case.kind,
                "kind_title": (served.title if (served := served_or_none(case.kind)) else case.kind),
                "number": case.number or "",
                "title": case.title,
                "state": case.state,
                "state_text": state.title_of(case.state),
                "step": "、".join(step.title for step in steps[case.id]),
                "stranded": any(step.stranded for step in steps[case.id]),
                "starter": {"id": str(case.starter_id or ""), "name": case.starter_name or ""},
                "started_at": moment_text(case.started_at),
                "ended_at": moment_text(case.ended_at),
                "outcome": case.outcome,
                "due_at": moment_text(due),
                "late": due is not None and due < clock.now(),
                "picture": pictures.get(show.picture_id),
                "place": show.place,
                "subject": {"kind": case.kind, "id": str(case.subject_id), "title": case.title},
                "task": None if task is None else str(task.id),
                "outcome_title": None if task is None else task.outcome_title,
                "done_at": None if task is None else moment_text(task.done_at),
            }
        )
    return made


def given_items(rows: Sequence[GivenTask], progress: Mapping[int, Mapping[str, int]]) -> list[Item]:
    """Tasks that one gave to people, with how far each is."""
    now, state = clock.now(), GivenTask._meta.fields["state"]
    return [
        {
            "id": str(row.id),
            "kind": "given",
            "title": row.title,
            "text": row.text or "",
            "number": row.number or "",
            "subject": {"kind": "given", "id": str(row.id), "title": row.title},
            "case": None,
            "state": row.state,
            "state_text": state.title_of(row.state),
            "opened_at": moment_text(row.created_at),
            "due_at": moment_text(row.due_at),
            "late": row.state == "open" and row.due_at is not None and row.due_at < now,
            "progress": dict(progress.get(row.id, {})),
            "version": row.version,
        }
        for row in rows
    ]


def follow_items(actor: Actor, rows: Sequence[Follow]) -> list[Item]:
    """What one follows, with how its newest case stands; `gone` where it has none and the row was deleted."""
    newest: dict[Subject, Case] = {}
    for kind in {row.subject_kind for row in rows}:
        ids = [row.subject_id for row in rows if row.subject_kind == kind]
        for case in Case.select().where(Case.kind == kind, Case.subject_id.in_(ids)).order_by(Case.id):
            newest[kind, case.subject_id] = case
    cases = {item["id"]: item for item in case_items(actor, list(newest.values()))}
    lost = gone([row for row in rows if (row.subject_kind, row.subject_id) not in newest])
    made = []
    for row in rows:
        case = newest.get((row.subject_kind, row.subject_id))
        item = None if case is None else cases[str(case.id)]
        made.append(
            {
                "id": str(row.id),
                "kind": "follow",
                "title": row.title or "",
                "text": "",
                "number": item["number"] if item else "",
                "subject": {"kind": row.subject_kind, "id": str(row.subject_id), "title": row.title or ""},
                "case": {"id": item["id"], "title": item["title"], "step": item["step"]} if item else None,
                "state": item["state"] if item else GONE if row.id in lost else "",
                "state_text": item["state_text"] if item else "已删除" if row.id in lost else "",
                "opened_at": moment_text(row.created_at),
                "due_at": item["due_at"] if item else None,
                "late": bool(item and item["late"]),
                "picture": item["picture"] if item else None,
                "place": item["place"] if item else "",
                "version": row.version,
            }
        )
    return made


def names_of(ids: Iterable[int | None]) -> dict[int, str]:
    """What people are called."""
    return dict(select_in(_NAMES, sorted({item for item in ids if item is not None})))


_NAMES = "SELECT id, name FROM person WHERE id IN ({keys})"


def person_json(person_id: int | None, names: Mapping[int, str]) -> dict[str, str] | None:
    """A person as the doors name one."""
    return None if person_id is None else {"id": str(person_id), "name": names.get(person_id, "")}


def pictures_of(actor: Actor, ids: Iterable[int | None]) -> dict[int | None, str]:
    """Where the actor's door gives these pictures, by attachment."""
    wanted = {item for item in ids if item is not None}
    if not wanted:
        return {}
    rows = Attachment.select(Attachment.id).where(Attachment.id.in_(wanted))
    path = _PICTURE.get(actor.door, _PICTURE_ON_PHONE)
    return {row.id: path.format(picture=row.id) for row in rows}
