"""驾驶舱: how the day stands, for whoever looks at a screen, a phone or the card of the morning (I02).

Who: a director who glances at it, a shift room where it hangs on the wall. Each tile is under its ledger's right, and
leads to its rows.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from peewee import Value, fn

from models.accidents.ledgers import ACCIDENTS
from models.accidents.records import Accident
from models.core import clock
from models.core.boards import (
    Board,
    ChartTile,
    FigureTile,
    ListTile,
    NumberTile,
    Place,
    SplitTile,
    TileCount,
    TileNumber,
    narrowed_to,
    rows_at,
)
from models.core.ledger import Ledger
from models.core.ledger.expiry import EXPIRED, EXPIRING
from models.core.security.actor import Actor
from models.core.views.calendar import REST_DAYS
from models.desk.expiring.watched import what_ends
from models.duty.ledgers import CLOCK_INS
from models.duty.records import ClockIn
from models.duty.views import CLOCK_IN_STATISTIC
from models.equipment.ledgers import EQUIPMENT, TO_BE_MANNED
from models.hazards.ledgers import HAZARDS
from models.hazards.records import UNDER_WAY
from models.organization.records import DECIDE_BINDINGS
from models.personnel.ledgers import BINDINGS
from models.tasks.ledgers import TASKS
from models.training.ledgers import CERTIFICATES


def _today() -> dict[str, Any]:
    day = clock.today().isoformat()
    return {"day": {"from": day, "to": day}}


def _on_duty(actor: Actor, place: Place) -> Sequence[TileNumber]:
    """People who clocked in today, each once, and how often they did."""
    found = rows_at(actor, CLOCK_INS, _today(), place)
    sums = [fn.COUNT(Value(1)), fn.COUNT(fn.DISTINCT(ClockIn.person_id))]
    (_, times, people) = (found.summed(sums, Value(1), 1) or [(1, 0, 0)])[0]
    leads = (CLOCK_INS.name, narrowed_to(CLOCK_INS, _today(), place))
    return [
        TileNumber("", int(people), "人", leads=leads),
        TileNumber("上岗", int(times), "人次", leads=leads),
    ]


def _manned(actor: Actor, place: Place) -> Sequence[TileNumber]:
    """Machines at which somebody clocked in today, out of those that have to be manned."""
    due = _count(actor, EQUIPMENT, TO_BE_MANNED, place)
    filters = {**TO_BE_MANNED, "manned": ["yes"]}
    manned = _count(actor, EQUIPMENT, filters, place)
    rest = clock.today() in set[Any]().union(
        *REST_DAYS(_companies(actor, place), clock.today(), clock.today())
    )
    tone: Any = "good" if manned >= due else "plain" if rest else "warn"
    text = "今天是休息日" if rest else "" if due else "没有要扫码上岗的在用设备"
    leads = (EQUIPMENT.name, narrowed_to(EQUIPMENT, filters, place))
    return [TileNumber("", manned, "台", due, tone, text, leads)]


def _companies(actor: Actor, place: Place) -> list[int]:
    reached = actor.companies(EQUIPMENT.rights["read"])
    return [one for one in reached if place.company in (None, one)]


def _count(actor: Actor, ledger: Ledger, filters: Any, place: Place) -> int:
    rows = rows_at(actor, ledger, filters, place).summed([fn.COUNT(Value(1))], Value(1), 1)
    return int(rows[0][1]) if rows else 0


def _without_accident(actor: Actor, place: Place) -> Sequence[TileNumber]:
    """Whole days since the last accident of the ledger; unknown where there is none. Reports nobody judged yet don't count."""
    found = rows_at(actor, ACCIDENTS, {}, place)
    found.where = [*found.where, Accident.narrow == Value(False)]
    rows = found.summed([fn.MAX(Accident.happened_at)], Value(1), 1)
    leads = (ACCIDENTS.name, narrowed_to(ACCIDENTS, {}, place))
    if not rows or rows[0][1] is None:
        return [TileNumber("", None, "天", text="台账里没有事故记录，算不出天数", leads=leads)]
    last = clock.local(Accident.happened_at.python_value(rows[0][1])).date()
    days = max((clock.today() - last).days, 0)
    return [
        TileNumber(
            "",
            days,
            "天",
            tone="good" if days else "bad",
            text=f"上一起：{last.isoformat()}",
            leads=leads,
        )
    ]


def _ends(ledger: Ledger) -> NumberTile:
    """What of a ledger is over, and what will be soon."""
    assert ledger.expires is not None
    name = ledger.expires.name
    return NumberTile(
        name=f"{ledger.name}-expiry",
        title=f"{what_ends(ledger)}到期",
        ledger=ledger,
        counts=(
            TileCount("已过期", {name: [EXPIRED]}, "bad"),
            TileCount("快到期", {name: [EXPIRING]}, "warn"),
        ),
    )


def _due(row: Any) -> str:
    return "" if row.due_at is None else f"{clock.local(row.due_at):%m-%d %H:%M} 到期"


TODAY = Board(
    name="today",
    title="驾驶舱",
    tiles=(
        FigureTile(name="on-duty", title="今天在岗", ledger=CLOCK_INS, figure=_on_duty),
        FigureTile(
            name="manned",
            title="有人上岗的设备",
            ledger=EQUIPMENT,
            figure=_manned,
            help="应有人上岗：在用、要扫码上岗、没有登记免扫码的设备",
        ),
        FigureTile(
            name="accident-free",
            title="连续没有事故",
            ledger=ACCIDENTS,
            figure=_without_accident,
            help="从事故台账里最近一起事故的发生日期算起",
        ),
        SplitTile(
            name="hazards",
            title="在办隐患",
            ledger=HAZARDS,
            by="level",
            filters={"state": list(UNDER_WAY)},
            late={"overdue": ["true"]},
            late_title="超期",
            blank="还没定级",
        ),
        NumberTile(
            name="tasks",
            title="超期任务",
            ledger=TASKS,
            counts=(TileCount("", {"state": ["open"], "late": ["yes"]}, "bad"),),
        ),
        _ends(CERTIFICATES),
        _ends(EQUIPMENT),
        NumberTile(
            name="bindings",
            title="等审核的绑定",
            ledger=BINDINGS,
            right=DECIDE_BINDINGS,
            counts=(TileCount("", {"state": ["waiting"]}, "warn", unit="人"),),
        ),
        ChartTile(
            name="days", title="近 14 天上岗人次", ledger=CLOCK_INS, of=CLOCK_IN_STATISTIC, late="late"
        ),
        ListTile(
            name="unmanned",
            title="今天没人上岗的设备",
            ledger=EQUIPMENT,
            filters={**TO_BE_MANNED, "manned": ["no"]},
            note=lambda row: row.location or "",
            tone="warn",
        ),
        ListTile(
            name="overdue",
            title="超期没有整改的隐患",
            ledger=HAZARDS,
            filters={"overdue": ["true"]},
            note=_due,
            tone="bad",
        ),
    ),
    card=(
        "on-duty",
        "manned",
        "hazards",
        "accident-free",
        "tasks",
        "certificates-expiry",
        "equipment-expiry",
        "bindings",
    ),
)
