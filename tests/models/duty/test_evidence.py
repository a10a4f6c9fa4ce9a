"""The evidence of a clock-in as the safety officer reads it (X02)."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from models.core.db.connection import in_transaction
from models.core.ledger.changes import editing
from models.core.rulebook import versions
from models.core.security.actor import Actor
from models.core.security.rights import Scope
from models.duty.evidence import in_words
from models.duty.gate import clock_in
from models.duty.ledgers import CLOCK_INS
from tests.support.clock_in_plant import Plant


def test_the_detail_tells_it_in_words(plant: Plant) -> None:
    truck = plant.equipment(plant.units[0], code="51103301520250123", location="一号库")
    place = {"lng": 120.15, "lat": 30.28, "accuracy": 12.4}
    passed: Any = in_transaction(clock_in, [plant.scan(0, truck, place=place)])[0]
    officer = Actor(
        account_id=1, name="安", company_id=plant.units[0].id, rights={"clock-ins.read": Scope.COMPANY}
    )
    told = editing.get(officer, CLOCK_INS, passed.record["id"])["values"]["evidence"]
    assert told["绑定状态"] == "已绑定"
    assert told["作业项目"] == "N1 叉车司机"
    assert told["证书有效期至"] == "2028-01-01"
    assert told["设备状态"] == "在用"
    assert told["扫码位置"] == "120.15000, 30.28000（误差约 12 米）"
    assert told["绑定时间"] == "2026-11-22 08:00"
    assert all(not key.isascii() for key in told)
    assert "二维码识别的规则" not in told, "our own label needs none"


def test_a_number_that_was_read_says_by_which_rules(plant: Plant) -> None:
    in_transaction(versions.install)
    truck = plant.equipment(plant.units[0], code="51103301520250123")
    scan = replace(plant.scan(0, truck), qr="51103301520250123")
    passed: Any = in_transaction(clock_in, [scan])[0]
    assert passed.record["evidence"]["rules"] == {"qr": 1}
    assert in_words(passed.record["evidence"])["二维码识别的规则"] == "第 1 版"


def test_what_was_not_known_is_left_out() -> None:
    told = in_words({"place": None, "clock_off_seconds": -42})
    assert told == {"扫码位置": "没有提供", "手机时间偏差": "慢 42 秒"}


def test_a_phone_that_is_off_by_five_seconds_is_no_longer_right() -> None:
    told = {seconds: in_words({"clock_off_seconds": seconds})["手机时间偏差"] for seconds in (-4, 4, 5, -5)}
    assert told == {-4: "准", 4: "准", 5: "快 5 秒", -5: "慢 5 秒"}
