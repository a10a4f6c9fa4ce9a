"""The clock-in contract over real HTTP (Q09, Q10): statuses, shapes, repeats, bad input."""

from __future__ import annotations

import asyncio
from datetime import date, datetime, timedelta
from typing import Any

import pytest

from models.administration.roles.roles import builtin
from models.core.clock import local, now
from models.duty.records import ClockIn
from models.equipment.records import Equipment
from models.hazards.records import Hazard
from models.training.records import Certificate
from tests.support.clock_in_plant import Plant
from tests.support.doors import Call


def _body(plant: Plant, truck: Equipment, **values: Any) -> dict[str, Any]:
    return {
        "qr": f"http://127.0.0.1:8888/e/{truck.label_code}",
        "unit": str(plant.units[0].id),
        "scanned_at": local(now()).isoformat(),
        "place": {"lng": 120.15, "lat": 30.28, "accuracy": 15.0},
        **values,
    }


@pytest.mark.gen_test(timeout=20)
async def test_first_201_then_200_with_the_same_record(plant: Plant, phone: Call) -> None:
    truck = plant.equipment(plant.units[0], code="51103301520250123", location="一号库")
    body = _body(plant, truck)
    first = await phone(
        "POST", "/clock-ins", token=plant.tokens[0], json=body, headers={"Idempotency-Key": "a"}
    )
    again = await phone(
        "POST", "/clock-ins", token=plant.tokens[0], json=body, headers={"Idempotency-Key": "a"}
    )
    other = await phone(
        "POST", "/clock-ins", token=plant.tokens[0], json=body, headers={"Idempotency-Key": "b"}
    )
    assert (first.status, again.status, other.status) == (201, 200, 200)
    assert first.json["created"]
    assert not again.json["created"]
    assert {**first.json, "created": False} == again.json == other.json
    assert first.json["equipment"] == {
        "id": str(truck.id), "name": truck.name, "code": "51103301520250123", "register_no": None,
        "location": "一号库", "type": "叉车",
    }  # fmt: skip
    assert first.json["certificate"]["project"] == "叉车司机"
    assert first.json["unit"]["name"] == "清源水务"
    assert datetime.fromisoformat(first.json["scanned_at"]) == now()
    assert first.json["scanned_at"].endswith("+08:00")


@pytest.mark.gen_test(timeout=30)
async def test_eight_at_once_are_one(plant: Plant, phone: Call) -> None:
    for number in range(5):
        body = _body(plant, plant.equipment(plant.units[0], name=f"叉车{number}"))
        calls = [
            phone(
                "POST",
                "/clock-ins",
                token=plant.tokens[0],
                json=body,
                headers={"Idempotency-Key": f"k{number}"},
            )
            for _ in range(8)
        ]
        answers = await asyncio.gather(*calls)
        assert sorted(answer.status for answer in answers) == [200] * 7 + [201]
        assert len({answer.json["id"] for answer in answers}) == 1
    assert ClockIn.select().count() == 5


@pytest.mark.gen_test(timeout=20)
async def test_neighbours_of_a_bad_scan(plant: Plant, phone: Call) -> None:
    trucks = [plant.equipment(plant.units[0], name=f"叉车{i}") for i in range(3)]
    bodies = [_body(plant, truck) for truck in trucks] + [_body(plant, trucks[0], qr="不认识")]
    answers = await asyncio.gather(*(
        phone("POST", "/clock-ins", token=plant.tokens[0], json=body, headers={"Idempotency-Key": f"n{i}"})
        for i, body in enumerate(bodies)
    ))  # fmt: skip
    assert [answer.status for answer in answers] == [201, 201, 201, 404]
    assert answers[3].code == "unknown_qr"
    assert answers[3].json["error"]["details"]["action"]["kind"] == "type_code"


@pytest.mark.gen_test(timeout=30)
async def test_bad_input(plant: Plant, phone: Call) -> None:
    good = _body(plant, plant.equipment(plant.units[0]))
    wrong: list[tuple[dict[str, Any], str]] = [
        ({"scanned_at": "2026-11-22T08:00:00"}, "scanned_at"),
        ({"scanned_at": "2026-02-30T08:00:00+08:00"}, "scanned_at"),
        ({"scanned_at": 1795219200}, "scanned_at"),
        ({"scanned_at": None}, "scanned_at"),
        ({"qr": ""}, "qr"),
        ({"qr": 5}, "qr"),
        ({"qr": "x" * 3000}, "qr"),
        ({"unit": "abc"}, "unit"),
        ({"unit": -1}, "unit"),
        ({"unit": "9" * 30}, "unit"),
        ({"place": {"lng": 500, "lat": 0}}, "place.lng"),
        ({"place": "here"}, "place"),
        ({"extra": 1}, "extra"),
    ]
    for values, field in wrong:
        answer = await phone(
            "POST",
            "/clock-ins",
            token=plant.tokens[0],
            json={**good, **values},
            headers={"Idempotency-Key": "x"},
        )
        assert answer.status == 422, (values, answer.json)
        assert answer.json["error"]["fields"][field], values
    for headers in ({}, {"Idempotency-Key": "y" * 129}):
        answer = await phone("POST", "/clock-ins", token=plant.tokens[0], json=good, headers=headers)
        assert (answer.status, answer.code) == (422, "idempotency_key_missing")
    assert ClockIn.select().count() == 0


@pytest.mark.gen_test(timeout=20)
async def test_the_unit_may_be_a_number_and_the_place_unknown(plant: Plant, phone: Call) -> None:
    body = _body(plant, plant.equipment(plant.units[0]), unit=plant.units[0].id, place=None)
    answer = await phone(
        "POST", "/clock-ins", token=plant.tokens[0], json=body, headers={"Idempotency-Key": "a"}
    )
    assert answer.status == 201
    assert answer.json["place"] is None


@pytest.mark.gen_test(timeout=20)
async def test_gate_asks_who_before_anything_else(plant: Plant, phone: Call) -> None:
    body = _body(plant, plant.equipment(plant.units[0]))
    for token, status in (("", 401), ("wrong", 401)):
        answer = await phone("POST", "/clock-ins", token=token, json=body, headers={"Idempotency-Key": "a"})
        assert (answer.status, answer.code) == (status, "unauthenticated")


@pytest.mark.gen_test(timeout=30)
async def test_what_is_said_of_a_machine_and_of_me(plant: Plant, phone: Call) -> None:
    unit, token = plant.units[0], plant.tokens[0]
    Certificate.update(code="Q2", limits="限桥式起重机").execute()
    bridge = plant.equipment(unit, "4110", "Q2", name="桥吊", next_inspection_on=date(2026, 10, 1))
    plant.equipment(unit, "4210", "Q2", name="门吊")
    today = (await phone("GET", "/today", token=token)).json
    assert [item["name"] for item in today["equipment"]] == ["桥吊"], (
        "what the limits leave out is not offered"
    )
    assert today["hindrance"] is None
    told = (await phone("GET", f"/labels/{bridge.label_code}", token=token)).json
    assert told["needs"] == "Q2（起重机司机）"
    headers = {"Idempotency-Key": "said"}
    done = await phone("POST", "/clock-ins", token=token, json=_body(plant, bridge), headers=headers)
    assert "检验已过期" in done.json["reminders"][0]
    vessel = plant.equipment(unit, "2150", "", mode="none", name="罐")
    assert "快开门式" in (await phone("GET", f"/labels/{vessel.label_code}", token=token)).json["needs"]
    Certificate.update(valid_until=date(2026, 1, 1)).execute()
    ClockIn.delete().execute()
    told = (await phone("GET", "/today", token=token)).json["hindrance"]
    assert (told["blocking"], told["title"]) == (True, "证书已过期")


@pytest.mark.gen_test(timeout=30)
async def test_today_log_and_calendar_show_it(plant: Plant, phone: Call, clock: Any) -> None:
    token, truck = plant.tokens[0], plant.equipment(plant.units[0])
    before = (await phone("GET", "/today", token=token)).json
    assert (before["state"], before["title"]) == ("off", "今天还没上岗")
    assert [item["name"] for item in before["equipment"]] == [truck.name]
    for day in range(25):
        body = _body(plant, truck, scanned_at=local(now()).isoformat())
        answer = await phone(
            "POST", "/clock-ins", token=token, json=body, headers={"Idempotency-Key": f"d{day}"}
        )
        assert answer.status == 201
        clock.forward(days=1)
    clock.forward(days=-1)
    today = (await phone("GET", "/today", token=token)).json
    assert (today["state"], len(today["records"])) == ("on_duty", 1)
    assert today["title"] == "今天 08:00 已上岗"
    seen, cursor = [], ""
    while True:
        page = (await phone("GET", f"/clock-ins?limit=10{cursor and '&cursor=' + cursor}", token=token)).json
        seen += [item["day"] for item in page["items"]]
        if page["next"] is None:
            break
        cursor = page["next"]
    assert seen == sorted(seen, reverse=True)
    assert len(set(seen)) == 25
    month = (await phone("GET", "/clock-ins/calendar?month=2026-12", token=token)).json
    assert [item["day"] for item in month["days"]] == [f"2026-12-{day:02}" for day in range(1, 17)]
    one_day = (await phone("GET", "/clock-ins?from=2026-11-30&to=2026-11-30", token=token)).json
    assert [item["day"] for item in one_day["items"]] == ["2026-11-30"]
    for bad in ("cursor=zz", "cursor=99999999999999999999-1", "from=2026-13-01", "limit=0"):
        assert (await phone("GET", f"/clock-ins?{bad}", token=token)).status == 422, bad


@pytest.mark.gen_test(timeout=20)
async def test_a_person_sees_their_own_log_alone(plant: Plant, phone: Call) -> None:
    truck = plant.equipment(plant.units[0])
    plant.certificate(plant.person(1, plant.units[0]))
    plant.account(1, plant.units[0])
    await phone(
        "POST",
        "/clock-ins",
        token=plant.tokens[0],
        json=_body(plant, truck),
        headers={"Idempotency-Key": "a"},
    )
    assert len((await phone("GET", "/clock-ins", token=plant.tokens[0])).json["items"]) == 1
    assert (await phone("GET", "/clock-ins", token=plant.tokens[1])).json["items"] == []
    other = await phone("GET", f"/clock-ins?unit={plant.unit('别家').id}", token=plant.tokens[0])
    assert other.json["items"] == []


@pytest.mark.gen_test(timeout=20)
async def test_certificates_say_how_they_stand(plant: Plant, phone: Call) -> None:
    person = plant.units and plant.person(1, plant.units[0])
    plant.account(1, plant.units[0])
    for code, days in (("N1", -1), ("Q2", 30), ("G1", 400)):
        plant.certificate(person, code, valid_until=(now() + timedelta(days=days)).date())
    items = (await phone("GET", "/certificates", token=plant.tokens[1])).json["items"]
    assert [(item["code"], item["state"]) for item in items] == [
        ("N1", "expired"),
        ("Q2", "expiring"),
        ("G1", "valid"),
    ]


@pytest.mark.gen_test(timeout=20)
async def test_the_fast_lane_answers_as_the_doors_do(plant: Plant, phone: Call, app: Any) -> None:
    """POST /clock-ins is answered without a RequestHandler: nobody can tell but by the time it takes."""
    truck = plant.equipment(plant.units[0])
    sent = {"Idempotency-Key": "a", "X-Request-Id": "from-the-phone-1"}
    made = await phone("POST", "/clock-ins", token=plant.tokens[0], json=_body(plant, truck), headers=sent)
    listed = await phone("GET", "/clock-ins", token=plant.tokens[0])
    for name in ("Content-Type", "Cache-Control", "X-Content-Type-Options", "X-Server-Time"):
        assert made.headers[name] == listed.headers[name], name
    assert made.headers["X-Request-Id"] == "from-the-phone-1"
    assert "Server" not in made.headers
    for body, status, code in ((b"{", 400, "not_json"), (b"[]", 400, "not_an_object"), (b"", 400, "not_json"),
                               (b'{"a":"' + b"x" * 2_000_000 + b'"}', 413, "too_large")):  # fmt: skip
        answer = await phone("POST", "/clock-ins", token=plant.tokens[0], json=body, headers=sent)
        assert (answer.status, answer.code) == (status, code)
        assert answer.json["error"]["request_id"] == "from-the-phone-1"
    assert (
        await phone("POST", "/clock-ins?x=1", token=plant.tokens[0], json=_body(plant, truck), headers=sent)
    ).status == 200


@pytest.mark.gen_test(timeout=20)
async def test_a_fault_of_ours_is_an_answer_too(
    plant: Plant, phone: Call, app: Any, monkeypatch: Any
) -> None:
    truck = plant.equipment(plant.units[0])

    async def broken(scans: Any) -> Any:
        raise RuntimeError("no database")

    monkeypatch.setattr(app.settings["gate"], "_work", broken)
    answer = await phone(
        "POST",
        "/clock-ins",
        token=plant.tokens[0],
        json=_body(plant, truck),
        headers={"Idempotency-Key": "a"},
    )
    assert (answer.status, answer.code) == (500, "server_error")
    assert "no database" not in answer.body.decode()


@pytest.mark.gen_test(timeout=20)
async def test_a_label_says_what_it_stands_at_to_its_own_people_alone(plant: Plant, phone: Call) -> None:
    """The page that a label's link opens shows the equipment; strangers learn nothing from a label."""
    ours = plant.equipment(plant.units[0], name="3号叉车")
    theirs = plant.equipment(plant.unit("别家"), name="别家的叉车")
    found = await phone("GET", f"/labels/{ours.label_code.lower()}", token=plant.tokens[0])
    assert (found.status, found.json["name"], found.json["codes"]) == (200, "3号叉车", ["N1"])
    assert found.json["unit"]["name"] == plant.units[0].name
    refused = [
        await phone("GET", f"/labels/{code}", token=plant.tokens[0])
        for code in (theirs.label_code, "0" * 10, "nonsense")
    ]
    assert [answer.status for answer in refused] == [404] * 3
    assert len({answer.json["error"]["title"] for answer in refused}) == 1


@pytest.mark.gen_test(timeout=20)
async def test_who_leads_sees_the_unit_s_day(plant: Plant, phone: Call, clock: Any) -> None:
    unit, other = plant.units[0], plant.unit("别家")
    plant.person(1, unit, role="safety_officer")
    plant.account(1, unit, role=builtin("safety_officer"))
    truck, crane = (
        plant.equipment(unit, name="1号叉车"),
        plant.equipment(unit, name="2号吊车", location="码头"),
    )
    for name, values in (("停用的", {"state": "stopped"}), ("储罐", {"mode": "none"})):
        plant.equipment(unit, name=name, **values)
    plant.equipment(other, name="别家的")
    late, soon = now() - timedelta(hours=1), now() + timedelta(hours=1)
    for whose, state, due in (
        (unit, "rectifying", late), (unit, "rectifying", soon), (unit, "closed", late), (unit, "planning", late),
        (other, "rectifying", late),
    ):  # fmt: skip
        Hazard.create(
            company=whose, what="电缆裸露", number=f"YH{Hazard.select().count()}", state=state, due_at=due
        )

    async def seen(who: int = 1) -> Any:
        return await phone("GET", "/unit-today", token=plant.tokens[who])

    before = (await seen()).json
    assert (before["unit"], before["on_duty"]) == ("清源水务", {"count": 0, "whole": 0, "rows": []})
    assert before["unmanned"]["count"] == 2
    assert before["unmanned"]["rows"] == [
        {"name": "1号叉车", "place": ""},
        {"name": "2号吊车", "place": "码头"},
    ]
    assert (before["open"], before["overdue"]) == (3, 2)
    body = _body(plant, truck)
    assert (
        await phone(
            "POST", "/clock-ins", token=plant.tokens[0], json=body, headers={"Idempotency-Key": "lead"}
        )
    ).status == 201
    after = (await seen()).json
    assert after["on_duty"] == {
        "count": 1,
        "whole": 1,
        "rows": [{"name": "工人0", "since": "08:00", "equipment": "1号叉车"}],
    }
    assert [row["name"] for row in after["unmanned"]["rows"]] == [crane.name]
    refused = await seen(0)
    assert (refused.status, refused.code) == (403, "forbidden")
    assert "只到" in refused.json["error"]["cause"]
    clock.forward(days=1)
    tomorrow = (await seen()).json
    assert (tomorrow["on_duty"]["count"], tomorrow["unmanned"]["count"], tomorrow["overdue"]) == (0, 2, 3)
