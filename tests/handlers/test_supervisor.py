"""监察 sees units, people, equipment and who was on duty, and nothing else, by any route of either door (Q03)."""

from __future__ import annotations

import re
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from tornado.web import Application

from handlers.web.guards.limits import DEFAULTS
from handlers.web.operations import PUBLIC, Route
from models.administration.records import Session
from models.core import clock
from models.core.security import crypto
from models.core.views import all_views
from models.organization.records import Company
from tests.handlers.test_isolation import _member
from tests.support.clock_in_plant import Plant
from tests.support.doors import Call, Desk
from tests.support.two_companies import maker_for

#: What the role says (the ledgers), and what everybody has of their own.
SUPERVISED = {
    "clock-ins",
    "equipment",
    "persons",
    "certificates",
    "required-certificates",  # certificates held against what is asked
    "companies",
    "operator-codes",
    "equipment-types",
}
OWN = {
    "questions",
    "session",
    "second-factor",
    "sessions",
    "jobs",
    "messages",
    "ledgers",
    "search",
    "home",
    "bulk-acts",
    "saved-views",
}
BOARDS = "boards"  # tiles of what one may read
COUNTED = {"/tasks/counts"}  # numbers of one's own tasks, all 0
WORD = "机密"  # stands in every text of the unit


def _paths(app: Application, door: str, rows: dict[Any, Any]) -> list[tuple[str, str, str]]:
    """Every read, and every write that names a row: method, path as declared, path as called."""
    found = []
    for route in app.settings["routes"]:
        assert isinstance(route, Route)
        if not route.path.startswith(door):
            continue
        row = rows.get(route.ledger.record) if route.ledger is not None else None
        path = route.path.removeprefix(door).replace("{id}", str(row.get_id()) if row is not None else "1")
        path = re.sub(r"\{\w+\}", "1", path)
        for method, described in route.operations().items():
            if method == "get" or (described.right != PUBLIC and route.ledger is not None):
                found.append((method, route.path.removeprefix(door), path))
    return found


@pytest.mark.installed(limits=dict.fromkeys(DEFAULTS, "1000000/60"))
@pytest.mark.gen_test(timeout=90)
async def test_no_route_shows_a_supervisor_more_than_the_role_says(
    plant: Plant, app: Application, walker: Callable[[], Desk]
) -> None:
    rows = maker_for(plant, plant.units[0], 1, WORD).rows()
    console = walker()
    console.cookies["anban_session"] = _member("supervisor", rows[Company])
    seen = set()
    views = {view.name: view.ledger.name for view in all_views()}
    for method, declared, path in _paths(app, "/api/console/v1", rows):
        body = None if method in ("get", "delete") else {"values": {}, "version": 1, "ids": []}
        answer = await console(method.upper(), path, json=body)
        where = f"{method} {declared} → {answer.status}"
        first = declared.split("/")[1]
        if first == "views":  # a view is what its ledger is
            first = views[declared.split("/")[2]]
        if method != "get":
            assert answer.status == 403 or declared.endswith("/exports"), where
        elif answer.status == 200:
            seen.add(first)
            assert first in SUPERVISED | OWN | {BOARDS} or declared in COUNTED, where
            assert first in SUPERVISED | {BOARDS} or WORD.encode() not in answer.body, where
        else:
            # 422: what a list of one's own things is asked for is missing
            assert answer.status in (403, 404) or (first in OWN and answer.status == 422), where
    assert seen >= SUPERVISED
    menu = (await console("GET", "/session")).json["menu"]
    assert {item["ledger"] for group in menu for item in group["items"]} == SUPERVISED


@pytest.mark.gen_test(timeout=60)
async def test_nor_does_the_phone(plant: Plant, app: Application, phone: Call) -> None:
    rows = maker_for(plant, plant.units[0], 1, WORD).rows()
    _member("supervisor", rows[Company])
    account = Session.select().order_by(Session.id.desc()).first().account_id
    token = crypto.new_token()
    Session.create(
        token_hash=crypto.hash_token(token),
        account_id=account,
        door="phone",
        expires_at=clock.now() + timedelta(days=1),
    )
    shown = []
    for method, declared, path in _paths(app, "/api/mp/v1", rows):
        if method != "get":
            continue
        answer = await phone("GET", path, token=token)
        assert answer.status < 500, declared
        if answer.status == 200 and WORD.encode() in answer.body:
            shown.append(declared)
    own = {one for one in shown if one.startswith("/ledgers/") and one.split("/")[2] in SUPERVISED}
    assert set(shown) - own <= {
        "/clock-ins",
        "/today",
        "/unit-today",
        "/equipment",
        "/persons",
        "/boards/today",
    }, shown
