"""Many rows at once over HTTP: tried, done, listed, taken back (X21)."""

from __future__ import annotations

from typing import Any

import pytest
from tornado import gen

from models.administration.roles.roles import builtin
from models.equipment.records import Equipment
from tests.support.clock_in_plant import Plant

PASSWORD = "Guoyuan-Matou-7"


@pytest.fixture
def row(plant: Plant) -> Equipment:
    """A forklift, and an officer who may change it."""
    plant.account(1, plant.units[0], role=builtin("safety_officer"), password=PASSWORD)
    return plant.equipment(plant.units[0], location="库里")


@pytest.mark.gen_test(timeout=60)
async def test_rows_are_tried_changed_and_changed_back(row: Equipment, desk: Any) -> None:
    console = desk()
    await console.sign_in("13800000001", PASSWORD)
    asked = {"ids": [str(row.id)], "values": {"location": "东门"}}
    said = await console("POST", "/equipment/bulk/edit", json={**asked, "dry": True})
    assert (said.status, said.json["count"], said.json["refused"]) == (200, 1, 0)
    assert Equipment.get_by_id(row.id).location != "东门"
    begun = await console("POST", "/equipment/bulk/edit", json=asked)
    assert (begun.status, begun.json["job"], begun.json["act"]["done"]) == (200, None, 1)
    assert Equipment.get_by_id(row.id).location == "东门"
    listed = await console("GET", "/bulk-acts")
    assert [one["id"] for one in listed.json["items"]] == [begun.json["act"]["id"]]
    back = await console("POST", f"/bulk-acts/{begun.json['act']['id']}/undo", json={})
    assert (back.status, back.json["act"]["back"]) == (200, 1)
    assert Equipment.get_by_id(row.id).location != "东门"
    again = await console("POST", f"/bulk-acts/{begun.json['act']['id']}/undo", json={})
    assert (again.status, again.code) == (409, "no_undo")


@pytest.mark.gen_test(timeout=60)
async def test_all_that_match_are_counted_and_begun_as_a_job(row: Equipment, desk: Any) -> None:
    console = desk()
    await console.sign_in("13800000001", PASSWORD)
    count = (await console("GET", "/equipment/count?f.state=in_use")).json
    assert count["exact"] and count["value"] >= 1
    asked = {"all": True, "filters": {"state": ["in_use"]}, "values": {"location": "东门"}}
    wrong = await console("POST", "/equipment/bulk/edit", json={**asked, "count": count["value"] + 1})
    assert (wrong.status, wrong.code) == (409, "count_changed")
    begun = await console("POST", "/equipment/bulk/edit", json={**asked, "count": count["value"]})
    assert begun.status == 200 and begun.json["job"]["kind"] == "action"
    job = begun.json["job"]["id"]
    while (now := (await console("GET", f"/jobs/{job}")).json)["state"] in ("waiting", "running"):
        await gen.sleep(0)
    assert now["result"]["message"] == f"办好 {count['value']} 台。"


@pytest.mark.gen_test(timeout=60)
async def test_what_is_sent_wrong(row: Equipment, desk: Any) -> None:
    console = desk()
    await console.sign_in("13800000001", PASSWORD)
    for body in (
        {"ids": []},
        {"ids": ["x"]},
        {"all": True, "filters": {"nothing": ["1"]}},
        {"ids": ["1"], "what": 1},
    ):
        answer = await console("POST", "/equipment/bulk/delete", json=body)
        assert answer.status == 422, body
    assert (await console("POST", "/bulk-acts/999/undo", json={})).status == 404
    assert (await console("GET", "/bulk-acts/999")).status == 404


@pytest.mark.gen_test(timeout=60)
async def test_a_view_is_saved_listed_changed_and_deleted(row: Equipment, desk: Any) -> None:
    console = desk()
    await console.sign_in("13800000001", PASSWORD)
    view = {
        "ledger": "equipment",
        "name": "停用的",
        "filters": {"state": ["stopped"]},
        "columns": ["name"],
        "shared": True,
    }
    made = await console("POST", "/saved-views", json=view)
    assert made.status == 201, made.json
    again = await console("POST", "/saved-views", json=view)
    assert (again.status, list(again.json["error"]["fields"])) == (422, ["name"])
    at = f"/saved-views/{made.json['id']}"
    assert (await console("PATCH", at, json={"name": "别的"})).json["name"] == "别的"
    listed = await console("GET", "/saved-views?ledger=equipment")
    assert [(one["name"], one["filters"]) for one in listed.json["items"]] == [
        ("别的", {"state": ["stopped"]})
    ]
    assert (await console("DELETE", at)).status == 204
    assert (await console("DELETE", at)).status == 404
    assert (await console("GET", "/saved-views?ledger=nothing")).status == 404
