"""Holds every JSON answer that a test of a door receives against the OpenAPI document: what it says and no more.

The document itself says which values there are; here an object also has no other than those, so that neither a value
that the program leaves out nor one that the document leaves out goes unseen.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

import jsonschema_rs

from tests.support.told_document import told_document

_WORDS = ("properties", "patternProperties", "additionalProperties")


class Undocumented(AssertionError):
    """A door answered what the document does not say."""


def check_answer(method: str, path: str, status: int, kind: str, content: Any) -> None:
    """Raise Undocumented unless the document has this status for the route, with this content.

    `path` is without its query, `kind` the content type; `content` is JSON, and anything else is not looked into.
    """
    found = _routes().find(method.lower(), path)
    if found is None:
        return  # no route of the program: nobody promised anything
    template, operation = found
    where = f"{method} {template}"
    named = str(status) if str(status) in operation["responses"] else f"{status // 100}XX"
    described = operation["responses"].get(named)
    if described is None:
        raise Undocumented(f"{where} answered {status}, which the document does not name: {content!r:.500}")
    if "json" not in kind:
        return
    schema = described.get("content", {}).get("application/json", {}).get("schema")
    if schema is None:
        raise Undocumented(
            f"{where} answered {status} with JSON, which the document does not have: {content!r:.500}"
        )
    wrong = next(iter(_validator(template, method.lower(), named).iter_errors(content)), None)
    if wrong is not None:
        place = "/".join(str(part) for part in wrong.instance_path)
        raise Undocumented(f"{where} {status} differs from the document at /{place}: {wrong.message[:500]}")


class _Routes:
    """The document's routes, found by a path that was called."""

    def __init__(self) -> None:
        self.document = told_document()
        self.components = _closed(self.document["components"]["schemas"], inside=True)
        self.by_length: dict[int, list[tuple[re.Pattern[str], str]]] = {}
        for template in self.document["paths"]:
            pattern = re.compile(re.sub(r"\\\{\w+\\\}", "[^/]+", re.escape(template)))
            self.by_length.setdefault(template.count("/"), []).append((pattern, template))

    def find(self, method: str, path: str) -> tuple[str, Any] | None:
        """The template that the program takes the path by (the first that fits, as Tornado does) and its operation."""
        for pattern, template in self.by_length.get(path.count("/"), ()):
            if pattern.fullmatch(path):
                operation = self.document["paths"][template].get(method)
                return None if operation is None else (template, operation)
        return None


@lru_cache(maxsize=1)
def _routes() -> _Routes:
    return _Routes()


@lru_cache(maxsize=4096)
def _validator(template: str, method: str, status: str) -> Any:
    routes = _routes()
    told = routes.document["paths"][template][method]["responses"][status]
    schema = _closed(told["content"]["application/json"]["schema"])
    needed: dict[str, Any] = {}
    _collect(schema, routes.components, needed)
    whole = {**schema, "components": {"schemas": needed}} if needed else schema
    return jsonschema_rs.Draft202012Validator(whole)


def _collect(schema: Any, components: dict[str, Any], needed: dict[str, Any]) -> None:
    """Add to `needed` the named shapes that `schema` points at, and those that they point at."""
    if isinstance(schema, dict):
        name = str(schema.get("$ref", "")).removeprefix("#/components/schemas/")
        if name in components and name not in needed:
            needed[name] = components[name]
            _collect(components[name], components, needed)
        for part in schema.values():
            _collect(part, components, needed)
    elif isinstance(schema, list):
        for part in schema:
            _collect(part, components, needed)


def _closed(schema: Any, *, inside: bool = False) -> Any:
    """`schema` with nothing allowed beside what it names. `inside`: this is a table of schemas by name, not a schema."""
    if isinstance(schema, list):
        return [_closed(part) for part in schema]
    if not isinstance(schema, dict):
        return schema
    made = {
        name: _closed(part, inside=not inside and name in ("properties", "patternProperties", "$defs"))
        for name, part in schema.items()
    }
    if not inside and "properties" in schema and "allOf" not in schema:
        made.setdefault("additionalProperties", False)
    return made
