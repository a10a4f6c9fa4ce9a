"""Boards over HTTP at both doors: nothing of another unit, nothing without its right; the card is tried with the right (I02)."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from models.administration.roles.roles import builtin
from models.core.db.connection import in_transaction
from models.duty.gate import clock_in
from models.messages.channels.records import ChatGroup
from tests.support.clock_in_plant import Plant
from tests.support.doors import Call, Desk

LOGIN, PASSWORD = "13800000001", "Anquan-2026"


@pytest.mark.gen_test(timeout=60)
async def test_a_board_is_of_ones_own_unit_and_its_numbers_open(
    plant: Plant, desk: Callable[[], Desk]
) -> None:
    here, there = plant.units[0], plant.unit("别家")
    plant.account(1, here, role=builtin("safety_officer"), password=PASSWORD)
    plant.certificate(plant.person(2, there))
    plant.account(2, there)
    in_transaction(
        clock_in, [plant.scan(0, plant.equipment(here)), plant.scan(2, plant.equipment(there), there)]
    )
    console = desk()
    await console.sign_in(LOGIN, PASSWORD)
    found = await console("GET", "/boards/today")
    assert found.status == 200, found.json
    assert [each["name"] for each in found.json["companies"]] == [here.name]
    tiles = {tile["name"]: tile for tile in found.json["tiles"]}
    assert tiles["on-duty"]["numbers"][0]["value"] == 1
    leads = tiles["on-duty"]["numbers"][0]["leads"]
    day = leads["filters"]["day"]
    rows = await console("GET", f"/{leads['ledger']}?f.day.from={day['from']}&f.day.to={day['to']}")
    assert rows.json["count"]["value"] == 1
    assert (await console("GET", f"/boards/today?company={there.id}")).status == 404
    assert (await console("GET", f"/boards/today?company={here.id}&site={there.id}")).status == 404
    assert (await console("GET", "/boards/today/picture.png")).status == 200
    month = await console("GET", f"/views/clock-in-calendar?f.company={there.id}")
    assert month.status == 200 and month.json["total"] == [0, 0]
    assert (await console("GET", "/views/clock-in-calendar?month=2026-13")).status == 422


@pytest.mark.gen_test(timeout=60)
async def test_the_card_is_tried_by_who_may_set_it(plant: Plant, desk: Callable[[], Desk]) -> None:
    here, there = plant.units[0], plant.unit("别家")
    plant.account(1, here, role=builtin("company_administrator"), password=PASSWORD)
    plant.account(2, here, role=builtin("worker"), password=PASSWORD)
    console = desk()
    await console.sign_in(LOGIN, PASSWORD)
    refused = await console("POST", "/board-cards", json={})
    assert refused.status == 409 and refused.json["error"]["title"] == "没有可以发的群"
    ChatGroup.create(company=here, name="应急群", kind="robot", webhook_key="k")
    assert (await console("POST", "/board-cards", json={"company": str(here.id)})).json == {"groups": 1}
    assert (await console("POST", "/board-cards", json={"company": str(there.id)})).status == 404
    worker = desk()
    await worker.sign_in("13800000002", PASSWORD)
    assert (await worker("POST", "/board-cards", json={})).status == 403


@pytest.mark.gen_test(timeout=60)
async def test_the_phone_has_both(plant: Plant, phone: Call) -> None:
    in_transaction(clock_in, [plant.scan(0, plant.equipment(plant.units[0]))])
    token = plant.tokens[0]
    found = await phone("GET", "/boards/today", token=token)
    assert found.status == 200, found.json
    assert all(tile["cut"] == "只算本人的" for tile in found.json["tiles"] if tile["name"] == "on-duty")
    month = await phone("GET", "/views/clock-in-calendar", token=token)
    assert month.status == 200 and month.json["total"][0] == 1, month.json
