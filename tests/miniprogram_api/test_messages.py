"""My messages on the phone: routes, and the live connection that tells the unread count (K01)."""

from __future__ import annotations

from typing import Any

import orjson
import pytest
from tornado.httpclient import HTTPRequest
from tornado.web import Application
from tornado.websocket import websocket_connect

from models.administration.records import Account, Assignment, Session
from models.core.clock import now
from models.core.db.connection import in_transaction
from models.core.security import crypto
from models.organization.records import Person
from server.relay import Relay
from tests.support.doors import Call
from tests.support.people_to_tell import Crowd, notice_of


def token_of(person: Person, door: str = "phone") -> str:
    """A session of the person's sign-in."""
    from datetime import timedelta

    token = crypto.new_token()
    account = Account.get(Account.id == person.account_id)
    Session.create(
        token_hash=crypto.hash_token(token), account_id=account.id, door=door,
        expires_at=now() + timedelta(days=1),
    )  # fmt: skip
    return token


class Hears:
    """Stands between relay and hub as Redis does."""

    def __init__(self, app: Application) -> None:
        self.app = app

    async def publish(self, news: dict[str, Any]) -> None:
        self.app.settings["hub"].push(orjson.loads(orjson.dumps(news)))


async def next_frame(connection: Any) -> Any:
    """The next frame; None when the server has closed."""
    message = await connection.read_message()
    return None if message is None else orjson.loads(message)


@pytest.mark.gen_test(timeout=20)
async def test_list_count_and_read(crowd: Crowd, phone: Call) -> None:
    person, other = crowd.person(), crowd.person()
    told = [crowd.tell(person, other, subject_id=n + 1, title=f"第{n}条") for n in range(3)]
    token = token_of(person)
    page = (await phone("GET", "/messages?limit=2", token=token)).json
    assert [item["title"] for item in page["items"]] == ["第2条", "第1条"]
    assert page["unread"] == 3
    rest = (await phone("GET", f"/messages?limit=2&cursor={page['next']}", token=token)).json
    assert ([item["title"] for item in rest["items"]], rest["next"]) == (["第0条"], None)
    assert (await phone("GET", "/messages/count", token=token)).json == {"unread": 3}
    ids = [str(notice_of(told[0], person).id), str(notice_of(told[1], other).id)]
    assert (await phone("POST", "/messages/read", token=token, json={"ids": ids})).json == {"unread": 2}
    unread = (await phone("GET", "/messages?unread=true", token=token)).json
    assert [item["title"] for item in unread["items"]] == ["第2条", "第1条"]
    assert (await phone("POST", "/messages/read", token=token, json={"all": True})).json == {"unread": 0}
    assert (await phone("GET", "/messages/count", token=token_of(other))).json == {"unread": 3}


@pytest.mark.gen_test(timeout=20)
async def test_what_is_refused(crowd: Crowd, phone: Call) -> None:
    token = token_of(crowd.person())
    assert (await phone("GET", "/messages")).status == 401
    for body in ({}, {"ids": ["1"], "all": True}, {"ids": ["x"]}, {"ids": None}, {"all": False}):
        assert (await phone("POST", "/messages/read", token=token, json=body)).status == 422, body
    bad = await phone("GET", "/messages?cursor=x", token=token)
    assert (bad.status, bad.code) == (422, "bad_cursor")


def live(base_url: str, **headers: str) -> Any:
    url = base_url.replace("http", "ws", 1) + "/api/mp/v1/live"
    return websocket_connect(HTTPRequest(url, headers=headers))


@pytest.mark.gen_test(timeout=20)
async def test_the_count_comes_live_with_the_token_in_the_first_frame(
    crowd: Crowd, app: Application, http_server: Any, base_url: str
) -> None:
    person, other = crowd.person(), crowd.person()
    connection = await live(base_url, Origin="https://servicewechat.com")
    await connection.write_message(orjson.dumps({"type": "hello", "token": token_of(person)}))
    assert await next_frame(connection) == {"type": "hello"}
    assert await next_frame(connection) == {"type": "messages", "unread": 0}
    message = crowd.tell(person, other)
    app.settings["hub"].push({"accounts": [crowd.actor(other).account_id]})
    app.settings["hub"].push({"accounts": [crowd.actor(person).account_id]})
    assert await next_frame(connection) == {"type": "messages", "unread": 1}
    from models.messages.inbox.answers import answer

    in_transaction(answer, crowd.actor(person), notice_of(message, person).id, "received")
    await Relay(app.settings["caller"], Hears(app)).once()  # type: ignore[arg-type]
    assert await next_frame(connection) == {"type": "messages", "unread": 0}
    connection.close()


@pytest.mark.gen_test(timeout=20)
async def test_the_token_may_come_as_a_subprotocol_and_is_not_given_back(
    crowd: Crowd, http_server: Any, base_url: str
) -> None:
    token = token_of(crowd.person())
    connection = await live(base_url, **{"Sec-WebSocket-Protocol": f"anban, bearer.{token}"})
    assert connection.selected_subprotocol == "anban"
    assert await next_frame(connection) == {"type": "hello"}
    connection.close()


@pytest.mark.gen_test(timeout=20)
async def test_who_can_not_be_recognised_is_shut_out(
    crowd: Crowd, app: Application, http_server: Any, base_url: str
) -> None:
    person = crowd.person()
    console = token_of(person, door="console")
    Account.update(must_change_password=True).where(Account.id_hash == person.id_hash).execute()
    first = token_of(person)
    roleless = crowd.person()
    account = Account.get(Account.id_hash == roleless.id_hash)
    Assignment.delete().where(Assignment.account_id == account.id).execute()
    frames = [b"{", b"[]", b'{"token": 5}', b"{}"]
    frames += [orjson.dumps({"token": token}) for token in ("wrong", console, first, token_of(roleless))]
    for frame in frames:
        connection = await live(base_url)
        await connection.write_message(frame)
        assert await next_frame(connection) is None, frame
        assert connection.close_code == 4401
    assert app.settings["hub"].open == set()


@pytest.mark.gen_test(timeout=20)
async def test_changed_rows_of_ledgers_are_not_for_phones(
    crowd: Crowd, app: Application, http_server: Any, base_url: str
) -> None:
    person = crowd.person()
    connection = await live(base_url)
    await connection.write_message(orjson.dumps({"token": token_of(person)}))
    assert [(await next_frame(connection))["type"] for _ in range(2)] == ["hello", "messages"]
    app.settings["hub"].push({"ledger": "clock-ins", "id": 1, "company_id": crowd.unit.id})
    app.settings["hub"].push({"accounts": [crowd.actor(person).account_id]})
    assert (await next_frame(connection))["type"] == "messages"
    connection.close()
