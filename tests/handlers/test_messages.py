"""My messages in the console, and its live connection: changed rows and unread counts (K01)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import orjson
import pytest
from tornado.httpclient import HTTPClientError, HTTPRequest
from tornado.web import Application
from tornado.websocket import websocket_connect

from models.administration.records import Account, Assignment
from models.administration.roles.roles import builtin
from models.core.security import crypto
from models.organization.records import Person
from tests.support.doors import Desk
from tests.support.people_to_tell import Crowd

PASSWORD = "Anquan-2026"


@pytest.fixture
def officer(crowd: Crowd) -> Person:
    """A safety officer who is one of the unit's people."""
    person = crowd.person()
    account = Account.get(Account.id == person.account_id)
    Account.update(password_hash=crypto.hash_password(PASSWORD)).where(Account.id == account.id).execute()
    Assignment.create(account_id=account.id, role=builtin("safety_officer"), company_id=crowd.unit.id)
    return person


async def signed_in(desk: Callable[[], Desk], person: Person) -> Desk:
    console = desk()
    login = Account.get(Account.id == person.account_id).login
    assert (await console.sign_in(login, PASSWORD)).status == 200
    return console


@pytest.mark.gen_test(timeout=20)
async def test_list_count_and_read(crowd: Crowd, officer: Person, desk: Callable[[], Desk]) -> None:
    other = crowd.person()
    crowd.tell(officer, other)
    crowd.tell(other)
    console = await signed_in(desk, officer)
    page = (await console("GET", "/messages")).json
    assert ([item["title"] for item in page["items"]], page["unread"]) == (["事故快报"], 1), "mine alone"
    assert (await console("GET", "/messages/count")).json == {"unread": 1}
    read = await console("POST", "/messages/read", json={"ids": [page["items"][0]["id"]]})
    assert read.json == {"unread": 0}
    assert (await console("GET", "/messages?unread=true")).json["items"] == []
    assert (await desk()("GET", "/messages")).status == 401


@pytest.mark.gen_test(timeout=20)
async def test_live_tells_changed_rows_and_unread_counts(
    crowd: Crowd, officer: Person, app: Application, http_server: Any, base_url: str, desk: Callable[[], Desk]
) -> None:
    url = base_url.replace("http", "ws", 1) + "/api/console/v1/live"
    with pytest.raises(HTTPClientError) as refused:
        await websocket_connect(HTTPRequest(url))
    assert refused.value.code == 401
    console = await signed_in(desk, officer)
    cookies = "; ".join(f"{name}={value}" for name, value in console.cookies.items())
    with pytest.raises(HTTPClientError) as foreign:
        await websocket_connect(
            HTTPRequest(url, headers={"Cookie": cookies, "Origin": "http://evil.example"})
        )
    assert foreign.value.code == 403
    connection = await websocket_connect(HTTPRequest(url, headers={"Cookie": cookies}))

    async def heard() -> Any:
        return orjson.loads(await connection.read_message())

    assert [await heard(), await heard()] == [{"type": "hello"}, {"type": "messages", "unread": 0}]
    hub = app.settings["hub"]
    crowd.tell(officer)
    hub.push({"ledger": "persons", "id": 5, "company_id": crowd.other.id})
    hub.push({"ledger": "no-such", "id": 5, "company_id": crowd.unit.id})
    hub.push({"ledger": "persons", "id": 6, "company_id": crowd.unit.id})
    assert await heard() == {"type": "changed", "ledger": "persons", "id": "6"}, "not the stranger's"
    for _ in range(3):
        hub.push({"accounts": [crowd.actor(officer).account_id]})
    assert await heard() == {"type": "messages", "unread": 1}
    crowd.tell(officer)
    hub.push({"accounts": [crowd.actor(officer).account_id]})
    while (frame := await heard())["unread"] != 2:
        assert frame == {"type": "messages", "unread": 1}
    connection.close()
