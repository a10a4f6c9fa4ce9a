"""Settings by the console's door: what a unit sees and changes, what belongs to the group, nothing of other units (J08)."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from models.administration.records import Account, Assignment
from models.administration.roles.roles import builtin
from models.organization.records import Person
from tests.handlers.test_messages import officer, signed_in
from tests.support.doors import Desk
from tests.support.people_to_tell import Crowd

__all__ = ["officer"]


def named(page: Any, name: str) -> Any:
    return next(item for group in page["groups"] for item in group["items"] if item["name"] == name)


def given(person: Person, role: str, company: int | None) -> None:
    account = Account.get(Account.id == Person.get_by_id(person.id).account_id)
    Assignment.create(account_id=account.id, role=builtin(role), company_id=company)


@pytest.mark.gen_test(timeout=30)
async def test_a_unit_sets_its_own_and_sees_from_whom_the_rest_comes(
    crowd: Crowd, officer: Person, desk: Callable[[], Desk]
) -> None:
    console = await signed_in(desk, officer)
    page = (await console("GET", "/settings")).json
    assert (page["place"]["id"], [one["name"] for one in page["places"]]) == (
        str(crowd.unit.id),
        ["清源水务"],
    )
    urge = named(page, "urge-minutes")
    assert (urge["value"], urge["text"], urge["source_text"]) == (10, "10 分钟", "系统默认")
    assert (urge["may_edit"], urge["why_not"]) == (False, "没有“修改设置”的权限，请联系本单位管理员")
    assert (await console("PUT", "/settings/urge-minutes", json={"on": 0, "value": 20})).status == 403
    given(officer, "company_administrator", crowd.unit.id)
    console = await signed_in(desk, officer)
    refused = await console("PUT", "/settings/urge-minutes", json={"on": 0, "value": 0})
    assert refused.status == 422
    assert refused.json["error"]["fields"] == {"value": "应在 1 到 1440 之间（单位：分钟）"}
    made = await console("PUT", "/settings/urge-minutes", json={"on": 0, "value": 20, "note": "太密"})
    assert (made.status, made.json["text"], made.json["source_text"]) == (200, "20 分钟", "本单位设置")
    assert [one["state"] for one in made.json["changes"]] == ["in_force"]
    assert (await console("PUT", "/settings/urge-minutes", json={"on": 0, "value": 30})).status == 409
    body = {"on": 1, "value": 30, "valid_from": "2099-01-01"}
    later = (await console("PUT", "/settings/urge-minutes", json=body)).json
    assert [one["after"] for one in later["coming"]] == ["30 分钟"]
    back = await console("POST", "/settings/urge-minutes/withdrawals", json={"number": 2})
    assert (back.status, back.json["coming"], back.json["changes"][0]["state"]) == (200, [], "withdrawn")
    for place in (str(crowd.other.id), "group", "x"):
        for sent in (("GET", {}), ("PUT", {"json": {"on": 0, "value": 20}})):
            answer = await console(sent[0], f"/settings/urge-minutes?company={place}", **sent[1])
            assert answer.status == 404, (place, sent[0])
    keep = named((await console("GET", "/settings")).json, "file-keep-hours")
    assert (keep["may_edit"], keep["why_not"]) == (False, "全集团统一，由集团的管理员设置")
    assert (await console("GET", "/settings/nothing")).status == 404


@pytest.mark.gen_test(timeout=30)
async def test_the_group_sets_for_all_and_for_one(
    crowd: Crowd, officer: Person, desk: Callable[[], Desk]
) -> None:
    given(officer, "system_administrator", None)
    console = await signed_in(desk, officer)
    page = (await console("GET", "/settings?company=group")).json
    assert [one["name"] for one in page["places"]] == ["集团", "别家", "清源水务"]
    made = await console("PUT", "/settings/urge-minutes?company=group", json={"on": 0, "value": 15})
    assert (made.status, made.json["source_text"]) == (200, "集团设置")
    other = named((await console("GET", f"/settings?company={crowd.other.id}")).json, "urge-minutes")
    assert (other["text"], other["source_text"], other["may_edit"]) == (
        "15 分钟",
        "沿用集团（集团）的设置",
        True,
    )
    body = {"on": 0, "value": 40}
    own = await console("PUT", f"/settings/urge-minutes?company={crowd.other.id}", json=body)
    assert (own.json["text"], own.json["above_text"]) == ("40 分钟", "15 分钟（集团）")
    body = {"on": 1, "inherit": True}
    again = await console("PUT", f"/settings/urge-minutes?company={crowd.other.id}", json=body)
    assert (again.json["text"], again.json["source"], again.json["changes"][0]["after"]) == (
        "15 分钟", "group", "15 分钟（集团）",
    )  # fmt: skip


@pytest.mark.gen_test(timeout=30)
async def test_what_the_library_proposes_is_told_with_its_source_and_can_be_set(
    crowd: Crowd, officer: Person, desk: Callable[[], Desk]
) -> None:
    given(officer, "company_administrator", crowd.unit.id)
    console = await signed_in(desk, officer)
    page = (await console("GET", "/settings")).json
    assert named(page, "urge-minutes")["sample"] is None
    sample = named(page, "qualification-days")["sample"]
    assert sample == {
        "value": "120、60、30、0",
        "text": "120、60、30、0",
        "source": "自编样例",
        "to_check": True,
    }
    body = {"on": 0, "value": sample["value"]}
    made = (await console("PUT", "/settings/qualification-days", json=body)).json
    assert (made["text"], made["source_text"]) == (sample["text"], "本单位设置")
