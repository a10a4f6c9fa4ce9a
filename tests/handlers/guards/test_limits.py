"""How often: by account and address, answered in words with Retry-After; the gate by account alone (issue 9.3)."""

from __future__ import annotations

import asyncio
from typing import Any

import fakeredis
import pytest
from tornado.web import Application

from handlers.web.guards.limits import DEFAULTS, RateLimit, RequestLimits, rates
from models.core.errors import TooMany
from server.shared_state import News
from tests.support.clock_in_plant import Plant
from tests.support.doors import Call


class Now:
    """A clock by hand."""

    def __init__(self) -> None:
        self.at = 1000.0

    def __call__(self) -> float:
        return self.at


def test_a_share_may_be_used_at_once_and_comes_back_evenly() -> None:
    now = Now()
    limits = RequestLimits({"write": "60/60"}, now=now)
    assert [limits.take("write", 1) for _ in range(60)] == [0.0] * 60
    assert limits.take("write", 1) == pytest.approx(1.0)
    assert limits.take("write", 2) == 0.0, "another account has its own"
    now.at += 1.0
    assert limits.take("write", 1) == 0.0
    assert limits.take("write", 1) > 0
    now.at += 600
    assert [limits.take("write", 1) for _ in range(60)] == [0.0] * 60
    assert limits.take("write", 1) > 0


def test_refused_ones_do_not_count() -> None:
    now = Now()
    limits = RequestLimits({"write": "2/10"}, now=now)
    for _ in range(100):
        limits.take("write", 1)
    now.at += 5.001
    assert limits.take("write", 1) == 0.0


def test_a_flood_of_keys_takes_no_memory_without_end() -> None:
    limits = RequestLimits(now=Now())
    for key in range(120_000):
        limits.take("address", key)
    assert len(limits._spent) <= 50_001


@pytest.mark.parametrize("text", ["", "5", "5/0", "0/5", "a/b", "-1/5"])
def test_what_is_no_rate_is_refused_at_the_start(text: str) -> None:
    with pytest.raises(ValueError, match=r".*"):
        rates({"read": text})
    with pytest.raises(ValueError, match="no such kinds"):
        rates({"reads": "5/5"})


def test_the_usual_rates_can_be_read() -> None:
    assert rates({})["gate"] == RateLimit(240, 60.0)
    assert set(rates({})) == set(DEFAULTS)


def test_dear_requests_are_counted_for_all_processes_and_go_on_without_redis() -> None:
    async def both() -> None:
        shared = fakeredis.FakeServer()
        processes = []
        for _ in range(2):
            news = News("")
            news._client = fakeredis.FakeAsyncRedis(server=shared)
            processes.append((news, RequestLimits({"export": "3/600"}, tally=news.tally)))
        for number in range(3):
            await processes[number % 2][1].check_all("export", 7)
        with pytest.raises(TooMany):
            await processes[1][1].check_all("export", 7)
        shared.connected = False
        await processes[1][1].check_all("export", 8)

    asyncio.run(both())


@pytest.mark.gen_test(timeout=20)
async def test_an_account_that_asks_too_often_is_told_when_to_come_again(
    plant: Plant, phone: Call, app: Application
) -> None:
    for who in (1, 2):
        plant.account(who, plant.units[0])
    app.settings["limits"] = RequestLimits({"read": "3/60"})
    answers = [await phone("GET", "/today", token=plant.tokens[1]) for _ in range(4)]
    assert [answer.status for answer in answers] == [200, 200, 200, 429]
    refused = answers[-1]
    assert (refused.code, refused.headers["Retry-After"]) == ("too_many", "20")
    assert "20 秒后" in refused.json["error"]["advice"]
    assert (await phone("GET", "/today", token=plant.tokens[2])).status == 200


@pytest.mark.gen_test(timeout=20)
async def test_an_address_has_a_share_too(phone: Call, app: Application) -> None:
    app.settings["limits"] = RequestLimits({"address": "2/60"})
    assert [(await phone("GET", "/today")).status for _ in range(3)] == [401, 401, 429]


@pytest.mark.gen_test(timeout=20)
async def test_the_live_door_counts_strangers_before_it_asks_the_database(
    app: Application, http_client: Any, base_url: str
) -> None:
    app.settings["limits"] = RequestLimits({"address": "2/60"})
    headers = {"Cookie": "anban_session=nobodys"}
    answers = [
        await http_client.fetch(f"{base_url}/api/console/v1/live", headers=headers, raise_error=False)
        for _ in range(3)
    ]
    assert [answer.code for answer in answers] == [401, 401, 429]
    assert int(answers[-1].headers["Retry-After"]) > 0


@pytest.mark.gen_test(timeout=60)
async def test_a_shift_change_behind_one_address_passes_the_gate(
    plant: Plant, phone: Call, app: Application, http_server: Any
) -> None:
    limits = app.settings["limits"]
    for scan in range(10_000):
        limits.check("gate", f"worker {scan % 4000}")
    limits.take("address", "127.0.0.1")
    app.settings["limits"]._steps["address"] = (60.0, 60.0)  # whose share is spent
    plant.account(1, plant.units[0])
    scan = {"qr": "x", "unit": str(plant.units[0].id), "scanned_at": "2026-11-22T08:02:11+08:00"}
    answer = await phone(
        "POST", "/clock-ins", token=plant.tokens[1], json=scan, headers={"Idempotency-Key": "a"}
    )
    assert answer.status != 429
    http_server.serve._limits._steps["gate"] = (60.0, 0.0)
    answer = await phone(
        "POST", "/clock-ins", token=plant.tokens[1], json=scan, headers={"Idempotency-Key": "b"}
    )
    assert (answer.status, answer.code) == (429, "too_many")
    assert int(answer.headers["Retry-After"]) > 0


@pytest.mark.gen_test(timeout=20)
async def test_pictures_and_pages_without_a_sign_in_have_a_share_of_each_address(
    plant: Plant, app: Application, http_client: Any, base_url: str
) -> None:
    app.settings["limits"] = RequestLimits({"address_picture": "2/60", "address_public": "2/60"})
    for path in (f"/bots/pictures/1/99999/{'0' * 32}", "/bots/wecom/1/jssdk", "/api/openapi.json"):
        app.settings["limits"]._spent.clear()
        answers = [await http_client.fetch(base_url + path, raise_error=False) for _ in range(3)]
        assert [answer.code == 429 for answer in answers] == [False, False, True], path
        assert int(answers[-1].headers["Retry-After"]) > 0
