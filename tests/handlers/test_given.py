"""Giving a task by both doors: once for each key, and the console's photos (H03)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models.administration.records import Account, Assignment
from models.administration.roles.roles import builtin
from models.core.security import crypto
from models.organization.records import Person
from models.tasks.records import Errand, GivenTask
from tests.handlers.test_messages import PASSWORD, signed_in
from tests.miniprogram_api.test_accidents import form, picture
from tests.miniprogram_api.test_messages import token_of
from tests.support.doors import Call, Desk
from tests.support.people_to_tell import Crowd


@pytest.fixture
def officer(crowd: Crowd) -> Person:
    """A safety officer who is one of the unit's people."""
    person = crowd.person()
    account = Account.get(Account.id == person.account_id)
    Account.update(password_hash=crypto.hash_password(PASSWORD)).where(Account.id == account.id).execute()
    Assignment.create(account_id=account.id, role=builtin("safety_officer"), company_id=crowd.unit.id)
    return person


def asked(*people: Person) -> dict[str, Any]:
    return {"title": "清点灭火器", "persons": [str(person.id) for person in people]}


@pytest.mark.gen_test(timeout=20)
async def test_the_same_key_gives_one_task_whichever_door(
    crowd: Crowd, officer: Person, desk: Callable[[], Desk], phone: Call
) -> None:
    worker = crowd.person()
    console, token, key = await signed_in(desk, officer), token_of(officer), {"Idempotency-Key": "give-1"}
    first = await console("POST", "/tasks/given", json=asked(worker), headers=key)
    again = await console("POST", "/tasks/given", json=asked(worker), headers=key)
    by_phone = await phone("POST", "/tasks/given", token=token, json=asked(worker), headers=key)
    assert [one.status for one in (first, again, by_phone)] == [201, 200, 200]
    assert len({one.json["id"] for one in (first, again, by_phone)}) == 1
    for missing in (
        await console("POST", "/tasks/given", json=asked(worker)),
        await phone("POST", "/tasks/given", token=token, json=asked(worker)),
    ):
        assert (missing.status, missing.code) == (422, "idempotency_key_missing")
    assert (GivenTask.select().count(), Errand.select().count()) == (1, 1)


@pytest.mark.gen_test(timeout=20)
async def test_the_console_shows_a_photo_to_who_may_see_it(
    crowd: Crowd, officer: Person, desk: Callable[[], Desk], phone: Call
) -> None:
    worker = crowd.person()
    token = token_of(worker)
    kept = await phone("POST", "/photos?ledger=errands", token=token, **form(picture()))
    assert kept.status == 201
    console = await signed_in(desk, officer)
    assert (await console("GET", f"/photos/{kept.json['id']}")).status == 404, "it waits, and is another's"
    mine = await phone("GET", f"/photos/{kept.json['id']}", token=token)
    assert (mine.status, mine.body[:2]) == (200, picture()[:2])
    data = {**asked(worker), "form": [{"title": "照片", "kind": "photos", "required": True}]}
    made = await console("POST", "/tasks/given", json=data, headers={"Idempotency-Key": "give-2"})
    (task,) = (await phone("GET", "/tasks", token=token)).json["items"]
    body = {"outcome": "submit", "values": {"f1": [kept.json["id"]]}}
    assert (await phone("POST", f"/tasks/{task['id']}/decide", token=token, json=body)).status == 200
    given = (await console("GET", f"/given/{made.json['id']}")).json
    (url,) = given["persons"][0]["values"][0]["pictures"]
    shown = await console("GET", url.removeprefix("/api/console/v1"))
    assert (shown.status, shown.body) == (200, mine.body)
    assert shown.headers["Content-Disposition"].startswith("attachment")
    assert shown.headers["Content-Security-Policy"].startswith("sandbox; default-src 'none'")
    assert shown.headers["Cache-Control"] == "private, no-cache", "asked for each time, sent once"
    again = await console(
        "GET", url.removeprefix("/api/console/v1"), headers={"If-None-Match": shown.headers["Etag"]}
    )
    assert (again.status, again.body) == (304, b"")
