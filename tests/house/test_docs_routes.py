"""The pages name only routes that answer: each `GET /path` of README and docs is one of the program's."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from bots.routes import routes as chat_routes
from server import application

ROOT = Path(__file__).resolve().parents[2]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
BASES = {"Phone door": ("/api/mp/v1",), "Console door": ("/api/console/v1",)}
ANY = ("/api/mp/v1", "/api/console/v1", "")
#: `GET /tasks?box=` and what follows it in the same code: `POST /a/b|c`, `GET|PUT /a`, `/try`.
NAMED = re.compile(r"`((?:GET|POST|PUT|PATCH|DELETE)(?:\|(?:GET|POST|PUT|PATCH|DELETE))*) (P|/|P/)([^\s`?]*)")
LINES = re.compile(r"^#{2,3} (.+)$")


def named(page: Path) -> Iterator[tuple[str, str, tuple[str, ...]]]:
    """Method, path and possible bases of every route that a page names."""
    bases = ANY
    for line in page.read_text(encoding="utf-8").splitlines():
        if heading := LINES.match(line):
            title = heading[1]
            bases = BASES.get(title, bases if title.startswith(("A ledger", "Limits")) else ANY)
        for methods, start, rest in NAMED.findall(line):
            path = ("/{ledger}/" if start.startswith("P") else "/") + rest.removeprefix("/").removesuffix("…")
            for each in spelt(path.rstrip("/,;.") or "/"):
                for method in methods.split("|"):
                    yield method.lower(), each, bases


def spelt(path: str) -> Iterator[str]:
    """`/a/{b,c}/d|e` is four paths; `{id}` is a place for any id."""
    parts = []
    for part in path.split("/"):
        inside = re.fullmatch(r"\{([^{}]*,[^{}]*)\}", part)
        parts.append(inside[1].split(",") if inside else part.split("|"))
    for choice in itertools.product(*parts):
        yield "/".join(choice)


def fits(wanted: str, route: str) -> bool:
    theirs, ours = wanted.strip("/").split("/"), route.strip("/").split("/")
    return len(theirs) == len(ours) and all(
        mine == one or one.startswith("{") or (mine.startswith("{") and one == "…")
        for one, mine in zip(theirs, ours, strict=True)
    )


@pytest.fixture(scope="module")
def answered() -> dict[str, set[str]]:
    """The paths that answer each method: described ones, the chat platforms' callbacks, and live connections."""
    live = {"/api/console/v1/live", "/api/mp/v1/live"}
    chat = {
        re.sub(r"\((?:[^()]|\([^()]*\))*\)", "{id}", spec.regex.pattern.rstrip("$")) for spec in chat_routes
    }
    found: dict[str, set[str]] = {"get": live | chat, "post": set(chat)}
    for route in application.routes():
        for method in route.operations():
            found.setdefault(method, set()).add(route.path)
    return found


def test_every_route_named_in_the_pages_answers(answered: dict[str, set[str]]) -> None:
    wrong = []
    for page in PAGES:
        for method, path, bases in named(page):
            whole = ("",) if path.startswith(("/api/", "/bots/")) else bases
            if not any(fits(base + path, route) for base in whole for route in answered[method]):
                wrong.append(f"{page.relative_to(ROOT)}: {method.upper()} {path}")
    assert wrong == []


def test_it_finds_what_it_looks_for(answered: dict[str, set[str]]) -> None:
    told = [(method, path) for page in PAGES for method, path, _ in named(page)]
    assert len(told) > 150
    assert ("get", "/api/openapi.json") in told
    assert not any(fits("/api/mp/v1/no-such-thing", route) for route in answered["get"])
