"""Clocking in and looking back (Q09, Q10)."""

from __future__ import annotations

from handlers.web.operations import Route, operation
from handlers.web.requests.once import key_header
from miniprogram_api.base import PhoneHandler
from miniprogram_api.clocking_in.scanning import clock_in_json, scan_of
from miniprogram_api.shapes.phone import (
    ClockInBody,
    ClockInOut,
    ClockInsOut,
    LabelOut,
    LogQuery,
    MonthOut,
    MonthQuery,
    TodayOut,
    UnitQuery,
    UnitTodayOut,
)
from models.core.errors import AnbanError
from models.desk.unit_today import unit_today
from models.duty import mine
from models.duty.records import READ_CLOCK_INS

_KEY = key_header("重发同一次扫码")


class ClockInsHandler(PhoneHandler):
    """`/clock-ins`: scan, and my log."""

    @operation(
        "扫码上岗",
        right="clock-ins.create",
        system="Q09",
        body=ClockInBody,
        gives={201: ClockInOut, 200: ClockInOut},
        refuses=(404, 409, 422),
        headers=(_KEY,),
        rule_decides=True,  # one SELECT for all scans that wait, instead of one per request
    )
    async def post(self) -> None:
        """201 with the record, 200 with the same record when repeated. `lane.py` answers it in fewer steps."""
        scan = scan_of(self.request.headers, self.request.body)
        self.settings["limits"].check("gate", scan.token_hash)
        outcome = await self.settings["gate"].submit(scan)
        if isinstance(outcome, AnbanError):
            raise outcome
        self.answer(clock_in_json(outcome.record, created=outcome.created), 201 if outcome.created else 200)

    @operation("我的上岗日志", right="clock-ins.read", system="Q10", query=LogQuery, gives={200: ClockInsOut})
    async def get(self) -> None:
        """My clock-ins, newest first."""
        asked: LogQuery = self.query
        records, cursor = await self.call(
            mine.log, self.actor, unit=asked.unit, since=asked.since, until=asked.until, cursor=asked.cursor,
            limit=asked.limit, write=False,
        )  # fmt: skip
        self.answer({"items": [clock_in_json(item, created=False) for item in records], "next": cursor})


class LabelHandler(PhoneHandler):
    """`/labels/{code}`: what the link on a label stands for."""

    @operation(
        "标签是哪台设备", right="clock-ins.create", system="Q09", gives={200: LabelOut}, refuses=(404,)
    )
    async def get(self, code: str) -> None:
        """The equipment, if it is of one of my units."""
        self.answer(await self.call(mine.labelled, self.actor, code, write=False))


class CalendarHandler(PhoneHandler):
    """`/clock-ins/calendar`: which days of a month have clock-ins."""

    @operation("我的上岗月历", right="clock-ins.read", system="Q10", query=MonthQuery, gives={200: MonthOut})
    async def get(self) -> None:
        """The days of a month, how many clock-ins each has, and how many of them were sent late."""
        asked: MonthQuery = self.query
        days = await self.call(mine.month, self.actor, asked.month, unit=asked.unit, write=False)
        told = [{"day": day.isoformat(), "count": count, "late": late} for day, count, late in days]
        self.answer({"month": asked.month, "days": told})


class TodayHandler(PhoneHandler):
    """`/today`: the state of today at a glance."""

    @operation("今天的状态", right="phone.use", system="Q10", query=UnitQuery, gives={200: TodayOut})
    async def get(self) -> None:
        """What the phone's home shows."""
        asked: UnitQuery = self.query
        today = await self.call(mine.today, self.actor, unit=asked.unit, write=False)
        records = [clock_in_json(item, created=False) for item in today.pop("records")]
        self.answer({**today, "records": records})


class UnitTodayHandler(PhoneHandler):
    """`/unit-today`: the first screen of who leads."""

    @operation("本单位今天", right=READ_CLOCK_INS, system="Q10", gives={200: UnitTodayOut}, refuses=(403,))
    async def get(self) -> None:
        """Who is on duty, what nobody has scanned today, which hazards are late; for who sees more than their own."""
        self.answer(UnitTodayOut(**await self.call(unit_today, self.actor, write=False)))


routes = [
    Route("/api/mp/v1/clock-ins", ClockInsHandler),
    Route("/api/mp/v1/clock-ins/calendar", CalendarHandler),
    Route("/api/mp/v1/labels/{code}", LabelHandler),
    Route("/api/mp/v1/today", TodayHandler),
    Route("/api/mp/v1/unit-today", UnitTodayHandler),
]
