"""Second factors and sessions over real HTTP, at both doors (J02)."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import Any

import pyotp
import pytest

from models.administration.records import Account, Session
from models.administration.roles.roles import builtin
from models.administration.second_factor.records import SecondFactor
from models.core.clock import now
from models.core.config import config, configure
from models.core.logs.access import Access, write_refusals
from tests.support.clock_in_plant import Plant
from tests.support.doors import Call, Desk

LOGIN, PASSWORD = "13800000001", "Anquan-2026"


@pytest.fixture
def boss(plant: Plant) -> Account:
    """A company administrator of the first unit."""
    plant.person(1, plant.units[0])
    return plant.account(1, plant.units[0], role=builtin("company_administrator"), password=PASSWORD)


@pytest.fixture
def asked(app: Any) -> Iterator[None]:
    before = config()
    configure(replace(before, second_factor="administrators"))
    yield
    configure(before)


def shown(secret: str) -> str:
    """What the authenticator shows at this moment."""
    return str(pyotp.TOTP(secret).at(int(now().timestamp())))


def half(answer: Any) -> dict[str, Any]:
    assert (answer.status, answer.code) == (401, "second_factor_required")
    found: dict[str, Any] = answer.json["error"]["details"]
    return found


@pytest.mark.gen_test(timeout=20)
async def test_console_an_administrator_sets_it_up_at_sign_in(
    boss: Account, asked: None, desk: Callable[[], Desk]
) -> None:
    console = desk()
    begun = half(await console.sign_in(LOGIN, PASSWORD))
    assert begun["step"] == "enrol"
    assert "anban_session" not in console.cookies
    assert (await console("GET", "/users")).status == 401
    offer = await console("POST", "/session/second-factor/offer", json={"token": begun["token"]})
    assert offer.status == 200 and offer.json["picture"].startswith("<?xml")
    sent = {"token": begun["token"], "code": shown(offer.json["secret"])}
    done = await console("POST", "/session/second-factor/enrolment", json=sent)
    assert done.status == 200, done.body
    assert len(done.json["recovery_codes"]) == 10
    assert done.json["session"]["account"]["login"] == LOGIN
    assert (await console("GET", "/users")).status == 200
    assert half(await desk().sign_in(LOGIN, PASSWORD))["step"] == "code"


@pytest.mark.gen_test(timeout=20)
async def test_phone_the_half_session_is_no_bearer(boss: Account, asked: None, phone: Call) -> None:
    body = {"provider": "password", "login": LOGIN, "password": PASSWORD}
    begun = half(await phone("POST", "/session", json=body))
    for path in ("/today", "/session", "/sessions", "/messages"):
        assert (await phone("GET", path, token=begun["token"])).status == 401
    scan = {"qr": "x", "unit": "1", "scanned_at": "2026-11-22T08:00:00+08:00"}
    refused = await phone(
        "POST", "/clock-ins", token=begun["token"], json=scan, headers={"Idempotency-Key": "a"}
    )
    assert refused.status == 401
    offer = await phone("POST", "/session/second-factor/offer", json={"token": begun["token"]})
    sent = {"token": begun["token"], "code": shown(offer.json["secret"])}
    done = await phone("POST", "/session/second-factor/enrolment", json=sent)
    assert done.status == 200, done.body
    token = done.json["session"]["token"]
    assert (await phone("GET", "/today", token=token)).status == 200
    again = half(await phone("POST", "/session", json=body))
    wrong = await phone("POST", "/session/second-factor", json={"token": again["token"], "code": "000000"})
    assert (wrong.status, wrong.code) == (422, "wrong_code")
    SecondFactor.update(last_step=0).execute()
    sent = {"token": again["token"], "code": shown(offer.json["secret"])}
    opened = await phone("POST", "/session/second-factor", json=sent)
    assert opened.status == 200 and opened.json["token"] != again["token"]


@pytest.mark.gen_test(timeout=20)
async def test_console_sets_up_confirms_and_switches_off(boss: Account, desk: Callable[[], Desk]) -> None:
    console = desk()
    await console.sign_in(LOGIN, PASSWORD)
    assert (await console("GET", "/second-factor")).json == {
        "on": False, "since": None, "required": False, "recovery_codes_left": 0,
    }  # fmt: skip
    secret = (await console("POST", "/second-factor")).json["secret"]
    assert (await console("GET", "/second-factor")).json["on"] is False
    wrong = await console("POST", "/second-factor/confirmation", json={"code": "000000"})
    assert (wrong.status, wrong.code) == (422, "wrong_code")
    done = await console("POST", "/second-factor/confirmation", json={"code": shown(secret)})
    assert len(done.json["recovery_codes"]) == 10
    renewed = await console("POST", "/second-factor/recovery-codes")
    assert not set(renewed.json["recovery_codes"]) & set(done.json["recovery_codes"])
    assert (await console("DELETE", "/second-factor")).status == 204


@pytest.mark.gen_test(timeout=20)
async def test_an_old_proof_is_asked_for_and_given(
    boss: Account, desk: Callable[[], Desk], clock: Any
) -> None:
    console = desk()
    await console.sign_in(LOGIN, PASSWORD)
    clock.forward(minutes=config().step_up_minutes + 1)
    refused = await console("POST", "/second-factor")
    assert (refused.status, refused.code) == (403, "proof_required")
    assert (await console("POST", "/session/proof", json={"proof": "wrong"})).status == 422
    assert (await console("POST", "/session/proof", json={"proof": PASSWORD})).status == 204
    assert (await console("POST", "/second-factor")).status == 200


@pytest.mark.gen_test(timeout=20)
async def test_sessions_are_seen_and_ended_at_both_doors(
    boss: Account, desk: Callable[[], Desk], phone: Call
) -> None:
    body = {"provider": "password", "login": LOGIN, "password": PASSWORD, "device": "P30"}
    token = (await phone("POST", "/session", json=body)).json["token"]
    other = (await phone("POST", "/session", json=body)).json["token"]
    console = desk()
    await console.sign_in(LOGIN, PASSWORD)
    seen = (await console("GET", "/sessions")).json["items"]
    assert [row["door"] for row in seen].count("phone") >= 2 and [row["this"] for row in seen].count(
        True
    ) == 1
    lost = Session.select().where(Session.device == "P30").order_by(Session.id).first()
    assert (await console("DELETE", f"/sessions/{lost.id}")).status == 204
    assert (await phone("GET", "/session", token=token)).status == 401
    mine = (await phone("GET", "/sessions", token=other)).json["items"]
    assert all("*" in row["address"] for row in mine if row["address"])
    assert (await phone("DELETE", "/sessions", token=other)).json["ended"] >= 1
    assert (await console("GET", "/session")).status == 401


@pytest.mark.gen_test(timeout=20)
async def test_refusals_come_into_the_log_with_their_number_and_address(
    plant: Plant, desk: Callable[[], Desk]
) -> None:
    plant.account(1, plant.units[0], role=builtin("safety_officer"), password=PASSWORD)
    console = desk()
    await console.sign_in(LOGIN, PASSWORD)
    for _ in range(3):
        assert (await console("GET", "/roles")).status == 403
    write_refusals()
    line = Access.get(Access.action == "refused", Access.subject == "您没有权限查看角色")
    assert (line.subject, line.times, line.address, line.door) == (
        "您没有权限查看角色",
        3,
        "127.0.0.1",
        "console",
    )
