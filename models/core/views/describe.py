"""Views as the front ends read them, and their places in the menu."""

from __future__ import annotations

from typing import Any

from models.core import clock
from models.core.chapters import menu_groups
from models.core.ledger import ledger_named
from models.core.ledger.reading.describe import menu as menu_of_ledgers
from models.core.ledger.reading.describe import offered, pages_for
from models.core.security.actor import Actor
from models.core.text.pinyin import typed_as
from models.core.views import periods
from models.core.views.calendar import FoundMonth
from models.core.views.declaration import Cell, Matrix, Measure, Statistic, View, views_of
from models.core.views.matrix import FoundMatrix
from models.core.views.statistic import FoundStatistic
from models.core.views.tree import FoundTree, text_of

STATISTICS = "统计分析"


def menu(actor: Actor) -> list[dict[str, Any]]:
    """The console's menu: the ledgers that the actor may read, each with the views beside it below, and the statistics of all
    in a group of their own; `keys` are what one types to find it (its pinyin).
    """
    groups: dict[str, list[dict[str, str]]] = {}
    for group in menu_of_ledgers(actor):
        for item in group["items"]:
            groups.setdefault(group["title"], []).append(item)
            for title, each in _beside(group["title"], item["ledger"], actor):
                groups.setdefault(title, []).append(each)
    places = {title: place for place, title in enumerate(menu_groups())}
    return [
        {"title": title, "items": [{**item, "keys": typed_as(item["title"])} for item in groups[title]]}
        for title in sorted(groups, key=lambda title: places.get(title, len(places)))
    ]


def _beside(group: str, name: str, actor: Actor) -> list[tuple[str, dict[str, str]]]:
    """What stands beside a ledger of a group, each with the group in which one looks for it."""
    ledger = ledger_named(name)
    assert ledger is not None
    views = [
        (_group_of(view, group), {"title": view.title, "ledger": name, "view": view.name, **_rows_of(view)})
        for view in views_of(ledger)
        if offered_to(view, actor)
    ]
    pages = pages_for(actor, name, "menu")
    return [
        *views,
        *((group, {"title": page["title"], "ledger": name, "page": page["name"]}) for page in pages),
    ]


def _rows_of(view: View) -> dict[str, str]:
    """The ledger whose rows a matrix has, where it stands beside another one."""
    return {"rows": view.rows.name} if isinstance(view, Matrix) and view.rows is not view.ledger else {}


def _group_of(view: View, group: str) -> str:
    """A ranking is a page of its ledger, as a matrix is; what else is counted is looked for together."""
    return STATISTICS if isinstance(view, Statistic) and not view.ranked else group


def offered_to(view: View, actor: Actor) -> bool:
    """Whether a view shows anything to who may read its ledger: a matrix is of a whole company."""
    return not isinstance(view, Matrix) or bool(actor.whole_companies(view.ledger.rights["read"]))


def about(view: View, actor: Actor) -> dict[str, Any]:
    """What every view says of itself."""
    return {
        "name": view.name,
        "title": view.title,
        "ledger": view.ledger.name,
        "exportable": offered(view.ledger, actor, "export"),
    }


def statistic_json(found: FoundStatistic, actor: Actor) -> dict[str, Any]:
    """A statistic as `Statistic` in docs/http-api.md."""
    view = found.view
    return {
        **about(view, actor),
        "kind": "statistic",
        "sentence": found.sentence,
        "by": found.by,
        "by_title": found.by_title,
        "step": found.step or None,
        "time": view.time,
        "from": found.days[0].isoformat() if found.days else None,
        "to": found.days[1].isoformat() if found.days else None,
        "axes": [{"field": name, "title": view.ledger.title_of(name)} for name in view.axes],
        "steps": [{"value": value, "title": title} for value, title in periods.STEPS.items()],
        "measures": [
            {
                "name": each.name,
                "title": each.title,
                "rate": not isinstance(each, Measure),
                "drawn": each.name in view.shown,
                "filters": dict(each.filters) if isinstance(each, Measure) else None,
            }
            for each in view.measures
        ],
        "chart": "line" if found.step and view.chart == "line" else "bar",
        "groups": [
            {"label": one.label, "filters": dict(one.filters), "numbers": list(one.numbers)}
            for one in found.groups
        ],
        "total": list(found.total),
        "base": dict(found.base),
        "cut": found.cut or None,
    }


def matrix_json(found: FoundMatrix, actor: Actor) -> dict[str, Any]:
    """A matrix as `Matrix` in docs/http-api.md."""
    view = found.view
    return {
        **about(view, actor),
        "kind": "matrix",
        "company": str(found.company),
        "rows_ledger": view.rows.name,
        "rows_title": view.rows.noun,
        "filters_ledger": view.filtered.name,
        "adds": dict(zip(("row", "column"), view.adds or (), strict=True)) if _may_add(view, actor) else None,
        "columns": [vars(head) for head in found.columns],
        "rows": [
            {
                "id": str(row.id),
                "label": row.label,
                "note": row.note,
                "cells": {value: [_cell(cell) for cell in cells] for value, cells in row.cells.items()},
            }
            for row in found.rows
        ],
        "next": found.next,
        "cut": found.cut or None,
    }


def calendar_json(found: FoundMonth, actor: Actor) -> dict[str, Any]:
    """A calendar as `Calendar` in docs/http-api.md."""
    view = found.view
    gaps = view.gaps if found.gaps else None
    return {
        **about(view, actor),
        "kind": "calendar",
        "month": found.month,
        "today": clock.today().isoformat(),
        "sentence": found.sentence,
        "statistic": view.of.name,
        "time": view.of.time,
        "measures": [
            {"name": each.name, "title": each.title, "filters": dict(each.filters)}
            for each in view.of.counted
        ],
        "unit": view.unit,
        "gaps": None
        if gaps is None
        else {
            "title": gaps.title,
            "mark": gaps.mark,
            "ledger": gaps.ledger.name,
            "noun": gaps.ledger.noun,
            "measure": gaps.ledger.measure,
        },
        "days": [
            {
                "day": one.day.isoformat(),
                "numbers": list(one.numbers),
                "filters": {**found.base, **one.filters},
                "missing": one.missing,
                "gap_filters": None if one.gap_filters is None else dict(one.gap_filters),
                "rest": one.rest,
            }
            for one in found.days
        ],
        "total": list(found.total),
        "base": dict(found.base),
    }


def tree_json(found: FoundTree, actor: Actor) -> dict[str, Any]:
    """A tree as `Tree` in docs/http-api.md."""
    view = found.view
    ledger = view.ledger
    badge = ledger.record._meta.fields[view.badge] if view.badge else None
    tones = {} if badge is None else {choice.value: choice.tone for choice in badge.options}
    return {
        **about(view, actor),
        "kind": "tree",
        "parent": view.parent,
        "second_title": "、".join(ledger.title_of(name) for name in view.second),
        "badge_title": ledger.title_of(view.badge) if view.badge else "",
        "addable": view.parent in ledger.form_fields() and offered(ledger, actor, "create"),
        "counts": [
            {
                "title": each.title or each.of()[0].title,
                "ledger": each.ledger,
                "inside": each.inside,
                "filters": dict(each.filters),
            }
            for each in found.counts
        ],
        "nodes": [
            {
                "id": str(node.record.id),
                "parent": None if node.parent is None else str(node.parent),
                "name": str(getattr(node.record, view.called)),
                "second": "　".join(filter(None, (text_of(node.record, name) for name in view.second))),
                "badge": text_of(node.record, view.badge) if view.badge else "",
                "tone": tones.get(getattr(node.record, view.badge), "plain") if view.badge else "plain",
                "numbers": list(node.numbers),
            }
            for node in found.nodes
        ],
        "cut": found.cut or None,
    }


def _may_add(view: Matrix, actor: Actor) -> bool:
    return view.adds is not None and offered(view.ledger, actor, "create")


def _cell(cell: Cell) -> dict[str, Any]:
    return {
        "text": cell.text,
        "tone": cell.tone,
        "tip": cell.tip,
        "row": None if cell.row is None else str(cell.row),
        "filters": dict(cell.filters) or None,
    }
