"""Accidents: the flash report, who must know, what the law asks (G01, G02)."""

from __future__ import annotations

from models.core.chapters import Chapter, Grants, Kind, Page, Worded

CHAPTER = Chapter(
    name="accidents",
    title="事故",
    settings=("report.same_place", "alarm.interrupt"),
    ledgers=("ledgers:ACCIDENTS",),
    views=("views:ACCIDENT_STATISTIC",),
    rulebooks=("regulations.rulebook",),
    photos=("photos",),
    tellers=("notifications", "alarm.call_notifications", "report.bursts"),
    hooks=("held",),
    kinds=(
        Kind(
            name="accident",
            title="事故",
            ledger="accidents",
            phone="/pages/accident/index",
            board=True,
            answers={"need_help": "accident.help"},
        ),
        Kind(
            name="accident_help",
            title="事故求援",
            ledger="accidents",
            board=True,
            heard_with="accident",
            answers={"received": "accident.coming", "on_site": "accident.coming"},
        ),
    ),
    pages=(
        Page(name="accident", title="看板", place="row", ledger="accidents"),
        Page(name="report", title="事故快报", place="form", ledger="accidents", right="accidents.report"),
    ),
    worded=(
        Worded(
            kinds={
                "accident.reported": "事故快报（初报）",
                "accident.updated": "事故续报、更正",
                "accident.closed": "事故处置结束",
            },
            places={
                "编号": "KB261124-7K3F",
                "概况": "叉车撞到货架，一人腿部受伤",
                "地点": "成品仓库7号门",
                "时间": "今天 16:06",
                "伤亡": "重伤 1，死亡不清楚",
                "等级": "一般事故（下界初判）",
                "单位": "江澜重工机械有限公司",
            },
        ),
    ),
    acts={
        "duty": "办理法定时限",
    },
    grants=Grants(
        everyday=("accidents",),
        work=(
            "accidents.report",
            "accidents.edit",
            "accidents.close",
        ),
        own=(
            "accidents.report",
            "accidents.read",
        ),  # what they reported themselves; what they were told of, by that
        site=("accidents.edit",),
        site_company=("accidents.report",),
    ),
    cards=("bots.cards.accidents", "bots.cards.bursts", "bots.cards.help_calls"),
    console=("handlers.accidents",),
    phone=("miniprogram_api.accidents",),
)
