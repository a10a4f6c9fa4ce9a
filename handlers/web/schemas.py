"""JSON schemas of what ledgers take and give, made from their fields."""

from __future__ import annotations

from typing import Any

from models.core.fields import Described
from models.core.ledger import Ledger

Schema = dict[str, Any]

ID: Schema = {"type": "string"}
REFERENCE: Schema = {
    "type": ["object", "null"],
    "properties": {"id": ID, "label": {"type": "string"}},
    "required": ["id", "label"],
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
    "facts": {},
    "grants": {},
    "lines": {"type": "array", "items": {"type": "object"}},
    "place": {"type": ["object", "null"]},
}


def value_schema(kind: str) -> Schema:
    """The schema of a value of `kind` as a row carries it."""
    return _READ.get(kind, {"type": ["string", "null"]})


def _write_schema(field: Described) -> Schema:
    kind = field.kind
    if kind in ("facts", "grants"):
        return {}
    if kind == "reference":
        return {"type": ["string", "null"], "pattern": "^[1-9][0-9]{0,17}$"}
    if kind == "photos":  # read as a number in words, sent as the ids of uploads
        return {"type": ["array", "null"], "items": ID, "maxItems": field.describe()["max"]}
    schema = dict(value_schema(kind))
    # Only these tell more; the choices of some other kinds are rows, which are not part of the contract.
    about = field.describe() if kind in ("integer", "number", "text", "longtext", "choice") else {}
    if kind in ("integer", "number"):
        schema |= {"minimum": about["min"], "maximum": about["max"]}
    if kind in ("text", "longtext"):
        schema["maxLength"] = about["max"]
    if kind == "choice":
        schema["enum"] = [choice["value"] for choice in about["choices"]] + [None]
    return schema


def row_schema(ledger: Ledger) -> Schema:
    """A row of `ledger`."""
    values = {item.name: value_schema(item.kind) for item in ledger.derived}
    for name, field in ledger.record._meta.fields.items():
        if isinstance(field, Described) and name not in values:
            values[name] = value_schema(field.kind)
    return {
        "type": "object",
        "title": ledger.title,
        "properties": {
            "id": ID,
            "label": {"type": "string"},
            "version": {"type": "integer"},
            "tone": {"enum": ["good", "warn", "bad", "plain"]},
            "values": {"type": "object", "properties": values},
            "can": {"type": "array", "items": {"type": "string"}},
        },
        "required": ["id", "label", "version", "tone", "values", "can"],
    }


def values_schema(ledger: Ledger) -> Schema:
    """What a form of `ledger` may send."""
    properties = {}
    for name in ledger.form_fields():
        field = ledger.field_named(name)
        if not field.readonly:
            properties[name] = _write_schema(field)
    return {"type": "object", "properties": properties, "additionalProperties": False}


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


def made_schema(ledger: Ledger) -> Schema:
    """A row that was made; `once` is told in this answer alone, such as a first password."""
    row = row_schema(ledger)
    return {**row, "properties": {**row["properties"], "once": {"type": "string"}}}


def page_schema(ledger: Ledger) -> Schema:
    """One page of rows."""
    cursor = {"type": ["string", "null"]}
    return {
        "type": "object",
        "properties": {
            "items": {"type": "array", "items": row_schema(ledger)},
            "next": cursor,
            "previous": cursor,
            "count": {
                "type": "object",
                "properties": {"value": {"type": "integer"}, "exact": {"type": "boolean"}},
                "required": ["value", "exact"],
            },
            "totals": {"type": "object", "properties": {name: {"type": "number"} for name in ledger.total}},
            "notices": {
                "type": "array",
                "items": {
                    "type": "object",
                    "properties": {"title": {"type": "string"}, "text": {"type": "string"}},
                    "required": ["title", "text"],
                },
            },
        },
        "required": ["items", "next", "previous", "count", "notices", "totals"],
    }


def items_schema(item: Schema) -> Schema:
    """`{"items": […]}`."""
    return {
        "type": "object",
        "properties": {"items": {"type": "array", "items": item}},
        "required": ["items"],
    }


GROUPINGS: Schema = {
    "type": "object",
    "properties": {
        "items": {
            "type": "array",
            "items": {
                "type": "object",
                "properties": {
                    "kind": {"type": "string"},
                    "title": {"type": "string"},
                    "ids": {"type": "array", "items": ID},
                },
                "required": ["kind", "title", "ids"],
            },
        },
        "names": {"type": "object", "additionalProperties": {"type": "string"}},
    },
    "required": ["items", "names"],
}

JOB: Schema = {
    "type": "object",
    "title": "Job",
    "properties": {
        "id": ID,
        "kind": {"enum": ["import_check", "import_commit", "export", "action"]},
        "ledger": {"type": ["string", "null"]},
        "title": {"type": "string"},
        "state": {"enum": ["waiting", "running", "done", "failed"]},
        "done": {"type": "integer"},
        "total": {"type": ["integer", "null"]},
        "result": {"type": ["object", "null"]},
        "error": {"type": ["object", "null"]},
        "file": {"type": ["object", "null"]},
    },
    "required": ["id", "kind", "title", "state", "done"],
}
