"""How far a task is that was given to people: of each of them, and in numbers (H03)."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from peewee import fn

from models.core import clock
from models.core.fields import moment_text
from models.core.security.actor import Actor
from models.tasks.assigned.assignee_part import photos_by_field
from models.tasks.assigned.forms import told
from models.tasks.records import Case, Errand, GivenTask
from models.tasks.views.items import given_items, names_of, pictures_of

_UNDER_WAY = ("doing", "reviewing")


def progress_of(given_ids: Iterable[int]) -> dict[int, dict[str, int]]:
    """For each given task: total, done, reviewing, cancelled, overdue; two queries for any number."""
    ids = sorted(set(given_ids))
    names = ("total", "doing", "reviewing", "done", "cancelled", "overdue")
    found = {item: dict.fromkeys(names, 0) for item in ids}
    states = (
        Errand.select(Errand.given, Errand.state, fn.COUNT(Errand.id))
        .where(Errand.given.in_(ids or (0,)))
        .group_by(Errand.given, Errand.state)
    )
    for given, state, count in states.tuples():
        found[given][state] += count
        found[given]["total"] += count
    late = (
        Errand.select(Errand.given, fn.COUNT(Errand.id))
        .where(Errand.given.in_(ids or (0,)), Errand.state.in_(_UNDER_WAY), Errand.due_at < clock.now())
        .group_by(Errand.given)
    )
    for given, count in late.tuples():
        found[given]["overdue"] = count
    return found


def given_view(actor: Actor, given: GivenTask) -> dict[str, Any]:
    """A given task for who gave it: what is asked, and for each person how far it is and what they told."""
    rows = list(Errand.select().where(Errand.given == given.id).order_by(Errand.id))
    names = names_of([row.person_id for row in rows])
    cases = dict(
        Case.select(Case.subject_id, Case.id)
        .where(Case.kind == "errand", Case.subject_id.in_([row.id for row in rows] or [0]))
        .tuples()
    )
    (item,) = given_items([given], progress_of([given.id]))
    state = Errand._meta.fields["state"]
    form: Any = given.form or ()
    shots = photos_by_field([row.id for row in rows], form)
    urls = pictures_of(actor, [shot for found in shots.values() for ids in found.values() for shot in ids])
    return item | {
        "needs_review": given.needs_review,
        "form": [dict(field) for field in form],
        "persons": [
            {
                "person": {"id": str(row.person_id), "name": names.get(row.person_id, "")},
                "state": row.state,
                "state_text": state.title_of(row.state),
                "late": row.state in _UNDER_WAY and row.due_at is not None and row.due_at < clock.now(),
                "result": row.result or "",
                "values": told(
                    form,
                    row.values,
                    {name: [urls[shot] for shot in ids] for name, ids in shots.get(row.id, {}).items()},
                ),
                "case": str(cases[row.id]) if row.id in cases else None,
                "updated_at": moment_text(row.updated_at),
            }
            for row in rows
        ],
    }
