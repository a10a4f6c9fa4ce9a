"""JSON schemas of what ledgers take and give, made from their fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from handlers.web.shapes.ledgers.ledgers import Notice, RowCount
from models.core.fields import Described, DrawnSignature, Facts, Lines
from models.core.ledger import Ledger
from models.core.ledger.bulk.offered import fields_for_many
from models.core.ledger.reading.rows import shown_names

Schema = dict[str, Any]

ID: Schema = {"type": "string"}
REFERENCE: Schema = {
    "type": ["object", "null"],
    # `to`: the ledger, where the field itself does not say it.
    "properties": {"id": ID, "label": {"type": "string"}, "to": {"type": "string"}},
    "required": ["id", "label"],
}

#: A position as a form sends it, in degrees; what a device senses is WGS-84, and says so.
PLACE_SENT: Schema = {
    "type": ["object", "null"],
    "properties": {
        "lng": {"type": ["number", "null"]},
        "lat": {"type": ["number", "null"]},
        "accuracy": {"type": ["number", "null"]},
        "datum": {"type": "string", "enum": ["gcj02", "wgs84"]},
    },
}
#: A signature as a form sends it: lines of points [x, y] in a box of 600 x 240; or its own word, where it stays.
STROKES: Schema = {
    "anyOf": [
        {"type": ["string", "null"]},
        {
            "type": "array",
            "maxItems": DrawnSignature.MOST_STROKES,
            "items": {
                "type": "array",
                "items": {"type": "array", "items": {"type": "number"}, "minItems": 2, "maxItems": 2},
            },
        },
    ]
}

_READ: dict[str, Schema] = {
    "integer": {"type": ["integer", "null"]},
    "number": {"type": ["number", "null"]},
    "date": {"type": ["string", "null"], "format": "date"},
    "moment": {"type": ["string", "null"], "format": "date-time"},
    "choices": {"type": "array", "items": {"type": "string"}},
    "flag": {"type": ["boolean", "null"]},
    "reference": REFERENCE,
    "references": {"type": "array", "items": REFERENCE},
    "pictures": {"type": "array", "items": ID},
    "place": {
        "type": ["object", "null"],
        "properties": {
            "lng": {"type": "number"},
            "lat": {"type": "number"},
            "accuracy": {"type": ["integer", "null"]},
        },
        "required": ["lng", "lat", "accuracy"],
    },
    "facts": {"type": ["object", "null"], "additionalProperties": {"type": ["string", "null"]}},
    "grants": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {"right": {"type": "string"}, "scope": {"type": "string"}},
            "required": ["right", "scope"],
        },
    },
}

#: What a list may be filtered by: any of these values, or a span.
FILTER_VALUE: Schema = {
    "anyOf": [
        {"type": "array", "items": {"type": "string"}},
        {
            "type": "object",
            "properties": {"from": {"type": "string"}, "to": {"type": "string"}},
            "additionalProperties": False,
        },
    ]
}


@dataclass(frozen=True)
class Component:
    """A schema that has a name of its own in the document and is pointed at."""

    name: str
    schema: Schema


def value_schema(kind: str, field: Described | None = None) -> Schema:
    """The schema of a value of `kind` as a row carries it; `field` describes it where there is one."""
    if isinstance(field, Facts) and field.holds is not None:
        return dict(field.holds)
    if kind == "lines":
        if not isinstance(field, Lines):
            raise LookupError("lines that nothing describes")
        parts = {name: value_schema(part.kind, part) for name, part in field.parts.items()}
        return {"type": "array", "items": {"type": "object", "properties": parts, "required": list(parts)}}
    return _READ.get(kind, {"type": ["string", "null"]})


def _write_schema(field: Described) -> Schema:
    kind = field.kind
    if kind == "facts":
        return {}  # what it may be, its own route says
    if kind == "reference":
        return {"type": ["string", "null"], "pattern": "^[1-9][0-9]{0,17}$"}
    if kind == "photos":  # read as a number in words, sent as the ids of uploads
        return {"type": ["array", "null"], "items": ID, "maxItems": field.describe()["max"]}
    if kind == "place":
        return PLACE_SENT
    if kind == "signature":
        return STROKES
    schema = dict(value_schema(kind, field))
    # Only these tell more; the choices of some other kinds are rows, which are not part of the contract.
    about = field.describe() if kind in ("integer", "number", "text", "longtext", "choice") else {}
    if kind in ("integer", "number"):
        schema |= {"minimum": about["min"], "maximum": about["max"]}
    if kind in ("text", "longtext"):
        schema["maxLength"] = about["max"]
    if kind == "choice":
        schema["enum"] = [choice["value"] for choice in about["choices"]] + [None]
    return schema


def _values_of(ledger: Ledger, *, detail: bool) -> Schema:
    """What a row of `ledger` carries in a list, or by itself."""
    values = {}
    for name in shown_names(ledger, detail=detail):
        derived = ledger.derived_named(name)
        if derived is not None:
            values[name] = value_schema(derived.kind, derived.field)
        else:
            field = ledger.field_named(name)
            values[name] = value_schema(field.kind, field)
    return {"type": "object", "properties": values, "required": list(values)}


def _row(ledger: Ledger, *, detail: bool) -> Schema:
    return {
        "type": "object",
        "title": ledger.title,
        "properties": {
            "id": ID,
            "label": {"type": "string"},
            "version": {"type": "integer"},
            "tone": {"enum": ["good", "warn", "bad", "plain"]},
            "values": _values_of(ledger, detail=detail),
            "can": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["id", "label", "version", "tone", "values", "can"],
    }


def row_schema(ledger: Ledger) -> Component:
    """A row of `ledger` with all that it carries by itself."""
    return Component(f"{ledger.name}.row", _row(ledger, detail=True))


def item_schema(ledger: Ledger) -> Component:
    """A row of `ledger` in its list."""
    return Component(f"{ledger.name}.item", _row(ledger, detail=False))


def values_schema(ledger: Ledger) -> Schema:
    """What a form of `ledger` may send."""
    properties = {}
    for name in ledger.form_fields():
        field = ledger.field_named(name)
        if not field.readonly:
            properties[name] = _write_schema(field)
    return {"type": "object", "properties": properties, "additionalProperties": False}


def bulk_edit_schema(ledger: Ledger) -> Schema:
    """Which rows get which values in one go."""
    values = {name: _write_schema(item.field) for name, item in fields_for_many(ledger).items()}
    return bulk_schema({"type": "object", "properties": values, "additionalProperties": False})


def bulk_schema(values: Schema | None = None) -> Schema:
    """Which rows an act is about: `ids`, or `all` that `q` and the filters leave; `dry` only says what would come of it."""
    asked: Schema = {
        "ids": {"type": "array", "items": {"type": "string"}, "maxItems": 5000},
        "all": {"type": "boolean"},
        "q": {"type": "string", "maxLength": 100},
        "filters": {"type": "object", "additionalProperties": FILTER_VALUE},
        "count": {"type": ["integer", "null"]},
        "dry": {"type": "boolean"},
    }
    return {
        "type": "object",
        "properties": asked if values is None else {**asked, "values": values},
        "additionalProperties": False,
    }


def create_schema(ledger: Ledger) -> Schema:
    """The body that makes a row."""
    return {"type": "object", "properties": {"values": values_schema(ledger)}, "required": ["values"]}


def edit_schema(ledger: Ledger) -> Schema:
    """The body that changes a row of a known version."""
    return {
        "type": "object",
        "properties": {"version": {"type": "integer"}, "values": values_schema(ledger)},
        "required": ["version", "values"],
    }


def commit_schema(ledger: Ledger) -> Schema:
    """How a checked sheet is to be imported: the options of the ledger's import, each as the server decides if left out."""
    plan = ledger.importing
    options = {} if plan is None else {name: _write_schema(field) for name, field in plan.options}
    chosen = {"type": "object", "properties": options, "additionalProperties": False}
    return {"type": "object", "properties": {"options": chosen}}


def made_schema(ledger: Ledger) -> Component:
    """A row that was made; `once` is told in this answer alone, such as a first password."""
    row = _row(ledger, detail=True)
    made = {**row, "properties": {**row["properties"], "once": {"type": "string"}}}
    return Component(f"{ledger.name}.made", made)


def acted_schema(ledger: Ledger) -> Schema:
    """What an action did: a sentence, and the rows as they are now."""
    return {
        "type": "object",
        "properties": {
            "message": {"type": "string"},
            "rows": {"type": "array", "items": row_schema(ledger)},
        },
        "required": ["message", "rows"],
    }


def page_schema(ledger: Ledger) -> Schema:
    """One page of rows."""
    cursor = {"type": ["string", "null"]}
    sums = {name: {"type": "number"} for name in ledger.total}
    return {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": item_schema(ledger)},
            "next": cursor,
            "previous": cursor,
            "count": RowCount,
            "start": {"type": ["integer", "null"]},
            "totals": {"type": "object", "properties": sums, "additionalProperties": False},
            "notices": {"type": "array", "items": Notice},
        },
        "required": ["items", "next", "previous", "count", "start", "notices", "totals"],
    }
