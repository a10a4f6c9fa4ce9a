"""Hazards: from the snapshot to the closing (E02, E07, E09, X06, X07)."""

from __future__ import annotations

from models.core.chapters import Chapter, Grants, Kind, Page, PointReason, StandardRows

CHAPTER = Chapter(
    name="hazards",
    title="隐患",
    views=("views:HAZARD_STATISTIC",),
    settings=("report.duplicates", "report.snapshot", "treatment.extensions", "treatment.outcomes"),
    ledgers=("ledgers:HAZARDS", "ledgers:HAZARD_SOURCES", "ledgers:MAJOR_CRITERIA"),
    photos=("display.hazard_json",),
    subjects=("workflow",),
    tellers=("notifications",),
    hooks=("held", "sample_sources"),
    standards=(StandardRows("major_criteria", "standards:install_major_criteria"),),
    kinds=(
        Kind(name="hazard", title="隐患", ledger="hazards", phone="/pages/hazards/hazard", tasks=True),
        Kind(name="extension", title="延期申请", tasks=True),
    ),
    points=(
        PointReason("hazard.confirmed", "随手拍被确认为隐患", "hazard"),
        PointReason("hazard.major", "发现重大隐患", "hazard"),
        PointReason("hazard.rectified", "按期完成整改", "hazard"),
    ),
    pages=(Page(name="hazard", title="经过", place="detail", ledger="hazards"),),
    acts={
        "asked_extension": "申请延期",
        "extended": "延期",
        "assign": "安排整改",
    },
    grants=Grants(
        system=("major-criteria",),
        everyday=("hazards", "hazard-sources"),
        work=(
            "hazards.report",
            "hazards.edit",
            "hazards.import",
            "hazard-sources.edit",
        ),
        house=("major-criteria.edit",),
        own=("hazards.read", "hazards.report", "hazard-sources.read", "major-criteria.read"),
        always_company=("hazards.read", "hazards.report", "hazard-sources.read", "major-criteria.read"),
        site=("hazards.edit",),
    ),
    cards=("bots.cards.hazards",),
    presses=("bots.incoming.photo_replies",),
    commands=("bots.commands.snapping",),
    console=("handlers.hazards",),
    phone=("miniprogram_api.hazards",),
)
