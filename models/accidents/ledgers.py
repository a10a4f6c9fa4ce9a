"""How accidents are listed, supplemented and ended on the console (G02).

A new one is no row of a form: it has receivers, photos and a key of its own (`reporting.report`, at both doors).
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from models.accidents.display.notices import told_counts
from models.accidents.records import (
    CLOSE_ACCIDENTS,
    EDIT_ACCIDENTS,
    EXPORT_ACCIDENTS,
    READ_ACCIDENTS,
    UNIT,
    Accident,
    AccidentDuty,
)
from models.accidents.regulations.reporting_duties import is_late
from models.accidents.report import supplements
from models.core.fields import Integer, LongText, Number, Text
from models.core.ledger import Action, Column, Derived, Filter, HomeNumber, Ledger, Rules, Section
from models.core.security.actor import Actor
from models.core.text.date_words import when

Values = dict[str, Any]
Loaded = dict[int, Any]


def _edit(actor: Actor, accident: Accident, values: Values) -> Accident:
    """The form's save is a 续报: what it sends unchanged is left out, so an unchanged form changes nothing."""
    changed = {name: value for name, value in values.items() if accident.__data__.get(name) != value}
    if not changed:
        return accident
    return supplements.supplement(actor, accident.id, changed, accident.versions)


def _correct(actor: Actor, rows: list[Any], values: Values) -> list[Any]:
    given = {name: value for name, value in values.items() if value is not None}
    return [supplements.correct(actor, rows[0].id, given, rows[0].versions)]


def _close(actor: Actor, rows: list[Any], values: Values) -> list[Any]:
    return [supplements.close(actor, rows[0].id, values["closing"])]


def _answered(actor: Actor, records: Sequence[Accident]) -> Loaded:
    told = told_counts([row.id for row in records])
    return {
        key: f"{count['acknowledged']}/{count['total']}" if count["total"] else None
        for key, count in told.items()
    }


def _duties(actor: Actor, records: Sequence[Accident]) -> Loaded:
    """What is owed next for each accident, and until when."""
    owed = AccidentDuty.select().where(
        AccidentDuty.accident.in_([row.id for row in records]),
        AccidentDuty.done_at.is_null(),
        AccidentDuty.kind == UNIT,
    )
    told: Loaded = {row.id: "已全部报告" for row in records}
    for duty in owed.order_by(AccidentDuty.sequence.desc()):
        until = when(duty.due_at)
        told[duty.accident_id] = (
            f"{duty.title}（{duty.to_whom}）：{'已超时，应于' if is_late(duty) else '最迟'} {until}"
        )
    return told


ACCIDENTS = Ledger(
    name="accidents",
    record=Accident,
    many=False,
    title="事故快报",
    group="事故事件",
    system="G02",
    noun="事故",
    measure="起",
    empty="还没有事故快报。发生事故时，在手机上点“快报”，或者在这里点“新增”。",
    columns=(
        Column("number", 150, fixed=True),
        Column("what", 220),
        Column("level", 110),
        Column("special_level", 130, shown=False),
        Column("provisional", 100),
        Column("state", 100),
        Column("happened_at", 170),
        Column("place", 160),
        Column("site", 140),
        Column("grid", 140, shown=False),
        Column("deaths", 70),
        Column("serious_injuries", 70),
        Column("missing", 90, shown=False),
        Column("answered", 100),
        Column("owed", 320),
        Column("reporter", 100),
        Column("reported_at", 170, shown=False),
        Column("unverified", 110, shown=False),
        Column("company", 180),
    ),
    filters=(
        Filter("state", "choice"),
        Filter("level", "choice"),
        Filter("happened_at", "date_range"),
        Filter("company", "reference"),
        Filter("site", "reference"),
        Filter("reporter", "reference"),
    ),
    search=("number", "what", "place"),
    search_title="编号、概况、地点",
    form=(
        Section(
            "事故",
            (
                "company",
                "site",
                "grid",
                "what",
                "place",
                "lng",
                "lat",
                "happened_at",
                "category",
                "leader_told_at",
            ),
        ),
        Section("特种设备（涉及时填）", ("equipment", "situations")),
        Section(
            "伤亡和损失（不清楚就不填）",
            ("deaths", "serious_injuries", "minor_injuries", "missing", "direct_loss_wan"),
        ),
        Section("处置", ("measures", "needs")),
    ),
    sort="-id",
    sorts=("id", "happened_at", "reported_at"),
    derived=(
        Derived("answered", "已确认", "text", load=_answered, help="已确认人数/被通知人数"),
        Derived("owed", "法定时限", "text", load=_duties),
    ),
    home=(HomeNumber("open", "处置中的事故", {"state": ["open"]}, "watch", "bad"),),
    label=lambda row: f"{row.number} {row.what}",
    tone=lambda row, values: "bad" if row.state == "open" else "plain",
    rights={
        "read": READ_ACCIDENTS,
        "edit": EDIT_ACCIDENTS,
        "export": EXPORT_ACCIDENTS,
    },
    rules=Rules(edit=_edit),
    edit_title="续报",
    actions=(
        Action(
            "correct",
            "更正",
            EDIT_ACCIDENTS,
            _correct,
            confirm="只填要更正的项。更正会通知所有已收到快报的人，原来的内容保留在版本里。",
            fields=(
                ("note", Text("更正原因", max=500, required=True)),
                ("what", Text("事故概况", max=200)),
                ("place", Text("地点", max=120)),
                ("deaths", Integer("死亡", min=0, max=10000)),
                ("serious_injuries", Integer("重伤", min=0, max=10000)),
                ("minor_injuries", Integer("轻伤", min=0, max=10000)),
                ("missing", Integer("下落不明", min=0, max=10000)),
                ("direct_loss_wan", Number("直接经济损失（万元）", places=2, min=0, max=100_000_000)),
            ),
        ),
        Action(
            "close",
            "结束",
            CLOSE_ACCIDENTS,
            _close,
            tone="primary",
            confirm="结束后会通知所有已收到快报的人，未回应的不再催。",
            fields=(
                ("closing", LongText("结束说明", max=500, required=True, help="处置结果、伤亡的最终情况")),
            ),
            when={"state": ("open",)},
        ),
    ),
    attachments=True,
    closed={"state": ("closed",)},
    keeps=lambda row, file: file.mime.startswith("image/"),  # everybody was told with it
    live=True,
)
