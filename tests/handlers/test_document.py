"""The OpenAPI document says of every answer what is in it, and what holds answers against it finds what differs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.support.answer_schemas import Undocumented, check_answer
from tests.support.told_document import told_document

_PREFIX = "#/components/schemas/"
_TOLD = ("$ref", "type", "enum", "const", "anyOf", "oneOf", "allOf")


@pytest.fixture(scope="module")
def document() -> dict[str, Any]:
    """The document of all routes."""
    return told_document()


def bare(schema: Any, place: str, named: dict[str, Any], seen: set[str]) -> Iterator[str]:
    """The places in a schema where anything may stand, or an object with anything in it."""
    if not isinstance(schema, dict) or not any(word in schema for word in _TOLD):
        yield f"{place} is anything"
        return
    name = str(schema.get("$ref", "")).removeprefix(_PREFIX)
    if name and name not in seen:
        seen.add(name)
        yield from bare(named[name], name, named, seen)
    for part in (*schema.get("anyOf", ()), *schema.get("oneOf", ()), *schema.get("allOf", ())):
        yield from bare(part, place, named, seen)
    kinds = schema.get("type", ())
    inside = schema.get("properties", {})
    beside = schema.get("additionalProperties")
    if "object" in kinds and not inside and (beside is None or beside is True):
        yield f"{place} is a bare object"
    if "array" in kinds and "items" not in schema and "prefixItems" not in schema:
        yield f"{place} is a list of anything"
    for part_name, part in inside.items():
        yield from bare(part, f"{place}.{part_name}", named, seen)
    for part in (beside, schema.get("items"), *schema.get("prefixItems", ())):
        if isinstance(part, dict):
            yield from bare(part, f"{place}[]", named, seen)


def test_every_answer_says_what_is_in_it(document: dict[str, Any]) -> None:
    named, seen = document["components"]["schemas"], set[str]()
    found = [
        fault
        for path, operations in document["paths"].items()
        for method, operation in operations.items()
        for status, answer in operation["responses"].items()
        for kind, content in answer.get("content", {}).items()
        for fault in bare(content["schema"], f"{method} {path} {status} {kind}", named, seen)
    ]
    assert not found, "give each a model of handlers/web/shapes, or a schema of its own:\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("schema", "what"),
    [
        ({}, "anything"),
        ({"type": "object"}, "a bare object"),
        ({"type": ["object", "null"]}, "a bare object"),
        ({"type": "object", "additionalProperties": True}, "a bare object"),
        ({"type": "array"}, "a list of anything"),
        ({"type": "array", "items": {"type": "object"}}, "a bare object"),
        ({"type": "object", "properties": {"a": {}}}, "anything"),
        ({"anyOf": [{"type": "object"}, {"type": "null"}]}, "a bare object"),
        ({"$ref": f"{_PREFIX}Loose"}, "a bare object"),
    ],
)
def test_what_says_nothing_is_found(schema: Any, what: str) -> None:
    found = list(bare(schema, "there", {"Loose": {"type": "object"}}, set()))
    assert len(found) == 1
    assert what in found[0]


_COUNTS = {"todo": 1, "overdue": 0, "approvals": 0, "unread": 2}
_PATH = "/api/console/v1/tasks/counts"


def _answer(content: Any, status: int = 200, kind: str = "application/json") -> None:
    check_answer("GET", _PATH, status, kind, content)


def test_an_answer_that_the_document_has_passes() -> None:
    _answer(_COUNTS)
    check_answer("GET", "/api/console/v1/no-such-route", 404, "application/json", {"anything": 1})


@pytest.mark.parametrize(
    ("content", "status"),
    [
        ({**_COUNTS, "more": 1}, 200),  # what the document leaves out
        ({name: _COUNTS[name] for name in ("todo", "overdue")}, 200),  # what the program leaves out
        ({**_COUNTS, "todo": "1"}, 200),
        (None, 200),
        (_COUNTS, 201),
        ({"error": {"code": "x"}}, 403),
    ],
)
def test_an_answer_that_differs_from_the_document_is_found(content: Any, status: int) -> None:
    with pytest.raises(Undocumented):
        _answer(content, status)


def test_json_where_the_document_has_none_is_found() -> None:
    path = "/api/console/v1/session"
    check_answer("DELETE", path, 204, "", None)
    with pytest.raises(Undocumented):
        check_answer("DELETE", path, 204, "application/json", {"more": 1})
