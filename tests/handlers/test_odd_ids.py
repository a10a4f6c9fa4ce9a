"""No id that there can't be breaks a route: 404 or a refusal, never a failure (X10, issue of ids from 2⁶³ on).

Walks every route of the OpenAPI with such ids in the address, in the query and in every value of the body. Each place of
each route is asked. All the odd values are tried where a handler's method first reads a place of its kind; where the
same method reads such a place again (of another ledger, or another field), one or two of them, by turns.
"""

from __future__ import annotations

import asyncio
import json
import zlib
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from tornado.web import Application

from handlers.web.guards import xsrf
from handlers.web.guards.limits import DEFAULTS, RequestLimits
from handlers.web.parts import ID_SCHEMA
from models.administration.records import Account, Assignment, Role, Session
from models.core.clock import now
from models.core.errors import NotFound
from models.core.security import crypto
from models.core.security.rights import all_rights
from models.organization.records import Binding, Company, Person
from tests.models.core.small_ledgers import id_number
from tests.support.kept_connection import KeptConnection, Told
from tests.support.told_document import told_document

ODD = (str(2**63), "9" * 5000, "-1", "١٢", "1.5")
#: In a body, where each costs a request for every value: as text and as a number.
ODD_VALUES: tuple[Any, ...] = (str(2**63), "9" * 5000, 2**63, [str(2**64)])
_SPARED = (
    "/session",
    "/password",
    "/second-factor",
)  # they would end the session or ask who it is, and take no ids
_AT_ONCE = 6
_KEPT = "a" * 32


DOCUMENT = told_document()


def _operations() -> Iterator[tuple[str, str, dict[str, Any]]]:
    for path, methods in DOCUMENT["paths"].items():
        for method, said in methods.items():
            if isinstance(said, dict) and "responses" in said and not any(word in path for word in _SPARED):
                yield path, method.upper(), said


def _resolved(schema: dict[str, Any]) -> dict[str, Any]:
    while "$ref" in schema:
        at: Any = DOCUMENT
        for part in schema["$ref"].removeprefix("#/").split("/"):
            at = at[part]
        schema = at
    for name in ("anyOf", "oneOf", "allOf"):
        if name in schema:
            return _resolved(next(one for one in schema[name] if one.get("type") != "null"))
    return schema


def _sample(schema: dict[str, Any], depth: int = 0) -> Any:
    schema = _resolved(schema)
    if "const" in schema or "enum" in schema:
        return schema.get("const", (schema.get("enum") or [None])[0])
    kind = schema.get("type")
    if kind == "object" and depth < 5:
        return {name: _sample(one, depth + 1) for name, one in schema.get("properties", {}).items()}
    if kind == "array" and depth < 5:
        return [_sample(schema.get("items", {}), depth + 1)]
    formats = {"date": "2026-11-22", "date-time": "2026-11-22T08:00:00+08:00"}
    return {"integer": 1, "number": 1, "boolean": True}.get(
        str(kind), formats.get(schema.get("format", ""), "1")
    )


def _places(value: Any, way: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to every value inside."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, inner in items:
        yield (*way, key)
        yield from _places(inner, (*way, key))


def _with(value: Any, way: tuple[Any, ...], odd: Any) -> Any:
    if not way:
        return odd
    changed = dict(value) if isinstance(value, dict) else list(value)
    changed[way[0]] = _with(value[way[0]], way[1:], odd)
    return changed


Asked = tuple[str, str, Any]  # method, address, body


class _Turns:
    """Which odd values a place is asked with: all of them, if it is the first that is read by the same code."""

    def __init__(self, always: Sequence[Any], by_turns: Sequence[Any]) -> None:
        from server import application

        self._always, self._by_turns = always, by_turns
        self._read: set[Any] = set()
        self._methods = {
            (route.path, method.upper()): getattr(route.handler, method)
            for route in application.routes()
            for method in route.operations()
        }

    def of(self, path: str, method: str, kind: object, *place: object) -> list[Any]:
        """The values for one place of a route; `kind` is what there is to read."""
        read = (self._methods[path, method], kind)
        if read not in self._read:
            self._read.add(read)
            return [*self._always, *self._by_turns]
        turn = zlib.crc32(repr((path, method, *place)).encode()) % len(self._by_turns)
        return [*self._always, self._by_turns[turn]]


#: The parts of addresses that are no ids.
NAMED = {"kind", "field", "code", "name", "ledger"}
#: As they stand in an address; the last is no text at all.
IMPOSSIBLE = (
    *(str(2**63), "0", "-1", "1e3", "1_0", "1.5", "abc", "9" * 5000),
    *(quote("１２"), quote("١٢"), "%00", "1%00", "%201", "%ff"),
)


def _impossible() -> Iterator[Asked]:
    """Every route with an id in its address, asked with what can be no row's; where there are several, for each of them."""
    turns = _Turns(IMPOSSIBLE[:1], IMPOSSIBLE[1:])
    for path, method, said in _operations():
        parameters = {one["name"]: one["schema"] for one in said.get("parameters", ()) if one["in"] == "path"}
        for name in [name for name, schema in parameters.items() if schema == ID_SCHEMA]:
            for odd in turns.of(path, method, name):
                yield method, _plain(path.replace(f"{{{name}}}", odd)), _body_of(said)


def _in_addresses() -> Iterator[Asked]:
    """Where an address takes a name; where it takes an id, `_impossible` asks for more, and with more."""
    for path, method, said in _operations():
        body = _body_of(said)
        parameters = {one["name"]: one["schema"] for one in said.get("parameters", ()) if one["in"] == "path"}
        names = list(parameters)
        for name in [name for name in names if parameters[name] != ID_SCHEMA]:
            for odd in ODD:
                told = path.replace(f"{{{name}}}", quote(odd, safe=""))
                for other in names:
                    told = told.replace(f"{{{other}}}", "1")
                yield method, told, body


def _body_of(said: dict[str, Any]) -> Any:
    content = said.get("requestBody", {}).get("content", {})
    return _sample(content["application/json"]["schema"]) if "application/json" in content else None


def _in_queries() -> Iterator[Asked]:
    turns = _Turns((), ODD[:3])
    for path, method, said in _operations():
        names = [one["name"] for one in said.get("parameters", ()) if one["in"] == "query"]
        for name in names:
            for odd in turns.of(path, method, name, name):
                yield method, f"{_plain(path)}?{urlencode({name: odd})}", _body_of(said)


def _in_bodies() -> Iterator[Asked]:
    turns = _Turns(ODD_VALUES[:1], ODD_VALUES[1:])
    for path, method, said in _operations():
        body = _body_of(said)
        for way in _places(body):
            for odd in turns.of(path, method, _kind(body, way), way):
                yield method, _plain(path), _with(body, way, odd)


def _kind(value: Any, way: tuple[Any, ...]) -> tuple[Any, ...]:
    """What is read there: how deep, and a sample of it; an object or a list by what it is, not by what is in it."""
    for key in way:
        value = value[key]
    return len(way), type(value), None if isinstance(value, (dict, list)) else value


def _plain(path: str) -> str:
    for name in ("id", "job", "attachment", "notice", "sequence", *NAMED):
        path = path.replace(f"{{{name}}}", "1")
    return path


class Everybody:
    """Somebody with all rights, at both doors; signed in anew where a request has ended that."""

    def __init__(self) -> None:
        company = Company.create(name="甲公司", kind="company", path="/")
        Company.update(company_root=company.id, path=f"/{company.id}/").where(
            Company.id == company.id
        ).execute()
        grants = [{"right": one.name, "scope": "company"} for one in all_rights()]
        role = Role.create(name="万能", company=company, grants=grants)
        number = id_number(77)
        self.account = Account.create(
            company=company, login="13800000077", name="全", phone="13800000077", id_number=number,
            current_company=company,
        )  # fmt: skip
        person = Person.create(
            company=company, name="全", id_number=number, phone="13800000077", account_id=self.account.id
        )
        Binding.create(company=company, person=person, state="approved", origin="entered")
        Assignment.create(account_id=self.account.id, role=role, company_id=company.id)

    def token(self, door: str) -> str:
        """A new session."""
        token = crypto.new_token()
        Session.create(
            token_hash=crypto.hash_token(token), account_id=self.account.id, door=door,
            expires_at=now() + timedelta(days=30), proven_at=now(), company_id=self.account.company_id,
        )  # fmt: skip
        return token


async def _walk(
    asked: Iterator[Asked], base: str, look: Callable[[Told], str] = lambda answer: ""
) -> tuple[Counter[int], list[str]]:
    """Ask them all; gives how often what was answered, and what failed, or what `look` says of an answer."""
    who = Everybody()
    keys = {door: who.token(door) for door in ("console", "phone")}
    failed: list[str] = []
    counts: Counter[int] = Counter()

    async def one(client: KeptConnection, method: str, address: str, body: Any) -> None:
        door = "phone" if "/mp/" in address else "console"
        for _ in range(3):
            headers = {
                "Content-Type": "application/json",
                "X-XSRFToken": xsrf.token_for(keys["console"], _KEPT),
                "Idempotency-Key": crypto.new_token(),
            }
            if door == "phone":
                headers["Authorization"] = f"Bearer {keys[door]}"
            else:
                headers["Cookie"] = f"anban_session={keys[door]}; _xsrf={_KEPT}"
            sent = None if method in ("GET", "DELETE") else json.dumps(body if body is not None else {})
            answer = await client.ask(method, address, headers, sent)
            if answer.code != 401:
                break
            keys[door] = await asyncio.to_thread(who.token, door)
        if answer.code >= 500 or answer.code in (401, 599):
            failed.append(f"{answer.code} {method} {address[:150]} {str(sent)[:300]} {answer.body[:200]!r}")
        elif seen := look(answer):
            failed.append(f"{seen} {method} {address[:150]}")
        counts[answer.code] += 1

    async def worker() -> None:
        client = KeptConnection(base)
        for item in asked:
            await one(client, *item)
        client.close()

    await asyncio.gather(*(worker() for _ in range(_AT_ONCE)))
    return counts, failed


@pytest.mark.slow
@pytest.mark.one_engine
@pytest.mark.gen_test(timeout=600)
@pytest.mark.parametrize("where", [_in_addresses, _in_queries, _in_bodies], ids=lambda where: where.__name__)
async def test_no_id_that_there_cant_be_breaks_a_route(
    app: Application, http_server: Any, base_url: str, where: Any
) -> None:
    # A walk is no honest use: each of its requests is to reach its route.
    app.settings["limits"] = RequestLimits(dict.fromkeys(DEFAULTS, "1000000/1"))
    counts, failed = await _walk(where(), base_url)
    reached = sum(counts[code] for code in (200, 201, 202, 204, 400, 404, 409, 422))
    assert reached > 0.8 * counts.total(), counts
    assert failed == [], f"{len(failed)} of {counts}:\n" + "\n".join(failed[:40])


def _is_not_found(answer: Told) -> str:
    """What is wrong with an answer that should be the one of an id that can be no row's."""
    error = json.loads(answer.body or b"{}").get("error", {})
    told = {name: error.get(name) for name in ("code", "title", "cause", "advice")}
    return "" if (answer.code, told) == (404, NOT_FOUND) else f"{answer.code} {told}"


NOT_FOUND = {name: NotFound().as_json().get(name) for name in ("code", "title", "cause", "advice")}


@pytest.mark.one_engine
@pytest.mark.gen_test(timeout=600)
async def test_an_id_that_there_cant_be_is_the_same_404_everywhere(
    app: Application, http_server: Any, base_url: str
) -> None:
    app.settings["limits"] = RequestLimits(dict.fromkeys(DEFAULTS, "1000000/1"))
    counts, failed = await _walk(_impossible(), base_url, _is_not_found)
    assert counts.total() > 500
    assert failed == [], f"{len(failed)} of {counts}:\n" + "\n".join(failed[:40])


def test_what_an_address_holds_is_an_id_or_a_name() -> None:
    parameters = [
        one for _, _, said in _operations() for one in said.get("parameters", ()) if one["in"] == "path"
    ]
    assert {one["name"] for one in parameters if one["schema"] != ID_SCHEMA} == NAMED, "declare it as int"
