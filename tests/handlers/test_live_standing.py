"""What is open falls with its reason (I6): live connections close the moment a session ends, and follow other rights."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from typing import Any

import orjson
import pytest
from tornado.httpclient import HTTPRequest
from tornado.web import Application
from tornado.websocket import websocket_connect

from handlers.base import COOKIE
from models.administration.accounts.actors import actor_for_token
from models.administration.records import Account, Assignment, Role, Session
from models.administration.sign_in.sign_in import revoke_sessions, sign_in, sign_out
from models.core.db.connection import in_transaction
from models.core.events import outbox
from models.core.events.outbox import announce_rows
from models.core.security import crypto
from models.core.security.rights import Scope
from models.messages.records import Message, Notice
from models.organization.records import Binding, Company, Person
from scripts.services import redis
from server.relay import Relay
from server.shared_state import STANDING, News
from tests.support.people_to_tell import Crowd

PASSWORD = "Anquan-2026"
SIGNED_OUT = 4401


@pytest.fixture
def officer(crowd: Crowd) -> Account:
    """Somebody with console and phone."""
    account = Account.create(
        company=crowd.unit, login="officer", name="安全员", password_hash=crypto.hash_password(PASSWORD)
    )
    for code in ("safety_officer", "worker"):
        role = Role.get(Role.code == code)
        Assignment.create(account_id=account.id, role=role, company_id=crowd.unit.id)
    return account


@pytest.fixture
def token() -> Callable[[str], str]:
    return lambda door: sign_in("officer", PASSWORD, door=door).token


async def opened(base_url: str, door: str, token: str) -> Any:
    """An open live connection of a door that has said hello."""
    url = base_url.replace("http", "ws", 1)
    if door == "console":
        request = HTTPRequest(f"{url}/api/console/v1/live", headers={"Cookie": f"{COOKIE}={token}"})
    else:
        headers = {"Sec-WebSocket-Protocol": f"anban, bearer.{token}"}
        request = HTTPRequest(f"{url}/api/mp/v1/live", headers=headers)
    connection = await websocket_connect(request)
    assert orjson.loads(await connection.read_message()) == {"type": "hello"}
    return connection


async def closed(connection: Any) -> int | None:
    """The code that it is closed with; frames before are passed over."""
    while await connection.read_message() is not None:
        pass
    code: int | None = connection.close_code
    return code


@asynccontextmanager
async def process(app: Application, url: str = "") -> AsyncIterator[News]:
    """The news of one process of the installation, heard by the application's connections."""
    news = News(url)
    news.listen(app.settings["hub"].push)
    await asyncio.sleep(0.2)  # until it has subscribed
    news.publish_at_once()
    yield news
    await news.close()


ENDINGS: dict[str, Callable[[Account, str, str], object]] = {
    "signed out": lambda account, token, door: sign_out(actor_for_token(token, door)),
    "sessions revoked": lambda account, token, door: revoke_sessions(account.id),
    "switched off": lambda account, token, door: _switched_off(account),
}


def _switched_off(account: Account) -> None:
    Account.update(state="disabled").where(Account.id == account.id).execute()
    announce_rows(STANDING, [(None, account.id, {"accounts": [account.id]})])


@pytest.mark.parametrize("door", ["console", "phone"])
@pytest.mark.parametrize("ending", ENDINGS)
@pytest.mark.gen_test(timeout=20)
async def test_a_live_connection_closes_the_moment_its_session_ends(
    officer: Account, token: Any, app: Application, http_server: Any, base_url: str, door: str, ending: str
) -> None:
    async with process(app):
        mine = token(door)
        connection = await opened(base_url, door, mine)
        await asyncio.to_thread(in_transaction, ENDINGS[ending], officer, mine, door)
        assert await asyncio.wait_for(closed(connection), 2) == SIGNED_OUT
        assert app.settings["hub"].open == set()


@pytest.mark.gen_test(timeout=20)
async def test_a_session_of_one_unit_is_not_told_how_much_another_unit_has_written(
    crowd: Crowd, officer: Account, token: Any, app: Application, http_server: Any, base_url: str
) -> None:
    """Both connections are the same account's, and hear of the same news (I3)."""
    other = Company.create(name="别的单位", kind="company", path="/x/")
    file = Person.create(company=other, name="安全员", id_number="110101199003070038", phone="13900009999")
    Binding.create(company=other, person=file, state="approved")
    Person.update(account_id=officer.id).where(Person.id == file.id).execute()
    Assignment.update(company_id=None).where(Assignment.account_id == officer.id).execute()
    message = Message.create(
        company_id=other.id,
        kind="task.given",
        subject_kind="task",
        subject_id=1,
        title="通知",
        text="通知",
        card={},
    )
    Notice.create(company=other, message=message, person=file.id, account_id=officer.id)
    of_unit = token("phone")
    Session.update(unit_id=crowd.unit.id).where(Session.account_id == officer.id).execute()
    whole = await opened(base_url, "phone", token("phone"))
    narrow = await opened(base_url, "phone", of_unit)
    for connection in (whole, narrow):
        await asyncio.wait_for(connection.read_message(), 5)  # what it is told as it comes
    app.settings["hub"].push({"accounts": [officer.id]})
    told = [
        orjson.loads(await asyncio.wait_for(connection.read_message(), 5))["unread"]
        for connection in (whole, narrow)
    ]
    assert told == [1, 0]
    for connection in (whole, narrow):
        connection.close()


@pytest.mark.gen_test(timeout=20)
async def test_other_sessions_of_the_account_stay_open(
    officer: Account, token: Any, app: Application, http_server: Any, base_url: str
) -> None:
    async with process(app):
        first, second = token("console"), token("console")
        one, other = await opened(base_url, "console", first), await opened(base_url, "console", second)
        await asyncio.to_thread(in_transaction, lambda: sign_out(actor_for_token(first, "console")))
        assert await asyncio.wait_for(closed(one), 2) == SIGNED_OUT
        assert len(app.settings["hub"].open) == 1
        other.close()


@pytest.mark.gen_test(timeout=20)
async def test_the_relay_says_it_too_where_the_process_that_ended_it_died(
    officer: Account, token: Any, app: Application, http_server: Any, base_url: str
) -> None:
    connection = await opened(base_url, "console", token("console"))
    await asyncio.to_thread(in_transaction, revoke_sessions, officer.id)

    class Hears:
        async def publish(self, news: dict[str, Any]) -> None:
            app.settings["hub"].push(orjson.loads(orjson.dumps(news)))

    await Relay(app.settings["caller"], Hears()).once()  # type: ignore[arg-type]
    assert await asyncio.wait_for(closed(connection), 2) == SIGNED_OUT


@pytest.fixture
def redis_url() -> Iterator[str]:
    with redis() as server:
        yield server.url()


@pytest.mark.parametrize("door", ["console", "phone"])
@pytest.mark.gen_test(timeout=30)
async def test_it_closes_in_every_process_over_redis(
    redis_url: str, officer: Account, token: Any, app: Application, http_server: Any, base_url: str, door: str
) -> None:
    """One process holds the connection and only listens, in another one the session ends."""
    here = News(redis_url)
    here.listen(app.settings["hub"].push)
    there = News(redis_url)
    await asyncio.sleep(0.3)
    there.publish_at_once()
    connection = await opened(base_url, door, token(door))
    await asyncio.to_thread(in_transaction, revoke_sessions, officer.id)
    assert await asyncio.wait_for(closed(connection), 2) == SIGNED_OUT
    await here.close()
    await there.close()


@pytest.mark.gen_test(timeout=20)
async def test_nothing_is_said_of_what_was_rolled_back(
    officer: Account, token: Any, app: Application, http_server: Any, base_url: str
) -> None:
    def ended_and_refused() -> None:
        revoke_sessions(officer.id)
        raise LookupError

    async with process(app):
        connection = await opened(base_url, "console", token("console"))
        with pytest.raises(LookupError):
            await asyncio.to_thread(in_transaction, ended_and_refused)
        await asyncio.sleep(0.3)
        assert len(app.settings["hub"].open) == 1
        assert outbox.Outbox.select().where(outbox.Outbox.kind == STANDING).count() == 0
        connection.close()


@pytest.mark.gen_test(timeout=20)
async def test_who_was_recognised_before_the_end_is_not_let_in_after_it(
    officer: Account, token: Any, app: Application, http_server: Any, base_url: str
) -> None:
    """The session ends between the question who this is and the hello."""
    from handlers.web.live import LiveSocket

    hub, mine = app.settings["hub"], token("console")
    before = LiveSocket.join

    def join(self: LiveSocket) -> None:
        Session.update(revoked_at=Session.created_at).where(Session.account_id == officer.id).execute()
        hub.push({"standing": [officer.id]})
        before(self)

    LiveSocket.join = join  # type: ignore[method-assign]
    try:
        connection = await opened(base_url, "console", mine)
        assert await asyncio.wait_for(closed(connection), 2) == SIGNED_OUT
    finally:
        LiveSocket.join = before  # type: ignore[method-assign]


def _narrow(crowd: Crowd, officer: Account, site: Company) -> None:
    role = Role.create(name="厂站查看", grants=[{"right": "persons.read", "scope": "site"}])
    Assignment.delete().where(Assignment.account_id == officer.id).execute()
    Assignment.create(account_id=officer.id, role=role, company_id=crowd.unit.id, node_id=site.id)


def _site(crowd: Crowd, name: str) -> Company:
    site = crowd.node(name, "site", crowd.unit)
    Company.update(company_root=crowd.unit.id).where(Company.id == site.id).execute()
    return Company.get_by_id(site.id)


@pytest.mark.gen_test(timeout=20)
async def test_a_row_outside_of_ones_scope_is_not_announced(
    crowd: Crowd, officer: Account, token: Any, app: Application, http_server: Any, base_url: str
) -> None:
    own_site, other_site = _site(crowd, "一号厂"), _site(crowd, "二号厂")
    _narrow(crowd, officer, own_site)
    inside, outside = crowd.person(site=own_site), crowd.person(site=other_site)
    hub = app.settings["hub"]
    connection = await opened(base_url, "console", token("console"))
    unit = crowd.unit.id
    hub.push({"ledger": "persons", "id": outside.id, "ids": [outside.id], "company_id": unit})
    hub.push({"ledger": "persons", "id": outside.id, "ids": [inside.id, outside.id], "company_id": unit})
    told = orjson.loads(await connection.read_message())
    assert told == {"type": "changed", "ledger": "persons", "id": str(inside.id)}
    hub.push({"ledger": "persons", "id": 10**9, "ids": [10**9], "company_id": unit})
    assert orjson.loads(await connection.read_message())["id"] == "0", "one is gone: no number is told"
    connection.close()


@pytest.mark.gen_test(timeout=20)
async def test_rights_that_changed_count_at_once_for_what_is_pushed(
    crowd: Crowd, officer: Account, token: Any, app: Application, http_server: Any, base_url: str
) -> None:
    hub, unit = app.settings["hub"], crowd.unit.id
    person = crowd.person()
    connection = await opened(base_url, "console", token("console"))
    await connection.read_message()
    (socket,) = hub.open
    assert socket.actor.rights["persons.read"] == Scope.COMPANY and socket.actor.session_id is not None
    async with process(app):
        await asyncio.to_thread(in_transaction, _without_persons, officer)
        for _ in range(100):
            if "persons.read" not in socket.actor.rights:
                break
            await asyncio.sleep(0.02)
        hub.push({"ledger": "persons", "id": person.id, "ids": [person.id], "company_id": unit})
        hub.push({"ledger": "equipment", "id": 0, "ids": [], "company_id": unit})
        assert orjson.loads(await connection.read_message())["ledger"] == "equipment"
    connection.close()


def _without_persons(officer: Account) -> None:
    role = Role.create(name="只看设备", grants=[{"right": "equipment.read", "scope": "company"}])
    Assignment.delete().where(Assignment.account_id == officer.id).execute()
    Assignment.create(account_id=officer.id, role=role, company_id=officer.company_id)
    announce_rows(STANDING, [(None, officer.id, {"accounts": [officer.id]})])
