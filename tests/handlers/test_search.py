"""One search for everything that one may read, in one request."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from models.administration.roles.roles import builtin
from tests.support.clock_in_plant import Plant
from tests.support.doors import Desk

LOGIN, PASSWORD = "13800000001", "Anquan-2026"


@pytest.mark.gen_test(timeout=20)
async def test_what_one_may_read_and_nothing_of_another_company(
    plant: Plant, desk: Callable[[], Desk]
) -> None:
    here, there = plant.units[0], plant.unit("别家")
    plant.account(1, here, role=builtin("safety_officer"), password=PASSWORD)
    truck = plant.equipment(here, name="三号堆高车")
    plant.equipment(there, name="三号堆高车")
    console = desk()
    await console.sign_in(LOGIN, PASSWORD)
    found = await console("GET", "/search?q=三号堆高")
    assert found.status == 200, found.json
    assert [(item["ledger"], item["row"]["id"]) for item in found.json["items"]] == [
        ("equipment", str(truck.id))
    ]
    assert (await console("GET", "/search?q=三")).json == {"items": []}
    assert (await console("GET", "/search?q=" + "长" * 101)).status == 422
