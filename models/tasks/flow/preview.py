"""“谁会收到？”: a flow tried on a record, or on values that somebody typed, without anything being written (H07)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial
from typing import Any

from models.core import clock
from models.core.errors import Invalid, Malformed
from models.core.fields import moment_text
from models.core.security.actor import Actor
from models.tasks.engine.case_transaction import file_in_company
from models.tasks.flow.checks.check import check
from models.tasks.flow.conditions import Typed, met
from models.tasks.flow.definition import APPROVE, FILL, NOTIFY, Flowchart, StepDefinition
from models.tasks.flow.publishing import refuse_faulty
from models.tasks.people.finders import Scene
from models.tasks.people.resolve import found_by, who
from models.tasks.people.separation_of_duties import work_judged_by
from models.tasks.rights import READ_FLOWS
from models.tasks.subjects import Served, served_kind
from models.tasks.timing.schedule import time_limit


def try_flow(
    actor: Actor, definition: Any, kind: str, subject: int | Mapping[str, Any]
) -> list[dict[str, Any]]:
    """For each step of a definition: whether it would be skipped, who would get it and why, and until when.

    `subject` is the id of a record that the actor may read, or typed values of its fields. The actor is taken for the
    starter; of each step the first is taken for who did it. Raises Invalid for a faulty definition or values, NotFound.
    """
    actor.require(READ_FLOWS)
    served = served_kind(kind)
    refuse_faulty(check(definition, served))
    chart = Flowchart(definition)
    row = (
        _typed(served, subject, actor)
        if isinstance(subject, Mapping)
        else served.record.find(actor, served.read, subject)
    )
    company = row.__data__.get("company")
    starter = file_in_company(actor, company) if company is not None else None
    doers: dict[str, int] = {}
    found = []
    for plan in chart.plans:
        judged = {key for key, _ in work_judged_by(served, chart, plan)}
        worked = tuple(doers[key] for key in judged if key in doers)
        scene = Scene(
            served, row, company or 0, starter and starter.id, dict(doers), worked=partial(_same, worked)
        )
        step = _tried(chart, plan, scene)
        if step["who"] and plan.kind in (APPROVE, FILL):
            doers[plan.key] = int(step["who"][0]["id"])
        found.append(step)
    return found


def _same(worked: tuple[int, ...], plan: StepDefinition) -> tuple[int, ...]:
    return worked


def _tried(chart: Flowchart, plan: StepDefinition, scene: Scene) -> dict[str, Any]:
    skipped = not met(plan.said.get("when"), scene.subject)
    if skipped:
        people = []
    elif plan.kind == NOTIFY:
        people = found_by(plan.who, scene)
    else:
        people = who(plan, scene, own=chart.own(plan))
    copies = [] if skipped else found_by(plan.said.get("copies") or (), scene)
    return {
        "step": plan.key, "title": plan.title, "kind": plan.kind, "rule": plan.rule, "skipped": skipped,
        "who": [{"id": str(one.person_id), "name": one.name, "why": one.why} for one in people],
        "copies": [{"id": str(one.person_id), "name": one.name, "why": one.why} for one in copies],
        "nobody": not skipped and not people, "due": None if skipped else moment_text(_due(plan, scene.subject)),
    }  # fmt: skip


def _due(plan: StepDefinition, subject: Any) -> datetime | None:
    if plan.said.get("due"):
        due: datetime | None = subject.__data__.get(plan.said["due"])
        return due
    return time_limit(plan, subject.__data__.get("company"), clock.now())


def _typed(served: Served, values: Mapping[str, Any], actor: Actor) -> Typed:
    """Typed values as the row that they would be. Raises Invalid at every field that is wrong."""
    fields = served.fields()
    wrong: dict[str, str] = {}
    clean: dict[str, Any] = {"company": actor.company_id}
    for name, value in values.items():
        if name not in fields:
            wrong[str(name)[:60]] = "没有这一项"
            continue
        try:
            clean[name] = None if value is None else fields[name].clean(value)
        except Malformed as error:
            wrong[name] = error.message
    if wrong:
        raise Invalid(fields=wrong)
    if clean["company"] not in (actor.company_id, *actor.companies(READ_FLOWS)):
        raise Invalid(fields={"company": "请选择您能管理的单位"})
    return Typed(clean, fields)
