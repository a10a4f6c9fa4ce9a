"""Where a phone is and where a map says that something is: the same place (E07, Q09; docs/decisions/coordinates.md)."""

from __future__ import annotations

from typing import Any

import pytest

from models.core.clock import local, now
from models.duty.records import ClockIn
from models.grid.records import GridNode
from models.hazards.records import Hazard
from tests.support.clock_in_plant import Plant
from tests.support.doors import Call

SENSED = {"lng": 120.21, "lat": 30.26}
MAPPED = {"lng": 120.214538, "lat": 30.257574}


@pytest.fixture
def room(plant: Plant) -> GridNode:
    """配电室, as somebody read it off a Chinese map."""
    made: GridNode = GridNode.create(
        company=plant.units[0].id,
        name="配电室",
        level=5,
        path="/",
        enabled=True,
        label_code="ABCDEFGHJK",
        **MAPPED,
    )
    return made


def _asked(place: dict[str, Any]) -> str:
    return "/hazards/options?" + "&".join(f"{name}={value}" for name, value in place.items())


@pytest.mark.gen_test(timeout=20)
async def test_the_phone_finds_the_place_that_a_map_knows(plant: Plant, phone: Call, room: GridNode) -> None:
    async def found(place: dict[str, Any]) -> list[tuple[str, int]]:
        answer = await phone("GET", _asked(place), token=plant.tokens[0])
        assert answer.status == 200, answer.json
        return [(each["id"], each["metres"]) for each in answer.json["nodes"] if each["how"] == "position"]

    assert await found(SENSED) == [(str(room.id), 0)]
    assert await found({**MAPPED, "datum": "gcj02"}) == [(str(room.id), 0)], "a place sent in a chat"
    assert await found(MAPPED) == [], "437 m off, if it were by satellites"
    assert await found({"lng": 0, "lat": 0}) == [], "a phone that does not know"


@pytest.mark.gen_test(timeout=20)
async def test_what_is_reported_there_is_kept_as_on_the_map(
    plant: Plant, phone: Call, room: GridNode
) -> None:
    async def snapped(**place: Any) -> Hazard:
        body = {"what": "柜门开着", "company": str(plant.units[0].id), **place}
        key = {"Idempotency-Key": f"k{len(place)}{place['lng']}"}
        answer = await phone("POST", "/hazards", token=plant.tokens[0], json=body, headers=key)
        assert answer.status == 201, answer.json
        made: Hazard = Hazard.get_by_id(int(answer.json["id"]))
        return made

    made = await snapped(**SENSED)
    assert (float(made.lng), float(made.lat)) == (MAPPED["lng"], MAPPED["lat"])
    assert made.grid_id == room.id
    made = await snapped(lng=0.0, lat=0.0)
    assert (made.lng, made.lat) == (None, None)


@pytest.mark.gen_test(timeout=20)
async def test_a_clock_in_is_kept_as_on_the_map(plant: Plant, phone: Call) -> None:
    async def clocked(place: dict[str, Any]) -> Any:
        truck = plant.equipment(plant.units[0])
        body = {
            "qr": f"http://127.0.0.1:8888/e/{truck.label_code}", "unit": str(plant.units[0].id),
            "scanned_at": local(now()).isoformat(), "place": place,
        }  # fmt: skip
        key = {"Idempotency-Key": truck.label_code}
        answer = await phone("POST", "/clock-ins", token=plant.tokens[0], json=body, headers=key)
        assert answer.status == 201, answer.json
        return answer.json["place"]

    assert await clocked({**SENSED, "accuracy": 15.0}) == {**MAPPED, "accuracy": 15.0}
    assert await clocked({"lng": 0, "lat": 0}) is None
    assert ClockIn.select().count() == 2
