"""The relay passes on what was announced, once, and sweeps what is old."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tornado.web import Application

from models.core import outbox
from models.core.clock import now
from models.core.database import in_transaction
from models.core.outbox import Outbox
from models.duty.gate import clock_in
from server.relay import Relay
from tests.support.plants import Plant


class Heard:
    """Stands where Redis would: keeps what was published."""

    def __init__(self) -> None:
        self.news: list[dict[str, Any]] = []

    async def publish(self, news: dict[str, Any]) -> None:
        self.news.append(news)


@pytest.mark.gen_test(timeout=20)
async def test_news_are_passed_on_once_and_bundled(plant: Plant, app: Application) -> None:
    trucks = [plant.equipment(plant.units[0], name=f"叉车{i}") for i in range(3)]
    passed: Any = in_transaction(clock_in, [plant.scan(0, truck) for truck in trucks])
    heard = Heard()
    relay = Relay(app.settings["caller"], heard)  # type: ignore[arg-type]
    assert await relay.once() == 3
    told = [item for item in heard.news if item["ledger"] == "clock-ins"]
    assert [item["company_id"] for item in told] == [plant.units[0].id], "one for the company, not one a scan"
    assert told[0]["id"] in {item.record["id"] for item in passed}
    assert await relay.once() == 0
    assert {row.state for row in Outbox.select()} == {outbox.DONE}


@pytest.mark.gen_test(timeout=20)
async def test_what_a_dead_relay_took_is_given_out_again(plant: Plant, app: Application, clock: Any) -> None:
    in_transaction(clock_in, [plant.scan(0, plant.equipment(plant.units[0]))])
    assert len(in_transaction(outbox.take)) == 1, "taken, and then the relay dies"
    relay = Relay(app.settings["caller"], Heard())  # type: ignore[arg-type]
    assert await relay.once() == 0, "leased"
    clock.forward(minutes=2)
    assert await relay.once() == 1


@pytest.mark.gen_test(timeout=20)
async def test_old_news_are_swept(plant: Plant, app: Application, clock: Any) -> None:
    in_transaction(clock_in, [plant.scan(0, plant.equipment(plant.units[0]))])
    await Relay(app.settings["caller"], Heard()).once()  # type: ignore[arg-type]
    assert in_transaction(outbox.sweep, now() - timedelta(days=7)) == 0
    clock.forward(days=8)
    assert in_transaction(outbox.sweep, now() - timedelta(days=7)) == 1
    assert Outbox.select().count() == 0
