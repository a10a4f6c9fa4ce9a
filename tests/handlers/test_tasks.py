"""Many tasks at once, and whose people and units one may name (H03, H06); what is another company's does not exist."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models.organization.records import Company, Person
from models.tasks.records import GivenTask, Task
from tests.handlers.test_given import asked, officer
from tests.handlers.test_messages import signed_in
from tests.miniprogram_api.test_messages import token_of
from tests.support.doors import Answer, Call, Desk
from tests.support.people_to_tell import Crowd

__all__ = ["officer"]


def told(answer: Answer) -> list[tuple[bool, str | None]]:
    """What became of each: whether it was done, else the code of why not."""
    return [(one["ok"], one["error"] and one["error"]["code"]) for one in answer.json["results"]]


async def to_review(console: Desk, phone: Call, workers: list[Person]) -> list[str]:
    """A task given to these and done by them; the ids of what the giver has to review."""
    key = {"Idempotency-Key": "many"}
    assert (await console("POST", "/tasks/given", json=asked(*workers), headers=key)).status == 201
    for worker in workers:
        token = token_of(worker)
        (item,) = (await phone("GET", "/tasks", token=token)).json["items"]
        body = {"outcome": "submit", "values": {"result": "都在"}}
        done = await phone("POST", f"/tasks/{item['id']}/decide", token=token, json=body)
        assert done.status == 200, done.json
    return [item["id"] for item in (await console("GET", "/tasks")).json["items"]]


@pytest.mark.gen_test(timeout=30)
async def test_several_are_decided_alike_and_each_says_what_became_of_it(
    crowd: Crowd, officer: Person, desk: Callable[[], Desk], phone: Call
) -> None:
    console = await signed_in(desk, officer)
    ids = await to_review(console, phone, [crowd.person() for _ in range(3)])
    offers = (await console("GET", f"/tasks/offers?ids={','.join(ids)}")).json["items"]
    keys = {task: [one["key"] for one in each] for task, each in offers.items()}
    assert keys == {task: ["accept"] for task in ids}, "sending back needs words"
    assert (await console("POST", f"/tasks/{ids[1]}/decide", json={"outcome": "accept"})).status == 200
    left = (await console("GET", f"/tasks/offers?ids={','.join(ids)}")).json["items"]
    assert set(left) == {ids[0], ids[2]}, "what is done offers nothing"
    done = await console("POST", "/tasks/decide", json={"ids": [*ids, "999999"], "outcome": "accept"})
    assert (done.status, told(done)) == (200, [*[(True, None)] * 3, (False, "not_found")]), (
        "again changes nothing"
    )
    assert Task.select().where(Task.id.in_(ids), Task.state == "done").count() == 3


@pytest.mark.gen_test(timeout=30)
async def test_of_another_company_nothing_is_offered_or_decided(
    crowd: Crowd, officer: Person, desk: Callable[[], Desk], phone: Call
) -> None:
    console = await signed_in(desk, officer)
    (task,) = await to_review(console, phone, [crowd.person()])
    stranger = token_of(crowd.person(unit=crowd.other))
    offers = await phone("GET", f"/tasks/offers?ids={task}", token=stranger)
    assert (offers.status, offers.json) == (200, {"items": {}})
    tried = await phone("POST", "/tasks/decide", token=stranger, json={"ids": [task], "outcome": "accept"})
    never = await phone(
        "POST", "/tasks/decide", token=stranger, json={"ids": ["999999"], "outcome": "accept"}
    )
    assert told(tried) == told(never) == [(False, "not_found")]
    assert Task.get_by_id(int(task)).state == "open"
    for wrong in ("", "a", "1,", ",".join(["1"] * 101)):
        assert (await console("GET", f"/tasks/offers?ids={wrong}")).status == 422, wrong


@pytest.mark.gen_test(timeout=30)
async def test_people_and_units_of_another_company_do_not_exist(
    crowd: Crowd, officer: Person, desk: Callable[[], Desk]
) -> None:
    own, foreign = crowd.person(name="自家人"), crowd.person(unit=crowd.other, name="别家人")
    console = await signed_in(desk, officer)

    async def people(company: Company | str) -> Answer:
        return await console("GET", f"/tasks/people?company={getattr(company, 'id', company)}")

    assert str(own.id) in [one["id"] for one in (await people(crowd.unit)).json["items"]]
    theirs, nobodys = await people(crowd.other), await people("999999")
    assert (theirs.status, theirs.json["error"]["message"]) == (404, nobodys.json["error"]["message"])
    assert "别家人" not in str((await console("GET", "/tasks/people?q=")).json)

    async def give(**data: Any) -> Answer:
        key = {"Idempotency-Key": f"give-{sorted(data)}-{data.get('company')}"}
        return await console("POST", "/tasks/given", json={**asked(own), **data}, headers=key)

    for company in (str(crowd.other.id), "999999", str(crowd.group.id)):
        answer = await give(company=company)
        assert (answer.status, list(answer.json["error"]["fields"])) == (422, ["company"]), company
    answer = await give(persons=[str(foreign.id)])
    assert (answer.status, list(answer.json["error"]["fields"])) == (422, ["persons"])
    assert GivenTask.select().count() == 0
    assert (await give(company=str(crowd.unit.id))).status == 201
