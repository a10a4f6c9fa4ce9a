"""The evidence of a clock-in as the safety officer reads it (X02)."""

from __future__ import annotations

from typing import Any

from models.core.actor import Actor
from models.core.database import in_transaction
from models.core.ledger import editing
from models.core.rights import Scope
from models.duty.evidence import in_words
from models.duty.gate import clock_in
from models.duty.ledgers import CLOCK_INS
from tests.support.plants import Plant


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


def test_what_was_not_known_is_left_out() -> None:
    told = in_words({"place": None, "clock_off_seconds": -42})
    assert told == {"扫码位置": "没有提供", "手机时间偏差": "慢 42 秒"}
