"""The demo's two accidents of this year, both closed long ago: what the ledger, its statistic and 连续没有事故 show (G02, I02)."""

from __future__ import annotations

from datetime import datetime, timedelta
from functools import partial
from typing import Any

from models.accidents.records import Accident, AccidentDuty, AccidentVersion
from models.accidents.regulations import reporting_duties
from models.accidents.regulations.classify import judge
from models.accidents.report.facts import as_kept
from models.accidents.report.reporting import new_number
from models.core import clock
from models.organization.records import Company, Person

# Days ago, hour, what, place, kind, casualties and loss, measures, how it ended.
_HAPPENED: tuple[tuple[int, int, str, str, str, dict[str, Any], str, str], ...] = (
    (
        143, 10, "叉车倒车碰倒托盘，一名装卸工脚背骨折", "总装车间东侧通道", "车辆伤害",
        {"deaths": 0, "serious_injuries": 0, "minor_injuries": 1, "direct_loss_wan": 2.6},
        "已送医，通道封闭，叉车停用",
        "伤者已复工。通道加装护栏和凸面镜，叉车全部装蓝光警示灯",
    ),
    (
        47, 15, "吊运钢板时夹钳松脱，一名起重指挥小腿重伤", "铆焊车间2号跨", "起重伤害",
        {"deaths": 0, "serious_injuries": 1, "minor_injuries": 0, "direct_loss_wan": 18.4},
        "已送医，2号跨停产，夹钳封存",
        "伤者康复中。同型号夹钳全部更换，吊运站位重新划线并培训",
    ),
)  # fmt: skip


def plant_accidents() -> bool:
    """Plant them into the first company of the demo, once; says whether it was now. Nobody is told of what is long over.

    Run it in a transaction.
    """
    if Accident.select().exists():
        return False
    company = Company.select().where(Company.kind == "company").order_by(Company.id).get()
    reporter = Person.get(Person.name == "陈安澜")
    today = clock.now()
    for days, hour, what, place, kind, harm, measures, closing in _HAPPENED:
        at = clock.local(today - timedelta(days=days)).replace(hour=hour, minute=20, second=0, microsecond=0)
        moment = at + timedelta(minutes=12)
        facts = {"what": what, "place": place, "category": kind, "happened_at": at, "leader_told_at": at}
        with clock.standing_at(partial(_same, moment)):
            _closed(company, reporter, {**facts, **harm, "measures": measures}, closing)
    return True


def _same(moment: datetime) -> datetime:
    return moment


def _closed(company: Company, reporter: Person, facts: dict[str, Any], closing: str) -> None:
    at: datetime = facts["happened_at"]
    accident = Accident.create(
        company=company, number=new_number(), reporter=reporter, reporter_account_id=reporter.account_id,
        told_by="console", state="closed", closed_at=at + timedelta(days=9), closing=closing, versions=2,
        **facts, **judge(facts).kept(),
    )  # fmt: skip
    reporting_duties.start(accident)
    AccidentDuty.update(
        done_at=at + timedelta(minutes=40),
        done_by=reporter.name,
        way="phone",
        entered_at=at + timedelta(hours=2),
    ).where(AccidentDuty.accident == accident).execute()
    for number, step in enumerate(("first", "closing"), 1):
        AccidentVersion.create(
            accident=accident, number=number, kind=step, facts=as_kept(accident), changed=[], by_name=reporter.name,
            by_account_id=reporter.account_id, note=closing if step == "closing" else None,
            at=accident.closed_at if step == "closing" else clock.now(),
        )  # fmt: skip


__all__ = ["plant_accidents"]
