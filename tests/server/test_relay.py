"""The relay passes on what was announced, once, and sweeps what is old."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from tornado.web import Application

from models.administration.sign_in.throttling import SPRAYED, Origin, count_wrong
from models.core.clock import now
from models.core.config import config
from models.core.db.connection import in_transaction
from models.core.events import outbox
from models.core.events.outbox import Outbox
from models.duty.gate import clock_in
from server.relay import Relay
from tests.support.clock_in_plant import Plant


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
@pytest.mark.parametrize("payload", [None, {"accounts": 30}, {"accounts": None}, {"accounts": []}])
async def test_who_sprays_passwords_holds_up_nobodys_news(
    plant: Plant, app: Application, payload: Any
) -> None:
    for number in range(config().spraying_accounts):
        in_transaction(count_wrong, Origin(f"139{number:08d}", "203.0.113.9"))
    assert Outbox.select().where(Outbox.kind == SPRAYED).count() == 1
    if payload is not None:  # as an older release, or somebody's mistake, left it behind
        in_transaction(outbox.announce_rows, "odd.news", [(None, 1, payload)])
    in_transaction(clock_in, [plant.scan(0, plant.equipment(plant.units[0]))])
    heard = Heard()
    await Relay(app.settings["caller"], heard).once()  # type: ignore[arg-type]
    assert {row.state for row in Outbox.select()} == {outbox.DONE}
    assert "clock-ins" in [item.get("ledger") for item in heard.news]


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
