"""How points and their rules are listed (A12)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from peewee import fn

from models.core.chapters import all_kinds
from models.core.ledger import Column, Derived, Filter, Ledger, Rules, Section, ledger_named
from models.core.ledger.changes.default_rules import plain_create, plain_delete, plain_edit
from models.core.ledger.library.declaration import Library
from models.core.ledger.reading.references import load_rows
from models.core.security.actor import Actor
from models.objectives.points.standards import standard_point_rules
from models.objectives.records import EDIT_POINTS, READ_POINTS, Point, PointRule

GROUP = "目标职责"
Loaded = dict[int, Any]


def _totals(actor: Actor, records: Sequence[Point]) -> dict[tuple[int, int], int]:
    query = Point.select(Point.company, Point.person, fn.SUM(Point.points)).where(
        Point.company.in_({row.company_id for row in records} or {0}),
        Point.person.in_({row.person_id for row in records} or {0}),
    )
    return {
        (company, person): int(points)
        for company, person, points in query.group_by(Point.company, Point.person).tuples()
    }


def _total(actor: Actor, records: Sequence[Point]) -> Loaded:
    """What each row's person has in all."""
    totals = _totals(actor, records)
    return {row.id: totals[row.company_id, row.person_id] for row in records}


def _reasons(actor: Actor, records: Sequence[Point]) -> Loaded:
    """What each row's points are for, as a reference into the ledger where it is kept; as far as it is still there."""
    wanted: dict[str, set[int]] = {}
    for row in records:
        wanted.setdefault(row.subject_kind, set()).add(row.subject_id)
    found: dict[tuple[str, int], Any] = {}
    for name, ids in wanted.items():
        kind = all_kinds().get(name)
        ledger = ledger_named(kind.ledger) if kind is not None and kind.ledger else None
        if ledger is None or not actor.may(ledger.rights["read"]):
            continue
        for row_id, there in load_rows(ledger.record, ids).items():
            if actor.may(ledger.rights["read"], there) and there.visible_to(actor):
                found[name, row_id] = {"id": str(row_id), "label": ledger.label(there), "to": ledger.name}
    return {row.id: found.get((row.subject_kind, row.subject_id)) for row in records}


POINTS = Ledger(
    name="points",
    record=Point,
    title="绩效积分",
    group=GROUP,
    system="A12",
    noun="积分",
    empty="还没有积分。在“积分规则”里写明什么事给多少分，以后自动记在这里。",
    columns=(
        Column("person", 120, fixed=True),
        Column("points", 90),
        Column("why", 260),
        Column("reason", 240),
        Column("at", 170),
        Column("total", 110),
        Column("what", 170, shown=False),
        Column("department", 130),
        Column("site", 130),
        Column("company", 180),
    ),
    filters=(
        Filter("person", "reference"),
        Filter("at", "date_range"),
        Filter("what", "choice"),
        Filter("site", "reference"),
        Filter("department", "reference"),
        Filter("company", "reference"),
    ),
    search=("person", "why"),
    total=("points",),
    search_title="姓名、原因",
    sorts=("id", "points", "at"),
    derived=(
        Derived("total", "累计积分", "integer", load=_total),
        Derived("reason", "依据", "reference", load=_reasons),
    ),
    label=lambda row: row.why,
    related=("person",),
    rights={"read": READ_POINTS, "export": READ_POINTS},
)

POINT_RULES = Ledger(
    name="point-rules",
    record=PointRule,
    title="积分规则",
    group=GROUP,
    system="A12",
    noun="规则",
    empty="还没有规则，不给积分。点“从标准库选”引用样例，或者点“新增”，写明什么事给多少分。",
    columns=(Column("what", 220, fixed=True), Column("points", 100), Column("company", 180)),
    filters=(Filter("company", "reference"),),
    form=(Section("积分规则", ("company", "what", "points")),),
    label=lambda row: str(PointRule.what.title_of(row.what)),
    rights={"read": EDIT_POINTS, "create": EDIT_POINTS, "edit": EDIT_POINTS, "delete": EDIT_POINTS},
    rules=Rules(plain_create(PointRule), plain_edit(PointRule), plain_delete(PointRule)),
    library=Library("积分规则样例", standard_point_rules, label="what"),
)
