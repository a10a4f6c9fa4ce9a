"""Matrices beside ledgers: rows of one ledger against columns, whose cells lead to rows of another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from models.core.errors import Invalid, NotFound
from models.core.ledger.reading.listing import Cursor, Selection
from models.core.ledger.reading.query import ListQuery, conditions_of, search
from models.core.ledger.reading.references import attach
from models.core.ledger.reference_check import reached
from models.core.security.actor import Actor
from models.core.views.declaration import Cell, Head, Matrix

PAGE = 50
#: Rows of a workbook; it says so where there are more.
MOST_ROWS = 5000


@dataclass(frozen=True)
class AskedMatrix:
    """Which part of a matrix: of which company (the one worked for unless named), filtered how, from where on."""

    company: int | None = None
    q: str = ""
    filters: Mapping[str, Any] = field(default_factory=dict)
    cursor: str = ""


@dataclass(frozen=True)
class Row:
    """A row of a matrix, and what stands in its cells by column; an empty one is not there."""

    id: int
    label: str
    note: str
    cells: Mapping[str, Sequence[Cell]]


@dataclass(frozen=True)
class FoundMatrix:
    """A page of a matrix; `next` is where the following one begins, `cut` says what was left out."""

    view: Matrix
    company: int
    columns: Sequence[Head]
    rows: Sequence[Row]
    next: str | None = None
    cut: str = ""


def matrix(actor: Actor, view: Matrix, asked: AskedMatrix, *, limit: int = PAGE) -> FoundMatrix:
    """A page of the matrix.

    Raises Forbidden without the rights to read, NotFound for a company of which the actor may not read all, Invalid for a
    wrong filter.
    """
    company = _company(actor, view, asked.company)
    selection = _selection(actor, view, asked, company)
    anchor = Cursor.unpack(asked.cursor, view.rows, selection.order) if asked.cursor else None
    records = selection.fetch(anchor, limit + 1)
    shown = records[:limit]
    attach(view.rows.record, shown)
    heads = list(view.columns(company))
    cells = view.cells(company, shown, _where(actor, view, asked))
    notes = view.note(company, shown)
    rows = [
        Row(
            record.id,
            view.rows.label(record),
            notes.get(record.id, ""),
            {head.value: found for head in heads if (found := cells.get((record.id, head.value)))},
        )
        for record in shown
    ]
    more = selection.cursor(shown[-1], back=False) if len(records) > limit else None
    return FoundMatrix(view, company, heads, rows, more)


def whole_matrix(actor: Actor, view: Matrix, asked: AskedMatrix) -> FoundMatrix:
    """The matrix with all its rows, up to 5,000. Raises as `matrix`."""
    found = matrix(actor, view, asked, limit=MOST_ROWS)
    cut = f"只列出前 {MOST_ROWS:,} 行；请加筛选条件分几次导出" if found.next else ""
    return FoundMatrix(view, found.company, found.columns, found.rows, None, cut)


def _company(actor: Actor, view: Matrix, asked: int | None) -> int:
    right = view.ledger.rights["read"]
    actor.require(right)
    actor.require(view.rows.rights["read"])
    whole = actor.whole_companies(right)
    wanted = asked or actor.company_id or (whole[0] if whole else None)
    if wanted is None:
        raise Invalid(fields={"company": "请选择单位"})
    if wanted not in whole:
        raise NotFound("没有这个单位")
    return wanted


def _selection(actor: Actor, view: Matrix, asked: AskedMatrix, company: int) -> Selection:
    by_rows = not view.filters_cells
    query = ListQuery.parse(
        view.rows,
        q=asked.q if by_rows else "",
        filters=asked.filters if by_rows else {},
        sort=view.sort,
        limit=PAGE,
    )
    selection = Selection(actor, view.rows, query, view.rows.rights["read"])
    selection.where = [*selection.where, view.of_company(company, _where(actor, view, asked))]
    return selection


def _where(actor: Actor, view: Matrix, asked: AskedMatrix) -> list[Any]:
    """What the rows behind the cells are filtered by."""
    if not view.filters_cells:
        return []
    query = ListQuery.parse(view.ledger, q=asked.q, filters=asked.filters)
    narrow = partial(reached, actor, view.ledger.rights["read"])
    found = search(actor, view.ledger, query.q)
    return [*conditions_of(view.ledger, query.filters, narrow).where, *([] if found is None else [found])]
