"""`GET /api/openapi.json`: every route of both JSON doors, made from what the routes say of themselves."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from pydantic import BaseModel

from handlers.web.operations import PUBLIC, Operation, Route, row_ids
from handlers.web.parts import ID_SCHEMA
from handlers.web.schemas import Component
from handlers.web.shapes.refusals import Error
from models.core.ledger import Ledger
from models.core.security.rights import all_rights

_TITLES = {
    200: "好",
    201: "已新增",
    202: "已开始",
    204: "已完成",
    101: "WebSocket",
    302: "转到别处",
    304: "没有变化",
}
_REFUSALS = {
    400: "请求无法识别", 401: "没有登录", 403: "没有权限", 404: "没有找到", 405: "不支持的方法", 409: "与现状冲突",
    413: "内容太大", 415: "不收这种文件", 422: "内容有误", 429: "太频繁",
}  # fmt: skip


class _Builder:
    def __init__(self) -> None:
        self.schemas: dict[str, Any] = {}
        self.models: set[type[BaseModel]] = set()
        self.error = self.schema(Error, None)

    def schema(self, shape: Any, ledger: Ledger | None) -> dict[str, Any]:
        """The JSON schema of a shape: a dictionary, a model, something with a name, or what a ledger makes of itself."""
        if not isinstance(shape, (dict, type, Component)):
            assert ledger is not None
            shape = shape(ledger)
        made: dict[str, Any] = self._plain(shape)
        return made

    def _plain(self, part: Any) -> Any:
        """`part` of a schema with models and named schemas in it as references."""
        if isinstance(part, dict):
            return {name: self._plain(inner) for name, inner in part.items()}
        if isinstance(part, list):
            return [self._plain(inner) for inner in part]
        if isinstance(part, Component):
            self._add(part.name, self._plain(part.schema))
            return {"$ref": f"#/components/schemas/{part.name}"}
        if isinstance(part, type) and issubclass(part, BaseModel):
            if part not in self.models:
                self.models.add(part)
                made = part.model_json_schema(ref_template="#/components/schemas/{model}")
                # One that points at itself is among its own parts already.
                for name, inner in {part.__name__: made, **made.pop("$defs", {})}.items():
                    self._add(name, inner)
            return {"$ref": f"#/components/schemas/{part.__name__}"}
        return part

    def _add(self, name: str, schema: Any) -> None:
        """Keep a shape by its name. Raises ValueError for two shapes of one name: one would be taken for the other."""
        if self.schemas.setdefault(name, schema) != schema:
            raise ValueError(f"two shapes are called {name}: give one of them another name")

    def query(self, described: Operation, ledger: Ledger | None) -> list[dict[str, Any]]:
        parameters = []
        if described.query is not None:
            made = described.query.model_json_schema(by_alias=True)
            required = set(made.get("required", ()))
            for name, schema in made["properties"].items():
                parameters.append(
                    {"name": name, "in": "query", "required": name in required, "schema": schema}
                )
        if described.ledger_query and ledger is not None:
            parameters += _filter_parameters(ledger)
        return parameters

    def operation(self, route: Route, method: str, described: Operation) -> dict[str, Any]:
        ledger = route.ledger
        right = described.right_for(ledger)
        parameters = [
            {
                "name": name,
                "in": "path",
                "required": True,
                "schema": ID_SCHEMA
                if name in row_ids(getattr(route.handler, method))
                else {"type": "string"},
            }
            for name in re.findall(r"\{(\w+)\}", route.path)
        ]
        parameters += self.query(described, ledger)
        parameters += [
            {
                "name": name,
                "in": "header",
                "required": required,
                "description": text,
                "schema": {"type": "string"},
            }
            for name, text, required in described.headers
        ]
        made: dict[str, Any] = {
            "summary": described.summary + (f"（{ledger.title}）" if ledger else ""),
            "operationId": f"{method}_{re.sub(r'[^a-z0-9]+', '_', route.path.lower()).strip('_')}",
            "tags": [ledger.title if ledger else route.path.split("/")[4 if "/v1/" in route.path else 1]],
            "x-right": right,
            "parameters": parameters,
            "responses": self.responses(route, method, described, right),
            "security": []
            if right == PUBLIC
            else [{"token": []} if "/mp/" in route.path else {"session": []}],
        }
        if described.system:
            made["x-system"] = described.system
        if described.body is not None:
            made["requestBody"] = {
                "required": not described.may_be_empty,
                "content": {described.consumes: {"schema": self.schema(described.body, ledger)}},
            }
        return made

    def responses(self, route: Route, method: str, described: Operation, right: str) -> dict[str, Any]:
        made: dict[str, Any] = {}
        ledger = route.ledger
        for status, shape in described.gives.items():
            made[str(status)] = {"description": _TITLES.get(status, "")}
            if shape is not None:
                types = (described.produces,) if isinstance(described.produces, str) else described.produces
                made[str(status)]["content"] = {
                    each: {"schema": self.schema(shape, ledger)} for each in types
                }
        refused = set(described.refuses) | {400, 405, 429}
        if right != PUBLIC:
            refused |= {401, 403}
        if row_ids(getattr(route.handler, method)):  # what can be no row's is answered for every route
            refused.add(404)
        if described.body is not None or described.query is not None or described.ledger_query:
            refused |= {413, 422}
        if "/console/" in str(described) or described.body is not None:
            refused.add(403)
        for status in sorted(refused):
            made[str(status)] = self.refusal(_REFUSALS[status])
        made["5XX"] = self.refusal("系统出错，或暂时不能用")
        return made

    def refusal(self, words: str) -> dict[str, Any]:
        """The answer of a request that is refused."""
        return {"description": words, "content": {"application/json": {"schema": self.error}}}


def _filter_parameters(ledger: Ledger) -> list[dict[str, Any]]:
    def names(field: str, kind: str) -> list[str]:
        return [f"f.{field}.from", f"f.{field}.to"] if kind.endswith("_range") else [f"f.{field}"]

    return [
        {"name": name, "in": "query", "required": False, "schema": {"type": "string"}}
        for item in ledger.filters
        for name in names(item.field, item.kind)
    ]


def document(routes: Sequence[Route], *, version: str, server: str) -> dict[str, Any]:
    """The OpenAPI 3.1 document of `routes`."""
    builder = _Builder()
    paths: dict[str, Any] = {}
    for route in routes:
        for method, described in route.operations().items():
            paths.setdefault(route.path, {})[method] = builder.operation(route, method, described)
    return {
        "openapi": "3.1.0",
        "info": {"title": "安班 Anban", "version": version},
        "servers": [{"url": server}],
        "paths": paths,
        "components": {
            "schemas": builder.schemas,
            "securitySchemes": {
                "token": {"type": "http", "scheme": "bearer"},
                "session": {"type": "apiKey", "in": "cookie", "name": "anban_session"},
            },
        },
        "x-rights": [{"name": item.name, "title": item.title, "group": item.group} for item in all_rights()],
    }
