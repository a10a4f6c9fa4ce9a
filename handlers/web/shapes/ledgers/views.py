"""Shapes of views beside ledgers: what a statistic, a matrix, a calendar and a tree say (I01, A05, C02, Q10, A02)."""

from __future__ import annotations

from typing import Any

_TEXT: dict[str, Any] = {"type": "string"}
_MAYBE_TEXT: dict[str, Any] = {"type": ["string", "null"]}
#: Filters of the ledger by name: lists of values, or {"from", "to"}.
_FILTERS: dict[str, Any] = {
    "type": ["object", "null"],
    "additionalProperties": {
        "anyOf": [
            {"type": "array", "items": _TEXT},
            {"type": "object", "properties": {"from": _TEXT, "to": _TEXT}, "additionalProperties": False},
            {"type": "null"},
        ]
    },
}
_NUMBERS: dict[str, Any] = {"type": "array", "items": {"type": ["number", "null"]}}


def _object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties)}


def _list(**properties: Any) -> dict[str, Any]:
    return {"type": "array", "items": _object(**properties)}


STATISTIC = _object(
    kind={"const": "statistic"}, name=_TEXT, title=_TEXT, ledger=_TEXT, exportable={"type": "boolean"}, sentence=_TEXT,
    by=_TEXT, by_title=_TEXT, step={"enum": ["day", "week", "month", "quarter", "year", None]}, time=_TEXT,
    to={**_MAYBE_TEXT, "format": "date"}, **{"from": {**_MAYBE_TEXT, "format": "date"}},
    axes=_list(field=_TEXT, title=_TEXT), steps=_list(value=_TEXT, title=_TEXT),
    measures=_list(
        name=_TEXT, title=_TEXT, rate={"type": "boolean"}, drawn={"type": "boolean"}, filters=_FILTERS
    ),
    chart={"enum": ["bar", "line"]}, groups=_list(label=_TEXT, filters=_FILTERS, numbers=_NUMBERS), total=_NUMBERS,
    base=_FILTERS, cut=_MAYBE_TEXT,
)  # fmt: skip


_CELL = _object(
    text=_TEXT, tone={"enum": ["good", "warn", "bad", "plain"]}, tip=_TEXT, row=_MAYBE_TEXT, filters=_FILTERS
)
MATRIX = _object(
    kind={"const": "matrix"}, name=_TEXT, title=_TEXT, ledger=_TEXT, exportable={"type": "boolean"}, company=_TEXT,
    rows_ledger=_TEXT, rows_title=_TEXT, filters_ledger=_TEXT,
    adds={"anyOf": [_object(row=_TEXT, column=_TEXT), {"type": "null"}]}, columns=_list(value=_TEXT, title=_TEXT, note=_TEXT),
    rows=_list(
        id=_TEXT, label=_TEXT, note=_TEXT,
        cells={"type": "object", "additionalProperties": {"type": "array", "items": _CELL}},
    ),
    next=_MAYBE_TEXT, cut=_MAYBE_TEXT,
)  # fmt: skip
CALENDAR = _object(
    kind={"const": "calendar"}, name=_TEXT, title=_TEXT, ledger=_TEXT, exportable={"type": "boolean"}, month=_TEXT,
    today={**_TEXT, "format": "date"}, sentence=_TEXT, statistic=_TEXT, time=_TEXT, unit=_TEXT,
    measures=_list(name=_TEXT, title=_TEXT, filters=_FILTERS),
    gaps={"anyOf": [_object(title=_TEXT, mark=_TEXT, ledger=_TEXT, noun=_TEXT, measure=_TEXT), {"type": "null"}]},
    days=_list(
        day={**_TEXT, "format": "date"}, numbers=_NUMBERS, filters=_FILTERS, missing={"type": ["integer", "null"]},
        gap_filters=_FILTERS, rest={"type": "boolean"},
    ),
    total=_NUMBERS, base=_FILTERS,
)  # fmt: skip
TREE = _object(
    kind={"const": "tree"}, name=_TEXT, title=_TEXT, ledger=_TEXT, exportable={"type": "boolean"}, parent=_TEXT,
    second_title=_TEXT, badge_title=_TEXT, addable={"type": "boolean"},
    counts=_list(title=_TEXT, ledger=_TEXT, inside=_TEXT, filters=_FILTERS),
    nodes=_list(
        id=_TEXT, parent=_MAYBE_TEXT, name=_TEXT, second=_TEXT, badge=_TEXT,
        tone={"enum": ["good", "warn", "bad", "plain"]}, numbers={"type": "array", "items": {"type": "integer"}},
    ),
    cut=_MAYBE_TEXT,
)  # fmt: skip

_TONES = {"enum": ["bad", "warn", "good", "plain"]}
_LEADS = {"anyOf": [_object(ledger=_TEXT, filters=_FILTERS), {"type": "null"}]}
_NAMED = _list(id=_TEXT, name=_TEXT)
BOARD = _object(
    name=_TEXT, title=_TEXT, at={**_TEXT, "format": "date-time"}, place=_TEXT, company=_MAYBE_TEXT, site=_MAYBE_TEXT,
    companies=_NAMED, sites=_NAMED,
    tiles=_list(
        name=_TEXT, title=_TEXT, kind={"enum": ["numbers", "split", "chart", "list"]}, help=_TEXT, cut=_TEXT,
        numbers=_list(
            title=_TEXT, value={"type": ["integer", "null"]}, of={"type": ["integer", "null"]}, unit=_TEXT, tone=_TONES,
            text=_TEXT, leads=_LEADS,
        ),
        bars=_list(label=_TEXT, value={"type": "integer"}, late={"type": "integer"}, tone=_TEXT, leads=_LEADS),
        rows=_list(label=_TEXT, note=_TEXT, tone=_TEXT, ledger=_TEXT, row=_TEXT),
    ),
)  # fmt: skip
