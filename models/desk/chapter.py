"""What leaders see of all chapters first, and what comes to its end (H01, C02)."""

from __future__ import annotations

from models.core.chapters import Chapter, Job

CHAPTER = Chapter(
    name="desk",
    title="今日",
    records=("expiring.records",),
    settings=("expiring.daily_round",),
    tellers=("expiring.notifications",),
    jobs=(Job(name="expiring", run="expiring.daily_round:work", batch=50, idle=300.0),),
    console=("handlers.home",),
)
