"""What the law says of an accident, in the few words that a card has room for."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from bots.cards.accidents import clocks, told_late, window
from models.accidents.records import Accident, AccidentDuty
from models.core.clock import now


def test_late_entry_and_the_window_for_changes_with_its_year(clock: Any) -> None:
    clock.set(2026, 12, 20)
    happened = now() - timedelta(hours=5, minutes=10)
    accident = Accident(happened_at=happened, reported_at=now(), category="触电")
    assert told_late(accident) == "发生后 5 小时 10 分钟才录入"
    assert window(accident) == "2027-01-19 前（30 日内）补报"
    assert told_late(Accident(happened_at=happened, reported_at=happened + timedelta(minutes=20))) == ""
    clock.set(2027, 2, 1)
    assert window(accident) == ""


def test_the_next_duty_with_its_basis_in_one_line(clock: Any) -> None:
    clock.set(2026, 12, 20, 8)
    duty = AccidentDuty(
        title="单位负责人报告", to_whom="县级以上市场监管部门", due_at=now() + timedelta(minutes=30),
        basis="市场监管总局令第50号《特种设备事故报告和调查处理规定》（2022 年）（待核对）",
    )  # fmt: skip
    assert clocks([duty]).splitlines()[1:] == ["依据：市场监管总局令第50号（待核对）"]
    assert clocks([AccidentDuty(done_at=now())]) == "单位的法定报告都已报出"
