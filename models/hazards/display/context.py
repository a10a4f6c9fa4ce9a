"""What stands around hazards: places, people, who has them now, in plain words what became of them (E09)."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from peewee import fn

from models.core import clock
from models.core.fields import moment_text
from models.core.ledger.reading.references import load_rows
from models.core.security.actor import Actor
from models.core.text.date_words import when as said
from models.grid.places import paths_in_words
from models.grid.records import GridNode
from models.hazards.hooks import POINTS
from models.hazards.records import (
    CLOSED,
    PLANNING,
    RECTIFYING,
    REJECTED,
    REPORTED,
    REVIEWING,
    Extension,
    Hazard,
    HazardSource,
    MajorCriterion,
    basis_of,
)
from models.organization.records import Company, Person
from models.tasks.records import OPEN, Case, Task


class Around:
    """What stands around some hazards: places, people, sources, who has them now; loaded for all at once."""

    def __init__(self, hazards: Sequence[Hazard]) -> None:
        ids = [row.id for row in hazards]
        self.nodes = load_rows(GridNode, {row.grid_id for row in hazards} - {None})
        self.words = paths_in_words(list(self.nodes.values()))
        self.units = load_rows(
            Company, {row.company_id for row in hazards} | {row.site_id for row in hazards} - {None}
        )
        people = {
            each
            for row in hazards
            for each in (row.reporter_id, row.rectifier_id, row.reviewer_id, row.rectified_by_id)
        }
        self.people = load_rows(Person, people - {None})
        self.sources = load_rows(HazardSource, {row.source_id for row in hazards} - {None})
        self.criteria = load_rows(MajorCriterion, {row.criterion_id for row in hazards} - {None})
        self.same = load_rows(Hazard, {row.duplicate_of_id for row in hazards} - {None})
        self.holders = holders(ids)
        self.extensions = _extensions(ids)
        self._points = {key: points for told in POINTS(ids) for key, points in told.items()}

    def of(self, row: Hazard) -> dict[str, Any]:
        """Names and ids of what it points at."""
        node = self.nodes.get(row.grid_id)
        criterion = self.criteria.get(row.criterion_id)
        same = self.same.get(row.duplicate_of_id)
        parts = [self.words[node.id]] if node is not None else []
        return {
            "grid": _named(node),
            "where": " · ".join([*parts, *([row.place] if row.place else [])]),
            "company": _named(self.units.get(row.company_id)),
            "site": _named(self.units.get(row.site_id)),
            "reporter": _named(self.people.get(row.reporter_id)),
            "rectifier": _named(self.people.get(row.rectifier_id)),
            "reviewer": _named(self.people.get(row.reviewer_id)),
            "source": _named(self.sources.get(row.source_id)),
            "criterion": None
            if criterion is None
            else {
                "id": str(criterion.id),
                "name": criterion.title,
                "basis": basis_of(criterion),
            },
            "duplicate_of": None if same is None else {"id": str(same.id), "name": same.number},
            "holders": self.holders[row.id],
        }

    def became(self, row: Hazard) -> str:
        """What became of it, as one would tell the reporter."""
        waiting = "、".join(self.holders[row.id][:3])
        if row.state == REPORTED:
            return f"已收到，等{waiting or '责任人'}确认"
        kind = Hazard.level.title_of(row.level) or "隐患"
        if row.state == PLANNING:
            return f"确认是{kind}，{waiting or '责任人'}正在安排整改"
        if row.state == RECTIFYING:
            return f"{self._name(row.rectifier_id)}正在整改，{_until(row)}"
        if row.state == REVIEWING:
            return f"{self._name(row.rectified_by_id or row.rectifier_id)}已整改，等{waiting or '复核人'}复核"
        if row.state == CLOSED:
            when = f"，{said(row.closed_at)} 闭环" if row.closed_at is not None else ""
            return f"{self._name(row.rectified_by_id or row.rectifier_id)}已整改完成{when}。谢谢您"
        if row.state == REJECTED:
            same = self.same.get(row.duplicate_of_id)
            if same is not None:
                return f"和 {same.number} 是同一个问题，一起处理"
            return f"判定不是隐患：{row.reason}" if row.reason else "判定不是隐患"
        return "已撤回"

    def _name(self, person_id: int | None) -> str:
        person = self.people.get(person_id or 0)
        return person.name if person is not None else "整改人"

    def points(self, actor: Actor, row: Hazard) -> int:
        """The points that the actor got for it."""
        return sum(self._points.get((row.id, person), 0) for person in actor.person_ids)


def _until(row: Hazard) -> str:
    if row.due_at is None:
        return "没有定期限"
    due = said(row.due_at)
    return f"{due} 前完成" if row.due_at >= clock.now() else f"应在 {due} 前完成，已超期"


def holders(hazard_ids: Sequence[int]) -> dict[int, list[str]]:
    """By hazard, the names of those who are to do something about it now."""
    found: dict[int, list[str]] = defaultdict(list)
    rows = (
        Task.select(Task.subject_id, Person.name)
        .join(Person, on=(Task.person == Person.id))
        .where(
            Task.subject_kind == "hazard", Task.subject_id.in_(list(hazard_ids) or [0]), Task.state == OPEN
        )
        .order_by(Task.id)
        .tuples()
    )
    for hazard_id, name in rows:
        if name not in found[hazard_id]:
            found[hazard_id].append(name)
    return found


def cases_of(ids: Sequence[int]) -> dict[int, str]:
    """By hazard, its latest case."""
    rows = Case.select(Case.subject_id, fn.MAX(Case.id)).where(
        Case.kind == "hazard", Case.subject_id.in_(list(ids) or [0])
    )
    return {subject: str(case) for subject, case in rows.group_by(Case.subject_id).tuples()}


def _extensions(ids: Sequence[int]) -> dict[int, dict[str, Any]]:
    """By hazard, the latest request for more time."""
    rows = Extension.select().where(Extension.hazard.in_(list(ids) or [0])).order_by(Extension.id)
    return {
        row.hazard_id: {
            "id": str(row.id),
            "state": row.state,
            "state_text": Extension.state.title_of(row.state),
            "due_at": moment_text(row.due_at),
            "reason": row.reason,
        }
        for row in rows
    }


def _named(row: Any) -> dict[str, str] | None:
    return None if row is None else {"id": str(row.get_id()), "name": row.name}
