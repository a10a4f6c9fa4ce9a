"""Accidents: the flash report, who must know, what the law asks (G01, G02)."""

from __future__ import annotations

from models.core.chapters import Chapter, Grants

CHAPTER = Chapter(
    name="accidents",
    title="事故",
    settings=("report.same_place", "alarm.interrupt"),
    ledgers=("ledgers:ACCIDENTS",),
    rulebooks=("regulations.rulebook",),
    photos=("photos",),
    tellers=("notifications", "alarm.call_notifications", "report.bursts"),
    hooks=("held",),
    grants=Grants(
        everyday=("accidents",),
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
