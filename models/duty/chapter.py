"""Clocking in by scan: the gate and its log (Q09, Q10)."""

from __future__ import annotations

from models.core.chapters import Chapter, Grants

CHAPTER = Chapter(
    name="duty",
    title="上岗",
    settings=("settings",),
    ledgers=("ledgers:CLOCK_INS",),
    views=("views:CLOCK_IN_CALENDAR", "views:CLOCK_IN_STATISTIC"),
    tellers=("notifications",),
    hooks=("held", "manned"),
    grants=Grants(
        everyday=("clock-ins",),
        supervised=("clock-ins.read", "clock-ins.export"),
        own=("clock-ins.create", "clock-ins.read"),
        always_self=("clock-ins.create",),
    ),
    live={"clock_in": ("clock-ins",)},
    phone=("miniprogram_api.clocking_in.clock_ins",),
)
