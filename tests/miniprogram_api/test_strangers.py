"""Anybody can report by the phone's door: without a unit, before the password is changed, without a session (G02)."""

from __future__ import annotations

from typing import Any

import pytest

from models.accidents.records import Accident
from models.accidents.report import unverified
from models.administration.records import Account
from tests.miniprogram_api.test_accidents import Reporting, facts
from tests.support.doors import Call
from tests.support.people_to_tell import Crowd


async def unsigned(phone: Call, key: str = "k", **values: Any) -> Any:
    return await phone("POST", "/accidents/unsigned", json=facts(**values), headers={"Idempotency-Key": key})


@pytest.mark.gen_test(timeout=20)
async def test_without_a_session(crowd: Crowd, phone: Call) -> None:
    made = await unsigned(phone, unit_name=crowd.unit.name, caller_name="路人", caller_phone="139 0000 0000")
    again = await unsigned(phone, unit_name=crowd.unit.name)
    assert (made.status, again.status) == (201, 200)
    assert made.json["number"] == again.json["number"]
    assert set(made.json) == {"number", "reported_at", "created"}, "nothing of the unit"
    accident = Accident.get()
    assert (accident.company_id, accident.unverified, accident.caller_name) == (crowd.unit.id, True, "路人")


@pytest.mark.gen_test(timeout=20)
async def test_every_refusal_without_a_session_has_a_cause_and_a_number(crowd: Crowd, phone: Call) -> None:
    for values, status in (
        ({"unit_name": "没有这一家"}, 422),
        ({"unit_name": crowd.unit.name, "what": ""}, 422),
        ({"unit_name": crowd.unit.name, "photos": ["1"]}, 422),
        ({"unit_name": crowd.unit.name, "surprise": 1}, 422),
        ({"unit_name": 7}, 422),
    ):
        answer = await unsigned(phone, **values)
        assert answer.status in (400, status), (values, answer.body)
        error = answer.json["error"]
        assert error["cause"] and "120" in error["advice"], error
        assert error["details"]["contact"]["phone"] == "110"
    for _ in range(unverified.BY_ADDRESS.most):
        await unsigned(phone, key=f"n{Accident.select().count()}", unit_name=crowd.unit.name)
    too_many = await unsigned(phone, key="more", unit_name=crowd.unit.name)
    assert too_many.status == 429 and too_many.json["error"]["details"]["contact"]["phone"]
    ended = await phone("POST", "/accidents", token="gone", json=facts(), headers={"Idempotency-Key": "k"})
    assert ended.status == 401 and ended.json["error"]["details"]["contact"]["phone"] == "110"


@pytest.mark.gen_test(timeout=20)
async def test_who_must_change_the_password_first_reports_all_the_same(crowd: Crowd, phone: Call) -> None:
    person = crowd.person()
    Account.update(must_change_password=True).where(Account.id == person.account_id).execute()
    mine = Reporting(phone, person)
    assert (await mine("GET", "/accidents")).code == "must_change_password", "nothing else is open"
    assert (await mine.report()).status == 201
    assert not Accident.get().unverified, "the password was right, and the unit knows them"


@pytest.mark.gen_test(timeout=20)
async def test_who_waits_gets_a_receipt_and_no_more(crowd: Crowd, phone: Call) -> None:
    waits = Reporting(phone, crowd.person(bound="waiting"))
    made = await waits.report(place="七号门")
    assert made.status == 201, made.body
    assert (made.json["unverified"], made.json["place"], made.json["created"]) == (True, "七号门", True)
    assert crowd.unit.name not in made.body.decode()
    seen = await waits("GET", f"/accidents/{made.json['id']}")
    assert seen.status == 200 and crowd.unit.name not in seen.body.decode()
    listed = (await waits("GET", "/accidents")).json["items"]
    assert [one["number"] for one in listed] == [made.json["number"]]
    assert (
        await waits("PUT", f"/accidents/{made.json['id']}", json={"version": 1, "note": "x"})
    ).status == 403
    gone = Reporting(phone, crowd.person(unit=crowd.other, bound="ended"))
    named = await gone.report(key="k2", company=str(crowd.unit.id))
    assert named.status == 201 and crowd.unit.name not in named.body.decode()
    nowhere = await gone.report(key="k3")
    assert (nowhere.status, nowhere.code) == (422, "unit_unknown")
    assert nowhere.json["error"]["details"]["contact"]["phone"]
